//! How a tracker is set up.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use defacto_types::Timestamp;
use tokio::sync::Notify;

use super::super::AlertPolicy;
use super::super::store::Store;
use super::account::Account;
use super::credit::Asked;
use super::failed::{self, FailedPass, Failures};
use super::metrics::Meters;
use super::progress::{Progress, Told, Watched};
use super::run::Runs;
use super::{Inner, Tracker};
use crate::Client;
use crate::http::new_uuid;

/// A tracker that is being set up.
#[must_use = "`build` makes the tracker"]
pub struct TrackerBuilder {
    client: Client,
    store: Arc<dyn Store>,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    alerts: AlertPolicy,
    keep_notifications: Duration,
    progress: Option<Told>,
    failure: Option<failed::Told>,
}

/// How long notifications are kept once they were read: 90 days.
const KEEP: Duration = Duration::from_secs(90 * 86_400);

impl TrackerBuilder {
    pub(crate) fn new(client: Client, store: Arc<dyn Store>) -> Self {
        Self {
            client,
            store,
            clock: Arc::new(|| Timestamp(jiff::Timestamp::now())),
            alerts: AlertPolicy::default(),
            keep_notifications: KEEP,
            progress: None,
            failure: None,
        }
    }

    /// What time it is: the system's clock unless set. The server's own clock
    /// is learned from its answers.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// When alerts are raised: see [`AlertPolicy`] for the usual.
    pub fn alerts(mut self, policy: AlertPolicy) -> Self {
        self.alerts = policy;
        self
    }

    /// How long a notification is kept as it came once it was read, since it holds
    /// names and account numbers; 90 days unless set. A full pass removes older
    /// ones.
    pub fn keep_notifications(mut self, time: Duration) -> Self {
        self.keep_notifications = time;
        self
    }

    /// Calls a function after each page that a pass has read, with how far it has
    /// come: a first pass over a large account takes minutes. It must be short.
    pub fn on_progress(mut self, told: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Box::new(told));
        self
    }

    /// Calls a function whenever a pass of a [`run`](Tracker::run), or a reading of
    /// notifications, failed and is made again: with why, how many failed in a row and
    /// how long the run waits. It must be short. What ends the run is the run's own
    /// error alone.
    pub fn on_failure(mut self, told: impl Fn(&FailedPass<'_>) + Send + Sync + 'static) -> Self {
        self.failure = Some(Box::new(told));
        self
    }

    /// The tracker.
    #[must_use]
    pub fn build(self) -> Tracker {
        Tracker {
            inner: Arc::new(Inner {
                client: self.client,
                store: self.store,
                account: Account::default(),
                asked: Asked::default(),
                clock: self.clock,
                holder: new_uuid().to_string(),
                flying: Mutex::default(),
                offset: Mutex::default(),
                alerts: self.alerts,
                keep_notifications: self.keep_notifications,
                changed: Notify::new(),
                arrived: Notify::new(),
                runs: Runs::default(),
                meters: Meters::default(),
                looks: Mutex::default(),
                watched: Watched::by(self.progress),
                failed: Failures::by(self.failure),
                passing: tokio::sync::Mutex::default(),
                digesting: tokio::sync::Mutex::default(),
                expects: std::sync::atomic::AtomicBool::default(),
            }),
        }
    }
}

impl fmt::Debug for TrackerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrackerBuilder")
            .field("client", &self.client)
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}
