//! The tracker: what the fold and the store are for.

mod account;
mod alarm;
mod builder;
mod changes;
mod credit;
mod erase;
mod explain;
mod extras;
mod failed;
mod health;
mod looks;
mod metrics;
mod news;
mod notices;
mod offset;
mod pace;
mod payoff;
mod portfolio;
mod progress;
mod purge;
mod read;
mod receiver;
mod reconcile;
mod resolve;
mod run;
mod send;
mod settle;
mod silence;
mod sync;
mod turn;
mod view;
mod wait;

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use defacto_types::Timestamp;
use tokio::sync::Notify;

pub use builder::TrackerBuilder;
pub use changes::Changes;
pub use failed::FailedPass;
pub use health::Health;
pub use pace::{is_open, slowed};
pub use payoff::Payoff;
pub use progress::Progress;
pub use purge::Purged;
pub use receiver::{Received, Receiver};
pub use run::is_final;
pub use settle::Settled;
pub use sync::Synced;
pub use view::LoanView;
pub use wait::{Outlook, TrackedWait};

use super::AlertPolicy;
use super::store::{Batch, Numbered, Store};
use crate::{Client, Error};
use offset::Offset;

/// Follows loans for as long as they live, across crashes, lost notifications
/// and restarts. Cheap to clone; the clones share one store.
///
/// ```no_run
/// # async fn example(body: defacto::types::CreateLoan) -> Result<(), defacto::Error> {
/// use defacto::Client;
/// use defacto::tracking::Tracker;
/// use defacto::tracking::store::Memory;
///
/// let client = Client::from_env()?;
/// let tracker = Tracker::new(client.clone(), Memory::new());
/// // Written down before it is sent: never made twice, never forgotten.
/// let loan = tracker.send(client.loans().create(&body)).await?;
/// tracker.sync().await?;
/// let mut changes = tracker.changes("mailer").await?;
/// while let Some(change) = changes.next().await? {
///     println!("{} {:?}", change.change.subject, change.change.kind);
///     changes.acknowledge(&change).await?;
/// }
/// # let _ = loan;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tracker {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    store: Arc<dyn Store>,
    account: account::Account,
    /// What was asked for of late.
    asked: credit::Asked,
    clock: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// The name under which this tracker claims intents.
    holder: String,
    /// Intents whose request is under way in this process.
    flying: Mutex<HashSet<String>>,
    offset: Mutex<Offset>,
    alerts: AlertPolicy,
    keep_notifications: std::time::Duration,
    /// For consumers: there may be new changes.
    changed: Notify,
    /// For runs: a notification was stored.
    arrived: Notify,
    runs: run::Runs,
    meters: metrics::Meters,
    /// The reads that are planned.
    looks: Mutex<looks::Looks>,
    /// The pass under way.
    watched: progress::Watched,
    failed: failed::Failures,
    /// One passes and one digests at a time: two would read the same loans twice.
    passing: tokio::sync::Mutex<()>,
    digesting: tokio::sync::Mutex<()>,
    /// Whether notifications are expected: somebody stands ready to receive them.
    expects: std::sync::atomic::AtomicBool,
}

impl Tracker {
    /// A tracker of the loans of a client's account, with the usual settings.
    #[must_use]
    pub fn new(client: Client, store: impl Store + 'static) -> Self {
        Self::builder(client, store).build()
    }

    /// Starts a tracker; see [`TrackerBuilder`].
    pub fn builder(client: Client, store: impl Store + 'static) -> TrackerBuilder {
        Self::sharing(client, Arc::new(store))
    }

    /// The same with a store that others hold too, or whose kind is known only when
    /// the program runs: [`Place::open`](super::store::Place::open) gives one.
    pub fn sharing(client: Client, store: Arc<dyn Store>) -> TrackerBuilder {
        TrackerBuilder::new(client, store)
    }

    /// The client it asks.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.inner.client
    }

    /// Where it keeps what it knows.
    #[must_use]
    pub fn store(&self) -> &dyn Store {
        &*self.inner.store
    }

    fn now(&self) -> Timestamp {
        (self.inner.clock)()
    }

    /// What time it is for the server, as far as its answers told: what is due is
    /// due by its clock.
    pub(crate) fn server_now(&self) -> Timestamp {
        self.offset().server_time(self.now())
    }

    fn offset(&self) -> MutexGuard<'_, Offset> {
        self.inner
            .offset
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn flying(&self) -> MutexGuard<'_, HashSet<String>> {
        self.inner
            .flying
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn commit(&self, mut batch: Batch) -> Result<Vec<Numbered>, Error> {
        self.sign(&mut batch).await?;
        let made = self.inner.store.commit(batch, self.now()).await?;
        self.made(&made);
        Ok(made)
    }

    /// Counts changes that were made, and wakes who waits for some.
    fn made(&self, changes: &[Numbered]) {
        if !changes.is_empty() {
            self.inner.meters.changes(changes.len());
            self.inner.changed.notify_waiters();
        }
    }
}

/// So long before an instant; the beginning of time where there is none.
fn earlier(instant: Timestamp, by: std::time::Duration) -> Timestamp {
    let by = jiff::SignedDuration::try_from(by).unwrap_or(jiff::SignedDuration::MAX);
    let earlier = instant.get().checked_sub(by);
    Timestamp(earlier.unwrap_or(jiff::Timestamp::MIN))
}

impl fmt::Debug for Tracker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracker")
            .field("client", &self.inner.client)
            .field("store", &self.inner.store)
            .finish_non_exhaustive()
    }
}
