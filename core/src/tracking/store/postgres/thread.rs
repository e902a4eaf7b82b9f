//! The thread that drives a store's connections.

use std::convert::Infallible;
use std::thread;

use tokio::runtime::{Builder, Handle};
use tokio::sync::{mpsc, oneshot};

use super::super::{Task, refused};
use crate::Error;

/// A runtime on a thread of its own. Connections belong to the runtime that
/// opened them; whoever asks the store may be in any, in none, or in one that
/// stands still between two calls, as those of the blocking client do.
#[derive(Debug)]
pub(super) struct Thread {
    handle: Handle,
    /// Held by every job: the thread ends after the last of them.
    working: mpsc::Sender<Infallible>,
    /// Lets the thread end when it is dropped.
    _stop: oneshot::Sender<()>,
}

impl Thread {
    pub(super) fn start() -> Result<Self, Error> {
        let failed = |source: std::io::Error| {
            refused("the store's thread cannot be started: check the system's limits")
                .with_source(source)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let (working, mut work) = mpsc::channel(1);
        thread::Builder::new()
            .name("defacto-store".to_owned())
            .spawn(move || {
                // Nothing is ever sent; it ends when the store is dropped, and what
                // was asked for is carried out.
                runtime.block_on(async {
                    let _ = stopped.await;
                    let _ = work.recv().await;
                });
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            working,
            _stop: stop,
        })
    }

    /// Carries this out to its end, even where nobody waits for it any more: a
    /// transaction is never left half way.
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        job: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Task<'a, T> {
        let working = self.working.clone();
        let running = self.handle.spawn(async move {
            let done = job.await;
            drop(working);
            done
        });
        Box::pin(async move {
            running
                .await
                .map_err(|error| refused("the store is closed").with_source(error))?
        })
    }
}
