//! Do the amounts add up?

use defacto::types::{Cents, LoanStatus, Payment, PaymentStatus, PaymentType};
use serde_json::{Value, json};

use super::narrator::Narrator;
use super::record::{Record, is_payout};
use crate::failure::Failure;
use crate::show::{money, money_or_dash};

/// Two amounts that must be the same.
#[derive(Debug)]
pub(super) struct Sum {
    what: &'static str,
    left: Option<Cents>,
    right: Option<Cents>,
}

impl Sum {
    /// An amount the server does not tell does not add up.
    pub(super) fn holds(&self) -> bool {
        self.left.is_some() && self.left == self.right
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "what": self.what,
            "left": self.left,
            "right": self.right,
            "holds": self.holds(),
        })
    }
}

/// The sums that must hold for a loan that ended as this one did.
pub(super) fn check(record: &Record) -> Vec<Sum> {
    let Some(loan) = &record.loan else {
        return Vec::new();
    };
    let repaid = add(loan.repaid_nominal_amount, loan.paid_interests_amount);
    let paid_out = share(record, |kind| is_payout(Some(kind)));
    let paid_back = share(record, |kind| {
        matches!(
            kind,
            PaymentType::RepaymentNominal | PaymentType::RepaymentFees | PaymentType::RepaymentFull
        )
    });
    let mut sums = vec![Sum {
        what: "repaid = principal repaid + interest paid",
        left: loan.repaid_amount,
        right: repaid,
    }];
    let mut sum = |what, left, right| sums.push(Sum { what, left, right });
    match loan.status {
        LoanStatus::Closed => {
            sum("paid out = amount of the loan", paid_out, loan.amount);
            sum(
                "principal repaid = amount of the loan",
                loan.repaid_nominal_amount,
                loan.amount,
            );
            sum("repayments = repaid", paid_back, loan.repaid_amount);
            credit(record, &mut sum);
        }
        LoanStatus::Declined | LoanStatus::Canceled | LoanStatus::Deleted => {
            sum("paid out = nothing", paid_out, Some(Cents(0)));
            sum("repayments = nothing", paid_back, Some(Cents(0)));
            credit(record, &mut sum);
        }
        // What becomes of the credit is open.
        _ => {
            sum("paid out = nothing", paid_out, Some(Cents(0)));
            sum("repayments = nothing", paid_back, Some(Cents(0)));
        }
    }
    sums
}

/// A server may show no credit line at all: nothing to compare then.
fn credit(record: &Record, sum: &mut impl FnMut(&'static str, Option<Cents>, Option<Cents>)) {
    if record.credit_before.is_some() {
        sum(
            "credit left at the end = credit left before",
            record.credit_now,
            record.credit_before,
        );
    }
}

fn add(left: Option<Cents>, right: Option<Cents>) -> Option<Cents> {
    Some(left? + right?)
}

/// What payments of these kinds moved for this loan. One payment may cover
/// several loans: the share counts, and the whole where no share is told.
fn share(record: &Record, wanted: impl Fn(&PaymentType) -> bool) -> Option<Cents> {
    let id = &record.loan.as_ref()?.id;
    let mut total = Cents(0);
    let paid = |payment: &&Payment| payment.status == PaymentStatus::Paid;
    for payment in record.payments.iter().filter(paid) {
        let shares: Vec<_> = payment
            .related_to
            .iter()
            .flat_map(|related| &related.loans)
            .filter(|share| share.loan_id.as_ref() == Some(id))
            .collect();
        if shares.is_empty() {
            if payment.payment_type.as_ref().is_some_and(&wanted) {
                total += payment.amount?;
            }
            continue;
        }
        for share in shares {
            let kind = share
                .payment_type
                .as_ref()
                .or(payment.payment_type.as_ref());
            if kind.is_some_and(&wanted) {
                total += share.amount?;
            }
        }
    }
    Some(total)
}

/// Says whether they hold; an error when one does not.
pub(super) fn show(narrator: &Narrator, record: &Record) -> Result<(), Failure> {
    let currency = record.loan.as_ref().and_then(|loan| loan.currency.as_ref());
    narrator.say("\nSums")?;
    for sum in &record.sums {
        let text = match (sum.holds(), sum.left) {
            (true, Some(amount)) => format!(" ok  {}: {}", sum.what, money(amount, currency)),
            _ => format!(
                " NO  {}: {} and {}",
                sum.what,
                money_or_dash(sum.left, currency),
                money_or_dash(sum.right, currency)
            ),
        };
        narrator.say(&text)?;
    }
    let wrong: Vec<_> = record
        .sums
        .iter()
        .filter(|sum| !sum.holds())
        .map(|sum| sum.what)
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::other(format!(
        "the amounts do not add up ({}): report this to Defacto with the loan's id",
        wrong.join("; ")
    )))
}
