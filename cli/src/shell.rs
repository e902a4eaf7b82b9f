//! `defacto completions` and `defacto man`: written from the command line's
//! own declaration.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::failure::{Failure, write};

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell to complete in.
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(self, mut command: Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "defacto", &mut script);
        write(&script)
    }
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command whose page it shall be (`loans list`); the program's own
    /// unless given.
    #[arg(value_name = "COMMAND")]
    of: Vec<String>,
}

impl Man {
    pub(crate) fn run(self, mut command: Command) -> Result<(), Failure> {
        command.build();
        for name in &self.of {
            let found = command.find_subcommand(name).cloned();
            command = found.ok_or_else(|| {
                Failure::usage(format!(
                    "there is no command `{name}`: `defacto --help` lists them"
                ))
            })?;
        }
        // `defacto-loans-list`, as manual pages are called.
        let name = command
            .get_bin_name()
            .unwrap_or("defacto")
            .replace(' ', "-");
        let mut page = Vec::new();
        clap_mangen::Man::new(command)
            .title(name)
            .source(concat!("defacto ", env!("CARGO_PKG_VERSION")))
            .render(&mut page)
            .map_err(|source| Failure::runtime("the page cannot be written", &source))?;
        write(&page)
    }
}
