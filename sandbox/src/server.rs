//! The listening server: starting and stopping it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::app::App;
use crate::connection::{self, Open};
use crate::control;
use crate::delivery;
use crate::routes;

/// How long [`Sandbox::stop`] waits for requests under way.
const GRACE: Duration = Duration::from_secs(5);

/// A running simulator. It stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    app: App,
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

    /// What its control API works on.
    pub(crate) fn app(&self) -> App {
        self.app.clone()
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
    seed: u64,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 0,
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
        self.seed = seed;
        self
    }

    /// Starts the simulator on the Tokio runtime this is called in.
    ///
    /// # Errors
    ///
    /// When the address cannot be listened on.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let failed = |source| StartError {
            address: self.listen,
            source,
        };
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (shutdown, asked) = oneshot::channel::<()>();
        let open = Open::default();
        let app = App::new(self.seed, open.clone());
        let router = routes::router(app.clone());
        let kept = app.clone();
        let serve = connection::serve(listener, router, open, asked);
        let task = tokio::spawn(async move {
            tokio::select! {
                served = serve => served,
                never = delivery::run(app) => match never {},
            }
        });
        Ok(Sandbox {
            address,
            app: kept,
            shutdown: Some(shutdown),
            task,
        })
    }
}

/// The simulator could not start listening.
#[derive(Debug)]
pub struct StartError {
    address: SocketAddr,
    source: io::Error,
}

impl StartError {
    /// The address that was asked for.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the sandbox cannot listen on {}", self.address)
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.source)
    }
}
