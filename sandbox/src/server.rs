//! The listening server: starting and stopping it.

use std::error::Error;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
#[cfg(any(feature = "state", feature = "contract"))]
use std::path::PathBuf;
use std::time::Duration;

use axum::Router;
use defacto_types::{Map, Value};
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::accounts::Accounts;
use crate::app::{App, Start};
use crate::clock::Clock;
use crate::config::{ConfigError, Setup};
use crate::connection::{self, Open};
#[cfg(feature = "contract")]
use crate::contract::{self, Checked, Contract};
use crate::control;
#[cfg(feature = "state")]
use crate::state::File;
use crate::state::{self, Gate, StateError, Store, What};

/// How long [`Sandbox::stop`] waits for requests under way.
const GRACE: Duration = Duration::from_secs(5);

/// A running simulator. It stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    accounts: Accounts,
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

    /// What the check of the answers found so far; `None` where they are not
    /// checked. See [`Builder::contract`].
    #[cfg(feature = "contract")]
    #[must_use]
    pub fn checked(&self) -> Option<Checked> {
        let apps = self.accounts.apps();
        let contract = apps.first()?.contract.as_ref()?;
        Some(contract.checked())
    }

    /// What answers requests from within.
    pub(crate) fn router(&self) -> Router {
        self.accounts.first_router()
    }

    /// The simulators of its accounts.
    #[cfg(test)]
    pub(crate) fn apps(&self) -> Vec<App> {
        self.accounts.apps()
    }

    /// Stops listening, lets the requests under way finish (for 5 seconds at
    /// most), and returns when the port and a state file are free.
    pub async fn stop(mut self) {
        self.shutdown.take();
        if timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
            // Done once the task has dropped what it held.
            let _ = (&mut self.task).await;
        }
        self.accounts.end().await;
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
    setup: Setup,
    demo: bool,
    #[cfg(feature = "contract")]
    contract: Option<PathBuf>,
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
            setup: Setup::default(),
            demo: false,
            #[cfg(feature = "contract")]
            contract: contract::folder(),
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
    /// if it is not there. Its seed is the one it was begun with; policies,
    /// faults, data and the names of accounts must be those it was begun with.
    /// It holds no key. Requests are then carried out one by one.
    #[cfg(feature = "state")]
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.keep = Keep::In(file.into());
        self
    }

    /// Begins with companies, invoices and loans to look at, in the first
    /// account; a reset brings them back.
    pub fn demo(mut self, demo: bool) -> Self {
        self.demo = demo;
        self
    }

    /// Checks every answer against the contract in this folder of the project;
    /// one that does not fit is answered as a problem with status 500 that
    /// names what is wrong. Faults come after it. The folder is the one that
    /// `DEFACTO_SANDBOX_CONTRACT` names unless this is called.
    #[cfg(feature = "contract")]
    pub fn contract(mut self, folder: impl Into<PathBuf>) -> Self {
        self.contract = Some(folder.into());
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
    /// When the address cannot be listened on, the state file not used, or
    /// what is asked for not combined.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let failed = |source| StartError {
            address: self.listen,
            why: Failed::Listen(source),
        };
        let listener = TcpListener::bind(self.listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (shutdown, asked) = oneshot::channel::<()>();
        let open = Open::default();
        let asked_for = self.listen;
        let opened = self.open(open.clone()).await;
        let accounts = opened.map_err(|why| StartError {
            address: asked_for,
            why,
        })?;
        let serve = connection::serve(listener, accounts.clone(), open, asked);
        let task = tokio::spawn(serve);
        Ok(Sandbox {
            address,
            accounts,
            shutdown: Some(shutdown),
            task,
        })
    }

    /// A fresh simulator, or the one that was.
    async fn open(self, open: Open) -> Result<Accounts, Failed> {
        #[cfg(feature = "contract")]
        let contract = match &self.contract {
            Some(folder) => Some(
                Contract::read(folder)
                    .map_err(|reason| Failed::Setup(ConfigError::of("contract", &reason)))?,
            ),
            None => None,
        };
        let clock = Clock::default();
        let start = self.setup.start(self.demo);
        let (path, store, seed) = match &self.keep {
            Keep::Nothing => (None, None, self.seed.unwrap_or_default()),
            Keep::InMemory => {
                let store = Store::Memory(Vec::new());
                (None, Some(store), self.seed.unwrap_or_default())
            }
            #[cfg(feature = "state")]
            Keep::In(path) => {
                let opened = File::open(path, self.seed, &start.to_string());
                let (file, seed) = opened.map_err(Failed::State)?;
                (Some(path.as_path()), Some(Store::File(file)), seed)
            }
        };
        let gate = store.map(|store| Gate::new(store, clock.clone()));
        if let Some(gate) = &gate {
            begin(gate, &clock).map_err(Failed::State)?;
        }
        let own = own(start);
        let Setup {
            settings,
            faults,
            accounts,
        } = self.setup;
        let start = Start {
            seed,
            settings,
            faults,
            own,
            #[cfg(feature = "contract")]
            contract,
        };
        let app = App::with(start, open, clock.clone(), gate.clone());
        let accounts = Accounts::new(app, accounts, self.demo)
            .map_err(|wrong| Failed::Setup(ConfigError(vec![wrong])))?;
        accounts.begin().await;
        if let Some(gate) = gate {
            let replayed = state::replay(&accounts, &gate, &clock).await;
            let path = path.unwrap_or_else(|| Path::new(""));
            replayed.map_err(|stuck| Failed::State(stuck.of(path)))?;
            accounts.deliver();
        }
        Ok(accounts)
    }
}

/// What of this is not the usual.
fn own(start: Value) -> Map<String, Value> {
    let usual = Setup::default().start(false);
    let Value::Object(start) = start else {
        return Map::new();
    };
    let is_own = |(name, value): &(String, Value)| usual.get(name) != Some(value);
    start.into_iter().filter(is_own).collect()
}

/// A world begins when it first did, and not when it is looked at.
fn begin(gate: &Gate, clock: &Clock) -> Result<(), StateError> {
    let first = gate.read(0)?.first().map(|record| record.real);
    let begun = first.unwrap_or_else(Timestamp::now);
    clock.pin(Some(begun));
    if first.is_none() {
        gate.record(begun, What::Start)?;
    }
    Ok(())
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
    Setup(ConfigError),
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
            Failed::Listen(_) | Failed::Setup(_) => None,
        }
    }

    /// What it cannot be set up with, if it is that.
    #[must_use]
    pub fn config(&self) -> Option<&ConfigError> {
        match &self.why {
            Failed::Setup(error) => Some(error),
            Failed::Listen(_) | Failed::State(_) => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.why {
            Failed::Listen(_) => write!(f, "the sandbox cannot listen on {}", self.address),
            Failed::Setup(error) => error.fmt(f),
            Failed::State(error) => error.fmt(f),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.why {
            Failed::Listen(source) => Some(source),
            Failed::Setup(_) => None,
            Failed::State(error) => error.source(),
        }
    }
}
