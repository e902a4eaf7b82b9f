//! The generators of test data.

mod business;
mod handlers;
mod iban;
mod identifier;
mod invoice;
mod sequence;
mod siren;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use defacto_types::{CounterpartyInput, CreateBorrower, SandboxCountry, Scenario};
use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use iban::Ibans;
use identifier::Identifiers;
use invoice::Draft;

pub(crate) use handlers::{business, iban, invoice, set_eligibility};
pub(crate) use iban::is_iban;
pub(crate) use iban::marked_scenario;
pub use iban::scenario_of;

/// What the generated data is drawn from; clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Generator(Arc<Mutex<Source>>);

#[derive(Clone, Debug)]
pub(crate) struct Source {
    rng: ChaCha8Rng,
    ibans: Ibans,
    identifiers: Identifiers,
}

impl Source {
    fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed),
            ibans: Ibans::default(),
            identifiers: Identifiers::default(),
        }
    }
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(Source::new(seed))))
    }

    /// Starts over with this seed.
    pub(crate) fn rewind(&self, seed: u64) {
        *self.source() = Source::new(seed);
    }

    /// What it draws from, to come back to.
    pub(crate) fn save(&self) -> Source {
        self.source().clone()
    }

    /// As it was when this was saved.
    pub(crate) fn load(&self, saved: &Source) {
        *self.source() = saved.clone();
    }

    pub(crate) fn iban(&self, country: &SandboxCountry, scenario: &Scenario) -> String {
        let Source { rng, ibans, .. } = &mut *self.source();
        ibans.next(country, scenario, rng)
    }

    fn borrower(&self, country: &SandboxCountry, borrows: bool) -> CreateBorrower {
        let Source {
            rng,
            ibans,
            identifiers,
        } = &mut *self.source();
        let identifier = identifiers.next(country, rng);
        let iban = borrows.then(|| ibans.next(country, &Scenario::Success, rng));
        business::borrower(country, identifier, iban, rng)
    }

    fn invoice(
        &self,
        country: &SandboxCountry,
        scenario: &Scenario,
        seller: Option<CounterpartyInput>,
        buyer: Option<CounterpartyInput>,
        now: Timestamp,
    ) -> Draft {
        let Source {
            rng,
            ibans,
            identifiers,
        } = &mut *self.source();
        let seller = seller.unwrap_or_else(|| business::party(identifiers.next(country, rng), rng));
        let buyer = buyer.unwrap_or_else(|| business::party(identifiers.next(country, rng), rng));
        let iban = ibans.next(country, scenario, rng);
        Draft::new(scenario, seller, buyer, iban, now, rng)
    }

    /// Whatever a panic left of it, it is still a source of chance.
    fn source(&self) -> MutexGuard<'_, Source> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
