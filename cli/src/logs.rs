//! `defacto logs`.

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::Value;

use crate::control::{Address, Control};
use crate::failure::{Failure, print};
use crate::stop::stop_signal;

/// How often the sandbox is asked.
const PAUSE: Duration = Duration::from_millis(200);

/// The requests that a running sandbox gets.
#[derive(Debug, Subcommand)]
pub(crate) enum Logs {
    /// Prints each request as it arrives, until Ctrl-C.
    Tail(Tail),
}

#[derive(Debug, Args)]
pub(crate) struct Tail {
    /// Print the requests so far, too.
    #[arg(long)]
    all: bool,
    /// Only requests for this operation, such as loans.create.
    #[arg(long, value_name = "OPERATION")]
    operation: Option<String>,
    #[command(flatten)]
    address: Address,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

impl Logs {
    /// Whether a script reads what this command says.
    pub(crate) fn json(&self) -> bool {
        let Self::Tail(command) = self;
        command.json
    }

    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        let Self::Tail(command) = self;
        let stop = stop_signal()?;
        let control = command.address.open()?;
        tokio::select! {
            code = stop => Ok(code),
            failed = command.follow(&control) => failed.map(|()| 0),
        }
    }
}

impl Tail {
    async fn follow(&self, control: &Control) -> Result<(), Failure> {
        let mut path = "/journal?after=".to_owned();
        if let Some(operation) = &self.operation {
            path = format!("/journal?operation={operation}&after=");
        }
        let mut after = 0;
        let mut is_first = !self.all;
        loop {
            let answer = control.get(&format!("{path}{after}")).await?;
            after = answer["next"].as_u64().unwrap_or(0);
            let requests = answer["requests"].as_array().into_iter().flatten();
            for request in requests.filter(|_| !is_first) {
                self.tell(request)?;
            }
            is_first = false;
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn tell(&self, request: &Value) -> Result<(), Failure> {
        if self.json {
            return print(&request.to_string());
        }
        let text = |name: &str| request[name].as_str().unwrap_or("-");
        let status = request["status"].as_u64();
        let status = status.map_or_else(|| "reset".to_owned(), |status| status.to_string());
        let fault = if request["fault"] == true {
            "  (fault)"
        } else {
            ""
        };
        print(&format!(
            "{status:<5} {:<6} {}  {}{fault}",
            text("method"),
            text("path"),
            text("operation"),
        ))
    }
}
