//! Waiting for a loan by all that a tracker learns of it.

use std::fmt::Display;
use std::time::Duration;

use defacto_types::{Loan, LoanId, LoanStatus};

use super::Tracker;
use crate::Error;
use crate::tracking::store::Numbered;
use crate::tracking::{self, Outlook};

/// A wait ready to begin; see [`Tracker::wait_for`].
#[derive(Debug)]
#[must_use = "a wait begins with `wait`"]
pub struct TrackedWait {
    tracker: Tracker,
    inner: tracking::TrackedWait,
}

impl Tracker {
    /// Waits until a loan is in one of these statuses, or has been since the wait
    /// began; see [`tracking::Tracker::wait_for`](crate::tracking::Tracker::wait_for).
    pub fn wait_for(
        &self,
        loan_id: impl Into<LoanId>,
        statuses: impl IntoIterator<Item = LoanStatus>,
    ) -> TrackedWait {
        TrackedWait {
            tracker: self.clone(),
            inner: self.awaited().wait_for(loan_id, statuses),
        }
    }

    /// What is known of a loan's status, how, and when it is looked at next;
    /// nothing of one that was never seen. The server is not asked.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub fn outlook(&self, loan_id: impl Display) -> Result<Option<Outlook>, Error> {
        let id = loan_id.to_string();
        self.drive(|tracker| async move { tracker.outlook(id).await })
    }

    /// Reads a loan's own events, so that steps that were only inferred are told
    /// with their times; gives what changed.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub fn explain(&self, loan_id: impl Display) -> Result<Vec<Numbered>, Error> {
        let id = loan_id.to_string();
        self.drive(|tracker| async move { tracker.explain(id).await })
    }
}

impl TrackedWait {
    /// Goes on waiting where Defacto has to act first (ISSUE_DETECTED) or a
    /// chargeback would be needed: days, if ever.
    pub fn through_issues(mut self) -> Self {
        self.inner = self.inner.through_issues();
        self
    }

    /// How long to wait in all; 10 minutes unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.inner = self.inner.deadline(deadline);
        self
    }

    /// How long to wait between two reads, where nothing else tells of the loan:
    /// `shortest` at first and after every change, growing to `longest`, with
    /// jitter. 0.5 and 15 seconds unless set.
    pub fn poll_every(mut self, shortest: Duration, longest: Duration) -> Self {
        self.inner = self.inner.poll_every(shortest, longest);
        self
    }

    /// Calls a function after every look with what is known, on the thread of the
    /// process that the tracker's calls run on: it must be short.
    pub fn on_progress(mut self, told: impl FnMut(&Outlook) + Send + 'static) -> Self {
        self.inner = self.inner.on_progress(told);
        self
    }

    /// Waits on the calling thread.
    ///
    /// # Errors
    ///
    /// As [`tracking::Tracker::wait_for`](crate::tracking::Tracker::wait_for).
    pub fn wait(self) -> Result<Loan, Error> {
        let wait = self.inner;
        self.tracker.drive(|_| wait.into_future())
    }
}
