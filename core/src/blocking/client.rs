//! The client.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::call::{Call, Handle, Sealed};
use crate::client::{ClientBuilder, Shared};
use crate::http::transport::Transport;
use crate::http::{Answer, Network, Request, send, send_until};
use crate::{Error, ErrorKind};

use super::{same_process, until_not};

/// A client whose calls block the calling thread. Cheap to clone, and usable
/// from many threads at once.
///
/// A call is driven on the calling thread itself, which costs less than a hop
/// to another; inside an async runtime it is driven on a thread of its own.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    network: Network,
    transport: Option<Arc<dyn Transport>>,
    /// Drivers not in use. Connections belong to the runtime they were opened
    /// in, so each driver keeps its own.
    idle: Mutex<Vec<Driver>>,
    process: u32,
}

struct Driver {
    transport: Arc<dyn Transport>,
    runtime: Option<tokio::runtime::Runtime>,
    process: u32,
}

/// A runtime dropped within another one would panic; this way its connections
/// are closed and nobody waits. In a process that was forked off they are the
/// parent's to close.
impl Drop for Driver {
    fn drop(&mut self) {
        let Some(runtime) = self.runtime.take() else {
            return;
        };
        if same_process(self.process).is_ok() {
            runtime.shutdown_background();
        } else {
            std::mem::forget(runtime);
        }
    }
}

impl Client {
    /// A client set up from the environment; see
    /// [`Client::from_env`](crate::Client::from_env).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`] when a variable is missing or cannot be
    /// used.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build_blocking()
    }

    /// Starts a new client; end with
    /// [`build_blocking`](ClientBuilder::build_blocking).
    #[must_use]
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    pub(crate) fn new(
        shared: Shared,
        network: Network,
        transport: Option<Arc<dyn Transport>>,
    ) -> Result<Self, Error> {
        let client = Self {
            inner: Arc::new(Inner {
                shared: Arc::new(shared),
                network,
                transport,
                idle: Mutex::default(),
                process: std::process::id(),
            }),
        };
        // So that what is wrong with the network's settings is said now.
        let driver = client.driver()?;
        client.put_back(driver);
        Ok(client)
    }

    /// Where requests go, without a slash at the end.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.inner.shared.base_url
    }

    /// Asks the server to greet back; see
    /// [`Client::hello`](crate::Client::hello).
    pub fn hello(&self) -> Call<String, Self> {
        self.testing().hello()
    }

    /// A client with the same settings, key, hooks and budget of repeats, whose
    /// calls are awaited. Its connections are its own: those of this one belong to
    /// the runtimes of its drivers.
    pub(super) fn awaited(&self) -> Result<crate::Client, Error> {
        let inner = &self.inner;
        same_process(inner.process)?;
        let transport = match &inner.transport {
            Some(transport) => transport.clone(),
            None => Arc::new(inner.network.open()?),
        };
        Ok(crate::Client::new(inner.shared.clone(), transport))
    }

    pub(crate) fn send(&self, request: Box<Request>) -> Result<Answer, Error> {
        self.drive_on_a_thread(async move |shared, transport| {
            send(shared, transport, request).await
        })
    }

    /// As [`send`](Self::send), and asks every [`SLICE`] whether to wait on.
    pub(crate) fn send_while(
        &self,
        request: Box<Request>,
        wait_on: &mut (dyn FnMut() -> bool + Send),
    ) -> Result<Answer, Error> {
        let stop = until_not(wait_on);
        self.drive_on_a_thread(async move |shared, transport| {
            send_until(shared, transport, request, stop).await
        })
    }

    /// Drives a call on this thread; see [`on_a_thread`](Self::on_a_thread).
    pub(crate) fn drive_on_a_thread(
        &self,
        call: impl AsyncFnOnce(&Shared, &dyn Transport) -> Result<Answer, Error> + Send,
    ) -> Result<Answer, Error> {
        self.on_a_thread(|| self.drive(async |transport| call(&self.inner.shared, transport).await))
    }

    /// On this thread, or on one of its own where a runtime is entered
    /// already.
    fn on_a_thread(
        &self,
        call: impl FnOnce() -> Result<Answer, Error> + Send,
    ) -> Result<Answer, Error> {
        same_process(self.inner.process)?;
        if tokio::runtime::Handle::try_current().is_err() {
            return call();
        }
        // A runtime cannot be entered from within another one.
        std::thread::scope(|scope| {
            std::thread::Builder::new()
                .name("defacto-blocking".to_owned())
                .spawn_scoped(scope, call)
                .map_err(|source| {
                    Error::new(ErrorKind::Configuration, "no thread can be started")
                        .with_source(source)
                })?
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn drive(
        &self,
        call: impl AsyncFnOnce(&dyn Transport) -> Result<Answer, Error>,
    ) -> Result<Answer, Error> {
        let driver = self.driver()?;
        let result = match &driver.runtime {
            Some(runtime) => runtime.block_on(async {
                notice_closed_connections().await;
                call(&*driver.transport).await
            }),
            None => Err(Error::new(ErrorKind::Configuration, "the client is closed")),
        };
        self.put_back(driver);
        result
    }

    /// A driver that nobody uses, or a new one.
    fn driver(&self) -> Result<Driver, Error> {
        let idle = self.idle().pop();
        if let Some(driver) = idle {
            return Ok(driver);
        }
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|source| {
                Error::new(ErrorKind::Configuration, "the runtime cannot be started")
                    .with_source(source)
            })?;
        let transport = match &self.inner.transport {
            Some(transport) => transport.clone(),
            None => Arc::new(self.inner.network.open()?),
        };
        Ok(Driver {
            transport,
            runtime: Some(runtime),
            process: self.inner.process,
        })
    }

    /// Keeps a driver for the next call, unless there are enough of them.
    fn put_back(&self, driver: Driver) {
        let mut idle = self.idle();
        if idle.len() < self.inner.network.idle_per_host.max(1) {
            idle.push(driver);
        }
    }

    /// A driver is pushed whole or not at all, so a poisoned lock guards
    /// nothing broken.
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Driver>> {
        self.inner
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Nothing of a runtime runs between two calls, so a connection the server
/// closed meanwhile still looks open, and a request sent on it would be lost.
/// Going round once asks the system for news (no wait), and once more lets the
/// connections hear them.
async fn notice_closed_connections() {
    for _ in 0..3 {
        tokio::task::yield_now().await;
    }
}

impl Sealed for Client {}
impl Handle for Client {}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url())
            .finish_non_exhaustive()
    }
}
