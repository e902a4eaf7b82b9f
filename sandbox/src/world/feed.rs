//! The accounting feed: what happened to the money of which loan.

use defacto_types::LedgerEventType;
use jiff::Timestamp;

use super::World;
use super::table::No;

#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Kind {
    Validated,
    Canceled,
    PaidOut,
    PrincipalDue,
    PrincipalLate,
    InterestDue,
    PrincipalRepaid,
    FeesRepaid,
    PrincipalUnpaid,
    PrincipalChargedBack,
    FeesChargedBack,
    /// More came than the loan owed.
    Extra,
}

impl Kind {
    pub(crate) fn to_wire(self) -> LedgerEventType {
        match self {
            Self::Validated => LedgerEventType::LoanValidated,
            Self::Canceled => LedgerEventType::LoanCanceled,
            Self::PaidOut => LedgerEventType::LoanDisbursementPaid,
            Self::PrincipalDue => LedgerEventType::LoanPrincipalFallenDue,
            Self::PrincipalLate => LedgerEventType::LoanPrincipalFallenLate,
            Self::InterestDue => LedgerEventType::LoanInterestsFallenDue,
            Self::PrincipalRepaid => LedgerEventType::LoanRepaymentNominalPaid,
            Self::FeesRepaid => LedgerEventType::LoanRepaymentFeesPaid,
            Self::PrincipalUnpaid => LedgerEventType::LoanRepaymentNominalUnpaid,
            Self::PrincipalChargedBack => LedgerEventType::LoanRepaymentNominalChargedBack,
            Self::FeesChargedBack => LedgerEventType::LoanRepaymentFeesChargedBack,
            Self::Extra => LedgerEventType::LoanExtraPaid,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    pub(crate) kind: Kind,
    pub(crate) loan: No,
    pub(crate) principal: i64,
    pub(crate) fees: i64,
}

/// Every event, in the order they happened.
#[derive(Clone, Debug, Default)]
pub(crate) struct Feed(Vec<Event>);

impl Feed {
    pub(crate) fn len(&self) -> No {
        No::try_from(self.0.len()).unwrap_or(No::MAX)
    }

    pub(crate) fn get(&self, no: No) -> Option<&Event> {
        self.0.get(no as usize)
    }

    fn push(&mut self, event: Event) -> No {
        self.0.push(event);
        self.len().saturating_sub(1)
    }
}

impl World {
    pub(super) fn tell(&mut self, at: Timestamp, kind: Kind, loan: No, principal: i64, fees: i64) {
        self.count(kind.to_wire().as_str());
        let event = self.feed.push(Event {
            at,
            kind,
            loan,
            principal,
            fees,
        });
        self.loans[loan].value.events.push(event);
    }
}
