//! Faults: what goes wrong on purpose, and for which requests.

mod alter;
mod inject;
mod preset;
mod spec;
mod target;
mod when;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::Method;
use defacto_types::Operation;
use jiff::Timestamp;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

pub(crate) use inject::answer;
pub(crate) use preset::PRESETS;
pub(crate) use spec::{Fault, find};
pub(crate) use target::Target;

/// The stream of what faults draw; the world draws from the first.
const STREAM: u64 = 0xfa17;

/// The faults waiting for their requests, in the order they were added;
/// clones share them.
#[derive(Clone, Debug)]
pub(crate) struct Faults(Arc<Mutex<Waiting>>);

#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    faults: Vec<Fault>,
    rng: ChaCha8Rng,
    /// Those there are from the start.
    first: Vec<Fault>,
}

impl Faults {
    /// These to begin with, and chance drawn from this seed.
    pub(crate) fn new(seed: u64, first: Vec<Fault>) -> Self {
        Self(Arc::new(Mutex::new(Waiting {
            faults: first.clone(),
            rng: rng(seed),
            first,
        })))
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.waiting().faults.push(fault);
    }

    pub(crate) fn clear(&self) {
        self.waiting().faults.clear();
    }

    /// Takes all of them out for a while.
    pub(crate) fn suspend(&self) -> Vec<Fault> {
        std::mem::take(&mut self.waiting().faults)
    }

    /// Puts those back that were taken out.
    pub(crate) fn resume(&self, faults: Vec<Fault>) {
        self.waiting().faults = faults;
    }

    /// Back to how it started, or to these, with chance drawn from this seed.
    pub(crate) fn reset(&self, seed: u64, faults: Option<Vec<Fault>>) {
        let mut waiting = self.waiting();
        waiting.faults = faults.unwrap_or_else(|| waiting.first.clone());
        waiting.rng = rng(seed);
    }

    /// The faults with the times they have left.
    pub(crate) fn to_json(&self) -> Value {
        let waiting = self.waiting();
        let faults: Vec<_> = waiting.faults.iter().map(Fault::to_json).collect();
        json!({ "faults": faults })
    }

    /// What waits, and the chance it draws from, to come back to.
    pub(crate) fn save(&self) -> Waiting {
        self.waiting().clone()
    }

    /// As it was when this was saved.
    pub(crate) fn load(&self, saved: &Waiting) {
        *self.waiting() = saved.clone();
    }

    /// The fault of a request for this operation: the first that is for it
    /// and happens. It has one time less left then.
    fn take(
        &self,
        operation: &Operation,
        method: &Method,
        path: &str,
        now: Timestamp,
    ) -> Option<Fault> {
        let mut waiting = self.waiting();
        let Waiting { faults, rng, .. } = &mut *waiting;
        let mut found = None;
        for (index, fault) in faults.iter_mut().enumerate() {
            if fault.matches(operation, method, path)
                && let Some(happens) = fault.happen(now, rng)
            {
                let is_last = fault.when.times.is_some_and(|times| times <= 1);
                if let Some(times) = &mut fault.when.times {
                    *times = times.saturating_sub(1);
                }
                found = Some((index, is_last, happens));
                break;
            }
        }
        let (index, is_last, happens) = found?;
        if is_last {
            faults.remove(index);
        }
        Some(happens)
    }

    /// A count that a panic kept from going down does no harm.
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rng(seed: u64) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(STREAM);
    rng
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(faults: &Faults, body: &str) {
        faults.add(Fault::read(body.as_bytes()).unwrap());
    }

    #[test]
    fn the_first_that_matches_is_taken_and_counted() {
        let faults = Faults::new(0, Vec::new());
        add(
            &faults,
            r#"{"operation": "loans.create", "status": 503, "times": 2, "skip": 1}"#,
        );
        add(&faults, r#"{"status": 500, "times": null}"#);
        let take = |name| {
            faults.take(
                find(name).unwrap(),
                &Method::GET,
                "/",
                Timestamp::UNIX_EPOCH,
            )
        };
        let status = |name| take(name).unwrap().to_json()["status"].clone();
        assert_eq!(status("testing.hello"), 500);
        assert_eq!(status("loans.create"), 500);
        assert_eq!(status("loans.create"), 503);
        assert_eq!(faults.to_json()["faults"][0]["times"], 1);
        assert_eq!(status("loans.create"), 503);
        assert_eq!(status("loans.create"), 500);
        assert_eq!(faults.to_json()["faults"][0]["times"], Value::Null);
        faults.clear();
        assert!(take("testing.hello").is_none());
    }
}
