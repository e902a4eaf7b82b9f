//! Money that moves, or will.

use defacto_types::{PaymentStatus, PaymentType};
use jiff::Timestamp;

use super::World;
use super::table::No;

/// What a payment is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Purpose {
    Payout,
    Principal,
    Fees,
}

impl Purpose {
    pub(crate) fn to_wire(self) -> PaymentType {
        match self {
            Self::Payout => PaymentType::LoanPayment,
            Self::Principal => PaymentType::RepaymentNominal,
            Self::Fees => PaymentType::RepaymentFees,
        }
    }
}

/// How a loan is repaid.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Method {
    Transfer,
    Debit,
}

impl Method {
    pub(crate) fn to_wire(self) -> defacto_types::PaymentMethod {
        match self {
            Self::Transfer => defacto_types::PaymentMethod::Sct,
            Self::Debit => defacto_types::PaymentMethod::DirectDebit,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Progress {
    Proposed,
    Scheduled,
    Instructed,
    Paid,
    Failed,
    Canceled,
}

impl Progress {
    pub(crate) fn to_wire(self) -> PaymentStatus {
        match self {
            Self::Proposed => PaymentStatus::Proposed,
            Self::Scheduled => PaymentStatus::Scheduled,
            Self::Instructed => PaymentStatus::Instructed,
            Self::Paid => PaymentStatus::Paid,
            Self::Failed => PaymentStatus::Failed,
            Self::Canceled => PaymentStatus::Canceled,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) loan: No,
    pub(crate) purpose: Purpose,
    pub(crate) method: Method,
    pub(crate) progress: Progress,
    pub(crate) amount: i64,
    pub(crate) scheduled_at: Timestamp,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) updated_at: Timestamp,
}

impl World {
    /// Plans a payment for a loan.
    pub(super) fn add_payment(
        &mut self,
        loan: No,
        purpose: Purpose,
        progress: Progress,
        amount: i64,
        scheduled_at: Timestamp,
        at: Timestamp,
    ) {
        let id = self.new_id();
        let method = match purpose {
            Purpose::Payout => Method::Transfer,
            Purpose::Principal | Purpose::Fees => self.loans[loan].value.repayment_method,
        };
        let no = self.payments.push(
            id,
            at,
            Payment {
                loan,
                purpose,
                method,
                progress,
                amount,
                scheduled_at,
                paid_at: None,
                updated_at: at,
            },
        );
        self.loans[loan].value.payments.push(no);
        self.index_payment(no);
    }

    /// The loan's payment for this purpose that is not over yet.
    fn open_payment(&self, loan: No, purpose: Purpose) -> Option<No> {
        let payments = &self.loans[loan].value.payments;
        payments.iter().rev().copied().find(|no| {
            let payment = &self.payments[*no].value;
            payment.purpose == purpose
                && matches!(
                    payment.progress,
                    Progress::Proposed | Progress::Scheduled | Progress::Instructed
                )
        })
    }

    /// Moves the loan's payment for this purpose on.
    pub(super) fn move_payment(
        &mut self,
        loan: No,
        purpose: Purpose,
        progress: Progress,
        at: Timestamp,
    ) {
        if let Some(no) = self.open_payment(loan, purpose) {
            let payment = &mut self.payments[no].value;
            payment.progress = progress;
            payment.updated_at = at;
            payment.paid_at = (progress == Progress::Paid).then_some(at);
        }
    }

    /// Brings the planned payments up to date with the loan's dates and means.
    pub(super) fn replan_payments(&mut self, loan: No, at: Timestamp) {
        let terms = &self.loans[loan].value;
        let (to_pay_at, to_repay_at) = (terms.to_pay_at, terms.to_repay_at);
        let method = terms.repayment_method;
        for purpose in [Purpose::Payout, Purpose::Principal, Purpose::Fees] {
            let Some(no) = self.open_payment(loan, purpose) else {
                continue;
            };
            self.unindex_payment(no);
            let payment = &mut self.payments[no].value;
            if purpose == Purpose::Payout {
                payment.scheduled_at = to_pay_at;
            } else {
                payment.scheduled_at = to_repay_at;
                payment.method = method;
            }
            payment.updated_at = at;
            self.index_payment(no);
        }
    }

    fn sort_keys(&self, no: No) -> [i64; 3] {
        let payment = &self.payments[no].value;
        let by_name = match payment.method {
            Method::Debit => 0,
            Method::Transfer => 1,
        };
        let date = payment.scheduled_at.as_microsecond();
        [payment.amount, by_name, date]
    }

    fn index_payment(&mut self, no: No) {
        let [amount, method, date] = self.sort_keys(no);
        self.payments_by_amount.insert((amount, no));
        self.payments_by_method.insert((method, no));
        self.payments_by_date.insert((date, no));
    }

    fn unindex_payment(&mut self, no: No) {
        let [amount, method, date] = self.sort_keys(no);
        self.payments_by_amount.remove(&(amount, no));
        self.payments_by_method.remove(&(method, no));
        self.payments_by_date.remove(&(date, no));
    }
}
