//! A store in one SQLite file, for one process.

mod checkpoint;
mod ledger;
mod repeats;
mod rows;
mod sums;
mod tables;
mod thread;
mod worker;
mod written;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use defacto_types::Timestamp;
use rusqlite::{Connection, OpenFlags};

use super::super::{Change, Entity, LedgerRow, Observation, Portfolio, Subject, Track};
use super::{
    Batch, Begun, Exchange, Glance, Intent, IntentState, Notification, Numbered, Reduced,
    Reduction, Store, Task, refused,
};
use crate::Error;
use checkpoint::Checkpoints;
use repeats::Repeats;
use tables::Form;
use worker::{Role, Worker, explain};

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
    /// Locked as long as the store is open.
    _lock: Option<File>,
}

/// How a store in a file is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    read_only: bool,
    binding: Option<String>,
    largest_pages: Option<u32>,
    rewritten_after: Duration,
}

/// How long what is seen again and is the same is not written again: 5 minutes.
const REWRITTEN: Duration = Duration::from_secs(300);

impl Default for OpenOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl OpenOptions {
    /// For reading and writing; made where it is not there.
    #[must_use]
    pub fn new() -> Self {
        Self {
            read_only: false,
            binding: None,
            largest_pages: None,
            rewritten_after: REWRITTEN,
        }
    }

    /// For reports: nothing is written, and a tracker may have it open at the
    /// same time.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// What the store belongs to, such as an environment and an account. One
    /// that belongs to something else is refused.
    #[must_use]
    pub fn bound_to(mut self, binding: impl Into<String>) -> Self {
        self.binding = Some(binding.into());
        self
    }

    /// How long it is not written down that an object was seen again where nothing
    /// of it is another; 5 minutes unless set. A pass over loans that stand still
    /// writes nothing then. When an object was last seen is known as closely as this.
    #[must_use]
    pub fn rewritten_after(mut self, time: Duration) -> Self {
        self.rewritten_after = time;
        self
    }

    /// How large the file may grow, in pages of 4,096 bytes. A write that does
    /// not fit is refused, and nothing is lost.
    #[must_use]
    pub fn largest_pages(mut self, pages: u32) -> Self {
        self.largest_pages = Some(pages);
        self
    }

    /// Opens the store.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the file is another
    /// program's, damaged, of a later version, bound to something else, open in
    /// another process, or cannot be read or written.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Sqlite, Error> {
        let path = path.as_ref();
        let lock = if self.read_only {
            None
        } else {
            Some(lock(path)?)
        };
        let wrong = |error| explain(path, error);
        let write = self.connect(path).map_err(wrong)?;
        self.prepare(path, &write)?;
        let read = self.connect(path).map_err(wrong)?;
        let within = i64::try_from(self.rewritten_after.as_micros()).unwrap_or(i64::MAX);
        let repeats = Arc::new(Repeats::new(within));
        let role = if self.read_only {
            Role::Read
        } else {
            let own = self.connect(path).map_err(wrong)?;
            let started = Checkpoints::start(own);
            let started = started.map_err(|error| {
                refused(format!("{}: no thread for the store", path.display())).with_source(error)
            })?;
            Role::Write(started, repeats.clone())
        };
        Ok(Sqlite {
            write: Worker::start(path, write, role)?,
            read: Worker::start(path, read, Role::Read)?,
            repeats,
            _lock: lock,
        })
    }

    fn connect(&self, path: &Path) -> rusqlite::Result<Connection> {
        let access = if self.read_only {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        } else {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        };
        let connection =
            Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }

    /// What is durable, and how; only once the file is known to be a tracker's.
    fn harden(&self, connection: &Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // What is removed is overwritten: it may be what somebody asked to erase.
        connection.pragma_update(None, "secure_delete", "ON")?;
        if let Some(pages) = self.largest_pages {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(())
    }

    fn prepare(&self, path: &Path, connection: &Connection) -> Result<(), Error> {
        let wrong = |error| explain(path, error);
        let refuse = |why: &str| Err(refused(format!("{}: {why}", path.display())));
        match tables::form(connection).map_err(wrong)? {
            Form::Foreign => return refuse("the file is not a tracker's: name another"),
            Form::Newer(version) => {
                return refuse(&format!(
                    "the store has form {version}, of a later version of this library: update it"
                ));
            }
            Form::Empty if self.read_only => return refuse("there is nothing in the store yet"),
            Form::Ours(steps) if steps < tables::STEPS.len() && self.read_only => {
                return refuse("the store is of an earlier version: open it for writing once");
            }
            _ if self.read_only => {}
            form => {
                let steps = match form {
                    Form::Ours(steps) => steps,
                    _ => 0,
                };
                self.harden(connection).map_err(wrong)?;
                if steps < tables::STEPS.len() {
                    tables::migrate(connection, steps, rows::rewrite).map_err(wrong)?;
                    // An earlier version left what it removed in the file.
                    if steps > 0 {
                        connection.execute_batch("VACUUM").map_err(wrong)?;
                    }
                }
            }
        }
        self.bind(path, connection)?;
        if !self.read_only {
            rows::free(connection).map_err(wrong)?;
        }
        Ok(())
    }

    /// A store belongs to what it was first opened for.
    fn bind(&self, path: &Path, connection: &Connection) -> Result<(), Error> {
        let Some(binding) = &self.binding else {
            return Ok(());
        };
        let wrong = |error| explain(path, error);
        if !self.read_only {
            connection
                .execute(
                    "INSERT OR IGNORE INTO about VALUES ('binding', ?)",
                    [binding],
                )
                .map_err(wrong)?;
        }
        let bound: String = connection
            .query_row(
                "SELECT value FROM about WHERE name = 'binding'",
                [],
                |row| row.get(0),
            )
            .map_err(wrong)?;
        if bound == *binding {
            return Ok(());
        }
        Err(refused(format!(
            "{}: the store belongs to {bound}, not to {binding}: name another file",
            path.display()
        )))
    }
}

/// Takes the lock file, and makes the database private before SQLite does.
fn lock(path: &Path) -> Result<File, Error> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let wrong = |error: std::io::Error| {
        refused(format!("{}: the file cannot be opened", path.display())).with_source(error)
    };
    let lock = private(&PathBuf::from(name)).map_err(wrong)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            return Err(refused(format!(
                "{}: another process has the store open: end it, or open for reading alone",
                path.display()
            )));
        }
        Err(TryLockError::Error(error)) => return Err(wrong(error)),
    }
    private(path).map_err(wrong)?;
    Ok(lock)
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
        self.read
            .ask(|on| {
                let mut read = on.prepare("PRAGMA integrity_check(20)")?;
                let found: rusqlite::Result<Vec<String>> =
                    read.query_map([], |row| row.get(0))?.collect();
                Ok(found?.into_iter().filter(|line| line != "ok").collect())
            })
            .await
    }

    /// Copies the store into a new file, whole and as of one moment, while it
    /// is in use.
    ///
    /// # Errors
    ///
    /// When the file is there already or cannot be written.
    pub async fn backup(&self, to: impl AsRef<Path>) -> Result<(), Error> {
        let to = to.as_ref().to_owned();
        if to.exists() {
            return Err(refused(format!("{}: is there already", to.display())));
        }
        private(&to).map_err(|error| {
            refused(format!("{}: the file cannot be made", to.display())).with_source(error)
        })?;
        self.read
            .ask(move |on| {
                let mut copy = Connection::open(&to)?;
                let backup = rusqlite::backup::Backup::new(on, &mut copy)?;
                backup.run_to_completion(256, Duration::ZERO, None)
            })
            .await
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
        self.write.ask(move |on| rows::begin(on, &intent))
    }

    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>> {
        self.write
            .ask(move |on| rows::claim(on, &holder, now, until, limit))
    }

    fn release(&self, id: String, obstacle: String, next_at: Timestamp) -> Task<'_, ()> {
        self.write
            .ask(move |on| rows::release(on, &id, obstacle, next_at))
    }

    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>> {
        self.read.ask(move |on| rows::intents(on, state, limit))
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
            let batch = Batch {
                changes,
                marks: vec![(mark.name, mark.to)],
                ..Batch::default()
            };
            rows::commit(on, batch, now, &repeats).map(Some)
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
