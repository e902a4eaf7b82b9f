//! Letting go of what a tracker knows.

use std::fmt::Display;

use defacto_types::Timestamp;

use super::Tracker;
use crate::Error;
use crate::tracking::Purged;

impl Tracker {
    /// Removes what is over and old, and keeps what it came to; see
    /// [`tracking::Tracker::purge`](crate::tracking::Tracker::purge).
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub fn purge(&self, before: Timestamp) -> Result<Purged, Error> {
        self.drive(|tracker| async move { tracker.purge(before).await })
    }

    /// Erases a borrower, by company number or id, and keeps what its loans came
    /// to; see [`tracking::Tracker::erase`](crate::tracking::Tracker::erase).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StateConflict`](crate::ErrorKind::StateConflict) while the
    /// borrower has a loan that is not over, or an intent that is not settled; when
    /// the store fails.
    pub fn erase(&self, borrower: impl Display) -> Result<Purged, Error> {
        let borrower = borrower.to_string();
        self.drive(|tracker| async move { tracker.erase(borrower).await })
    }
}
