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

#[cfg(test)]
mod tests {
    use super::*;
    use defacto::types::Loan;

    fn record(loan: Value, payments: Value) -> Record {
        let loan: Loan = serde_json::from_value(loan).unwrap();
        Record {
            loan: Some(loan),
            payments: serde_json::from_value(payments).unwrap(),
            credit_before: Some(Cents(500)),
            credit_now: Some(Cents(500)),
            ..Record::default()
        }
    }

    fn wrong(record: &Record) -> Vec<&'static str> {
        let sums = check(record);
        let wrong = sums.iter().filter(|sum| !sum.holds());
        wrong.map(|sum| sum.what).collect()
    }

    fn closed(repaid: i64) -> Value {
        json!({
            "id": "l", "status": "CLOSED", "amount": 100, "repaid_amount": repaid,
            "repaid_nominal_amount": 100, "paid_interests_amount": 3,
        })
    }

    #[test]
    fn only_paid_shares_of_this_loan_count() {
        let payments = json!([
            { "id": "1", "status": "FAILED", "payment_type": "LOAN_PAYMENT", "amount": 100 },
            { "id": "2", "status": "PAID", "payment_type": "LOAN_PAYMENT", "amount": 100 },
            { "id": "3", "status": "PAID", "payment_type": "REPAYMENT_FULL", "amount": 900,
              "related_to": { "loans": [
                  { "loan_id": "l", "payment_type": "REPAYMENT_NOMINAL", "amount": 100 },
                  { "loan_id": "l", "payment_type": "REPAYMENT_FEES", "amount": 3 },
                  { "loan_id": "other", "payment_type": "REPAYMENT_NOMINAL", "amount": 797 },
              ] } },
        ]);
        let none: Vec<&str> = Vec::new();
        assert_eq!(wrong(&record(closed(103), payments)), none);
    }

    #[test]
    fn what_does_not_add_up_is_named() {
        let payments = json!([
            { "id": "2", "status": "PAID", "payment_type": "LOAN_PAYMENT", "amount": 99 },
            { "id": "3", "status": "PAID", "payment_type": "REPAYMENT_FULL", "amount": 104 },
        ]);
        let mut record = record(closed(104), payments);
        record.credit_now = Some(Cents(499));
        assert_eq!(
            wrong(&record),
            [
                "repaid = principal repaid + interest paid",
                "paid out = amount of the loan",
                "credit left at the end = credit left before",
            ]
        );
        record.sums = check(&record);
        assert!(show(&Narrator::new(true), &record).is_err());
    }

    #[test]
    fn a_declined_loan_moves_nothing() {
        let loan = json!({
            "id": "l", "status": "DECLINED", "amount": 100, "repaid_amount": 0,
            "repaid_nominal_amount": 0, "paid_interests_amount": 0,
        });
        let paid =
            json!([{ "id": "1", "status": "PAID", "payment_type": "LOAN_PAYMENT", "amount": 1 }]);
        assert_eq!(wrong(&record(loan, paid)), ["paid out = nothing"]);
    }
}
