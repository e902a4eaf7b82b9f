//! Money that moves, or will.

use defacto_types::{PaymentStatus, PaymentType};
use jiff::Timestamp;

use super::World;
use super::table::No;

/// What a payment is for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Purpose {
    Payout,
    Principal,
    Fees,
    /// More than was owed.
    Extra,
    /// A referrer's part.
    RevenueShare,
    /// A debit that the payer's bank took back.
    Chargeback,
}

/// What a payment settles.
#[derive(Clone, Debug)]
pub(crate) enum About {
    Loan(No),
    /// An installment, with what of it goes to which loan.
    Installment(No, Box<[(No, i64)]>),
    /// A payment of a loan that is undone.
    Undone {
        loan: No,
        payment: No,
    },
    /// Nothing that is owed.
    Nothing,
    RevenueShare,
}

impl Purpose {
    #[cfg(test)]
    pub(super) const ALL: [Self; 6] = [
        Self::Payout,
        Self::Principal,
        Self::Fees,
        Self::Extra,
        Self::RevenueShare,
        Self::Chargeback,
    ];

    pub(crate) fn to_wire(self) -> PaymentType {
        match self {
            Self::Payout => PaymentType::LoanPayment,
            Self::Principal => PaymentType::RepaymentNominal,
            Self::Fees => PaymentType::RepaymentFees,
            Self::Extra => PaymentType::Extra,
            Self::RevenueShare => PaymentType::RevenueShare,
            Self::Chargeback => PaymentType::Chargeback,
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
    pub(crate) about: About,
    pub(crate) purpose: Purpose,
    pub(crate) method: Method,
    pub(crate) progress: Progress,
    pub(crate) amount: i64,
    pub(crate) scheduled_at: Timestamp,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) updated_at: Timestamp,
}

impl Payment {
    /// Whether it is not over yet.
    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self.progress,
            Progress::Proposed | Progress::Scheduled | Progress::Instructed
        )
    }

    /// The loans it is about, with the share of each.
    pub(crate) fn shares(&self) -> Vec<(No, i64)> {
        match &self.about {
            About::Loan(loan) | About::Undone { loan, .. } => vec![(*loan, self.amount)],
            About::Installment(_, shares) => shares.to_vec(),
            About::Nothing | About::RevenueShare => Vec::new(),
        }
    }
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
    ) -> No {
        let method = match purpose {
            Purpose::Principal | Purpose::Fees => self.loans[loan].value.repayment_method,
            _ => Method::Transfer,
        };
        let about = About::Loan(loan);
        self.push_payment(about, purpose, method, progress, amount, scheduled_at, at)
    }

    #[allow(clippy::too_many_arguments, reason = "each is a field of the payment")]
    pub(super) fn push_payment(
        &mut self,
        about: About,
        purpose: Purpose,
        method: Method,
        progress: Progress,
        amount: i64,
        scheduled_at: Timestamp,
        at: Timestamp,
    ) -> No {
        let id = self.new_id();
        let payment = Payment {
            about,
            purpose,
            method,
            progress,
            amount,
            scheduled_at,
            paid_at: (progress == Progress::Paid).then_some(at),
            updated_at: at,
        };
        let shares = payment.shares();
        let no = self.payments.push(id, at, payment);
        for (loan, _) in shares {
            self.loans[loan].value.payments.push(no);
        }
        self.index_payment(no);
        self.notify_payment(no, at);
        no
    }

    /// The loan's own payment for this purpose that is not over yet.
    pub(super) fn open_payment(&self, loan: No, purpose: Purpose) -> Option<No> {
        let payments = &self.loans[loan].value.payments;
        payments.iter().rev().copied().find(|no| {
            let payment = &self.payments[*no].value;
            payment.purpose == purpose
                && payment.is_open()
                && matches!(payment.about, About::Loan(_))
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
            self.end_payment(no, progress, at);
        }
    }

    /// Moves a payment on, unless it is over.
    pub(super) fn end_payment(&mut self, no: No, progress: Progress, at: Timestamp) {
        let payment = &mut self.payments[no].value;
        if payment.is_open() {
            payment.progress = progress;
            payment.updated_at = at;
            payment.paid_at = (progress == Progress::Paid).then_some(at);
            self.notify_payment(no, at);
        }
    }

    /// A payment that is not over has this left to pay: nothing cancels it.
    pub(super) fn reduce_payment(&mut self, no: No, rest: i64, of: &[(No, i64)], at: Timestamp) {
        if rest == 0 {
            self.end_payment(no, Progress::Canceled, at);
        } else if self.payments[no].value.is_open() {
            self.unindex_payment(no);
            let payment = &mut self.payments[no].value;
            payment.amount = rest;
            payment.updated_at = at;
            if let About::Installment(_, shares) = &mut payment.about {
                *shares = of.into();
            }
            self.index_payment(no);
        }
    }

    /// The planned repayment of a loan has less to pay.
    pub(super) fn shrink_principal_payment(&mut self, loan: No, rest: i64, at: Timestamp) {
        if let Some(no) = self.open_payment(loan, Purpose::Principal) {
            self.reduce_payment(no, rest, &[], at);
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
