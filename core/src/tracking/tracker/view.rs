//! What is known of a loan, for whoever asks.

use defacto_types::{Cents, LoanStatus, Timestamp};

use super::Tracker;
use crate::Error;
use crate::lifecycle::loan::{self, ClientAction};
use crate::tracking::store::Numbered;
use crate::tracking::{
    Entity, Facts, LoanMoney, MoneyGap, Permission, Rates, State, Subject, Track, actions,
};

/// What is known of a loan.
#[derive(Clone, Debug)]
pub struct LoanView {
    track: Track,
    related: Vec<Track>,
    product: Option<Track>,
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
        let product = track
            .facts()
            .and_then(|facts| facts.text("borrower_financial_product_id"))
            .map(|id| Subject::new(Entity::CreditLine, id));
        let product = match product {
            Some(product) => store.track(product).await?,
            None => None,
        };
        Ok(Some(LoanView::new(track, related, product)))
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
    /// What a store holds of a loan, what belongs to it and the product it was
    /// drawn from, for a report that has no client.
    #[must_use]
    pub fn new(track: Track, related: Vec<Track>, product: Option<Track>) -> Self {
        Self {
            track,
            related,
            product,
        }
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
        self.facts()?.outstanding()
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

    /// What a client may do now, until when, and why not otherwise: every
    /// action; see [`actions`](crate::tracking::actions).
    #[must_use]
    pub fn actions(&self, now: Timestamp) -> Vec<Permission> {
        let product = self.product.as_ref().and_then(Track::facts);
        actions(self.state().as_ref(), self.facts(), product, now)
    }

    /// What the loan costs a day, by the financial product it was taken under;
    /// nothing where that was not read ([`Tracker::read_products`]). The API does
    /// not tell the late rate there: it is the usual one.
    #[must_use]
    pub fn rates(&self) -> Option<Rates> {
        Rates::of(self.product.as_ref()?.facts()?)
    }

    /// What the loan costs and owes, by [`rates`](Self::rates).
    ///
    /// # Errors
    ///
    /// [`MoneyGap`] where what is known does not suffice.
    pub fn money(&self) -> Result<LoanMoney, MoneyGap> {
        self.money_at(self.rates().ok_or(MoneyGap::NoRates)?)
    }

    /// What the loan costs and owes, by rates from elsewhere, such as the
    /// contract.
    ///
    /// # Errors
    ///
    /// [`MoneyGap`] where what is known does not suffice.
    pub fn money_at(&self, rates: Rates) -> Result<LoanMoney, MoneyGap> {
        let facts = self.facts().ok_or(MoneyGap::NotPaidOut)?;
        LoanMoney::of(self.id(), facts, &self.related, rates)
    }
}
