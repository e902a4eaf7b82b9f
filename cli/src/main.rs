//! `defacto`: the lending API from the command line.

mod failure;
mod hello;
mod sandbox;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The Defacto lending API from the command line.
#[derive(Debug, Parser)]
#[command(name = "defacto", version, propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Greets the server: shows that it is reached and accepts the key.
    Hello(hello::Hello),
    /// Runs a local simulator of the API until Ctrl-C or SIGTERM.
    Sandbox(sandbox::Listen),
}

#[tokio::main]
async fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Hello(command) => command.run().await,
        Command::Sandbox(command) => command.run().await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
