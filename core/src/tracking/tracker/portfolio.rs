//! What the whole book comes to.

use defacto_types::Timestamp;

use super::Tracker;
use crate::Error;
use crate::tracking::Portfolio;

impl Tracker {
    /// What the loans that are followed come to at an instant: by status, and
    /// by currency what is owed, due within some days, late, and the interest;
    /// with a calendar of what is due on which of these days.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn portfolio(&self, now: Timestamp, days: u32) -> Result<Portfolio, Error> {
        self.inner.store.portfolio(now, days).await
    }
}
