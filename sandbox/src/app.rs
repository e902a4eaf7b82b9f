//! Everything the simulator knows, as its handlers share it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;

use crate::accounts::{self, Accounts};
use crate::api::webhooks::notification;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::connection::Open;
use crate::delivery::Deliveries;
use crate::document::Links;
use crate::fault::{Fault, Faults};
use crate::generate::Generator;
use crate::journal::{Entry, Journal};
use crate::policy::Settings;
use crate::world::World;

/// One simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// The parts of one simulator.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) changes: Changes,
    pub(crate) clock: Clock,
    pub(crate) deliveries: Deliveries,
    pub(crate) faults: Faults,
    pub(crate) generator: Generator,
    pub(crate) journal: Journal,
    pub(crate) links: Links,
    pub(crate) connections: Open,
    seed: u64,
    /// What is decided at the start.
    settings: Settings,
    world: Mutex<World>,
    accounts: OnceLock<accounts::Weak>,
    /// Held while time is walked through: one walk at a time.
    pub(crate) walk: tokio::sync::Mutex<()>,
}

impl App {
    /// A fresh simulator, with test data drawn from this seed.
    pub(crate) fn new(
        seed: u64,
        connections: Open,
        settings: Settings,
        faults: Vec<Fault>,
    ) -> Self {
        let clock = Clock::default();
        Self(Arc::new(Parts {
            changes: Changes::default(),
            deliveries: Deliveries::new(seed),
            faults: Faults::new(seed, faults),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            connections,
            seed,
            settings,
            world: Mutex::new(fresh(seed, clock.now(), settings)),
            accounts: OnceLock::new(),
            walk: tokio::sync::Mutex::new(()),
            clock,
        }))
    }

    /// Another account's: its books are its own, the rest is the same.
    pub(crate) fn sibling(&self, number: u64) -> Self {
        let seed = self.seed.wrapping_add(number.wrapping_mul(SPREAD));
        Self(Arc::new(Parts {
            changes: Changes::default(),
            deliveries: Deliveries::new(seed),
            walk: tokio::sync::Mutex::new(()),
            clock: self.clock.clone(),
            faults: self.faults.clone(),
            generator: self.generator.clone(),
            journal: Journal::default(),
            links: self.links.clone(),
            connections: self.connections.clone(),
            seed,
            settings: self.settings,
            world: Mutex::new(fresh(seed, self.clock.now(), self.settings)),
            accounts: OnceLock::new(),
        }))
    }
}

/// Keeps the seeds of accounts apart.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// Back to how it started, seed included. Every part that remembers
    /// anything is reset here.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.faults.reset();
        self.generator.rewind();
        self.journal.clear();
        self.links.reset();
        *self.world() = fresh(self.seed, self.clock.now(), self.settings);
        // Last: nothing of the world before is taken in any more.
        self.deliveries.clear();
    }

    /// The world, with everything done whose time has come, and the time.
    pub(crate) fn open(&self) -> (Opened<'_>, Timestamp) {
        let mut world = self.look();
        let now = self.clock.now();
        world.advance(now);
        (world, now)
    }

    /// Makes it one of these accounts; it stays that.
    pub(crate) fn belong(&self, accounts: &Accounts) {
        let _ = self.accounts.set(accounts.downgrade());
    }

    /// All accounts of the simulator.
    pub(crate) fn accounts(&self) -> Option<Accounts> {
        self.accounts.get()?.upgrade()
    }

    /// What is decided now.
    pub(crate) fn settings(&self) -> Settings {
        self.world().settings
    }

    /// Writes a request down, and tells whoever watches.
    pub(crate) fn record(&self, entry: Entry) {
        self.journal.push(entry);
        self.changes.tell();
    }

    /// The world as it stands, to be changed: what is told of is delivered.
    pub(crate) fn look(&self) -> Opened<'_> {
        Opened {
            world: self.world(),
            deliveries: &self.deliveries,
        }
    }

    /// Does what is due by itself, and gives when the next of it is.
    pub(crate) fn catch_up(&self) -> Option<Timestamp> {
        let now = self.clock.now();
        let is_due = |due: Option<(Timestamp, _)>| due.is_some_and(|(due, _)| due <= now);
        let mut next = self.world().next_due();
        if is_due(next) {
            next = self.open().0.next_due();
        }
        next.map(|(due, _)| due)
    }

    /// The world as it stands.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic in the middle of a change may have left it half done, which
        // is better than a simulator that no longer answers.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The world, open to changes. Closing it hands over what they tell of.
pub(crate) struct Opened<'a> {
    world: MutexGuard<'a, World>,
    deliveries: &'a Deliveries,
}

impl Deref for Opened<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Opened<'_> {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl Drop for Opened<'_> {
    fn drop(&mut self) {
        self.deliveries.take_in(self.world.take_notices());
    }
}

/// A new world, which writes its notices as the API shows things.
fn fresh(seed: u64, now: Timestamp, settings: Settings) -> World {
    let mut world = World::new(seed, now, settings);
    world.outbox.write = Some(notification);
    world
}
