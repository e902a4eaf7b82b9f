//! Named states to come back to.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use defacto_types::Timestamp;
use serde_json::{Value, json};

use crate::app;
use crate::clock;
use crate::delivery::Queue;
use crate::document::Shelf;
use crate::fault::Fault;
use crate::generate::Source;
use crate::journal::Entries;
use crate::policy;
use crate::world::World;

/// The snapshots by their names.
#[derive(Debug, Default)]
pub(crate) struct Snapshots(Mutex<BTreeMap<String, Snapshot>>);

/// Everything as it was.
#[derive(Debug)]
struct Snapshot {
    at: Timestamp,
    clock: clock::Saved,
    deliveries: Queue,
    faults: Vec<Fault>,
    generator: Source,
    journal: Entries,
    links: Shelf,
    world: World,
}

impl Snapshots {
    pub(crate) fn clear(&self) {
        self.all().clear();
    }

    /// Whether there was one.
    pub(super) fn remove(&self, name: &str) -> bool {
        self.all().remove(name).is_some()
    }

    pub(super) fn to_json(&self) -> Value {
        let all = self.all();
        let shown = all.iter().map(|(name, snapshot)| show(name, snapshot.at));
        json!({ "snapshots": shown.collect::<Vec<_>>() })
    }

    /// A snapshot is put in whole, so a poisoned lock guards nothing broken.
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn show(name: &str, at: Timestamp) -> Value {
    json!({ "name": name, "now": at.to_string() })
}

impl app::Parts {
    /// Keeps everything as it is now under this name. `None` when there are
    /// too many.
    pub(super) fn save(&self, name: &str) -> Option<Value> {
        let mut all = self.snapshots.all();
        if !all.contains_key(name) && all.len() >= policy::MOST_SNAPSHOTS {
            return None;
        }
        let world = self.look();
        let at = Timestamp(self.clock.now());
        let snapshot = Snapshot {
            at,
            clock: self.clock.save(),
            deliveries: self.deliveries.save(),
            faults: self.faults.save(),
            generator: self.generator.save(),
            journal: self.journal.save(),
            links: self.links.save(),
            world: world.clone(),
        };
        all.insert(name.to_owned(), snapshot);
        Some(show(name, at))
    }

    /// Everything as it was then, but for the snapshots themselves. `None`
    /// when there is no such.
    pub(super) fn load(&self, name: &str) -> Option<Value> {
        let all = self.snapshots.all();
        let snapshot = all.get(name)?;
        self.clock.load(&snapshot.clock);
        self.faults.load(&snapshot.faults);
        self.generator.load(&snapshot.generator);
        self.journal.load(&snapshot.journal);
        self.links.load(&snapshot.links);
        {
            let mut world = self.look();
            // Told before: what it tells of is given up with the rest.
            *world = snapshot.world.clone();
        }
        self.deliveries.load(&snapshot.deliveries);
        Some(show(name, snapshot.at))
    }
}
