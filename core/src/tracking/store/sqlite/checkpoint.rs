//! Moving what was written from SQLite's log into the database.
//!
//! SQLite does it in the commit that finds the log long enough, and whoever waits
//! for that commit waits for two more syncs. Here a thread of its own does it, beside
//! the writes.

use std::cell::Cell;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use rusqlite::Connection;
use rusqlite::hooks::Wal;

/// Pages of the log from which on it is moved: as many as SQLite takes.
const LONG: i32 = 1_000;
/// Pages from which on the writing thread does it itself, and waits: while there
/// are always writes, the log is never read to its end and begins again nowhere.
const TOO_LONG: i32 = 16_000;

thread_local! {
    /// Pages in the log after this thread's last commit.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// The thread, for the one that writes.
#[derive(Debug)]
pub(super) struct Checkpoints {
    ask: SyncSender<()>,
}

impl Checkpoints {
    /// Starts the thread with a connection of its own; it ends when this is
    /// dropped.
    pub(super) fn start(own: Connection) -> std::io::Result<Self> {
        let (ask, asked) = sync_channel(1);
        thread::Builder::new()
            .name("defacto-store-log".to_owned())
            .spawn(move || {
                while asked.recv() == Ok(()) {
                    // What cannot be moved now stays in the log, where it is safe.
                    let _ = own.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
                }
            })?;
        Ok(Self { ask })
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
        } else if pages >= LONG {
            // Where one is asked for already, that one will do.
            let _ = self.ask.try_send(());
        }
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the form that SQLite calls")]
fn note(_: &Wal, pages: i32) -> rusqlite::Result<()> {
    PAGES.set(pages);
    Ok(())
}
