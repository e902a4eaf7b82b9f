//! Everything the simulator knows, as its handlers share it.

use crate::clock::Clock;
use crate::document::Links;
use crate::fault::Faults;
use crate::generate::{Eligibility, Generator};
use crate::journal::Journal;
use crate::settings::Settings;

/// The parts of one simulator; clones share them.
#[derive(Clone, Debug)]
pub(crate) struct App {
    pub(crate) clock: Clock,
    pub(crate) eligibility: Eligibility,
    pub(crate) faults: Faults,
    pub(crate) generator: Generator,
    pub(crate) journal: Journal,
    pub(crate) links: Links,
    pub(crate) settings: Settings,
}

impl App {
    /// A fresh simulator, with test data drawn from this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            clock: Clock::default(),
            eligibility: Eligibility::default(),
            faults: Faults::default(),
            generator: Generator::new(seed),
            journal: Journal::default(),
            links: Links::new(seed),
            settings: Settings::default(),
        }
    }

    /// Back to how it started, seed included. Every part that remembers
    /// anything is reset here.
    pub(crate) fn reset(&self) {
        self.clock.reset();
        self.eligibility.clear();
        self.faults.clear();
        self.generator.rewind();
        self.journal.clear();
        self.links.reset();
        self.settings.reset();
    }
}
