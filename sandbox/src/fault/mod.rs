//! Faults: what goes wrong on purpose, and for which requests.

mod inject;
mod spec;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use defacto_types::Operation;
use serde_json::{Value, json};

pub(crate) use inject::answer;
pub(crate) use spec::{Fault, find};

/// The faults waiting for their requests, in the order they were added;
/// clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Faults(Arc<Mutex<Vec<Fault>>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.faults().push(fault);
    }

    pub(crate) fn clear(&self) {
        self.faults().clear();
    }

    /// The faults with the times they have left.
    pub(crate) fn to_json(&self) -> Value {
        let faults: Vec<_> = self.faults().iter().map(Fault::to_json).collect();
        json!({ "faults": faults })
    }

    /// What waits, to come back to.
    pub(crate) fn save(&self) -> Vec<Fault> {
        self.faults().clone()
    }

    /// As it was when this was saved.
    pub(crate) fn load(&self, saved: &[Fault]) {
        *self.faults() = saved.to_vec();
    }

    /// The fault of a request for this operation: the first that is for it
    /// and has let enough requests pass. It has one time less left then.
    fn take(&self, operation: &'static Operation) -> Option<Fault> {
        let mut faults = self.faults();
        let mut found = None;
        for (index, fault) in faults.iter_mut().enumerate() {
            if !fault.matches(operation) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            found = Some(index);
            break;
        }
        let index = found?;
        let fault = faults.get_mut(index)?;
        match &mut fault.times {
            Some(times) if *times <= 1 => Some(faults.remove(index)),
            Some(times) => {
                *times -= 1;
                Some(fault.clone())
            }
            None => Some(fault.clone()),
        }
    }

    /// A count that a panic kept from going down does no harm.
    fn faults(&self) -> MutexGuard<'_, Vec<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(faults: &Faults, body: &str) {
        faults.add(Fault::read(body.as_bytes()).unwrap());
    }

    #[test]
    fn the_first_that_matches_is_taken_and_counted() {
        let faults = Faults::default();
        add(
            &faults,
            r#"{"operation": "loans.create", "status": 503, "times": 2, "skip": 1}"#,
        );
        add(&faults, r#"{"status": 500, "times": null}"#);
        let status = |name| faults.take(find(name).unwrap()).unwrap().to_json()["status"].clone();
        assert_eq!(status("testing.hello"), 500);
        assert_eq!(status("loans.create"), 500);
        assert_eq!(status("loans.create"), 503);
        assert_eq!(faults.to_json()["faults"][0]["times"], 1);
        assert_eq!(status("loans.create"), 503);
        assert_eq!(status("loans.create"), 500);
        assert_eq!(faults.to_json()["faults"][0]["times"], Value::Null);
        faults.clear();
        assert!(faults.take(find("testing.hello").unwrap()).is_none());
    }
}
