//! Which companies are made to fail the eligibility checks.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The company numbers that are not eligible; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Eligibility(Arc<Mutex<HashSet<String>>>);

impl Eligibility {
    /// Whether the company with this number may borrow and trade.
    #[allow(dead_code, reason = "for the loans, which are built beside this")]
    pub(crate) fn is_eligible(&self, identifier: &str) -> bool {
        !self.refused().contains(&plain(identifier))
    }

    pub(crate) fn set(&self, identifier: &str, eligible: bool) {
        if eligible {
            self.refused().remove(&plain(identifier));
        } else {
            self.refused().insert(plain(identifier));
        }
    }

    /// Everyone is eligible again.
    pub(crate) fn clear(&self) {
        self.refused().clear();
    }

    /// A set changes in one step, so a poisoned lock guards nothing broken.
    fn refused(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The same number however it was spaced.
fn plain(identifier: &str) -> String {
    identifier.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_do_not_count() {
        let eligibility = Eligibility::default();
        eligibility.set("899 021 021", false);
        assert!(!eligibility.is_eligible("899021021"));
        assert!(eligibility.is_eligible("899021022"));
        eligibility.set("899021021", true);
        assert!(eligibility.is_eligible("899 021 021"));
    }
}
