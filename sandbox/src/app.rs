//! Everything the simulator knows, as its handlers share it.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::changes::Changes;
use crate::clock::Clock;
use crate::connection::Open;
use crate::document::Links;
use crate::fault::Faults;
use crate::generate::Generator;
use crate::journal::{Entry, Journal};
use crate::world::World;

/// One simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// The parts of one simulator.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) changes: Changes,
    pub(crate) clock: Clock,
    pub(crate) faults: Faults,
    pub(crate) generator: Generator,
    pub(crate) journal: Journal,
    pub(crate) links: Links,
    pub(crate) connections: Open,
    seed: u64,
    world: Mutex<World>,
}

impl App {
    /// A fresh simulator, with test data drawn from this seed.
    pub(crate) fn new(seed: u64, connections: Open) -> Self {
        let clock = Clock::default();
        Self(Arc::new(Parts {
            changes: Changes::default(),
            faults: Faults::default(),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            connections,
            seed,
            world: Mutex::new(World::new(seed, clock.now())),
            clock,
        }))
    }
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
        self.faults.clear();
        self.generator.rewind();
        self.journal.clear();
        self.links.reset();
        *self.world() = World::new(self.seed, self.clock.now());
    }

    /// The world, with everything done whose time has come, and the time.
    pub(crate) fn open(&self) -> (MutexGuard<'_, World>, Timestamp) {
        let now = self.clock.now();
        let mut world = self.world();
        world.advance(now);
        (world, now)
    }

    /// Writes a request down, and tells whoever watches.
    pub(crate) fn record(&self, entry: Entry) {
        self.journal.push(entry);
        self.changes.tell();
    }

    /// The world as it stands.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        // A panic in the middle of a change may have left it half done, which
        // is better than a simulator that no longer answers.
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
