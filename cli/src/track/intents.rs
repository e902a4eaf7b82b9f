//! `defacto track intents`.

use clap::Args;
use defacto::tracking::store::{Intent, IntentState};
use serde_json::{Value, json};

use super::store::StorePlace;
use crate::failure::{Failure, print, tell};
use crate::show::{lines, moment, table};

/// Lists changes that were asked for and are not settled, and those that were
/// refused.
///
/// An open one is settled by the next `track sync` or `track run`, if it can be
/// told what became of it.
#[derive(Debug, Args)]
pub(crate) struct Intents {
    /// Only those that are not settled.
    #[arg(long)]
    open: bool,
    /// How many of each at most, the oldest first.
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    #[command(flatten)]
    store: StorePlace,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Intents {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let store = self.store.read().await?;
        let mut found = Vec::new();
        let mut more = false;
        for state in [IntentState::Open, IntentState::Refused] {
            if self.open && state != IntentState::Open {
                continue;
            }
            let limit = self.limit.saturating_add(1);
            let mut some = store.intents(state, limit).await?;
            more |= some.len() > self.limit;
            some.truncate(self.limit);
            found.append(&mut some);
        }
        if self.json {
            // As every language has them from the verb of this name.
            let data: Vec<Value> = found
                .iter()
                .map(|intent| serde_json::to_value(intent.report()).unwrap_or_default())
                .collect();
            return print(&json!({ "data": data, "has_more": more }).to_string());
        }
        let mut table = table(&["Asked for", "State", "Operation", "Of", "Tries", "Why"]);
        for intent in &found {
            table.add_row([
                moment(Some(intent.made_at)),
                intent.state.as_str().to_owned(),
                intent.operation.clone(),
                of(intent),
                intent.attempts.to_string(),
                why(intent).unwrap_or("-").to_owned(),
            ]);
        }
        print(&lines(&table))?;
        if more {
            tell("There are more: raise --limit.");
        }
        Ok(())
    }
}

/// The object it changes, or else its key.
fn of(intent: &Intent) -> String {
    let mut ids = intent.params.iter().map(|(_, id)| id.as_str());
    let of = ids.next().or(intent.salt.as_deref());
    of.unwrap_or("-").to_owned()
}

fn why(intent: &Intent) -> Option<&str> {
    let outcome = intent.outcome.as_ref();
    outcome
        .and_then(|outcome| outcome.reason.as_deref())
        .or(intent.obstacle.as_deref())
}
