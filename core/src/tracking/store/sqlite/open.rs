//! Opening a file, if it is what it should be.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::super::refused;
use super::checkpoint::Checkpoints;
use super::repeats::Repeats;
use super::tables::{self, Form};
use super::worker::{Role, Worker, explain};
use super::{Sqlite, intents, rows};
use crate::Error;

/// How a store in a file is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    read_only: bool,
    binding: Option<String>,
    largest_pages: Option<u32>,
    rewritten_after: Duration,
    is_checked: bool,
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
            is_checked: true,
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

    /// Opens a damaged file too, as far as that goes: for
    /// [`check`](Sqlite::check), which says all that is wrong with it.
    #[must_use]
    pub fn unchecked(mut self) -> Self {
        self.is_checked = false;
        self
    }

    /// Opens the store. A file of up to 32 MB, and one that a process left without
    /// closing it, is read whole to see whether its pages hold together;
    /// [`Sqlite::check`] does so at any time, and more thoroughly.
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
            path: path.to_owned(),
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
        let form = tables::form(connection).map_err(wrong)?;
        if matches!(form, Form::Ours(_)) && self.checks(path) {
            check(path, connection)?;
        }
        match form {
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
            intents::free(connection).map_err(wrong)?;
        }
        Ok(())
    }

    /// Whether to read all of a file first: a small one, which takes a moment, and one
    /// that was left with a log, by a process that did not end as it should.
    fn checks(&self, path: &Path) -> bool {
        if !self.is_checked {
            return false;
        }
        let size = |path: &Path| std::fs::metadata(path).map_or(0, |file| file.len());
        let log = beside(path, "-wal");
        // Who reads beside a process that writes finds its log.
        size(path) <= SMALL || !self.read_only && size(&log) > 0
    }

    /// A store belongs to what it was first opened for; one that belongs to nothing yet
    /// may be read for anything.
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
        let bound: Option<String> = connection
            .query_row(
                "SELECT value FROM about WHERE name = 'binding'",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(wrong)?;
        let Some(bound) = bound.filter(|bound| bound != binding) else {
            return Ok(());
        };
        Err(refused(format!(
            "{}: the store belongs to {bound}, not to {binding}: name another file",
            path.display()
        )))
    }
}

/// Files up to this size are read whole when they are opened.
const SMALL: u64 = 32 << 20;

/// Whether the pages of a file hold together.
fn check(path: &Path, connection: &Connection) -> Result<(), Error> {
    let found = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    match found.map_err(|error| explain(path, error))?.as_str() {
        "ok" => Ok(()),
        found => Err(refused(format!(
            "{}: the file is damaged: restore a backup ({found})",
            path.display()
        ))),
    }
}

/// Takes the lock file, and makes the database private before SQLite does.
fn lock(path: &Path) -> Result<File, Error> {
    let wrong = |error| unopened(path, error);
    let lock = private(&beside(path, ".lock")).map_err(wrong)?;
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

pub(super) fn unopened(path: &Path, error: std::io::Error) -> Error {
    refused(format!("{}: the file cannot be opened", path.display())).with_source(error)
}

/// A file that belongs to a store, by the end of its name.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
