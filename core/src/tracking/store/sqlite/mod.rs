//! A store in one SQLite file, for one process.

mod backup;
mod checkpoint;
mod damage;
mod intents;
mod ledger;
mod open;
mod repeats;
mod rows;
mod sums;
mod tables;
mod thread;
mod worker;
mod written;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use defacto_types::Timestamp;
use rusqlite::Connection;

use super::super::{Change, Entity, LedgerRow, Observation, Portfolio, Subject, Track};
use super::{
    Batch, Begun, Exchange, Glance, Intent, IntentState, Notification, Numbered, Reduced,
    Reduction, Store, Task,
};
use crate::Error;
use crate::tracking::export::PrivateFile;
pub use open::OpenOptions;
use repeats::Repeats;
use worker::Worker;

/// A store in one SQLite file, for one process.
///
/// A write returns once it is on the disk (WAL, `synchronous=FULL`); writes that
/// come at once share one sync. A second process is refused, by a lock file
/// beside the database: a host that opens the same file with a copy of SQLite of
/// its own would end the locks of this one, since POSIX locks belong to the
/// process.
///
/// The file and its companions are readable by their owner alone. They hold
/// company numbers, amounts and dates of loans, notifications as they came
/// (account numbers included) until they are purged, and the bodies of changes
/// that are not settled yet. What is removed is overwritten.
#[derive(Debug)]
pub struct Sqlite {
    write: Worker,
    read: Worker,
    repeats: Arc<Repeats>,
    path: PathBuf,
    /// Locked as long as the store is open.
    _lock: Option<File>,
}

impl Sqlite {
    /// Opens a store with the usual options.
    ///
    /// # Errors
    ///
    /// See [`OpenOptions::open`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        OpenOptions::new().open(path)
    }

    /// Reads every page of the file and says what is wrong with it; nothing,
    /// where it is sound.
    ///
    /// # Errors
    ///
    /// When the file cannot be read at all.
    pub async fn check(&self) -> Result<Vec<String>, Error> {
        let path = self.path.clone();
        self.read.ask(move |_| damage::found(&path)).await
    }

    /// Copies the store into a new file, whole and as of one moment, while it
    /// is in use. The file can be read by its user alone, and appears under its name
    /// when it is whole.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) where there is
    /// such a file, or none can be made there; [`ErrorKind::Store`](crate::ErrorKind::Store)
    /// when it cannot be written.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), Error> {
        self.backup_with(to, false).await
    }

    /// The same, and with `overwrite` in place of a file that is there: an earlier
    /// copy, and never a store that is in use, this one or another.
    ///
    /// # Errors
    ///
    /// As [`backup`](Self::backup).
    pub async fn backup_with(&self, to: impl AsRef<Path>, overwrite: bool) -> Result<(), Error> {
        let to = to.as_ref();
        let _lock = backup::is_free(to, &self.path)?;
        let file = PrivateFile::beside(to, overwrite)?;
        let part = file.part().to_owned();
        self.read
            .ask(move |on| {
                let mut copy = Connection::open(&part)?;
                let backup = rusqlite::backup::Backup::new(on, &mut copy)?;
                // All in one step: between two of them SQLite lets go of the moment, and
                // begins anew where anything was written since. Writes go on meanwhile.
                backup.run_to_completion(i32::MAX, Duration::ZERO, None)
            })
            .await?;
        file.publish().await
    }
}

impl Store for Sqlite {
    fn commit(&self, mut batch: Batch, now: Timestamp) -> Task<'_, Vec<Numbered>> {
        batch.observations = self.repeats.left_out(batch.observations);
        if batch.is_empty() {
            return Box::pin(std::future::ready(Ok(Vec::new())));
        }
        let repeats = self.repeats.clone();
        self.write
            .ask(move |on| rows::commit(on, batch, now, &repeats))
    }

    fn track(&self, subject: Subject) -> Task<'_, Option<Track>> {
        self.read.ask(move |on| rows::track(on, &subject))
    }

    fn tracks(&self, entity: Entity, after: Option<String>, limit: usize) -> Task<'_, Vec<Track>> {
        self.read
            .ask(move |on| rows::tracks(on, entity, after.as_deref(), limit))
    }

    fn in_status(&self, entity: Entity, status: String) -> Task<'_, Vec<Track>> {
        self.read
            .ask(move |on| rows::in_status(on, entity, &status))
    }

    fn glances(
        &self,
        entity: Entity,
        after: Option<String>,
        limit: usize,
    ) -> Task<'_, Vec<Glance>> {
        self.read
            .ask(move |on| rows::glances(on, entity, after.as_deref(), limit))
    }

    fn portfolio(&self, at: Timestamp, days: u32) -> Task<'_, Portfolio> {
        self.read.ask(move |on| sums::portfolio(on, at, days))
    }

    fn related(&self, loan_id: String) -> Task<'_, Vec<Track>> {
        self.read.ask(move |on| rows::related(on, &loan_id))
    }

    fn changes(&self, after: u64, limit: usize) -> Task<'_, Vec<Numbered>> {
        self.read.ask(move |on| rows::changes(on, after, limit))
    }

    fn history(&self, subject: Subject) -> Task<'_, Vec<Numbered>> {
        self.read.ask(move |on| rows::history(on, &subject))
    }

    fn last_changes(&self, subject: Subject, limit: usize) -> Task<'_, Vec<Numbered>> {
        self.read
            .ask(move |on| rows::last_changes(on, &subject, limit))
    }

    fn cursor(&self, consumer: String) -> Task<'_, u64> {
        self.read.ask(move |on| rows::cursor(on, &consumer))
    }

    fn set_cursor(&self, consumer: String, seq: u64) -> Task<'_, ()> {
        self.write
            .ask(move |on| rows::set_cursor(on, &consumer, seq))
    }

    fn receive(&self, body: Vec<u8>, received_at: Timestamp) -> Task<'_, u64> {
        self.write
            .ask(move |on| rows::receive(on, &body, received_at))
    }

    fn unread(&self, limit: usize) -> Task<'_, Vec<Notification>> {
        self.read.ask(move |on| rows::unread(on, limit))
    }

    fn forget_notifications(&self, before: Timestamp) -> Task<'_, u64> {
        self.write.ask(move |on| rows::forget_read(on, before))
    }

    fn begin(&self, intent: Intent) -> Task<'_, Begun> {
        self.write.ask(move |on| intents::begin(on, &intent))
    }

    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>> {
        self.write
            .ask(move |on| intents::claim(on, &holder, now, until, limit))
    }

    fn hold(&self, id: String, holder: String, until: Timestamp) -> Task<'_, bool> {
        self.write
            .ask(move |on| intents::hold(on, &id, &holder, until))
    }

    fn release(
        &self,
        id: String,
        holder: String,
        obstacle: String,
        next_at: Timestamp,
    ) -> Task<'_, ()> {
        self.write
            .ask(move |on| intents::release(on, &id, &holder, obstacle, next_at))
    }

    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>> {
        self.read.ask(move |on| intents::intents(on, state, limit))
    }

    fn mark(&self, name: String) -> Task<'_, Option<String>> {
        self.read.ask(move |on| rows::mark(on, &name))
    }

    fn is_shared(&self) -> bool {
        false
    }

    fn exchange(
        &self,
        mark: Exchange,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Task<'_, Option<Vec<Numbered>>> {
        let repeats = self.repeats.clone();
        self.write.ask(move |on| {
            if rows::mark(on, &mark.name)? != mark.from {
                return Ok(None);
            }
            rows::commit(on, mark.batch(changes), now, &repeats).map(Some)
        })
    }

    fn observations(&self, after: u64, limit: usize) -> Task<'_, Vec<(u64, Observation)>> {
        self.read
            .ask(move |on| rows::observations(on, after, limit))
    }

    fn notifications(&self, after: u64, limit: usize) -> Task<'_, Vec<Notification>> {
        self.read
            .ask(move |on| ledger::notifications(on, after, limit))
    }

    /// What was removed is in the file no more when this returns, and neither is
    /// it in the log beside it.
    fn reduce(&self, reduction: Reduction) -> Task<'_, Reduced> {
        let repeats = self.repeats.clone();
        let reduced = self
            .write
            .ask(move |on| ledger::reduce(on, &reduction, &repeats));
        Box::pin(async move {
            let reduced = reduced.await?;
            self.write.empty_log().await?;
            Ok(reduced)
        })
    }

    fn ledger(&self, after: Option<String>, limit: usize) -> Task<'_, Vec<LedgerRow>> {
        self.read
            .ask(move |on| ledger::ledger(on, after.as_deref(), limit))
    }

    fn rows_of(&self, loans: Vec<String>) -> Task<'_, Vec<LedgerRow>> {
        self.read.ask(move |on| ledger::rows_of(on, loans))
    }
}
