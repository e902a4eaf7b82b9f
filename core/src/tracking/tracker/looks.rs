//! When what is looked at next.

use std::collections::HashMap;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

use defacto_types::Timestamp;

use super::Tracker;
use super::send::after;

/// The reads that are planned in this process.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Of loans that are waited for, by how many.
    loans: HashMap<String, Vec<Timestamp>>,
    /// The next passes of the runs under way.
    passes: Vec<Timestamp>,
}

impl Looks {
    /// When a loan is read next, where that is planned.
    pub(super) fn next(&self, loan: &str) -> Option<Timestamp> {
        let own = self.loans.get(loan).into_iter().flatten();
        own.chain(&self.passes).min().copied()
    }
}

/// A planned read; forgotten when this is dropped.
#[derive(Debug)]
pub(super) struct Look<'a> {
    tracker: &'a Tracker,
    /// Of one loan; of all, where there is none.
    loan: Option<String>,
    at: Timestamp,
}

impl Tracker {
    pub(super) fn looks(&self) -> MutexGuard<'_, Looks> {
        let looks = self.inner.looks.lock();
        looks.unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a loan is read after a pause.
    pub(super) fn look_at_after(&self, loan: &str, pause: Duration) -> Look<'_> {
        let at = after(self.now(), pause);
        let mut looks = self.looks();
        looks.loans.entry(loan.to_owned()).or_default().push(at);
        Look {
            tracker: self,
            loan: Some(loan.to_owned()),
            at,
        }
    }

    /// Notes that a pass is made after a pause.
    pub(super) fn pass_after(&self, pause: Duration) -> Look<'_> {
        let at = after(self.now(), pause);
        self.looks().passes.push(at);
        Look {
            tracker: self,
            loan: None,
            at,
        }
    }
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        let mut looks = self.tracker.looks();
        let Some(loan) = &self.loan else {
            forget(&mut looks.passes, self.at);
            return;
        };
        if let Some(planned) = looks.loans.get_mut(loan) {
            forget(planned, self.at);
            if planned.is_empty() {
                looks.loans.remove(loan);
            }
        }
    }
}

fn forget(planned: &mut Vec<Timestamp>, at: Timestamp) {
    if let Some(found) = planned.iter().position(|one| *one == at) {
        planned.swap_remove(found);
    }
}
