//! `defacto track`: loans followed for as long as they live.

mod backup;
mod changes;
mod check;
mod cursor;
mod dues;
mod erase;
mod export;
mod intents;
mod line;
mod listen;
mod payoff;
mod portfolio;
mod purge;
mod reconcile;
mod resolve;
mod run;
mod status;
mod store;
mod svg;
mod sync;
mod timeline;

use std::collections::VecDeque;

use clap::Subcommand;
use defacto::tracking::store::Store;
use defacto::tracking::{Entity, LoanView, Track};

use crate::failure::Failure;

/// Tracks read at a time.
const CHUNK: usize = 1_000;

/// Follows the loans of your account, in a file or a database that outlives crashes,
/// lost webhooks and restarts.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Sync(sync::Sync),
    Run(Box<run::Run>),
    Status(status::Status),
    Changes(changes::Changes),
    Timeline(timeline::Timeline),
    Export(export::Export),
    Intents(intents::Intents),
    Payoff(payoff::Payoff),
    Portfolio(portfolio::Show),
    Dues(dues::Dues),
    Reconcile(reconcile::Reconcile),
    Resolve(resolve::Resolve),
    Purge(purge::Purge),
    Erase(erase::Erase),
    Backup(backup::Backup),
    Check(check::Check),
}

impl Command {
    /// Whether a script reads what this command says.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Sync(command) => command.json,
            Self::Run(command) => command.json,
            Self::Status(command) => command.json,
            Self::Changes(command) => command.json,
            Self::Timeline(command) => command.json,
            Self::Export(command) => command.json,
            Self::Intents(command) => command.json,
            Self::Payoff(command) => command.json,
            Self::Portfolio(command) => command.json,
            Self::Dues(command) => command.json,
            Self::Reconcile(command) => command.json,
            Self::Resolve(command) => command.json,
            Self::Purge(command) => command.json,
            Self::Erase(command) => command.json,
            Self::Backup(command) => command.json,
            Self::Check(command) => command.json,
        }
    }

    /// Gives the exit code.
    pub(crate) async fn run(self) -> Result<u8, Failure> {
        match self {
            Self::Sync(command) => command.run().await?,
            Self::Run(command) => command.run().await?,
            Self::Status(command) => command.run().await?,
            Self::Changes(command) => return command.run().await,
            Self::Timeline(command) => command.run().await?,
            Self::Export(command) => command.run().await?,
            Self::Intents(command) => command.run().await?,
            Self::Payoff(command) => command.run().await?,
            Self::Portfolio(command) => command.run().await?,
            Self::Dues(command) => command.run().await?,
            Self::Reconcile(command) => return command.run().await,
            Self::Resolve(command) => command.run().await?,
            Self::Purge(command) => command.run().await?,
            Self::Erase(command) => command.run().await?,
            Self::Backup(command) => command.run().await?,
            Self::Check(command) => return command.run().await,
        }
        Ok(0)
    }
}

/// The objects of a kind, read from a store a chunk at a time.
struct Objects<'a> {
    store: &'a dyn Store,
    entity: Entity,
    after: Option<String>,
    read: VecDeque<Track>,
}

impl<'a> Objects<'a> {
    fn of(store: &'a dyn Store, entity: Entity) -> Self {
        Self {
            store,
            entity,
            after: None,
            read: VecDeque::new(),
        }
    }

    async fn next(&mut self) -> Result<Option<Track>, Failure> {
        if self.read.is_empty() {
            let after = self.after.take();
            self.read = self.store.tracks(self.entity, after, CHUNK).await?.into();
        }
        let next = self.read.pop_front();
        self.after = next.as_ref().map(|track| track.subject().id.clone());
        Ok(next)
    }
}

/// A loan by itself, for what its own fields tell.
fn view(track: Track) -> LoanView {
    LoanView::new(track, Vec::new(), None)
}
