//! Everything the simulator knows, as its handlers share it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::api::webhooks::notification;
use crate::clock::Clock;
use crate::connection::Open;
use crate::delivery::Deliveries;
use crate::document::Links;
use crate::fault::Faults;
use crate::generate::Generator;
use crate::journal::Journal;
use crate::state::{self, Gate, Snapshots, What};
use crate::world::World;

/// One simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// The parts of one simulator.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) clock: Clock,
    pub(crate) deliveries: Deliveries,
    pub(crate) faults: Faults,
    pub(crate) generator: Generator,
    pub(crate) journal: Journal,
    pub(crate) links: Links,
    pub(crate) connections: Open,
    pub(crate) snapshots: Snapshots,
    /// What requests go through one by one, if they are recorded.
    pub(crate) gate: Option<Gate>,
    /// What it started with.
    pub(crate) seed: u64,
    world: Mutex<World>,
    /// Held while time is walked through: one walk at a time.
    pub(crate) walk: tokio::sync::Mutex<()>,
}

impl App {
    /// A fresh simulator, with test data drawn from this seed.
    #[cfg(test)]
    pub(crate) fn new(seed: u64, connections: Open) -> Self {
        Self::with(seed, connections, Clock::default(), None)
    }

    /// A fresh simulator with this clock, and what its requests go through.
    pub(crate) fn with(seed: u64, connections: Open, clock: Clock, gate: Option<Gate>) -> Self {
        Self(Arc::new(Parts {
            deliveries: Deliveries::new(seed),
            faults: Faults::default(),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            snapshots: Snapshots::default(),
            connections,
            seed,
            gate,
            world: Mutex::new(fresh(seed, clock.now())),
            walk: tokio::sync::Mutex::new(()),
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
    /// Back to how it started, with this seed; with the clock stopped at this
    /// moment, if one is given. Every part that remembers anything is reset
    /// here, and saved and loaded in `state/snapshot.rs`.
    pub(crate) fn reset(&self, seed: u64, at: Option<Timestamp>) {
        self.clock.reset();
        if let Some(at) = at {
            self.clock.freeze_at(at);
        }
        self.faults.clear();
        self.generator.rewind(seed);
        self.journal.clear();
        self.links.reset(seed);
        self.snapshots.clear();
        *self.world() = fresh(seed, self.clock.now());
        // Last: nothing of the world before is taken in any more.
        self.deliveries.clear(seed);
    }

    /// The world, with everything done whose time has come, and the time. Who
    /// only looks on while requests are recorded sees it as it stands.
    pub(crate) fn open(&self) -> (Opened<'_>, Timestamp) {
        let mut world = self.look();
        let now = self.clock.now();
        if state::is_turn(self.gate.as_ref()) {
            world.advance(now);
        }
        (world, now)
    }

    /// Does everything whose time has come.
    pub(crate) fn advance(&self) {
        self.look().advance(self.clock.now());
    }

    /// The world as it stands, to be changed: what is told of is delivered.
    pub(crate) fn look(&self) -> Opened<'_> {
        Opened {
            world: self.world(),
            deliveries: &self.deliveries,
        }
    }

    /// Does what is due by itself, and gives when the next of it is.
    pub(crate) async fn catch_up(&self) -> Option<Timestamp> {
        let next = || self.world().next_due().map(|(due, _)| due);
        let is_due = || next().is_some_and(|due| due <= self.clock.now());
        if is_due() {
            match &self.gate {
                None => self.advance(),
                Some(gate) => {
                    let tick = gate.pass(|| is_due().then_some(What::Tick)).await;
                    if let Ok(Some(_hold)) = tick {
                        self.advance();
                    }
                }
            }
        }
        next()
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
fn fresh(seed: u64, now: Timestamp) -> World {
    let mut world = World::new(seed, now);
    world.outbox.write = Some(notification);
    world
}
