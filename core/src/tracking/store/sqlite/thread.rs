//! Threads that are waited for.

use std::thread::{Builder, JoinHandle, current};
use std::{fmt, io, mem, process};

/// A thread that is waited for when this is dropped: what it holds is let go of
/// then, and another process may have it.
pub(super) struct Thread {
    handle: Option<JoinHandle<()>>,
    process: u32,
}

impl Thread {
    pub(super) fn start(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        Ok(Self {
            handle: Some(Builder::new().name(name.to_owned()).spawn(work)?),
            process: process::id(),
        })
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        let Some(handle) = self.handle.take() else {
            return;
        };
        // In a process that was forked off there is no such thread, and nobody waits
        // for himself.
        if self.process == process::id() && handle.thread().id() != current().id() {
            let _ = handle.join();
        } else {
            mem::forget(handle);
        }
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread").finish_non_exhaustive()
    }
}
