//! The steps of the guide.

use defacto::Client;
use defacto::types::{
    AccountInput, Borrower, BorrowerStatus, BusinessIdentifier, Cents, ComplianceStatus,
    CounterpartyInput, CreateBorrower, CreateInvoice, CreateLoan, CreateLoanInvoice,
    GenerateBusiness, GenerateInvoice, ListCreditLines, ListPayments, Loan, LoanStatus,
    SignBorrower, Timestamp,
};
use serde_json::json;

use super::FirstLoan;
use super::contract;
use super::follow::{Pace, is_over, is_undecided};
use super::narrator::Narrator;
use super::record::Record;
use super::{sums, timeline};
use crate::connection::Open;
use crate::failure::Failure;
use crate::show::{day, iban, money, money_or_dash};

/// Reads of a borrower who is ready but has no contract link yet.
const CONTRACT_READS: u32 = 5;

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

    let borrower = enrol(this, client, narrator).await?;
    let borrower = ready(open, borrower, narrator).await?;
    keep_contract(this, &borrower, narrator).await?;
    let identifier = borrower.identifier.clone().unwrap_or_default();
    record.see_credit(credit_left(client, &identifier).await?);
    record.credit_before = record.credit_now;

    let invoice = invoice(this, client, &borrower, narrator).await?;
    request(this, client, &identifier, invoice, narrator, record).await?;
    decide(this, open, &identifier, narrator, record).await?;
    follow(open, &identifier, narrator, record).await?;
    repayment(narrator, record)?;
    history(client, &identifier, record).await?;
    timeline::show(narrator, record)?;
    record.sums = sums::check(record);
    sums::show(narrator, record)
}

/// Generates a company and enrols it.
async fn enrol(
    this: &FirstLoan,
    client: &Client,
    narrator: &mut Narrator,
) -> Result<Borrower, Failure> {
    narrator.doing("generating a business");
    let company: CreateBorrower = client
        .testing()
        .generate_business(&GenerateBusiness::new().is_borrower(true))
        .await?;
    let name = company.name.clone().unwrap_or_else(|| "?".to_owned());
    let identifier = company.identifier.clone().unwrap_or_default();
    let kind = company
        .identifier_type
        .as_ref()
        .map_or("identifier", |kind| kind.as_str());
    narrator.done(
        "business",
        &format!("{name}, {kind} {identifier}: made up, not known to the API yet"),
        json!({ "name": name, "identifier": identifier, "identifier_type": kind }),
    )?;

    narrator.doing("enrolling it as a borrower");
    let company = company.wait_for_ready(true);
    let company = if this.sign {
        // The generator may have signed for us.
        company.signed_at(defacto::types::Null)
    } else {
        company.signed_at(jiff::Timestamp::now())
    };
    let borrower = client.borrowers().create(&company).await?.into_inner();
    narrator.done(
        "borrower",
        &format!(
            "{}\nenrolled {}: {}",
            borrower.id,
            if this.sign {
                "unsigned"
            } else {
                "with signed_at"
            },
            status_of(&borrower)
        ),
        json!({ "borrower_id": borrower.id, "status": borrower.status }),
    )?;
    if !this.sign {
        return Ok(borrower);
    }

    narrator.doing("signing");
    let signature = SignBorrower::new()
        .signed_at(jiff::Timestamp::now())
        .wait_for_ready(true);
    let borrower = client.borrowers().sign(&borrower.id, &signature).await?;
    narrator.done(
        "sign",
        &format!("terms accepted by {name}: {}", status_of(&borrower)),
        json!({ "borrower_id": borrower.id, "status": borrower.status }),
    )?;
    Ok(borrower)
}

/// Waits until the borrower may take loans, and has a contract to show if one
/// comes soon.
async fn ready(
    open: &Open,
    mut borrower: Borrower,
    narrator: &mut Narrator,
) -> Result<Borrower, Failure> {
    narrator.doing("waiting until the borrower is ready");
    let mut pace = Pace::of(open);
    let mut without_contract = 0;
    loop {
        if let Some(
            status @ (BorrowerStatus::Blocked
            | BorrowerStatus::Prohibited
            | BorrowerStatus::Deactivated),
        ) = &borrower.status
        {
            return Err(Failure::other(format!(
                "the borrower is {status} and may not take loans: run the command again for \
                 another company"
            )));
        }
        if is_ready(&borrower) {
            if borrower.contract_s3_url.is_some() || without_contract == CONTRACT_READS {
                break;
            }
            without_contract += 1;
        }
        pace.wait().await;
        let read = client_get(&open.client, &borrower).await;
        if let Some(read) = pace.read(read)? {
            borrower = read;
        }
    }
    narrator.done(
        "ready",
        &format!("the borrower is {}", status_of(&borrower)),
        json!({
            "status": borrower.status,
            "compliance": borrower.compliance_checks.as_ref().map(|checks| &checks.status),
        }),
    )?;
    Ok(borrower)
}

async fn client_get(client: &Client, borrower: &Borrower) -> Result<Borrower, defacto::Error> {
    client.borrowers().get(&borrower.id).await
}

/// Both are asked for where both are given: the guide waits for compliance,
/// and the status says more.
fn is_ready(borrower: &Borrower) -> bool {
    let approved = borrower
        .compliance_checks
        .as_ref()
        .map(|checks| checks.status == ComplianceStatus::Approved);
    let ready = borrower
        .status
        .as_ref()
        .map(|status| *status == BorrowerStatus::Ready);
    match (ready, approved) {
        (None, None) => false,
        (ready, approved) => ready.unwrap_or(true) && approved.unwrap_or(true),
    }
}

fn status_of(borrower: &Borrower) -> String {
    let status = borrower
        .status
        .as_ref()
        .map_or_else(|| "status not told".to_owned(), ToString::to_string);
    match &borrower.compliance_checks {
        Some(checks) => format!("{status}, compliance {}", checks.status),
        None => status,
    }
}

/// Downloads the contract; writes it only where the user named a file.
async fn keep_contract(
    this: &FirstLoan,
    borrower: &Borrower,
    narrator: &mut Narrator,
) -> Result<(), Failure> {
    narrator.doing("downloading the contract");
    let Some(link) = &borrower.contract_s3_url else {
        return narrator.done(
            "contract",
            "the server gives no link to one yet",
            json!({ "bytes": null, "file": null }),
        );
    };
    let bytes = contract::download(link.expose()).await?;
    let kept = match &this.save_contract {
        Some(file) => {
            contract::save(file, &bytes)?;
            format!("kept in {}", file.display())
        }
        None => "not kept (--save-contract FILE keeps it)".to_owned(),
    };
    narrator.done(
        "contract",
        &format!(
            "a PDF of {} bytes, read from its temporary link; {kept}",
            bytes.len()
        ),
        json!({ "bytes": bytes.len(), "file": this.save_contract }),
    )
}

/// Generates the invoice the borrower shall pay with the loan.
async fn invoice(
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
async fn request(
    this: &FirstLoan,
    client: &Client,
    identifier: &str,
    invoice: CreateInvoice,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    narrator.doing("requesting the loan");
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
    record.requesting = true;
    let loan = client.loans().create(&body).await?.into_inner();
    record.requesting = false;
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
        .account_number_type(defacto::types::AccountNumberType::Iban)
        .bank_identifier_type(defacto::types::BankIdentifierType::Bic)
}

/// Waits for the offer, shows it, and accepts it where that is left to us.
async fn decide(
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
        refresh(open, &mut pace, record).await?;
    }
    record.see_credit(credit_left(&open.client, identifier).await?);
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
    let loan = open.client.loans().validate(&loan.id).await?;
    narrator.done(
        "validate",
        &format!("offer accepted: {}", loan.status),
        json!({ "status": loan.status }),
    )?;
    record.loan = Some(loan);
    Ok(())
}

/// Follows loan and payments until nothing more is to come.
async fn follow(
    open: &Open,
    identifier: &str,
    narrator: &mut Narrator,
    record: &mut Record,
) -> Result<(), Failure> {
    let mut pace = Pace::of(open);
    let mut shown = record.status().cloned();
    loop {
        let over = record.status().is_none_or(is_over);
        // Once more after the end: the last payments and the credit set free.
        let payments = payments(&open.client, record).await;
        let mut news = Vec::new();
        if let Some(payments) = pace.read(payments)? {
            news = record.see_payments(payments);
        }
        for index in &news {
            let (text, data) = timeline::sighting(record, *index);
            narrator.done("payment", &text, data)?;
        }
        if over {
            break;
        }
        if let Some(status) = record.status() {
            narrator.doing(&format!("the loan is {status}"));
        }
        pace.wait().await;
        refresh(open, &mut pace, record).await?;
        if record.status() != shown.as_ref() {
            shown = record.status().cloned();
            pace.hurry(open);
            if let Some(status) = &shown {
                narrator.done("loan", status.as_str(), json!({ "status": status }))?;
            }
            record.see_credit(credit_left(&open.client, identifier).await?);
        }
    }
    record.see_credit(credit_left(&open.client, identifier).await?);
    Ok(())
}

/// Reads the loan again; a failure that passes leaves it as it was.
async fn refresh(open: &Open, pace: &mut Pace, record: &mut Record) -> Result<(), Failure> {
    let Some(loan) = &record.loan else {
        return Ok(());
    };
    let read = open.client.loans().get(&loan.id).await;
    if let Some(loan) = pace.read(read)? {
        record.loan = Some(loan);
    }
    Ok(())
}

async fn payments(
    client: &Client,
    record: &Record,
) -> Result<Vec<defacto::types::Payment>, defacto::Error> {
    let Some(loan) = &record.loan else {
        return Ok(Vec::new());
    };
    let query = ListPayments::new().loan_id(vec![loan.id.to_string()]);
    client.payments().list(&query).items().collect().await
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

/// The loan's own account of its life.
async fn history(client: &Client, identifier: &str, record: &mut Record) -> Result<(), Failure> {
    let Some(loan) = &record.loan else {
        return Ok(());
    };
    record.events = client
        .loans()
        .list_events(&loan.id)
        .items()
        .collect()
        .await?;
    record.see_credit(credit_left(client, identifier).await?);
    Ok(())
}

/// Credit left on the borrower's line, if the server tells.
async fn credit_left(client: &Client, identifier: &str) -> Result<Option<Cents>, Failure> {
    let query = ListCreditLines::new().borrower(vec![identifier.to_owned()]);
    let page = client.credit_lines().list(&query).await?;
    Ok(page.data.first().and_then(|line| line.balance_available))
}
