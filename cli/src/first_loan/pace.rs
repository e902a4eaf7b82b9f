//! Polling: soon at first, then less and less often, never in step with
//! others.

use std::time::Duration;

use defacto::types::LoanStatus;
use defacto::{Error, lifecycle};

use crate::connection::Open;

/// Failed reads in a row that end a follower.
const PATIENCE: u32 = 5;

/// The waits between two reads.
#[derive(Debug)]
pub(super) struct Pace {
    next: Duration,
    longest: Duration,
    failures: u32,
}

impl Pace {
    /// The sandbox in this program answers in less than a millisecond; a
    /// server has others to serve.
    pub(super) fn of(open: &Open) -> Self {
        let (first, longest) = if open.is_embedded() {
            (Duration::from_millis(5), Duration::from_secs(1))
        } else {
            (Duration::from_millis(250), Duration::from_secs(5))
        };
        Self {
            next: first,
            longest,
            failures: 0,
        }
    }

    /// Waits until the next read is due.
    pub(super) async fn wait(&mut self) {
        let jitter = rand::random_range(0.75..1.25);
        tokio::time::sleep(self.next.mul_f64(jitter)).await;
        self.next = (self.next * 2).min(self.longest);
    }

    /// What a read gave; `None` where it failed in a way that passes, until it
    /// has failed too often.
    pub(super) fn read<T>(&mut self, result: Result<T, Error>) -> Result<Option<T>, Error> {
        match result {
            Ok(value) => {
                self.failures = 0;
                Ok(Some(value))
            }
            Err(error) if error.is_retryable() && self.failures < PATIENCE => {
                self.failures += 1;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether nothing is to be waited for any more.
pub(super) fn is_over(status: &LoanStatus) -> bool {
    lifecycle::loan::is_terminal(status)
        || lifecycle::loan::is_settled(status)
        || *status == LoanStatus::IssueDetected
}

/// Whether Defacto has not decided yet.
pub(super) fn is_undecided(status: &LoanStatus) -> bool {
    matches!(
        status,
        LoanStatus::Submitted | LoanStatus::PendingValidation
    )
}
