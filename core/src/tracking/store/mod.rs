//! Where a tracker keeps what it knows.
//!
//! A [`Store`] is small: one atomic [`Batch`] of writes, a few reads, and
//! intents that one worker at a time may settle. [`Memory`] forgets at the end
//! of the process;
#![cfg_attr(feature = "sqlite", doc = "[`Sqlite`] is a file of one process.")]
#![cfg_attr(
    not(feature = "sqlite"),
    doc = "`Sqlite` (feature `sqlite`) is a file."
)]
#![cfg_attr(
    feature = "postgres",
    doc = "[`Postgres`] is a database of several processes."
)]
#![cfg_attr(
    not(feature = "postgres"),
    doc = "`Postgres` (feature `postgres`) is a database of several processes."
)]
//! All pass the same tests, in `core/tests/store`.

mod intent;
mod log;
mod memory;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod reduction;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::fmt;
use std::pin::Pin;

use defacto_types::Timestamp;
use serde::{Deserialize, Serialize};

pub use intent::{Intent, IntentState, Outcome};
pub use memory::Memory;
pub use place::Place;
#[cfg(feature = "postgres")]
pub use postgres::{Postgres, PostgresOptions};
pub use reduction::{Condition, Reduced, Reduction};
#[cfg(feature = "sqlite")]
pub use sqlite::{OpenOptions, Sqlite};

use super::{Change, Entity, LedgerRow, Observation, Portfolio, Status, Subject, Track};
use crate::Error;

/// What a store's methods return.
pub type Task<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// A change with its place in the order of all changes of a store.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Numbered {
    /// Grows with each change of the store; not without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}

/// A notification as it came.
#[derive(Clone, Eq, PartialEq)]
pub struct Notification {
    /// Its place in the order they came.
    pub seq: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// Its body.
    pub body: Vec<u8>,
}

/// Only the size: a notification holds account numbers.
impl fmt::Debug for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("seq", &self.seq)
            .field("received_at", &self.received_at)
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// Writes that are made together or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// To be folded into their tracks.
    pub observations: Vec<Observation>,
    /// Changes found otherwise, such as alerts.
    pub changes: Vec<Change>,
    /// Notifications that have been read.
    pub read: Vec<u64>,
    /// An intent that is settled, by its id.
    pub settled: Option<(String, Outcome)>,
    /// Marks to set, by name.
    pub marks: Vec<(String, String)>,
}

impl Batch {
    /// Whether it writes nothing.
    #[cfg(feature = "sqlite")]
    fn is_empty(&self) -> bool {
        let Self {
            observations,
            changes,
            read,
            settled,
            marks,
        } = self;
        observations.is_empty()
            && changes.is_empty()
            && read.is_empty()
            && settled.is_none()
            && marks.is_empty()
    }
}

/// A mark that is set if it still is what it was when it was read.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exchange {
    /// Its name.
    pub name: String,
    /// What it was; nothing, where it was never set.
    pub from: Option<String>,
    /// What it becomes, which is not empty.
    pub to: String,
}

impl Exchange {
    /// The writes it makes, with changes that belong to it.
    fn batch(self, changes: Vec<Change>) -> Batch {
        Batch {
            changes,
            marks: vec![(self.name, self.to)],
            ..Batch::default()
        }
    }
}

/// What a pass has to know of an object.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Glance {
    /// Its id.
    pub id: String,
    /// Its status, if one was seen; where the sights are ambiguous, one of those it
    /// may be.
    pub status: Option<Status>,
    /// Whether it should be read again; see [`Track::needs_a_look`].
    pub needs_a_look: bool,
}

impl Glance {
    fn of(track: &Track) -> Self {
        Self {
            id: track.subject().id.clone(),
            status: track.state().map(|state| state.status),
            needs_a_look: track.needs_a_look(),
        }
    }
}

/// What beginning an intent found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Begun {
    /// It is new and recorded.
    New,
    /// An intent with the same idempotency key is there already.
    Known(Box<Intent>),
}

/// Where a tracker keeps what it knows. Every method that writes returns once
/// the write would survive the end of the process, where the store can.
pub trait Store: fmt::Debug + Send + Sync {
    /// Makes the writes and returns the changes they made, numbered.
    ///
    /// What is observed of a loan of the ledger in the status it has there, or as
    /// of an earlier time, changes nothing, and neither does what is observed of
    /// objects all of whose loans are there. A loan that is seen in another status
    /// leaves the ledger, and appears.
    fn commit(&self, batch: Batch, now: Timestamp) -> Task<'_, Vec<Numbered>>;

    /// What is known of an object.
    fn track(&self, subject: Subject) -> Task<'_, Option<Track>>;

    /// The objects of a kind after an id, in the order of their ids.
    fn tracks(&self, entity: Entity, after: Option<String>, limit: usize) -> Task<'_, Vec<Track>>;

    /// The objects of a kind in a status, in the order of their ids.
    fn in_status(&self, entity: Entity, status: String) -> Task<'_, Vec<Track>> {
        Box::pin(async move {
            let mut found = Vec::new();
            each_track(self, entity, |track| {
                if track.state().is_some_and(|state| state.status == *status) {
                    found.push(track);
                }
            })
            .await?;
            Ok(found)
        })
    }

    /// The same of them that [`tracks`](Self::tracks) tells, at a glance.
    fn glances(
        &self,
        entity: Entity,
        after: Option<String>,
        limit: usize,
    ) -> Task<'_, Vec<Glance>> {
        let tracks = self.tracks(entity, after, limit);
        Box::pin(async move { Ok(tracks.await?.iter().map(Glance::of).collect()) })
    }

    /// What the loans come to at an instant, and what is due within some days.
    fn portfolio(&self, at: Timestamp, days: u32) -> Task<'_, Portfolio> {
        Box::pin(async move {
            let mut portfolio = Portfolio::new(at, days);
            each_track(self, Entity::Loan, |track| portfolio.take(&track)).await?;
            each_row(self, |row| portfolio.take_row(&row)).await?;
            Ok(portfolio)
        })
    }

    /// The objects that belong to a loan.
    fn related(&self, loan_id: String) -> Task<'_, Vec<Track>>;

    /// The changes after one, in their order.
    fn changes(&self, after: u64, limit: usize) -> Task<'_, Vec<Numbered>>;

    /// Every change of an object and what belongs to it, in their order.
    fn history(&self, subject: Subject) -> Task<'_, Vec<Numbered>>;

    /// The last changes of an object itself, the newest first.
    fn last_changes(&self, subject: Subject, limit: usize) -> Task<'_, Vec<Numbered>> {
        let history = self.history(subject.clone());
        Box::pin(async move {
            let mut own = history.await?;
            own.retain(|one| one.change.subject == subject);
            Ok(own.into_iter().rev().take(limit).collect())
        })
    }

    /// The last change a consumer has acknowledged; 0 at first.
    fn cursor(&self, consumer: String) -> Task<'_, u64>;

    /// Sets a consumer's cursor, forward or back.
    fn set_cursor(&self, consumer: String, seq: u64) -> Task<'_, ()>;

    /// Keeps a notification until it is read, and returns its number.
    fn receive(&self, body: Vec<u8>, received_at: Timestamp) -> Task<'_, u64>;

    /// Notifications that have not been read, oldest first.
    fn unread(&self, limit: usize) -> Task<'_, Vec<Notification>>;

    /// Removes the notifications that were read and came before an instant, and
    /// says how many that were. Those that were not read stay.
    fn forget_notifications(&self, before: Timestamp) -> Task<'_, u64>;

    /// Records an intent and claims it for `intent.holder` until
    /// `intent.held_until`, unless its idempotency key is known. One that was refused
    /// gives way to one with the same key and the same body. What is begun twice, by
    /// its id, is begun once.
    fn begin(&self, intent: Intent) -> Task<'_, Begun>;

    /// Claims open intents that nobody holds any more, oldest first. What is held for
    /// longer than two hours from now is held by nobody: no worker does that, and the
    /// clock that set it was wrong.
    fn claim(
        &self,
        holder: String,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Task<'_, Vec<Intent>>;

    /// Holds an intent, or holds it for longer, as long as it is open and held by
    /// `holder`, or was given back and is nobody's; says whether it is.
    fn hold(&self, id: String, holder: String, until: Timestamp) -> Task<'_, bool>;

    /// Gives an intent back, unsettled, with what was in the way. One that another
    /// holds by now is left to it.
    fn release(
        &self,
        id: String,
        holder: String,
        obstacle: String,
        next_at: Timestamp,
    ) -> Task<'_, ()>;

    /// The intents of a state, oldest first.
    fn intents(&self, state: IntentState, limit: usize) -> Task<'_, Vec<Intent>>;

    /// A mark, by its name.
    fn mark(&self, name: String) -> Task<'_, Option<String>>;

    /// Whether other processes may have it open, so that those who do the same work
    /// have to take turns.
    fn is_shared(&self) -> bool {
        true
    }

    /// Sets a mark and makes changes found otherwise, both or neither, and returns
    /// the changes, numbered; nothing, where another has set the mark since it was
    /// read.
    fn exchange(
        &self,
        mark: Exchange,
        changes: Vec<Change>,
        now: Timestamp,
    ) -> Task<'_, Option<Vec<Numbered>>>;

    /// What was observed, compacted so that folding it again ends in the same
    /// state; after a place in its order.
    fn observations(&self, after: u64, limit: usize) -> Task<'_, Vec<(u64, Observation)>>;

    /// Notifications after one, read or not, oldest first. A store that keeps none
    /// that was read tells the others.
    fn notifications(&self, after: u64, limit: usize) -> Task<'_, Vec<Notification>>;

    /// Reduces loans to rows of the ledger and removes what belongs to them, for
    /// good, all at once or not at all.
    fn reduce(&self, reduction: Reduction) -> Task<'_, Reduced>;

    /// The rows of the ledger after a loan's id, in the order of the ids.
    fn ledger(&self, after: Option<String>, limit: usize) -> Task<'_, Vec<LedgerRow>>;

    /// The rows of those of the loans that are in the ledger, in any order.
    fn rows_of(&self, loans: Vec<String>) -> Task<'_, Vec<LedgerRow>>;
}

/// Tracks read from a store at a time.
const CHUNK: usize = 1_000;

/// Hands every object of a kind over, in the order of their ids.
pub(crate) async fn each_track<S: Store + ?Sized>(
    store: &S,
    entity: Entity,
    mut take: impl FnMut(Track) + Send,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let tracks = store.tracks(entity, after, CHUNK).await?;
        let Some(last) = tracks.last() else {
            return Ok(());
        };
        after = Some(last.subject().id.clone());
        tracks.into_iter().for_each(&mut take);
    }
}

/// Hands every row of the ledger over, in the order of the loans' ids.
pub(crate) async fn each_row<S: Store + ?Sized>(
    store: &S,
    mut take: impl FnMut(LedgerRow) + Send,
) -> Result<(), Error> {
    let mut after = None;
    loop {
        let rows = store.ledger(after, CHUNK).await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(last.loan.clone());
        rows.into_iter().for_each(&mut take);
    }
}

/// An error of a store.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn refused(message: impl Into<String>) -> Error {
    Error::new(crate::ErrorKind::Store, message)
}
