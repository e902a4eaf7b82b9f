//! `defacto`: the lending API from the command line.

mod connection;
mod failure;
mod first_loan;
mod hello;
mod sandbox;
mod show;
mod stop;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;

/// What `--help` says of the exit codes of every command.
const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 failed, the message says what to do; 2 wrong command line
or setting; 14 a change was sent and its answer was lost. first-loan has more:
see its --help.";

/// The Defacto lending API from the command line.
#[derive(Debug, Parser)]
#[command(name = "defacto", version, propagate_version = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    FirstLoan(first_loan::FirstLoan),
    /// Greets the server: shows that it is reached and accepts the key.
    Hello(hello::Hello),
    /// Runs a local simulator of the API until Ctrl-C or SIGTERM.
    Sandbox(sandbox::Listen),
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse().command).await {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(),
    }
}

async fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::FirstLoan(command) => return command.run().await,
        Command::Hello(command) => command.run().await?,
        Command::Sandbox(command) => command.run().await?,
    }
    Ok(0)
}
