//! The steps of the guide.

use defacto::types::{Cents, Loan};
use serde_json::json;

use super::FirstLoan;
use super::narrator::Narrator;
use super::record::Record;
use super::{borrower, follow, loan, sums, timeline};
use crate::connection::Open;
use crate::failure::Failure;
use crate::show::{iban, money, money_or_dash};

pub(super) async fn walk(
    this: &FirstLoan,
    open: &Open,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    let client = &open.client;
    narrator.doing("saying hello");
    let answer = client.hello().await?;
    let answer = answer.trim_end();
    narrator.done("hello", answer, json!({ "answer": answer }))?;

    let company = borrower::enrol(this, client, narrator).await?;
    let company = borrower::ready(open, company, narrator).await?;
    borrower::contract(this, &company, narrator).await?;
    let identifier = company.identifier.clone().unwrap_or_default();
    record.identifier = Some(identifier.clone());
    follow::see_credit(client, &identifier, record).await?;
    record.credit_before = record.credit_now;

    let invoice = loan::invoice(this, client, &company, narrator).await?;
    loan::request(this, client, &identifier, invoice, narrator, record).await?;
    loan::decide(this, open, &identifier, narrator, record).await?;
    follow::follow(open, &identifier, narrator, record).await?;
    repayment(narrator, record)?;
    timeline::show(narrator, record)?;
    record.sums = sums::check(record);
    sums::show(narrator, record)
}

/// Where the borrower pays back, in full on purpose: it is theirs to use.
fn repayment(narrator: &mut Narrator, record: &Record) -> Result<(), Failure> {
    let Some(loan) = record.loan.as_ref().filter(|loan| loan.paid_at.is_some()) else {
        return Ok(());
    };
    let number = loan
        .repayment_to
        .as_ref()
        .and_then(|account| account.account_number.as_ref())
        .map(|number| number.expose().to_owned());
    let reference = loan.repayment_to_references.join(", ");
    let text = match &number {
        Some(number) => format!(
            "repaid to {}, reference \"{reference}\"\n{}",
            iban(number),
            repaid(loan)
        ),
        None => format!("the server names no account\n{}", repaid(loan)),
    };
    narrator.done(
        "repayment",
        &text,
        json!({
            "iban": number,
            "references": loan.repayment_to_references,
            "repaid_amount": loan.repaid_amount,
            "repaid_nominal_amount": loan.repaid_nominal_amount,
            "paid_interests_amount": loan.paid_interests_amount,
        }),
    )
}

fn repaid(loan: &Loan) -> String {
    let currency = loan.currency.as_ref();
    format!(
        "principal {} + interest {} = {}",
        money_or_dash(loan.repaid_nominal_amount, currency),
        money_or_dash(loan.paid_interests_amount, currency),
        money(loan.repaid_amount.unwrap_or(Cents(0)), currency),
    )
}
