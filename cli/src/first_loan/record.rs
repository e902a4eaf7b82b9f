//! What the walk has seen so far.

use defacto::types::{
    Cents, Loan, LoanEvent, LoanStatus, Payment, PaymentStatus, PaymentType, Timestamp,
};
use serde_json::{Value, json};

/// What the walk has seen so far, for whoever asks when it ends.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// The company number of the borrower.
    pub(super) identifier: Option<String>,
    /// The idempotency key of the loan.
    pub(super) salt_id: Option<String>,
    /// Whether a request that changes the loan is under way.
    pub(super) unanswered: bool,
    /// The loan as last read.
    pub(super) loan: Option<Loan>,
    /// Whether that was after all else had ended.
    pub(super) fresh: bool,
    /// The loan as it was offered.
    pub(super) terms: Option<Value>,
    /// Its history, as the server tells it.
    pub(super) events: Vec<LoanEvent>,
    /// The payments as last read.
    pub(super) payments: Vec<Payment>,
    /// How far our clock is ahead of the server's.
    pub(super) ahead: jiff::SignedDuration,
    /// What was seen along the way.
    pub(super) sightings: Vec<Sighting>,
    /// Credit left before the loan was requested.
    pub(super) credit_before: Option<Cents>,
    /// Credit left when last asked.
    pub(super) credit_now: Option<Cents>,
    /// The sums that were checked at the end.
    pub(super) sums: Vec<super::sums::Sum>,
}

/// Something seen along the way.
#[derive(Debug)]
pub(super) struct Sighting {
    /// When, by our clock.
    pub(super) seen: jiff::Timestamp,
    pub(super) what: Seen,
}

#[derive(Debug)]
pub(super) enum Seen {
    Payment {
        id: String,
        kind: Option<PaymentType>,
        status: PaymentStatus,
        amount: Option<Cents>,
        paid_at: Option<Timestamp>,
        failure_reason: Option<String>,
    },
    /// Credit left.
    Credit(Cents),
}

impl Record {
    /// The loan's status as last read.
    pub(super) fn status(&self) -> Option<&LoanStatus> {
        self.loan.as_ref().map(|loan| &loan.status)
    }

    /// Why the loan ended as it did, where the server says so.
    pub(super) fn reason(&self) -> Option<String> {
        let denial = self
            .loan
            .as_ref()
            .and_then(|loan| loan.denial_reason.as_ref())
            .map(|code| code.as_str().to_owned());
        denial.or_else(|| {
            self.payments
                .iter()
                .filter(|payment| payment.status == PaymentStatus::Failed)
                .find_map(|payment| payment.failure_reason.clone())
        })
    }

    /// Takes in the payments, newest first as they are listed; gives the
    /// sightings that are news.
    pub(super) fn see_payments(&mut self, payments: Vec<Payment>) -> Vec<usize> {
        let mut news = Vec::new();
        for payment in payments.iter().rev() {
            let known = self.sightings.iter().any(|sighting| {
                matches!(&sighting.what, Seen::Payment { id, status, .. }
                    if payment.id == id.as_str() && *status == payment.status)
            });
            if !known {
                news.push(self.sightings.len());
                self.sightings.push(Sighting {
                    seen: jiff::Timestamp::now(),
                    what: Seen::Payment {
                        id: payment.id.to_string(),
                        kind: payment.payment_type.clone(),
                        status: payment.status.clone(),
                        amount: payment.amount,
                        paid_at: payment.paid_at,
                        failure_reason: payment.failure_reason.clone(),
                    },
                });
            }
        }
        self.payments = payments;
        news
    }

    /// Takes in the credit left, asked for at this time.
    pub(super) fn see_credit(&mut self, left: Option<Cents>, asked: jiff::Timestamp) {
        let Some(amount) = left.filter(|_| self.credit_now != left) else {
            return;
        };
        self.credit_now = left;
        self.sightings.push(Sighting {
            seen: asked,
            what: Seen::Credit(amount),
        });
    }
}

impl Seen {
    /// The object of `--json`.
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Payment {
                id,
                kind,
                status,
                amount,
                paid_at,
                failure_reason,
            } => json!({
                "of": if is_payout(kind.as_ref()) { "payment" } else { "repayment" },
                "id": id,
                "payment_type": kind,
                "status": status,
                "amount": amount,
                "at": paid_at,
                "reason": failure_reason,
            }),
            Self::Credit(amount) => json!({ "of": "credit_line", "balance_available": amount }),
        }
    }
}

/// Whether a payment pays a loan out.
pub(super) fn is_payout(kind: Option<&PaymentType>) -> bool {
    kind == Some(&PaymentType::LoanPayment)
}
