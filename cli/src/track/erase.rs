//! `defacto track erase`.

use clap::Args;

use super::purge::show;
use super::store::{StorePlace, no_address};
use crate::connection::{Connection, VARIABLES};
use crate::failure::Failure;

/// Erases a borrower from the store, for good.
///
/// Every loan of it is reduced to a row of sums, whatever its age, and with it go
/// its payments, invoices, financial products and changes, the settled intents
/// that concern it and the notifications that mention it. Notifications that were
/// not read are read first, which asks the server. Refused while it has a loan that
/// is not over or a change that is not settled. Nothing is to be confirmed; copies
/// of the store keep what they have.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Erase {
    /// The borrower's company number, or its id.
    #[arg(value_name = "BORROWER")]
    borrower: String,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Erase {
    pub(super) async fn run(self) -> Result<(), Failure> {
        no_address(&self.borrower, "BORROWER", "company number or id")?;
        let tracker = self.store.tracker(&self.connection).await?.build();
        let erased = tracker.erase(&self.borrower).await?;
        show(&erased, "erased", self.json)
    }
}
