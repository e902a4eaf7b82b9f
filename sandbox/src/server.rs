//! The listening server: starting and stopping it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
#[cfg(feature = "state")]
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::app::App;
use crate::clock::Clock;
use crate::connection::{self, Open};
use crate::control;
use crate::delivery;
use crate::routes;
#[cfg(feature = "state")]
use crate::state::File;
use crate::state::{self, Gate, StateError, Store, What};

/// How long [`Sandbox::stop`] waits for requests under way.
const GRACE: Duration = Duration::from_secs(5);

/// A running simulator. It stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    pub(crate) router: Router,
    /// Sending, or dropping, it asks the server to stop.
    shutdown: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

impl Sandbox {
    /// Starts a simulator on a free port of 127.0.0.1.
    ///
    /// It runs on the Tokio runtime this is called in.
    ///
    /// # Errors
    ///
    /// When no port can be listened on.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Sets up a simulator before it starts.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The address listened on, with the port that was really taken.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the API is, without a slash at the end:
    /// `http://127.0.0.1:49152`.
    #[must_use]
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where the simulator itself is controlled: [`base_url`](Self::base_url)
    /// and `/_sandbox`.
    #[must_use]
    pub fn control_url(&self) -> String {
        format!("{}{}", self.base_url(), control::PREFIX)
    }

    /// Stops listening, lets the requests under way finish (for 5 seconds at
    /// most), and returns when the port is free.
    pub async fn stop(mut self) {
        self.shutdown.take();
        if timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
            // Done once the task has dropped what it held.
            let _ = (&mut self.task).await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.shutdown.take();
        self.task.abort();
    }
}

/// What a simulator is started with; made by [`Sandbox::builder`].
#[derive(Clone, Debug)]
#[must_use = "nothing runs until `start`"]
pub struct Builder {
    listen: SocketAddr,
    seed: Option<u64>,
    keep: Keep,
}

/// What is kept of the requests.
#[derive(Clone, Debug)]
enum Keep {
    Nothing,
    InMemory,
    #[cfg(feature = "state")]
    In(PathBuf),
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: None,
            keep: Keep::Nothing,
        }
    }
}

impl Builder {
    /// Listens on this address instead of a free port of 127.0.0.1. Port 0
    /// takes any free port.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Draws the generated test data from this seed instead of 0. The same
    /// seed and the same requests in the same order give the same data.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Keeps every request in memory, so that they can be exported as a
    /// scenario. Requests are then carried out one by one.
    pub fn record(mut self) -> Self {
        self.keep = Keep::InMemory;
        self
    }

    /// Keeps every request in this file, and starts from what is in it: the
    /// simulated world outlives the process, however it ends. The file is made
    /// if it is not there. Its seed is the one it was begun with. Requests are
    /// then carried out one by one.
    #[cfg(feature = "state")]
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.keep = Keep::In(file.into());
        self
    }

    /// Starts the simulator on the Tokio runtime this is called in.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on, or the state file not used.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let failed = |source| StartError {
            address: self.listen,
            why: Failed::Listen(source),
        };
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (shutdown, asked) = oneshot::channel::<()>();
        let open = Open::default();
        let app = self.open(open.clone()).await.map_err(|source| StartError {
            address: self.listen,
            why: Failed::State(source),
        })?;
        let router = routes::router(app.clone());
        let serve = connection::serve(listener, router.clone(), open, asked);
        let task = tokio::spawn(async move {
            tokio::select! {
                served = serve => served,
                never = delivery::run(app) => match never {},
            }
        });
        Ok(Sandbox {
            address,
            router,
            shutdown: Some(shutdown),
            task,
        })
    }

    /// A fresh simulator, or the one that was.
    async fn open(&self, open: Open) -> Result<App, StateError> {
        let clock = Clock::default();
        let (path, store, seed) = match &self.keep {
            Keep::Nothing => {
                let seed = self.seed.unwrap_or_default();
                return Ok(App::with(seed, open, clock, None));
            }
            Keep::InMemory => {
                let store = Store::Memory(Vec::new());
                (Path::new(""), store, self.seed.unwrap_or_default())
            }
            #[cfg(feature = "state")]
            Keep::In(path) => {
                let (file, seed) = File::open(path, self.seed)?;
                (path.as_path(), Store::File(file), seed)
            }
        };
        let gate = Gate::new(store, clock.clone());
        // A world begins when it first did, and not when it is looked at.
        let first = gate.read(0)?.first().map(|record| record.real);
        let begun = first.unwrap_or_else(Timestamp::now);
        clock.pin(Some(begun));
        if first.is_none() {
            gate.record(begun, What::Start)?;
        }
        let app = App::with(seed, open, clock, Some(gate.clone()));
        let router = routes::unrecorded(app.clone());
        let replayed = state::replay(&app, &gate, &router).await;
        replayed.map_err(|stuck| stuck.of(path))?;
        Ok(app)
    }
}

/// The simulator could not start.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    why: Failed,
}

#[derive(Debug)]
enum Failed {
    Listen(io::Error),
    State(StateError),
}

impl StartError {
    /// The address that was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What is the matter with the state file, if it is that.
    #[must_use]
    pub fn state(&self) -> Option<&StateError> {
        match &self.why {
            Failed::State(error) => Some(error),
            Failed::Listen(_) => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Failed::Listen(_) => write!(f, "the sandbox cannot listen on {}", self.address),
            Failed::State(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Failed::Listen(source) => Some(source),
            Failed::State(error) => error.source(),
        }
    }
}
