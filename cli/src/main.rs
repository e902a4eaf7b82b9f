//! `defacto`: the lending API from the command line.

mod api;
mod clock;
mod connection;
mod control;
mod doctor;
mod failure;
mod first_loan;
mod hello;
mod loans;
mod logs;
mod mask;
mod sandbox;
mod scenario;
mod shell;
mod show;
mod stop;
mod track;
mod trigger;
mod webhooks;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use failure::Failure;

/// What `--help` says of the exit codes of every command.
const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 failed, the message says what to do; 2 wrong command line
or setting; 14 a change was sent and its answer was lost; 141 nobody reads
stdout any more. first-loan and loans watch have more: see their --help.

With --json a failure is one line of JSON on stderr: {\"error\":{...}}.";

/// The Defacto lending API from the command line.
#[derive(Debug, Parser)]
#[command(name = "defacto", version, propagate_version = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    FirstLoan(Box<first_loan::FirstLoan>),
    /// Greets the server: shows that it is reached and accepts the key.
    Hello(hello::Hello),
    /// Runs a local simulator of the API until Ctrl-C or SIGTERM.
    Sandbox(Box<sandbox::Command>),
    /// Checks settings, certificates, connection, clock and key, and says what
    /// to do about each problem.
    Doctor(doctor::Doctor),
    /// Loans of your account.
    #[command(subcommand)]
    Loans(loans::Loans),
    #[command(subcommand)]
    Track(track::Command),
    Api(Box<api::Api>),
    Clock(clock::Clock),
    Trigger(trigger::Trigger),
    #[command(subcommand)]
    Webhooks(webhooks::Webhooks),
    #[command(subcommand)]
    Logs(logs::Logs),
    /// Writes the completions of a shell to stdout.
    Completions(shell::Completions),
    /// Writes the manual page to stdout.
    Man(shell::Man),
}

impl Command {
    /// Whether a script reads what this command says.
    fn json(&self) -> bool {
        match self {
            Self::FirstLoan(command) => command.json,
            Self::Hello(command) => command.json,
            Self::Sandbox(command) => command.json(),
            Self::Doctor(command) => command.json,
            Self::Loans(command) => command.json(),
            Self::Track(command) => command.json(),
            Self::Api(command) => command.json,
            Self::Clock(command) => command.json,
            Self::Trigger(command) => command.json,
            Self::Webhooks(command) => command.json(),
            Self::Logs(command) => command.json(),
            Self::Completions(_) | Self::Man(_) => false,
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let command = match Arguments::try_parse() {
        Ok(arguments) => arguments.command,
        Err(error) => return mask::refuse(&error),
    };
    let json = command.json();
    match run(command).await {
        Ok(code) => ExitCode::from(code),
        Err(failure) => failure.report(json),
    }
}

async fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::FirstLoan(command) => return command.run().await,
        Command::Hello(command) => command.run().await?,
        Command::Sandbox(command) => command.run().await?,
        Command::Doctor(command) => return command.run().await,
        Command::Loans(command) => return command.run().await,
        Command::Track(command) => return command.run().await,
        Command::Api(command) => command.run().await?,
        Command::Clock(command) => command.run().await?,
        Command::Trigger(command) => command.run().await?,
        Command::Webhooks(command) => return command.run().await,
        Command::Logs(command) => return command.run().await,
        Command::Completions(command) => command.run(Arguments::command())?,
        Command::Man(command) => command.run(Arguments::command())?,
    }
    Ok(0)
}
