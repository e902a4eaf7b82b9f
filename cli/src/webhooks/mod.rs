//! `defacto webhooks`.

mod forward;
mod listen;
mod poll;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::connection::{Connection, VARIABLES};
use crate::control::Control;
use crate::failure::{Failure, tell};
use crate::stop::stop_signal;
use forward::Forward;

/// What happens, as a receiver on this machine is told of it.
#[derive(Debug, Subcommand)]
pub(crate) enum Webhooks {
    Listen(Listen),
}

/// Prints a line an event and forwards each, until Ctrl-C.
///
/// With a sandbox it subscribes a listener of its own, and answers each
/// delivery as the receiver did. Defacto's servers cannot reach this machine:
/// there it reads the accounting events again and again, and forwards those,
/// which are not the notifications that a webhook gets.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Listen {
    /// Where to forward to.
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// Only events of this type, such as Loan.CLOSED; may be repeated.
    #[arg(long, value_name = "TYPE")]
    event: Vec<String>,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Webhooks {
    /// Whether a script reads what this command says.
    pub(crate) fn json(&self) -> bool {
        let Self::Listen(command) = self;
        command.json
    }

    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let Self::Listen(command) = self;
        let stop = stop_signal()?;
        let open = command.connection.or_variables()?;
        let forward = Forward::new(command.forward_to.as_deref(), command.json)?;
        let control = Control::new(open.client.base_url())?;
        if open.name == "custom" && control.is_there().await {
            return listen::run(&open.client, forward, &command.event, stop).await;
        }
        tell(
            "Defacto's servers cannot reach this machine: the accounting events are read every \
             few seconds instead. They are not the notifications of a webhook.",
        );
        tokio::select! {
            code = stop => Ok(code),
            failed = poll::run(&open.client, &forward, &command.event) => failed.map(|()| 0),
        }
    }
}

/// A field of an event, or a dash.
fn text<'a>(event: &'a Value, name: &str) -> &'a str {
    event[name].as_str().unwrap_or("-")
}
