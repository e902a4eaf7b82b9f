//! What is waited for, how long, and how often it is looked.

use std::time::Duration;

use defacto_types::LoanStatus;

/// Reading faster than this tells nothing more.
pub(super) const SHORTEST: Duration = Duration::from_millis(1);

/// The terms of a wait.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) wanted: Vec<LoanStatus>,
    pub(crate) deadline: Duration,
    pub(crate) shortest: Duration,
    pub(crate) longest: Duration,
    /// Whether to wait where Defacto has to act first.
    pub(crate) through_issues: bool,
}

impl Plan {
    pub(crate) fn new(wanted: Vec<LoanStatus>) -> Self {
        Self {
            wanted,
            deadline: Duration::from_secs(10 * 60),
            shortest: Duration::from_millis(500),
            longest: Duration::from_secs(15),
            through_issues: false,
        }
    }

    pub(crate) fn poll_every(&mut self, shortest: Duration, longest: Duration) {
        self.shortest = shortest;
        self.longest = longest.max(shortest);
    }

    /// The statuses, as an error names them.
    pub(super) fn wanted(&self) -> String {
        let names: Vec<_> = self.wanted.iter().map(LoanStatus::as_str).collect();
        names.join(" or ")
    }
}
