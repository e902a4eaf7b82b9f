//! Named states to come back to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use defacto_types::Timestamp;
use serde_json::{Value, json};

use crate::app::{self, App};
use crate::clock;
use crate::delivery::Queue;
use crate::document::Shelf;
use crate::fault::Waiting;
use crate::generate::Source;
use crate::journal::Entries;
use crate::policy;
use crate::world::World;

/// The snapshots by their names; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshots(Arc<Mutex<BTreeMap<String, Snapshot>>>);

/// Everything as it was.
#[derive(Debug)]
struct Snapshot {
    at: Timestamp,
    clock: clock::Saved,
    faults: Waiting,
    generator: Source,
    links: Shelf,
    /// Each account's, in their order.
    books: Vec<Books>,
}

/// What is an account's own.
#[derive(Debug)]
struct Books {
    deliveries: Queue,
    journal: Entries,
    world: World,
}

impl Books {
    fn save(app: &app::Parts) -> Self {
        let world = app.look();
        Self {
            deliveries: app.deliveries.save(),
            journal: app.journal.save(),
            world: world.clone(),
        }
    }

    fn load(&self, app: &app::Parts) {
        app.journal.load(&self.journal);
        {
            let mut world = app.look();
            // Told before: what it tells of is given up with the rest.
            *world = self.world.clone();
        }
        app.deliveries.load(&self.deliveries);
    }
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

impl App {
    /// Keeps everything as it is now under this name, in all accounts. `None`
    /// when there are too many.
    pub(super) fn save(&self, name: &str) -> Option<Value> {
        let apps = self.all();
        let mut all = self.snapshots.all();
        if !all.contains_key(name) && all.len() >= policy::MOST_SNAPSHOTS {
            return None;
        }
        let at = Timestamp(self.clock.now());
        let snapshot = Snapshot {
            at,
            clock: self.clock.save(),
            faults: self.faults.save(),
            generator: self.generator.save(),
            links: self.links.save(),
            books: apps.iter().map(|app| Books::save(app)).collect(),
        };
        all.insert(name.to_owned(), snapshot);
        Some(show(name, at))
    }

    /// Everything as it was then, but for the snapshots themselves; an account
    /// that was not there yet is empty. `None` when there is no such.
    pub(super) fn load(&self, name: &str) -> Option<Value> {
        let apps = self.all();
        let all = self.snapshots.all();
        let snapshot = all.get(name)?;
        self.clock.load(&snapshot.clock);
        self.faults.load(&snapshot.faults);
        self.generator.load(&snapshot.generator);
        self.links.load(&snapshot.links);
        let mut books = snapshot.books.iter();
        for app in apps {
            match books.next() {
                Some(books) => books.load(&app),
                None => app.reset_books(app.seed),
            }
        }
        Some(show(name, snapshot.at))
    }

    /// All accounts' simulators, this one's among them.
    fn all(&self) -> Vec<Self> {
        match self.accounts() {
            Some(accounts) => accounts.apps(),
            None => vec![self.clone()],
        }
    }
}
