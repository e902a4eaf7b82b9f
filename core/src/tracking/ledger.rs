//! A loan that is over, reduced to what it adds to the sums.

use defacto_types::{Cents, Timestamp};
use serde::{Deserialize, Serialize};

use super::portfolio::Figures;
use super::{Entity, Moment, Status, Track};

/// What is left of a loan that was purged or erased: enough that the sums of the
/// book stay what they were and that the loan is known again, and nothing about a
/// person.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The loan's id.
    pub loan: String,
    /// The status in which it ended.
    pub status: Status,
    /// When it was last seen in it: what is older tells nothing new.
    pub seen: Moment,
    /// Its currency; empty where none was told.
    pub currency: String,
    /// Principal that is lent and not repaid, in cents; 0 as a rule.
    pub outstanding: Cents,
    /// Interest to come, in cents; 0 as a rule.
    pub fees_expected: Cents,
    /// Interest that was paid, in cents.
    pub fees_paid: Cents,
    /// When it was to be repaid; only of one that still owes.
    pub due_at: Option<Timestamp>,
    /// After when it is late; only of one that still owes.
    pub late_at: Option<Timestamp>,
}

impl LedgerRow {
    /// The row of a loan that is over; nothing of any other, and of one whose
    /// status is in doubt.
    #[must_use]
    pub fn of(track: &Track) -> Option<Self> {
        if track.subject().entity != Entity::Loan || !track.is_over() {
            return None;
        }
        let state = track.state()?;
        let figures = Figures::of(track)?;
        let owes = figures.outstanding != 0;
        Some(Self {
            loan: track.subject().id.clone(),
            status: state.status,
            seen: state.seen,
            currency: figures.currency,
            outstanding: Cents(figures.outstanding),
            fees_expected: Cents(figures.fees_expected),
            fees_paid: Cents(figures.fees_paid),
            due_at: figures.due_at.filter(|_| owes),
            late_at: figures.late_at.filter(|_| owes),
        })
    }

    pub(super) fn figures(&self) -> Figures {
        Figures {
            status: self.status.to_string(),
            currency: self.currency.clone(),
            outstanding: self.outstanding.get(),
            fees_expected: self.fees_expected.get(),
            fees_paid: self.fees_paid.get(),
            due_at: self.due_at,
            late_at: self.late_at,
        }
    }
}
