//! The whole first loan in Rust, followed by a tracker: a borrower and its
//! contract, an invoice, the request, the terms, the consent, and then passes
//! over the account until the loan is closed.
//!
//!     defacto sandbox                prints a line with its base_url
//!     first_loan loans.db BASE_URL
//!
//! Every change is written down in `loans.db` before it is asked for. Killed at
//! any point and started again, the program first finds out what became of it,
//! and tells what the one before could not tell any more.
//!
//! Ends with 0 when the loan is closed, 1 otherwise.

use std::process::ExitCode;

use defacto::tracking::store::Sqlite;
use defacto::tracking::{ChangeKind, LoanView, Tracker};
use defacto::types::{
    AccountInput, BusinessIdentifier, Cents, CounterpartyInput, CreateBorrower, CreateLoan,
    CreateLoanInvoice, GenerateBusiness, GenerateInvoice, Loan, LoanStatus,
};
use defacto::{Client, Error};

/// Passes made at most: a sandbox's days pass as it is read, a real loan takes
/// its time, and a service would wait between two passes.
const PASSES: u32 = 30;

fn euros(amount: Option<Cents>) -> String {
    let cents = amount.map_or(0, |Cents(cents)| cents);
    format!("{}.{:02} EUR", cents / 100, cents % 100)
}

/// A company made up by the sandbox becomes a borrower, who accepts the terms.
async fn make_borrower(tracker: &Tracker) -> Result<CreateBorrower, Error> {
    let client = tracker.client();
    let wanted = GenerateBusiness::new().is_borrower(true);
    let company = client.testing().generate_business(&wanted).await?;
    println!("business  {}", company.name.as_deref().unwrap_or_default());

    let company = company
        .signed_at(jiff::Timestamp::now())
        .wait_for_ready(true);
    let made = tracker.send(client.borrowers().create(&company)).await?;
    println!("borrower  {}", made.id);
    // The contract is a temporary link, which is a secret: fetch it, do not log it.
    let mut has_contract = made.contract_s3_url.is_some();
    for _ in 0..100 {
        if has_contract {
            break;
        }
        let borrower = client.borrowers().get(&made.id).await?;
        has_contract = borrower.contract_s3_url.is_some();
    }
    println!("contract  {}", if has_contract { "there" } else { "none" });
    Ok(company)
}

/// Asks for an advance on an invoice that the company has to pay.
async fn request_loan(tracker: &Tracker, company: &CreateBorrower) -> Result<Loan, Error> {
    let client = tracker.client();
    let buyer = CounterpartyInput::new()
        .identifier(company.identifier.clone())
        .name(company.name.clone());
    let wanted = GenerateInvoice::new().buyer(buyer);
    let made = client.testing().generate_invoice(&wanted).await?;
    let invoice = made.invoice_creation_payload.unwrap_or_default();
    let number = invoice.invoice_number.as_deref().unwrap_or_default();
    println!("invoice   {number}, {}", euros(invoice.total_amount));

    let to = invoice.to_account.clone().unwrap_or_default();
    let body = CreateLoan::new()
        .amount(invoice.total_amount)
        .borrower(BusinessIdentifier::new().identifier(company.identifier.clone()))
        .loan_to(
            AccountInput::new()
                .account_number(to.account_number)
                .bank_identifier(to.bank_identifier),
        )
        .to_pay_at(invoice.issued_at)
        .to_repay_at(invoice.due_at)
        .invoices([CreateLoanInvoice::from(invoice)]);
    // Written down first: never made twice, never forgotten.
    let loan = tracker.send(client.loans().create(&body)).await?;
    println!("loan      {}", loan.id);
    Ok(loan.into_inner())
}

/// What is known of the loan once it has this status; nothing where it has not
/// in time.
async fn follow(
    tracker: &Tracker,
    loan: &Loan,
    status: LoanStatus,
) -> Result<Option<LoanView>, Error> {
    for _ in 0..PASSES {
        let known = tracker.loan(&loan.id).await?;
        if let Some(view) = known.filter(|view| view.status() == Some(status.clone())) {
            return Ok(Some(view));
        }
        tracker.sync().await?;
        tell(tracker).await?;
    }
    Ok(None)
}

/// Tells each change once: one that was not acknowledged is told again by the
/// next that asks under this name.
async fn tell(tracker: &Tracker) -> Result<(), Error> {
    let mut changes = tracker.changes("first-loan").await?;
    while let Some(change) = changes.next().await? {
        if let ChangeKind::Moved { from, to } = &change.change.kind {
            println!("change    {} {from} -> {to}", change.change.subject);
        }
        changes.acknowledge(&change).await?;
    }
    Ok(())
}

/// The statuses the loan went through; those that nobody saw are inferred.
async fn print_timeline(tracker: &Tracker, loan: &Loan) -> Result<(), Error> {
    for one in tracker.timeline(&loan.id).await? {
        let (status, note) = match &one.change.kind {
            ChangeKind::Appeared {
                status: Some(status),
            } => (status, ""),
            ChangeKind::Moved { to, .. } => (to, ""),
            ChangeKind::Passed {
                status,
                inferred: true,
            } => (status, " (inferred)"),
            ChangeKind::Passed { status, .. } => (status, ""),
            _ => continue,
        };
        let day = one.change.moment.end().to_string();
        let day = day.split('T').next().unwrap_or_default();
        println!(
            "timeline  {day} {} {status}{note}",
            one.change.subject.entity
        );
    }
    Ok(())
}

async fn first_loan(store: &str, base_url: &str) -> Result<bool, Error> {
    let builder = Client::builder().api_key("any-key-will-do-here");
    let client = builder.base_url(base_url).build()?;
    println!("hello     {}", client.testing().hello().await?);
    let tracker = Tracker::new(client.clone(), Sqlite::open(store)?);
    // What a run before this one asked for and could not tell the end of.
    let settled = tracker.settle().await?;
    if settled.done > 0 {
        println!("settled   {}", settled.done);
    }

    let company = make_borrower(&tracker).await?;
    let loan = request_loan(&tracker, &company).await?;
    let Some(offer) = follow(&tracker, &loan, LoanStatus::ToValidate).await? else {
        return Ok(false);
    };
    if let Some(terms) = offer.facts() {
        println!(
            "terms     {}, fees about {}, repaid {}",
            euros(terms.cents("amount")),
            euros(terms.cents("fees_estimated")),
            terms
                .instant("to_repay_at")
                .map(|at| at.to_string())
                .unwrap_or_default(),
        );
    }
    let consent = tracker.send(client.loans().validate(&loan.id)).await?;
    println!("consent   {}", consent.status);
    let closed = follow(&tracker, &loan, LoanStatus::Closed).await?;
    print_timeline(&tracker, &loan).await?;
    Ok(closed.is_some())
}

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(store), Some(base_url)) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: first_loan STORE BASE_URL");
        return ExitCode::FAILURE;
    };
    match first_loan(&store, &base_url).await {
        Ok(true) => {
            println!("closed");
            ExitCode::SUCCESS
        }
        Ok(false) => {
            println!("not closed");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("first_loan: status {}: {error}", error.kind().code());
            if error.is_outcome_unknown() {
                eprintln!("first_loan: run it again: the store knows what was asked for");
            }
            ExitCode::FAILURE
        }
    }
}
