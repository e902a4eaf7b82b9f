//! `defacto trigger`.

use clap::Args;
use serde_json::json;

use crate::clock::tell;
use crate::control::Address;
use crate::failure::{Failure, print};

/// Makes something happen in a running sandbox that no operation of the API
/// does: late loans, failed payments and the like.
#[derive(Debug, Args)]
pub(crate) struct Trigger {
    /// What happens; see --list.
    #[arg(required_unless_present = "list")]
    event: Option<String>,
    /// To what it happens: an id; to the newest it can happen to unless given.
    id: Option<String>,
    /// How much of the principal is repaid, in cents (loan.repaid).
    #[arg(long, value_name = "CENTS")]
    amount: Option<i64>,
    /// List what there is.
    #[arg(long, conflicts_with_all = ["event", "id", "amount"])]
    list: bool,
    #[command(flatten)]
    address: Address,
    /// Print one JSON object.
    #[arg(long)]
    pub(crate) json: bool,
}

impl Trigger {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        if self.list {
            return list(self.json);
        }
        let control = self.address.open()?;
        let mut body = json!({ "event": self.event, "id": self.id });
        if let Some(amount) = self.amount {
            body["amount"] = amount.into();
        }
        let answer = control.post("/trigger", &body).await?;
        if !self.json {
            let text = |name: &str| answer[name].as_str().unwrap_or_default();
            print(&format!("{} {}", text("event"), text("id")))?;
        }
        tell(&answer, self.json)
    }
}

fn list(is_json: bool) -> Result<(), Failure> {
    let rows = defacto_sandbox::triggers();
    if is_json {
        let rows = rows.map(|(event, of, text)| json!({"event": event, "of": of, "text": text}));
        return print(&json!({ "triggers": rows.collect::<Vec<_>>() }).to_string());
    }
    let lines: Vec<_> = rows
        .map(|(event, _, text)| format!("{event:<22} {text}"))
        .collect();
    print(&lines.join("\n"))
}
