//! `defacto track reconcile`.

use clap::Args;

use super::store::StorePlace;
use crate::connection::{Connection, VARIABLES};
use crate::failure::{Failure, print, print_json};

/// The exit code where the books do not agree.
const DIFFERENT: u8 = 1;

/// Compares everything the server lists, loans and payments, with the store.
///
/// Tells what is missing, extra or different, and what money does not add up by
/// what the server says. Exit code 1 where something is, also where --fix took it
/// over; run it again to see that the books agree. A loan that moves meanwhile may
/// be told as different.
#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(crate) struct Reconcile {
    /// Have the store take over what the server says; what is extra or does not
    /// add up stays as it is.
    #[arg(long)]
    fix: bool,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    connection: Connection,
    /// Print one JSON object.
    #[arg(long)]
    pub(super) json: bool,
}

impl Reconcile {
    /// Gives the exit code.
    pub(super) async fn run(self) -> Result<u8, Failure> {
        let tracker = self.store.tracker(&self.connection).await?.build();
        let report = tracker.reconcile(self.fix).await?;
        if self.json {
            print_json(&report.report())?;
        } else {
            print(&report.to_string())?;
        }
        Ok(if report.is_clean() { 0 } else { DIFFERENT })
    }
}
