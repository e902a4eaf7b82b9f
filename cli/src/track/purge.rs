//! `defacto track purge`.

use clap::Args;
use defacto::tracking::Purged;
use defacto::types::Timestamp;

use super::cursor::beside;
use super::store::StorePlace;
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, print_json};

/// Removes what is over and old from the store, for good.
///
/// Loans that ended and of which nothing changed since, with their payments,
/// invoices and changes; settled intents made before; notifications that came
/// before and were read. A row of sums is left of each loan, so that `track
/// portfolio` shows what it did. Loans with changes that a consumer has not been told stay,
/// those of `track changes` included. The server is not asked, and nothing is to be
/// confirmed.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Purge {
    /// What changed, came or was made then or later stays: a day, which begins at
    /// midnight UTC, or a time such as 2030-01-31T12:00:00Z.
    #[arg(long, value_name = "DATE_OR_TIME", value_parser = instant)]
    before: Timestamp,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Purge {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let tracker = self.store.tracker(&self.connection).await?.build();
        let places = beside(&self.store.place()?)?;
        let purged = tracker.purge_with(self.before, places).await?;
        show(&purged, "purged", self.json)
    }
}

/// Says what was let go of.
pub(super) fn show(purged: &Purged, done: &str, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(&purged.report());
    }
    let Purged {
        loans,
        changes,
        notifications,
        intents,
        ..
    } = purged;
    let mut line = format!(
        "{done}: loans {loans}, changes {changes}, notifications {notifications}, \
         intents {intents}"
    );
    for (consumer, loans) in &purged.waiting {
        line.push_str(&format!(
            "; kept until {consumer} has been told: loans {loans}"
        ));
    }
    print(&line)
}

/// A moment, or the beginning of a day.
fn instant(text: &str) -> Result<Timestamp, String> {
    let text = crate::clock::moment(text)?;
    text.parse().map_err(|error: jiff::Error| error.to_string())
}
