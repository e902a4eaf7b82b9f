//! `defacto sandbox`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use defacto_sandbox::{Builder, ConfigError, Policy, Sandbox};
use serde_json::json;
use tokio::sync::oneshot;

use crate::failure::{Failure, print};
use crate::scenario::{Export, RunScenario};
use crate::stop::stop_signal;

/// The simulator, and what one does with it.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Command {
    #[command(subcommand)]
    what: Option<What>,

    #[command(flatten)]
    listen: Listen,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Runs a scenario file on a sandbox; the exit code says whether all that
    /// it expects holds.
    Run(RunScenario),
    /// Writes what a running sandbox was asked, as a scenario that leads
    /// another to the same state.
    Export(Export),
}

impl Command {
    pub(crate) fn json(&self) -> bool {
        match &self.what {
            None => self.listen.json,
            Some(What::Run(command)) => command.json,
            Some(What::Export(command)) => command.json,
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self.what {
            None => self.listen.run().await,
            Some(What::Run(command)) => command.run().await,
            Some(What::Export(command)) => command.run().await,
        }
    }
}

#[derive(Debug, Args)]
struct Listen {
    /// Where to listen; port 0 takes any free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,

    /// What generated test data is drawn from: the same seed gives the same
    /// data. 0 unless given, or what the state file was begun with.
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Keep the simulated world in this file, and start from what is in it.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Remember every request, for `sandbox export`; --state does so, too.
    #[arg(long, conflicts_with = "state")]
    record: bool,

    /// Decide something otherwise than usual; can be given more than once.
    #[arg(long, value_name = "NAME=VALUE", long_help = policies())]
    policy: Vec<String>,

    /// A TOML file with the tables `policy`, `faults` and `accounts`.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// A TOML file with faults there are from the start, each a `[[faults]]`.
    #[arg(long, value_name = "FILE", long_help = presets())]
    faults: Vec<PathBuf>,

    /// An account with books of its own; keys of no account are refused then.
    /// Can be given more than once.
    #[arg(long, value_name = "NAME=KEY")]
    account: Vec<String>,

    /// Begin with data instead of nothing: `demo` has companies, invoices and
    /// loans in most of their states.
    #[arg(long, value_name = "NAME")]
    seed_data: Option<SeedData>,

    /// Write the ready line to this file, too, once it is complete.
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// Stop when stdin ends, too: a program that starts the sandbox and holds
    /// a pipe to it leaves none behind, however it ends.
    #[arg(long)]
    until_stdin_ends: bool,

    /// Taken like everywhere; the line that says it is ready is JSON anyway.
    #[arg(long)]
    json: bool,
}

impl Listen {
    async fn run(self) -> Result<(), Failure> {
        // Before the ready line: who reads it may send the signal at once.
        let stop = stop_signal()?;
        let sandbox = self.builder()?.start().await.map_err(|source| {
            if let Some(wrong) = source.config() {
                return Failure::setting(wrong.to_string());
            }
            let what = match source.state() {
                Some(_) => "the sandbox does not start",
                None => "the sandbox does not start: choose another --listen address",
            };
            Failure::runtime(what, &source)
        })?;
        #[cfg_attr(
            not(feature = "contract"),
            expect(unused_mut, reason = "nothing is added")
        )]
        let mut ready = json!({
            "base_url": sandbox.base_url(),
            "control_url": sandbox.control_url(),
        });
        #[cfg(feature = "contract")]
        if sandbox.checked().is_some() {
            ready["checks_answers"] = true.into();
        }
        if let Some(path) = &self.ready_file {
            write_whole(path, &format!("{ready}\n")).map_err(|source| {
                let what = format!("--ready-file {} cannot be written", path.display());
                Failure::runtime(&what, &source)
            })?;
        }
        print(&ready.to_string())?;
        if self.until_stdin_ends {
            let ended = stdin_end()?;
            tokio::select! {
                _ = stop => {}
                _ = ended => {}
            }
        } else {
            stop.await;
        }
        #[cfg(feature = "contract")]
        let checked = sandbox.checked();
        sandbox.stop().await;
        #[cfg(feature = "contract")]
        if let Some(checked) = checked.filter(|checked| checked.misfits > 0) {
            let (misfits, answers) = (checked.misfits, checked.answers);
            let first = checked.first.join("\n  ");
            let what = format!("{misfits} of {answers} answers were not as declared:\n  {first}");
            return Err(Failure::other(what));
        }
        Ok(())
    }
}

impl Listen {
    fn builder(&self) -> Result<Builder, Failure> {
        let mut builder = Sandbox::builder()
            .listen(self.listen)
            .demo(self.seed_data.is_some());
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(file) = &self.state {
            builder = builder.state(file);
        } else if self.record {
            builder = builder.record();
        }
        if let Some(path) = &self.config {
            let text = read("--config", path)?;
            builder = builder.config(&text).map_err(in_file("--config", path))?;
        }
        for path in &self.faults {
            let text = read("--faults", path)?;
            builder = builder.faults(&text).map_err(in_file("--faults", path))?;
        }
        // What the command line says wins over what a file says.
        for policy in &self.policy {
            let (name, value) = pair("--policy", policy, "NAME=VALUE")?;
            let set = builder.policy(name, value);
            builder = set.map_err(|error| Failure::usage(format!("--policy: {error}")))?;
        }
        for account in &self.account {
            let (name, key) = pair("--account", account, "NAME=KEY")?;
            let added = builder.account(name, key);
            builder = added.map_err(|error| Failure::usage(format!("--account: {error}")))?;
        }
        Ok(builder)
    }
}

/// What a sandbox can begin with.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SeedData {
    /// Companies, invoices and loans in most of their states.
    Demo,
}

/// What is wrong is not repeated: it may hold a key.
fn pair<'a>(option: &str, text: &'a str, shape: &str) -> Result<(&'a str, &'a str), Failure> {
    let wrong = || Failure::usage(format!("{option} must be {shape}"));
    text.split_once('=').ok_or_else(wrong)
}

fn read(option: &str, path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|source| {
        Failure::setting(format!(
            "{option} {} cannot be read: {source}",
            path.display()
        ))
    })
}

fn in_file(option: &str, path: &Path) -> impl FnOnce(ConfigError) -> Failure {
    let place = format!("{option} {}", path.display());
    move |error| Failure::setting(format!("{place}: {error}"))
}

/// Whoever finds the file finds all of it.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    std::fs::write(&part, text)?;
    std::fs::rename(&part, path)
}

/// Every decision that can be changed, for the help.
fn policies() -> String {
    let lines = defacto_sandbox::policies().into_iter().map(|policy| {
        let Policy {
            name,
            default,
            values,
            doc,
            ..
        } = policy;
        format!("\n  {name}={default}\n      {doc} ({values})")
    });
    let lines: String = lines.collect();
    format!("Decide something otherwise than usual; can be given more than once.\n{lines}")
}

/// Every named fault, for the help.
fn presets() -> String {
    let lines = defacto_sandbox::fault_presets();
    let lines: String = lines
        .map(|(name, doc)| format!("\n  {name}: {doc}"))
        .collect();
    format!(
        "A TOML file with faults there are from the start, each a `[[faults]]` with the fields \
         of the control API. `preset` names a ready one:\n{lines}"
    )
}

/// Ends when stdin does. The read blocks a thread of its own, which the
/// process does not wait for when it stops for another reason.
fn stdin_end() -> Result<oneshot::Receiver<()>, Failure> {
    let (ended, end) = oneshot::channel();
    std::thread::Builder::new()
        .name("stdin".to_owned())
        .spawn(move || {
            // What is written has no meaning; a stdin that cannot be read has
            // ended.
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            drop(ended);
        })
        .map_err(|source| {
            Failure::runtime(
                "no thread can be started: check the system's limits",
                &source,
            )
        })?;
    Ok(end)
}
