//! The listening server: starting and stopping it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use defacto_types::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::accounts::Accounts;
use crate::app::App;
use crate::config::{ConfigError, Setup};
use crate::connection::{self, Open};
use crate::control;

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
    setup: Setup,
    demo: bool,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 0,
            setup: Setup::default(),
            demo: false,
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

    /// Begins with companies, invoices and loans to look at, in the first
    /// account; a reset brings them back.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// Adds what a TOML text says: a table `policy`, an array of tables
    /// `faults`, and a table `accounts` with a key for each name.
    ///
    /// # Errors
    ///
    /// When the text is no TOML, or says what there is not.
    pub fn config(mut self, toml: &str) -> Result<Self, ConfigError> {
        self.setup.read(toml, &["policy", "faults", "accounts"])?;
        Ok(self)
    }

    /// Adds the faults of a TOML text: an array of tables `faults`.
    ///
    /// # Errors
    ///
    /// When the text is no TOML, or a fault is none.
    pub fn faults(mut self, toml: &str) -> Result<Self, ConfigError> {
        self.setup.read(toml, &["faults"])?;
        Ok(self)
    }

    /// Adds a fault, as the control API takes it.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn fault(mut self, fault: Value) -> Result<Self, ConfigError> {
        self.setup.add_fault(fault).map_err(ConfigError)?;
        Ok(self)
    }

    /// Decides something otherwise; [`policies`](crate::policies) lists what.
    ///
    /// # Errors
    ///
    /// When there is no such decision, or it does not take this value.
    pub fn policy(mut self, name: &str, value: &str) -> Result<Self, ConfigError> {
        let set = self.setup.settings.set(name, &value.into());
        set.map_err(|wrong| ConfigError(vec![wrong]))?;
        Ok(self)
    }

    /// Adds an account. With one or more, keys of none are refused; without
    /// any, there is one that takes every key.
    ///
    /// # Errors
    ///
    /// When the name or the key is malformed, or another account's.
    pub fn account(mut self, name: &str, key: &str) -> Result<Self, ConfigError> {
        self.setup
            .add_account(name, key.into())
            .map_err(ConfigError)?;
        Ok(self)
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
        let Setup {
            settings,
            faults,
            accounts,
        } = self.setup;
        let app = App::new(self.seed, open.clone(), settings, faults);
        let kept = app.clone();
        let accounts = Accounts::new(app, accounts, self.demo);
        let accounts =
            accounts.map_err(|wrong| failed(io::Error::other(ConfigError(vec![wrong]))))?;
        accounts.begin().await;
        let serve = connection::serve(listener, accounts, open, asked);
        let task = tokio::spawn(serve);
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
