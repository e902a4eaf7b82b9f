//! The thread that owns a connection, and group commit.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvError, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use tokio::sync::oneshot;

use super::super::{Task, refused};
use super::checkpoint::{self, Checkpoints};
use super::repeats::Repeats;
use super::thread::Thread;
use crate::Error;

/// Writes that go into one transaction at most.
const GROUP: usize = 1_024;

/// How long nobody must have asked for anything before the log is moved.
const IDLE: Duration = Duration::from_millis(5);

/// Tells whoever asked, once the transaction is over.
type Finish = Box<dyn FnOnce(Result<(), &str>) + Send>;
type Work = Box<dyn FnOnce(&Connection) -> Finish + Send>;

/// What the thread is asked for.
enum Job {
    /// In a transaction, with others.
    Shared(Work),
    /// Moving all of the log into the database, which no transaction may do.
    EmptyLog(oneshot::Sender<Result<(), Error>>),
}

/// A thread that owns a connection and carries out jobs, all those that wait
/// in one transaction: what is written at once is made durable at once.
#[derive(Debug)]
pub(super) struct Worker {
    path: PathBuf,
    /// Gone before the thread is waited for, which ends by that.
    jobs: Sender<Job>,
    /// Where it writes.
    repeats: Option<Arc<Repeats>>,
    _thread: Thread,
}

impl Worker {
    /// Starts the thread; dropping the worker waits until its jobs are done.
    pub(super) fn start(path: &Path, connection: Connection, role: Role) -> Result<Self, Error> {
        let (jobs, waiting) = channel();
        let name = format!("defacto-store-{}", role.name());
        let repeats = role.repeats().cloned();
        let thread = Thread::start(&name, move || run(&connection, &waiting, &role));
        Ok(Self {
            path: path.to_owned(),
            jobs,
            repeats,
            _thread: thread.map_err(|error| {
                refused(format!("{}: no thread for the store", path.display())).with_source(error)
            })?,
        })
    }

    /// Carries out a job; a write that fails leaves nothing behind.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Task<'_, T> {
        let (tell, told) = oneshot::channel();
        let path = self.path.clone();
        let repeats = self.repeats.clone();
        let job: Work = Box::new(move |connection| {
            // Where there is no transaction, nothing is written: it was not begun, or
            // SQLite has undone it, and whoever asked is told that it failed.
            let done = (!connection.is_autocommit()).then(|| nested(connection, job));
            if let (Some(Err(_)), Some(repeats)) = (&done, &repeats) {
                // Something of it may have been noted.
                repeats.forget();
            }
            Box::new(move |committed| {
                let failed = |why: &str| Err(refused(format!("{}: {why}", path.display())));
                let result = match (done, committed) {
                    (Some(Err(error)), _) => Err(explain(&path, error)),
                    (Some(Ok(value)), Ok(())) => Ok(value),
                    (_, Err(why)) => failed(why),
                    (None, Ok(())) => failed("there was no transaction: try again"),
                };
                // Whoever asked may have gone.
                let _ = tell.send(result);
            })
        });
        self.told(Job::Shared(job), told)
    }

    /// Moves all of the log into the database and leaves none of it.
    pub(super) fn empty_log(&self) -> Task<'_, ()> {
        let (tell, told) = oneshot::channel();
        self.told(Job::EmptyLog(tell), told)
    }

    fn told<T: Send + 'static>(
        &self,
        job: Job,
        told: oneshot::Receiver<Result<T, Error>>,
    ) -> Task<'_, T> {
        let sent = self.jobs.send(job);
        Box::pin(async move {
            let gone = || refused(format!("{}: the store is closed", self.path.display()));
            sent.map_err(|_| gone())?;
            told.await.map_err(|_| gone())?
        })
    }
}

/// What a worker is for.
#[derive(Debug)]
pub(super) enum Role {
    Write(Checkpoints, Arc<Repeats>),
    Read,
}

impl Role {
    fn name(&self) -> &'static str {
        match self {
            Self::Write(..) => "write",
            Self::Read => "read",
        }
    }

    /// The next job. Where nobody asks for one the log may be moved meanwhile.
    fn next(&self, waiting: &Receiver<Job>) -> Result<Job, RecvError> {
        if let Self::Write(checkpoints, _) = self
            && Checkpoints::is_due()
        {
            match waiting.recv_timeout(IDLE) {
                Ok(job) => return Ok(job),
                Err(RecvTimeoutError::Timeout) => checkpoints.ask(),
                Err(RecvTimeoutError::Disconnected) => return Err(RecvError),
            }
        }
        waiting.recv()
    }

    fn repeats(&self) -> Option<&Arc<Repeats>> {
        match self {
            Self::Write(_, repeats) => Some(repeats),
            Self::Read => None,
        }
    }

    fn begin(&self) -> &'static str {
        match self {
            Self::Write(..) => "BEGIN IMMEDIATE",
            Self::Read => "BEGIN DEFERRED",
        }
    }
}

fn run(connection: &Connection, waiting: &Receiver<Job>, role: &Role) {
    if let Role::Write(..) = role {
        Checkpoints::take_over(connection);
    }
    let mut next = role.next(waiting);
    while let Ok(job) = next {
        let first = match job {
            Job::Shared(first) => first,
            Job::EmptyLog(tell) => {
                // Whoever asked may have gone.
                let _ = tell.send(checkpoint::empty(connection));
                next = role.next(waiting);
                continue;
            }
        };
        let begun = connection.execute_batch(role.begin());
        let mut finish = vec![first(connection)];
        let mut other = None;
        while finish.len() < GROUP
            && let Ok(job) = waiting.try_recv()
        {
            match job {
                Job::Shared(work) => finish.push(work(connection)),
                Job::EmptyLog(_) => {
                    other = Some(job);
                    break;
                }
            }
        }
        let committed = begun.and_then(|()| connection.execute_batch("COMMIT"));
        if committed.is_err() {
            let _ = connection.execute_batch("ROLLBACK");
        }
        match role.repeats() {
            Some(repeats) if committed.is_ok() => repeats.committed(),
            Some(repeats) => repeats.forget(),
            None => {}
        }
        let committed = committed.map_err(|error| why(&error));
        for tell in finish {
            tell(committed.as_ref().copied().map_err(String::as_str));
        }
        // Nobody waits for it any more.
        if let Role::Write(checkpoints, _) = role {
            checkpoints.after_commit(connection);
        }
        next = match other {
            Some(job) => Ok(job),
            None => role.next(waiting),
        };
    }
}

fn nested<T>(
    connection: &Connection,
    job: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    connection.prepare_cached("SAVEPOINT job")?.execute([])?;
    let done = job(connection);
    if done.is_err() && !connection.is_autocommit() {
        connection.prepare_cached("ROLLBACK TO job")?.execute([])?;
    }
    if !connection.is_autocommit() {
        connection.prepare_cached("RELEASE job")?.execute([])?;
    }
    done
}

fn why(error: &rusqlite::Error) -> String {
    let hint = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => "the disk is full, or the file at its limit: make room",
        Some(ErrorCode::DatabaseCorrupt) => "the file is damaged: restore a backup",
        Some(ErrorCode::NotADatabase) => "the file is no database of a tracker",
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another program holds the file: let it end"
        }
        Some(ErrorCode::ReadOnly) => "the store is open for reading alone",
        Some(ErrorCode::CannotOpen) => "the file cannot be opened",
        _ => return error.to_string(),
    };
    format!("{hint} ({error})")
}

/// An error with the file's name and what to do.
pub(super) fn explain(path: &Path, error: rusqlite::Error) -> Error {
    refused(format!("{}: {}", path.display(), why(&error))).with_source(error)
}
