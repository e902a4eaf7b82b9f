//! Everything the simulator knows, as its handlers share it.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;

use crate::accounts::{self, Accounts};
use crate::clock::Clock;
use crate::connection::Open;
use crate::document::Links;
use crate::fault::{Fault, Faults};
use crate::generate::Generator;
use crate::journal::Journal;
use crate::policy::Settings;
use crate::world::World;

/// One simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// The parts of one simulator.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) clock: Clock,
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
            faults: Faults::new(seed, faults),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            connections,
            seed,
            settings,
            world: Mutex::new(fresh(seed, clock.now(), settings)),
            accounts: OnceLock::new(),
            clock,
        }))
    }

    /// Another account's: its books are its own, the rest is the same.
    pub(crate) fn sibling(&self, number: u64) -> Self {
        let seed = self.seed.wrapping_add(number.wrapping_mul(SPREAD));
        Self(Arc::new(Parts {
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

fn fresh(seed: u64, now: Timestamp, settings: Settings) -> World {
    World::new(seed, now, settings)
}

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
    }

    /// The world, with everything done whose time has come, and the time.
    pub(crate) fn open(&self) -> (MutexGuard<'_, World>, Timestamp) {
        let now = self.clock.now();
        let mut world = self.world();
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

    /// The world as it stands.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic in the middle of a change may have left it half done, which
        // is better than a simulator that no longer answers.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
