//! `defacto track resolve`.

use clap::{ArgGroup, Args};

use super::store::{StorePlace, no_address};
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, print_json};

/// Settles a change that nothing can tell of, by what a person found out.
///
/// `track intents` lists them, with what is in the way: ask Defacto, then say here
/// whether the change was made. Nothing is sent. What was not made may be asked for
/// again.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES, group(ArgGroup::new("outcome").required(true).args(["made", "not_made"])))]
pub(crate) struct Resolve {
    /// The intent's id.
    #[arg(value_name = "INTENT_ID")]
    intent: String,
    /// The change was made.
    #[arg(long)]
    made: bool,
    /// The change was not made.
    #[arg(long)]
    not_made: bool,
    /// How that is known, such as who told it; kept with the intent.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Resolve {
    pub(super) async fn run(self) -> Result<(), Failure> {
        no_address(&self.intent, "INTENT_ID", "id of an intent")?;
        let tracker = self.store.tracker(&self.connection).await?.build();
        let was_made = self.made && !self.not_made;
        let resolved = tracker
            .resolve(&self.intent, was_made, &self.reason)
            .await?;
        if self.json {
            return print_json(&resolved.report());
        }
        let (state, operation) = (resolved.state.as_str(), &resolved.operation);
        print(&format!("{operation} {}: {state}", resolved.id))
    }
}
