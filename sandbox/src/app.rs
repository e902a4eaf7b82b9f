//! What every handler shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::FromRef;
use jiff::Timestamp;

use crate::clock::Clock;
use crate::generate::Generator;
use crate::world::World;

/// The state of the running simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) generator: Generator,
    pub(crate) clock: Clock,
}

impl App {
    pub(crate) fn new(seed: u64) -> Self {
        let clock = Clock::default();
        Self {
            world: Arc::new(Mutex::new(World::new(seed, clock.now()))),
            generator: Generator::new(seed),
            clock,
        }
    }

    /// The world, with everything done whose time has come, and the time.
    pub(crate) fn open(&self) -> (MutexGuard<'_, World>, Timestamp) {
        let now = self.clock.now();
        // A panic in the middle of a change may have left it half done, which
        // is better than a simulator that no longer answers.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        world.advance(now);
        (world, now)
    }
}

impl FromRef<App> for Generator {
    fn from_ref(app: &App) -> Self {
        app.generator.clone()
    }
}
