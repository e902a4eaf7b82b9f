//! `defacto sandbox`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use defacto_sandbox::Sandbox;
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
        let mut builder = Sandbox::builder().listen(self.listen);
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        if let Some(file) = self.state {
            builder = builder.state(file);
        } else if self.record {
            builder = builder.record();
        }
        let sandbox = builder.start().await.map_err(|source| {
            let what = match source.state() {
                Some(_) => "the sandbox does not start",
                None => "the sandbox does not start: choose another --listen address",
            };
            Failure::runtime(what, &source)
        })?;
        let ready = json!({
            "base_url": sandbox.base_url(),
            "control_url": sandbox.control_url(),
        });
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
        sandbox.stop().await;
        Ok(())
    }
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
