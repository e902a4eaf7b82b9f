//! Everything the simulator knows, as its handlers share it.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::accounts::{self, AccountNo, Accounts};
use crate::api::loan_texts::LoanTexts;
use crate::api::webhooks::notification;
use crate::changes::Changes;
use crate::clock::Clock;
use crate::connection::Open;
#[cfg(feature = "contract")]
use crate::contract::Contract;
use crate::delivery::Deliveries;
use crate::document::Links;
use crate::fault::{Fault, Faults};
use crate::generate::Generator;
use crate::journal::{Entry, Journal};
use crate::policy::Settings;
use crate::reset::Reset;
use crate::state::{self, Gate, Snapshots, What};
use crate::world::World;

/// One simulator; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct App(Arc<Parts>);

/// What a simulator starts with.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) seed: u64,
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<Fault>,
    /// All it starts with that is not the usual, as a reset takes it.
    pub(crate) own: Map<String, Value>,
    /// What its answers are checked against, if they are.
    #[cfg(feature = "contract")]
    pub(crate) contract: Option<Contract>,
}

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
    pub(crate) loan_texts: LoanTexts,
    pub(crate) connections: Open,
    #[cfg(feature = "contract")]
    pub(crate) contract: Option<Contract>,
    pub(crate) snapshots: Snapshots,
    /// What requests go through one by one, if they are recorded.
    pub(crate) gate: Option<Gate>,
    /// Which of the accounts it is.
    pub(crate) account: AccountNo,
    /// What it started with.
    pub(crate) seed: u64,
    /// What is decided at the start.
    settings: Settings,
    /// The first account's seed and what was decided, at the start or the last
    /// reset, for all accounts.
    begun: Arc<Mutex<(u64, Settings)>>,
    /// All it started with that is not the usual, as a reset takes it.
    pub(crate) own: Map<String, Value>,
    world: Mutex<World>,
    accounts: OnceLock<accounts::Weak>,
    /// Held while time is walked through: one walk at a time, since the clock
    /// is one for all accounts.
    pub(crate) walk: Arc<tokio::sync::Mutex<()>>,
}

impl App {
    /// A fresh simulator that records nothing.
    #[cfg(test)]
    pub(crate) fn new(seed: u64, connections: Open) -> Self {
        let start = Start {
            seed,
            settings: Settings::default(),
            faults: Vec::new(),
            own: Map::new(),
            #[cfg(feature = "contract")]
            contract: None,
        };
        Self::with(start, connections, Clock::default(), None)
    }

    /// A fresh simulator with this clock, and what its requests go through.
    pub(crate) fn with(start: Start, connections: Open, clock: Clock, gate: Option<Gate>) -> Self {
        let Start {
            seed,
            settings,
            faults,
            own,
            #[cfg(feature = "contract")]
            contract,
        } = start;
        Self(Arc::new(Parts {
            changes: Changes::default(),
            deliveries: Deliveries::new(seed),
            faults: Faults::new(seed, faults),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            loan_texts: LoanTexts::default(),
            snapshots: Snapshots::default(),
            connections,
            #[cfg(feature = "contract")]
            contract,
            seed,
            gate,
            account: 0,
            settings,
            begun: Arc::new(Mutex::new((seed, settings))),
            own,
            world: Mutex::new(fresh(seed, clock.now(), settings)),
            accounts: OnceLock::new(),
            walk: Arc::default(),
            clock,
        }))
    }

    /// Another account's: its books are its own, the rest is the same.
    pub(crate) fn sibling(&self, account: AccountNo) -> Self {
        let (first, settings) = self.begun();
        let seed = seed_of(first, account);
        Self(Arc::new(Parts {
            changes: Changes::default(),
            deliveries: Deliveries::new(seed),
            walk: self.walk.clone(),
            clock: self.clock.clone(),
            faults: self.faults.clone(),
            generator: self.generator.clone(),
            journal: Journal::default(),
            links: self.links.clone(),
            loan_texts: LoanTexts::default(),
            connections: self.connections.clone(),
            #[cfg(feature = "contract")]
            contract: self.contract.clone(),
            snapshots: self.snapshots.clone(),
            gate: self.gate.clone(),
            account,
            seed,
            settings: self.settings,
            begun: self.begun.clone(),
            own: Map::new(),
            world: Mutex::new(fresh(seed, self.clock.now(), settings)),
            accounts: OnceLock::new(),
        }))
    }

    /// Whether both are the same simulator.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Keeps the seeds of accounts apart.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// The seed of the account of this number, when the first has this one.
pub(crate) fn seed_of(first: u64, account: AccountNo) -> u64 {
    first.wrapping_add((account as u64).wrapping_mul(SPREAD))
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Parts {
    /// Back to how it started, or to what is given, with this seed. Every part
    /// that remembers anything is reset here, and saved and loaded in
    /// `state/snapshot.rs`.
    pub(crate) fn reset(&self, seed: u64, reset: Reset) {
        self.clock.reset();
        if let Some(at) = reset.at {
            self.clock.freeze_at(at);
        }
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) =
            (seed, reset.settings.unwrap_or(self.settings));
        self.faults.reset(seed, reset.faults);
        self.generator.rewind(seed);
        self.links.reset(seed);
        self.snapshots.clear();
        self.reset_books(seed);
    }

    /// Back to how it started what is not shared with other accounts.
    pub(crate) fn reset_books(&self, seed: u64) {
        self.journal.clear();
        let (_, settings) = self.begun();
        *self.world() = fresh(seed, self.clock.now(), settings);
        self.loan_texts.clear();
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

    /// With which seed and settings the present world began.
    fn begun(&self) -> (u64, Settings) {
        // It is replaced whole.
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner)
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
    pub(crate) async fn catch_up(&self) -> Option<Timestamp> {
        let next = || self.world().next_due().map(|(due, _)| due);
        let is_due = || next().is_some_and(|due| due <= self.clock.now());
        if is_due() {
            match &self.gate {
                None => self.advance(),
                Some(gate) => {
                    let tick = || is_due().then_some(What::Tick(self.account));
                    let tick = gate.pass(tick).await;
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
fn fresh(seed: u64, now: Timestamp, settings: Settings) -> World {
    let mut world = World::new(seed, now, settings);
    world.outbox.write = Some(notification);
    world
}
