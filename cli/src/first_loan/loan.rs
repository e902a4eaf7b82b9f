//! The loan, from the invoice to the accepted offer.

use defacto::Client;
use defacto::types::{
    AccountInput, AccountNumberType, BankIdentifierType, Borrower, BusinessIdentifier,
    CounterpartyInput, CreateInvoice, CreateLoan, CreateLoanInvoice, GenerateInvoice, LoanStatus,
    Timestamp,
};
use serde_json::json;

use super::FirstLoan;
use super::follow;
use super::narrator::Narrator;
use super::pace::{Pace, is_undecided};
use super::record::Record;
use crate::connection::Open;
use crate::failure::Failure;
use crate::show::{day, money_or_dash};

/// Generates the invoice the borrower shall pay with the loan.
pub(super) async fn invoice(
    this: &FirstLoan,
    client: &Client,
    borrower: &Borrower,
    narrator: &mut Narrator,
) -> Result<CreateInvoice, Failure> {
    narrator.doing("generating an invoice");
    let buyer = CounterpartyInput::new()
        .identifier(borrower.identifier.clone())
        .identifier_type(borrower.identifier_type.clone())
        .name(borrower.name.clone());
    let wanted = GenerateInvoice::new()
        .buyer(buyer)
        .scenario(this.scenario.scenario());
    let generated = client.testing().generate_invoice(&wanted).await?;
    let invoice = generated
        .invoice_creation_payload
        .ok_or_else(|| Failure::other("the server generated no invoice: run the command again"))?;
    let seller = invoice
        .seller
        .as_ref()
        .and_then(|seller| seller.name.clone());
    let number = invoice.invoice_number.clone().unwrap_or_default();
    narrator.done(
        "invoice",
        &format!(
            "{number}: {} to {}, due {}",
            money_or_dash(invoice.total_amount, invoice.currency.as_ref()),
            seller.as_deref().unwrap_or("the seller"),
            day(invoice.due_at),
        ),
        json!({
            "invoice_number": number,
            "total_amount": invoice.total_amount,
            "currency": invoice.currency,
            "due_at": invoice.due_at,
            "seller": seller,
            "scenario": this.scenario.scenario(),
        }),
    )?;
    Ok(invoice)
}

/// Requests the loan for the whole invoice, until it is due.
pub(super) async fn request(
    this: &FirstLoan,
    client: &Client,
    identifier: &str,
    invoice: CreateInvoice,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    narrator.doing("unanswered the loan");
    // The server's day, which is not ours where its clock was moved.
    let now = invoice
        .issued_at
        .unwrap_or_else(|| Timestamp(jiff::Timestamp::now()));
    let salt_id = uuid::Uuid::now_v7().to_string();
    let body = CreateLoan::new()
        .amount(invoice.total_amount)
        .auto_validate(this.auto_validate)
        .borrower(BusinessIdentifier::new().identifier(identifier))
        .currency(invoice.currency.clone())
        .loan_to(invoice.to_account.clone().map(account))
        .salt_id(salt_id.as_str())
        .to_pay_at(now)
        .to_repay_at(invoice.due_at)
        .invoices([CreateLoanInvoice::from(invoice)]);
    // Both before it is sent: a lost answer is resumed by the key.
    record.salt_id = Some(salt_id.clone());
    record.unanswered = true;
    let sent = jiff::Timestamp::now();
    let answer = client.loans().create(&body).await;
    record.unanswered = answer
        .as_ref()
        .is_err_and(defacto::Error::is_outcome_unknown);
    let loan = answer?.into_inner();
    if let Some(at) = loan.submitted_at {
        // Rather too little than too much: what is seen comes after what it
        // is a sign of.
        record.ahead = sent.duration_since(at.get());
    }
    narrator.done(
        "request",
        &format!(
            "loan {} of {}: {}\nsalt_id {salt_id}",
            loan.id,
            money_or_dash(loan.amount, loan.currency.as_ref()),
            loan.status
        ),
        json!({ "loan_id": loan.id, "salt_id": salt_id, "status": loan.status }),
    )?;
    record.loan = Some(loan);
    Ok(())
}

fn account(account: AccountInput) -> AccountInput {
    // The generator leaves the kinds out, which are always these two.
    account
        .account_number_type(AccountNumberType::Iban)
        .bank_identifier_type(BankIdentifierType::Bic)
}

/// Waits for the offer, shows it, and accepts it where that is left to us.
pub(super) async fn decide(
    this: &FirstLoan,
    open: &Open,
    identifier: &str,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    narrator.doing("waiting for the decision");
    let mut pace = Pace::of(open);
    while record.status().is_some_and(is_undecided) {
        pace.wait().await;
        follow::refresh(open, &mut pace, record).await?;
    }
    follow::see_credit(&open.client, identifier, record).await?;
    let Some(loan) = &record.loan else {
        return Ok(());
    };
    if matches!(loan.status, LoanStatus::Declined | LoanStatus::Canceled) {
        let reason = record.reason();
        let text = match &reason {
            Some(reason) => format!("none: the loan is {} ({reason})", loan.status),
            None => format!("none: the loan is {}", loan.status),
        };
        return narrator.done(
            "offer",
            &text,
            json!({ "status": loan.status, "reason": reason }),
        );
    }
    let currency = loan.currency.as_ref();
    let beneficiary = loan
        .beneficiary
        .as_ref()
        .and_then(|company| company.name.clone());
    let terms = json!({
        "amount": loan.amount,
        "currency": loan.currency,
        "fees_estimated": loan.fees_estimated,
        "beneficiary": beneficiary,
        "to_pay_at": loan.to_pay_at,
        "to_repay_at": loan.to_repay_at,
        "credit_left": record.credit_now,
    });
    let text = format!(
        "{}, estimated fees {}\nto {}, paid out {}, repaid {}\ncredit left {}",
        money_or_dash(loan.amount, currency),
        money_or_dash(loan.fees_estimated, currency),
        beneficiary.as_deref().unwrap_or("the beneficiary"),
        day(loan.to_pay_at),
        day(loan.to_repay_at),
        money_or_dash(record.credit_now, currency),
    );
    narrator.done("offer", &text, terms.clone())?;
    record.terms = Some(terms);
    if this.auto_validate || loan.status != LoanStatus::ToValidate {
        return narrator.done(
            "validate",
            &format!("accepted in advance: {}", loan.status),
            json!({ "status": loan.status }),
        );
    }

    narrator.doing("accepting the offer");
    record.unanswered = true;
    let answer = open.client.loans().validate(&loan.id).await;
    record.unanswered = answer
        .as_ref()
        .is_err_and(defacto::Error::is_outcome_unknown);
    let loan = answer?;
    narrator.done(
        "validate",
        &format!("offer accepted: {}", loan.status),
        json!({ "status": loan.status }),
    )?;
    record.loan = Some(loan);
    Ok(())
}
