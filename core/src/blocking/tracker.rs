//! The tracker.

use std::future::pending;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use defacto_types::{LoanId, Timestamp, Webhook, WebhookEventType};

use super::{Changes, Client, Receiver, same_process};
use crate::call::Call;
use crate::tracking::export::{Export, PrivateFile, Rows, unwritten};
use crate::tracking::store::{Intent, IntentState, Numbered, Place, Store};
use crate::tracking::{
    self, Alert, Health, LoanView, Payoff, Portfolio, Reconciliation, Settled, Subject, Synced,
    TrackerBuilder,
};
use crate::webhook::Tokens;
use crate::{Error, runtime};

/// Follows loans for as long as they live, as
/// [`tracking::Tracker`](crate::tracking::Tracker) does, for code without async:
/// each method blocks the calling thread until it is done. Cheap to clone, and
/// usable from many threads at once; the clones share one store.
///
/// What it does runs on one thread of the process, started with the first call, so
/// that [`run`](Self::run) in one thread goes on while others ask and
/// [`stop`](Self::stop) it. It may be called inside an async runtime too, where it
/// blocks that runtime's thread.
///
/// ```no_run
/// # fn example(body: defacto::types::CreateLoan) -> Result<(), defacto::Error> {
/// use defacto::blocking::{Client, Tracker};
///
/// let client = Client::from_env()?;
/// let tracker = Tracker::open(&client, "loans.db")?;
/// // Written down before it is sent: never made twice, never forgotten.
/// let loan = tracker.send(client.loans().create(&body))?;
/// tracker.sync()?;
/// let mut changes = tracker.changes("mailer")?;
/// while let Some(change) = changes.next() {
///     let change = change?;
///     println!("{} {:?}", change.change.subject, change.change.kind);
///     changes.acknowledge(&change)?;
/// }
/// # let _ = loan;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Beside what each method names,
/// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration): in a process that
/// was forked off after the tracker was made, and on the thread its calls run on
/// (in a hook of the client, in the tracker's clock).
#[derive(Clone, Debug)]
pub struct Tracker {
    inner: tracking::Tracker,
    process: u32,
}

impl TrackerBuilder {
    /// The tracker for code without async. Its client must not be used elsewhere:
    /// [`blocking::Tracker::builder`](crate::blocking::Tracker::builder) gives it one
    /// of its own.
    #[must_use]
    pub fn build_blocking(self) -> Tracker {
        Tracker {
            inner: self.build(),
            process: std::process::id(),
        }
    }
}

impl Tracker {
    /// A tracker of the loans of a client's account, with the usual settings. It
    /// has the client's settings and key, and connections of its own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) when the
    /// connections cannot be set up.
    pub fn new(client: &Client, store: impl Store + 'static) -> Result<Self, Error> {
        Ok(Self::builder(client, store)?.build_blocking())
    }

    /// Starts a tracker; end with
    /// [`build_blocking`](TrackerBuilder::build_blocking).
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn builder(client: &Client, store: impl Store + 'static) -> Result<TrackerBuilder, Error> {
        Ok(TrackerBuilder::new(client.awaited()?, Arc::new(store)))
    }

    /// A tracker with the store at a place: the path of a file (feature `sqlite`),
    /// a `postgres://` address (feature `postgres`), or `memory`, which forgets.
    /// The store belongs to the client's server from then on.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new), also where this build has no such store;
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when it cannot be opened.
    pub fn open(client: &Client, place: &str) -> Result<Self, Error> {
        let client = client.awaited()?;
        let (place, server) = (Place::parse(place)?, client.base_url().to_owned());
        let store = runtime::wait(async move { place.open(&server).await })?;
        Ok(TrackerBuilder::new(client, store).build_blocking())
    }

    /// The tracker that is awaited.
    pub(super) fn awaited(&self) -> &tracking::Tracker {
        &self.inner
    }

    /// Carries a verb out on the process's shared runtime, and waits for it.
    pub(super) fn drive<T: Send + 'static, F>(
        &self,
        verb: impl FnOnce(tracking::Tracker) -> F,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        same_process(self.process)?;
        runtime::wait(verb(self.inner.clone()))
    }

    /// Sends a change: writes down that it is meant to be made, asks for it, and
    /// writes down what became of it; see
    /// [`tracking::Tracker::send`](crate::tracking::Tracker::send).
    ///
    /// # Errors
    ///
    /// As the call's own; [`ErrorKind::Store`](crate::ErrorKind::Store) when it
    /// could not be written down, in which case nothing was sent;
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when the
    /// idempotency key was used with another body, and for a form or a file.
    pub fn send<T>(&self, call: Call<T, Client>) -> Result<T, Error> {
        self.send_as(call, None)
    }

    /// As [`send`](Self::send), noting who meant it.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn send_as<T>(&self, call: Call<T, Client>, actor: Option<&str>) -> Result<T, Error> {
        let (_, request, decode) = call.into_parts();
        let actor = actor.map(ToOwned::to_owned);
        let answer = self.drive(|tracker| async move {
            let actor = actor.as_deref();
            tracker.carry_out(request, actor, pending()).await
        })?;
        decode(&answer)
    }

    /// Finds out what became of changes whose answer nobody has.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn settle(&self) -> Result<Settled, Error> {
        self.drive(|tracker| async move { tracker.settle().await })
    }

    /// The changes that were meant to be made and are in this state, oldest first.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn intents(&self, state: IntentState, limit: usize) -> Result<Vec<Intent>, Error> {
        self.drive(|tracker| async move { tracker.store().intents(state, limit).await })
    }

    /// Stores a notification as it came; answer Defacto with a 2xx then.
    ///
    /// # Errors
    ///
    /// When it could not be stored: answer with a 503, so that it is sent again.
    pub fn ingest(
        &self,
        body: impl Into<Vec<u8>>,
        received_at: Option<Timestamp>,
    ) -> Result<u64, Error> {
        let body = body.into();
        self.drive(|tracker| async move { tracker.ingest(body, received_at).await })
    }

    /// Reads the notifications that are stored and the loans they tell of, and
    /// gives what changed.
    ///
    /// # Errors
    ///
    /// When the store or the server fails; what was not read is read the next
    /// time.
    pub fn digest(&self) -> Result<Vec<Numbered>, Error> {
        self.drive(|tracker| async move { tracker.digest().await })
    }

    /// A receiver of notifications that accepts these tokens. While the address
    /// of a subscription is changed, give it the old and the new.
    #[must_use]
    pub fn receiver(&self, tokens: Tokens) -> Receiver {
        Receiver::new(self.clone(), self.inner.receiver(tokens))
    }

    /// Makes sure that there is a subscription of this name with this address and
    /// these events; see [`Client::ensure_webhook`](crate::Client::ensure_webhook).
    ///
    /// # Errors
    ///
    /// As those of the operations it is made of.
    pub fn ensure_webhook(
        &self,
        name: &str,
        to_url: &str,
        events: &[WebhookEventType],
    ) -> Result<Webhook, Error> {
        let (name, to_url, events) = (name.to_owned(), to_url.to_owned(), events.to_vec());
        self.drive(|tracker| async move { tracker.ensure_webhook(&name, &to_url, &events).await })
    }

    /// Catches up with the server and returns what changed; see
    /// [`tracking::Tracker::sync`](crate::tracking::Tracker::sync).
    ///
    /// # Errors
    ///
    /// When the store or the server fails; what was read until then is kept.
    pub fn sync(&self) -> Result<Synced, Error> {
        self.drive(|tracker| async move { tracker.sync().await })
    }

    /// Reads every open loan of the account.
    ///
    /// # Errors
    ///
    /// As [`sync`](Self::sync).
    pub fn full_pass(&self) -> Result<Synced, Error> {
        self.drive(|tracker| async move { tracker.full_pass().await })
    }

    /// Finds changed loans through payments and accounting events.
    ///
    /// # Errors
    ///
    /// As [`sync`](Self::sync).
    pub fn partial_pass(&self) -> Result<Synced, Error> {
        self.drive(|tracker| async move { tracker.partial_pass().await })
    }

    /// Catches up with the server again and again until another thread
    /// [stops](Self::stop) it; see
    /// [`tracking::Tracker::run`](crate::tracking::Tracker::run).
    ///
    /// # Errors
    ///
    /// That of the first pass; later on what waiting does not help against.
    pub fn run(&self, every: Option<Duration>) -> Result<(), Error> {
        self.drive(|tracker| async move { tracker.run(every).await })
    }

    /// Ends every [`run`](Self::run) of this tracker and its clones once the pass
    /// under way has ended, and waits for that; after `patience` the pass is left
    /// where it is. Nothing is lost by that.
    ///
    /// # Errors
    ///
    /// Those of every method alone.
    pub fn stop(&self, patience: Duration) -> Result<(), Error> {
        self.drive(|tracker| async move {
            tracker.stop(patience).await;
            Ok(())
        })
    }

    /// How long to wait until the next [`sync`](Self::sync), by what is open.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn pause(&self) -> Result<Duration, Error> {
        self.drive(|tracker| async move { tracker.pause().await })
    }

    /// The changes after the last one that a consumer acknowledged; all of them,
    /// for a consumer that is new.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn changes(&self, consumer: impl Into<String>) -> Result<Changes, Error> {
        let consumer = consumer.into();
        let told = self.drive(|tracker| async move { tracker.changes(consumer).await })?;
        Ok(Changes::new(self.clone(), told))
    }

    /// Tells a consumer every change after `seq` again; 0 for all there are.
    ///
    /// # Errors
    ///
    /// When the store cannot be written.
    pub fn replay(&self, consumer: impl Into<String>, seq: u64) -> Result<Changes, Error> {
        let consumer = consumer.into();
        let told = self.drive(|tracker| async move { tracker.replay(consumer, seq).await })?;
        Ok(Changes::new(self.clone(), told))
    }

    /// What is known of a loan; nothing of one that was never seen.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn loan(&self, id: impl std::fmt::Display) -> Result<Option<LoanView>, Error> {
        let id = id.to_string();
        self.drive(|tracker| async move { tracker.loan(id).await })
    }

    /// Every change of a loan and what belongs to it, in the order it was
    /// learned.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn timeline(&self, id: impl std::fmt::Display) -> Result<Vec<Numbered>, Error> {
        let id = id.to_string();
        self.drive(|tracker| async move { tracker.timeline(id).await })
    }

    /// Reads a loan and its payments, for what settles it and where to pay it.
    ///
    /// # Errors
    ///
    /// When the store or the server fails;
    /// [`ErrorKind::StateConflict`](crate::ErrorKind::StateConflict) where the money
    /// cannot be told.
    pub fn payoff(&self, id: impl Into<LoanId>) -> Result<Payoff, Error> {
        let id = id.into();
        self.drive(|tracker| async move { tracker.payoff(id).await })
    }

    /// What the loans come to at an instant, with what is due within some days.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn portfolio(&self, now: Timestamp, days: u32) -> Result<Portfolio, Error> {
        self.drive(|tracker| async move { tracker.portfolio(now, days).await })
    }

    /// The alerts that are raised, by what they are about.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn alerts(&self) -> Result<Vec<(Subject, Alert)>, Error> {
        self.drive(|tracker| async move { tracker.alerts().await })
    }

    /// Tells which alerts have begun or are over since the last time.
    ///
    /// # Errors
    ///
    /// When the store cannot be read or written.
    pub fn check_alerts(&self) -> Result<Vec<Numbered>, Error> {
        self.drive(|tracker| async move { tracker.check_alerts().await })
    }

    /// Settles an intent by what a person found out: whether the change was made, and
    /// how that is known.
    ///
    /// # Errors
    ///
    /// Where no such intent is open or its request may be under way, without a reason,
    /// and when the store fails.
    pub fn resolve(&self, id: &str, was_made: bool, reason: &str) -> Result<Intent, Error> {
        let (id, reason) = (id.to_owned(), reason.to_owned());
        self.drive(|tracker| async move { tracker.resolve(&id, was_made, &reason).await })
    }

    /// Compares everything the server lists with the store; with `fix` the store
    /// takes over what the server says.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub fn reconcile(&self, fix: bool) -> Result<Reconciliation, Error> {
        self.drive(|tracker| async move { tracker.reconcile(fix).await })
    }

    /// Reads a borrower's financial products and follows them; gives what changed.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub fn read_products(&self, borrower: impl std::fmt::Display) -> Result<Vec<Numbered>, Error> {
        let borrower = borrower.to_string();
        self.drive(|tracker| async move { tracker.read_products(&*borrower).await })
    }

    /// How the tracker is. The server is not asked.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn health(&self) -> Result<Health, Error> {
        self.drive(|tracker| async move { tracker.health().await })
    }

    /// What the tracker did and how it is, for Prometheus; see
    /// [`tracking::Tracker::metrics`](crate::tracking::Tracker::metrics).
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn metrics(&self) -> Result<String, Error> {
        self.drive(|tracker| async move { tracker.metrics().await })
    }

    /// Writes out what the store holds, on the calling thread, and says how many
    /// rows there are.
    ///
    /// # Errors
    ///
    /// As [`Export::write`].
    pub fn export(&self, export: Export, out: &mut dyn Write) -> Result<u64, Error> {
        let mut rows = Rows::new(export);
        loop {
            let (read, some) = self.drive(|tracker| async move {
                let some = rows.next(tracker.store()).await?;
                Ok((rows, some))
            })?;
            rows = read;
            let Some(some) = some else { break };
            out.write_all(&some).map_err(unwritten)?;
        }
        out.flush().map_err(unwritten)?;
        Ok(rows.made())
    }

    /// The same to a file of its own, private to its user and there only when it
    /// is whole.
    ///
    /// # Errors
    ///
    /// As [`Export::save`].
    pub fn export_file(
        &self,
        export: Export,
        path: impl AsRef<Path>,
        overwrite: bool,
    ) -> Result<u64, Error> {
        let mut file = PrivateFile::beside(path.as_ref(), overwrite)?;
        let rows = self.export(export, &mut file)?;
        file.publish_here()?;
        Ok(rows)
    }
}
