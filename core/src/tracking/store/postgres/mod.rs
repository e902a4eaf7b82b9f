//! A store in a PostgreSQL database, for any number of processes.

mod address;
mod ask;
mod columns;
mod commit;
mod exchange;
mod intents;
mod ledger;
mod rows;
mod sums;
mod tables;
mod thread;
mod trouble;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Object, Pool};
use defacto_types::Timestamp;

use super::super::{Change, Entity, LedgerRow, Observation, Portfolio, Subject, Track};
use super::{
    Batch, Begun, Exchange, Glance, Intent, IntentState, Notification, Numbered, Reduced,
    Reduction, Store, Task,
};
use crate::Error;
use address::Address;
use tables::quoted;
use thread::Thread;
use trouble::{Trouble, explain};

/// How long a call may take, a free connection included.
const LIMIT: Duration = Duration::from_secs(30);
/// How long opening may take: another process may be making the tables.
const OPENING: Duration = Duration::from_secs(600);

/// A store in a PostgreSQL database, for any number of processes and machines.
///
/// Workers that have the same store open share its work: an intent is settled by
/// one of them at a time, what they observe at once is folded one after the other,
/// and every consumer sees every change in the one order. Leases are compared with
/// the workers' own clocks, which must agree to within some seconds.
///
/// A write returns once the server has committed it; whether that survives the
/// loss of the server's disk or power is the server's setting
/// (`synchronous_commit`, on unless changed). A call that is no longer awaited is
/// carried out all the same. A lost connection fails the calls that were under way
/// on it; the next one connects again.
///
/// The tables are in a schema of their own, which no other role may use unless it
/// is allowed to. They hold company numbers, amounts and dates of loans,
/// notifications as they came (account numbers included) until a tracker lets them go, and
/// the bodies of changes that are not settled yet.
#[derive(Debug)]
pub struct Postgres {
    thread: Thread,
    database: Arc<Database>,
}

struct Database {
    place: String,
    pool: Pool,
}

/// Without the pool, whose settings hold the password.
impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

/// How a store in a database is opened.
#[derive(Clone, Debug)]
pub struct PostgresOptions {
    schema: String,
    connections: usize,
    read_only: bool,
    binding: Option<String>,
    trusted: Option<Vec<u8>>,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl PostgresOptions {
    /// For reading and writing, in the schema `defacto`, made where it is not
    /// there.
    #[must_use]
    pub fn new() -> Self {
        Self {
            schema: "defacto".to_owned(),
            connections: 4,
            read_only: false,
            binding: None,
            trusted: None,
        }
    }

    /// The schema of the tables: each is a store of its own.
    #[must_use]
    pub fn schema(mut self, name: impl Into<String>) -> Self {
        self.schema = name.into();
        self
    }

    /// How many connections this process may have open, 4 unless set and at least
    /// one. They are opened when they are needed.
    #[must_use]
    pub fn connections(mut self, count: usize) -> Self {
        self.connections = count.max(1);
        self
    }

    /// For reports: nothing is written. The server may be a standby.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// What the store belongs to, such as an environment and an account. One
    /// that belongs to something else is refused.
    #[must_use]
    pub fn bound_to(mut self, binding: impl Into<String>) -> Self {
        self.binding = Some(binding.into());
        self
    }

    /// The certificates, in PEM, that vouch for the server, instead of the
    /// system's: as the providers of databases publish them.
    #[must_use]
    pub fn trusting(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.trusted = Some(pem.into());
        self
    }

    /// Opens the store at an address such as
    /// `postgres://role:password@host:5432/database` or, over a local socket,
    /// `postgres://role@%2Fvar%2Frun%2Fpostgresql/database`.
    ///
    /// The connection is encrypted where the server can (`sslmode=prefer`), and
    /// must be with `sslmode=require`; either way the server's certificate is
    /// checked, against the system's authorities or those of
    /// [`trusting`](Self::trusting). `sslmode=disable` is for a private network.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when the server cannot be
    /// reached or refuses the role, or the schema is another program's, of a later
    /// version, or bound to something else. The message names host and database,
    /// and never the password.
    pub async fn open(&self, address: &str) -> Result<Postgres, Error> {
        let address = Address::parse(address)?;
        let mut setup = format!(
            "SET search_path TO {}; SET idle_in_transaction_session_timeout TO '30s';",
            quoted(&self.schema)
        );
        if self.read_only {
            setup.push_str("SET default_transaction_read_only TO on;");
        }
        let pool = address.pool(setup, self.connections, self.trusted.as_deref())?;
        let store = Postgres {
            thread: Thread::start()?,
            database: Arc::new(Database {
                place: address.place,
                pool,
            }),
        };
        let Self {
            schema,
            binding,
            read_only,
            ..
        } = self.clone();
        let prepared = store.within(OPENING, move |on| {
            Box::pin(async move {
                tables::prepare(on, &schema, read_only).await?;
                match &binding {
                    Some(binding) => tables::bind(on, binding, read_only).await,
                    None => Ok(()),
                }
            })
        });
        prepared.await?;
        Ok(store)
    }
}

type Job<'a, T> = Pin<Box<dyn Future<Output = trouble::Result<T>> + Send + 'a>>;

impl Postgres {
    /// Opens a store with the usual options.
    ///
    /// # Errors
    ///
    /// See [`PostgresOptions::open`].
    pub async fn open(address: &str) -> Result<Self, Error> {
        PostgresOptions::new().open(address).await
    }

    fn ask<T: Send + 'static>(
        &self,
        job: impl for<'a> FnOnce(&'a Object) -> Job<'a, T> + Send + 'static,
    ) -> Task<'_, T> {
        self.within(LIMIT, job)
    }

    /// Carries out a job on a connection. One that fails or takes too long ends
    /// with its connection, and the server with what it had begun.
    fn within<T: Send + 'static>(
        &self,
        limit: Duration,
        job: impl for<'a> FnOnce(&'a Object) -> Job<'a, T> + Send + 'static,
    ) -> Task<'_, T> {
        let database = self.database.clone();
        self.thread.run(async move {
            let mut used = None;
            let work = async {
                let connection = used.insert(database.pool.get().await?);
                job(connection).await
            };
            let done = tokio::time::timeout(limit, work).await;
            let done = done.unwrap_or(Err(Trouble::Late));
            if let (Err(_), Some(connection)) = (&done, used) {
                drop(Object::take(connection));
            }
            done.map_err(|trouble| explain(&database.place, trouble))
        })
    }
}

impl Store for Postgres {
    fn commit(&self, batch: Batch, now: Timestamp) -> Task<'_, Vec<Numbered>> {
        self.ask(move |on| Box::pin(commit::commit(on, batch, now)))
    }

    fn track(&self, subject: Subject) -> Task<'_, Option<Track>> {
        self.ask(move |on| Box::pin(async move { rows::track(on, &subject).await }))
    }

    fn tracks(&self, entity: Entity, after: Option<String>, limit: usize) -> Task<'_, Vec<Track>> {
        self.ask(move |on| {
            Box::pin(async move { rows::tracks(on, entity, after.as_deref(), limit).await })
        })
    }

    fn in_status(&self, entity: Entity, status: String) -> Task<'_, Vec<Track>> {
        self.ask(move |on| Box::pin(async move { rows::in_status(on, entity, &status).await }))
    }

    fn portfolio(&self, at: Timestamp, days: u32) -> Task<'_, Portfolio> {
        self.ask(move |on| Box::pin(sums::portfolio(on, at, days)))
    }

    fn glances(
        &self,
        entity: Entity,
        after: Option<String>,
        limit: usize,
    ) -> Task<'_, Vec<Glance>> {
        self.ask(move |on| {
            Box::pin(async move { rows::glances(on, entity, after.as_deref(), limit).await })
        })
    }

    fn related(&self, loan_id: String) -> Task<'_, Vec<Track>> {
        self.ask(move |on| Box::pin(async move { rows::related(on, &loan_id).await }))
    }

    fn changes(&self, after: u64, limit: usize) -> Task<'_, Vec<Numbered>> {
        self.ask(move |on| Box::pin(rows::changes(on, after, limit)))
    }

    fn history(&self, subject: Subject) -> Task<'_, Vec<Numbered>> {
        self.ask(move |on| Box::pin(async move { rows::history(on, &subject).await }))
    }

    fn last_changes(&self, subject: Subject, limit: usize) -> Task<'_, Vec<Numbered>> {
        self.ask(move |on| Box::pin(async move { rows::last_changes(on, &subject, limit).await }))
    }

    fn cursor(&self, consumer: String) -> Task<'_, u64> {
        self.ask(move |on| Box::pin(async move { rows::cursor(on, &consumer).await }))
    }

    fn set_cursor(&self, consumer: String, seq: u64) -> Task<'_, ()> {
        self.ask(move |on| Box::pin(async move { rows::set_cursor(on, &consumer, seq).await }))
    }

    fn receive(&self, body: Vec<u8>, received_at: Timestamp) -> Task<'_, u64> {
        self.ask(move |on| Box::pin(async move { rows::receive(on, &body, received_at).await }))
    }

    fn unread(&self, limit: usize) -> Task<'_, Vec<Notification>> {
        self.ask(move |on| Box::pin(rows::unread(on, limit)))
    }

    fn forget_notifications(&self, before: Timestamp) -> Task<'_, u64> {
        self.ask(move |on| Box::pin(rows::forget_read(on, before)))
    }

    fn begin(&self, intent: Intent) -> Task<'_, Begun> {
        self.ask(move |on| Box::pin(async move { intents::begin(on, &intent).await }))
    }

    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>> {
        self.ask(move |on| {
            Box::pin(async move { intents::claim(on, &holder, now, until, limit).await })
        })
    }

    fn hold(&self, id: String, holder: String, until: Timestamp) -> Task<'_, bool> {
        self.ask(move |on| Box::pin(async move { intents::hold(on, &id, &holder, until).await }))
    }

    fn release(
        &self,
        id: String,
        holder: String,
        obstacle: String,
        next_at: Timestamp,
    ) -> Task<'_, ()> {
        self.ask(move |on| {
            Box::pin(async move { intents::release(on, &id, &holder, obstacle, next_at).await })
        })
    }

    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>> {
        self.ask(move |on| Box::pin(intents::intents(on, state, limit)))
    }

    fn mark(&self, name: String) -> Task<'_, Option<String>> {
        self.ask(move |on| Box::pin(async move { rows::mark(on, &name).await }))
    }

    fn exchange(
        &self,
        mark: Exchange,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Task<'_, Option<Vec<Numbered>>> {
        self.ask(move |on| Box::pin(exchange::exchange(on, mark, changes, now)))
    }

    fn observations(&self, after: u64, limit: usize) -> Task<'_, Vec<(u64, Observation)>> {
        self.ask(move |on| Box::pin(rows::observations(on, after, limit)))
    }

    fn notifications(&self, after: u64, limit: usize) -> Task<'_, Vec<Notification>> {
        self.ask(move |on| Box::pin(ledger::notifications(on, after, limit)))
    }

    fn reduce(&self, reduction: Reduction) -> Task<'_, Reduced> {
        self.ask(move |on| Box::pin(async move { ledger::reduce(on, &reduction).await }))
    }

    fn ledger(&self, after: Option<String>, limit: usize) -> Task<'_, Vec<LedgerRow>> {
        self.ask(move |on| {
            Box::pin(async move { ledger::ledger(on, after.as_deref(), limit).await })
        })
    }

    fn rows_of(&self, loans: Vec<String>) -> Task<'_, Vec<LedgerRow>> {
        self.ask(move |on| Box::pin(async move { ledger::rows_of(on, &loans).await }))
    }
}
