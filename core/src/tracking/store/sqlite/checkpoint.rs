//! Moving what was written from SQLite's log into the database.
//!
//! SQLite does it in the commit that finds the log long enough, and whoever waits
//! for that commit waits for two more syncs. Here a thread of its own does it, beside
//! the writes.

use std::cell::Cell;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::hooks::Wal;

use super::super::refused;
use super::thread::Thread;
use crate::Error;

/// Pages of the log from which on it is moved once nobody writes: as many as SQLite
/// takes.
const LONG: i32 = 1_000;
/// Pages from which on it is moved while others write: their syncs wait for it.
const LATE: i32 = 8_000;
/// Pages from which on the writing thread does it itself, and waits: while there
/// are always writes, the log is never read to its end and begins again nowhere.
const TOO_LONG: i32 = 16_000;
/// How long emptying the log waits for those that read.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long before it tries again.
const PAUSE: Duration = Duration::from_millis(10);

thread_local! {
    /// Pages in the log after this thread's last commit.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The thread, for the one that writes.
#[derive(Debug)]
pub(super) struct Checkpoints {
    ask: SyncSender<()>,
    _thread: Thread,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own; it ends when this is
    /// dropped.
    pub(super) fn start(own: Connection) -> std::io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        let thread = Thread::start("defacto-store-log", move || {
            while asked.recv() == Ok(()) {
                // What cannot be moved now stays in the log, where it is safe.
                let _ = own.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
            }
        })?;
        Ok(Self {
            ask,
            _thread: thread,
        })
    }

    /// Takes over from SQLite what happens after a commit of this connection, on
    /// the thread that commits.
    pub(super) fn take_over(connection: &Connection) {
        // Setting it takes SQLite's own away.
        connection.wal_hook(Some(note));
    }

    /// Called after each commit.
    pub(super) fn after_commit(&self, connection: &Connection) {
        let pages = PAGES.get();
        if pages >= TOO_LONG {
            let _ = connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()));
        } else if pages >= LATE {
            self.ask();
        }
    }

    /// Whether the log should be moved as soon as nobody writes.
    pub(super) fn is_due() -> bool {
        PAGES.get() >= LONG
    }

    /// Has the log moved by the thread.
    pub(super) fn ask(&self) {
        // Where one is asked for already, that one will do.
        let _ = self.ask.try_send(());
    }
}

/// Moves all of the log into the database and cuts it to nothing, so that what was
/// removed is in neither of them. It waits for those that read, for some seconds.
pub(super) fn empty(connection: &Connection) -> Result<(), Error> {
    let begun = Instant::now();
    loop {
        // While another is under way it is refused at once.
        let busy: i64 = connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
            .map_err(|error| {
                refused("the store's log cannot be moved into its file").with_source(error)
            })?;
        if busy == 0 {
            PAGES.set(0);
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            return Err(refused(
                "what was removed is still in the store's log, since another program is reading \
                 the store: ask for the same again",
            ));
        }
        thread::sleep(PAUSE);
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form that SQLite calls")]
fn note(_: &Wal, pages: i32) -> rusqlite::Result<()> {
    PAGES.set(pages);
    Ok(())
}
