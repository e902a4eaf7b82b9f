//! What is known of a loan, for whoever asks.

use defacto_types::{Cents, LoanStatus, Timestamp};

use super::Tracker;
use crate::Error;
use crate::lifecycle::loan::{self, ClientAction};
use crate::tracking::store::Numbered;
use crate::tracking::{Facts, State, Subject, Track};

/// What is known of a loan.
#[derive(Clone, Debug)]
pub struct LoanView {
    track: Track,
    related: Vec<Track>,
}

impl Tracker {
    /// What is known of a loan; nothing of one that was never seen.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn loan(&self, id: impl std::fmt::Display) -> Result<Option<LoanView>, Error> {
        let subject = Subject::loan(id);
        let store = &self.inner.store;
        let Some(track) = store.track(subject.clone()).await? else {
            return Ok(None);
        };
        let related = store.related(subject.id).await?;
        Ok(Some(LoanView::new(track, related)))
    }

    /// Every change of a loan and what belongs to it, in the order it was
    /// learned.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn timeline(&self, id: impl std::fmt::Display) -> Result<Vec<Numbered>, Error> {
        self.inner.store.history(Subject::loan(id)).await
    }
}

impl LoanView {
    /// What a store holds of a loan and what belongs to it, for a report that
    /// has no client.
    #[must_use]
    pub fn new(track: Track, related: Vec<Track>) -> Self {
        Self { track, related }
    }

    /// All that is known of the loan itself.
    #[must_use]
    pub fn track(&self) -> &Track {
        &self.track
    }

    /// The loan's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.track.subject().id
    }

    /// What is known of its status: since when, how it is known, and what does
    /// not go together.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.track.state()
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> Option<LoanStatus> {
        Some(LoanStatus::from(self.state()?.status.as_str()))
    }

    /// Its fields, as they were last read.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.track.facts()
    }

    /// Its payments, invoice and installments.
    #[must_use]
    pub fn related(&self) -> &[Track] {
        &self.related
    }

    /// Principal that is not repaid, in cents; nothing before the payout
    /// (INFERRED: the amount less what is repaid of it).
    #[must_use]
    pub fn outstanding(&self) -> Option<Cents> {
        let facts = self.facts()?;
        let Cents(amount) = facts.cents("amount")?;
        let Cents(repaid) = facts.cents("repaid_nominal_amount").unwrap_or_default();
        facts.text("paid_at")?;
        Some(Cents(amount.saturating_sub(repaid)))
    }

    /// When the next repayment is due; nothing once there is none.
    #[must_use]
    pub fn next_due(&self) -> Option<Timestamp> {
        let outstanding = self.outstanding()?;
        (outstanding > Cents(0)).then(|| self.facts()?.instant("to_repay_at"))?
    }

    /// What a client may ask of it now, by its status; nothing while that is
    /// ambiguous.
    #[must_use]
    pub fn allowed_actions(&self) -> &'static [ClientAction] {
        match self.state() {
            Some(state) if state.ambiguous.is_empty() => {
                loan::allowed(&LoanStatus::from(state.status.as_str()))
            }
            _ => &[],
        }
    }
}
