//! The one runtime of a process for submitted calls and for trackers that are
//! called without async: one thread, started with the first of them.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use tokio::runtime::{Builder, Handle};

use crate::{Error, ErrorKind};

/// After a fork the child has this entry but not the thread, and starts its
/// own.
static RUNNING: Mutex<Option<Running>> = Mutex::new(None);

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The runtime and the process it runs in.
struct Running {
    process: u32,
    handle: Handle,
    thread: ThreadId,
    /// What was submitted and the thread has not taken yet. A task given to it
    /// from outside wakes it, which costs a system call; of many that are
    /// submitted at once only the first is given, and takes the rest along.
    submitted: Arc<Mutex<Vec<Task>>>,
}

/// Runs this on the thread.
pub(crate) fn spawn(task: impl Future<Output = ()> + Send + 'static) -> Result<(), Error> {
    let process = std::process::id();
    let mut entry = running();
    let running = match &mut *entry {
        Some(running) if running.process == process => running,
        none => none.insert(start(process)?),
    };
    let task: Task = Box::pin(task);
    let submitted = &running.submitted;
    let is_first = {
        let mut tasks = submitted.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.push(task);
        tasks.len() == 1
    };
    if is_first {
        let submitted = submitted.clone();
        running.handle.spawn(async move {
            let tasks =
                std::mem::take(&mut *submitted.lock().unwrap_or_else(PoisonError::into_inner));
            for task in tasks {
                tokio::spawn(task);
            }
        });
    }
    Ok(())
}

/// An entry is written whole or not at all, so a poisoned lock guards nothing
/// broken.
fn running() -> MutexGuard<'static, Option<Running>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this is the runtime's own thread, as in a hook of a call: to wait here
/// for what runs here would be forever.
fn is_here() -> bool {
    let here = std::thread::current().id();
    running().as_ref().is_some_and(|one| one.thread == here)
}

/// Runs this on the thread, and waits for it on this one.
pub(crate) fn wait<T: Send + 'static>(
    task: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    if is_here() {
        return Err(Error::new(
            ErrorKind::Configuration,
            "called where calls run, as in a hook or a clock: call it from another thread",
        ));
    }
    let (send, receive) = std::sync::mpsc::channel();
    // The receiver is there until it has come.
    spawn(async move { drop(send.send(task.await)) })?;
    receive
        .recv()
        .unwrap_or_else(|_| Err(Error::new(ErrorKind::Canceled, "the call was left")))
}

fn start(process: u32) -> Result<Running, Error> {
    let failed = |source: std::io::Error| {
        Error::new(
            ErrorKind::Configuration,
            "the thread of submitted calls cannot be started: check the system's limits",
        )
        .with_source(source)
    };
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    let handle = runtime.handle().clone();
    let thread = std::thread::Builder::new()
        .name("defacto".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .map_err(failed)?;
    Ok(Running {
        process,
        handle,
        thread: thread.thread().id(),
        submitted: Arc::default(),
    })
}
