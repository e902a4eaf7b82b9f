//! All there is to see of a loan.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;
use defacto_types::LoanDocumentType;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::look::calls;
use crate::api::{bills, installments, invoices, loan_documents, loan_view, payment_view};
use crate::app::App;
use crate::policy;
use crate::problem::Problem;
use crate::world::World;
use crate::world::force::is_known;
use crate::world::interest::plus_days;
use crate::world::ledger::Account;
use crate::world::loan::Loan;
use crate::world::table::No;
use crate::world::transitions::Status;

/// A loan with everything about it.
pub(super) async fn loan(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let (world, now) = app.open();
    let no = found(&world, &id)?;
    let loan = &world.loans[no].value;
    let history = loan
        .history
        .iter()
        .map(|moment| json!({ "at": time(moment.at), "status": moment.status.to_wire().as_str() }));
    let moves = world.moves(no).map(|(row, to)| {
        let is_known = is_known(loan.status, to);
        json!({ "row": row, "to": to.to_wire().as_str(), "known": is_known })
    });
    let attached = loan
        .files
        .iter()
        .map(|file| json!({ "name": file.name.as_deref(), "kind": file.kind.as_str() }));
    let payments = loan.payments.iter();
    let planned = loan.plan.map(|plan| &world.plans[plan].value.installments);
    let planned = planned.into_iter().flatten();
    Ok(Json(json!({
        "loan": loan_view::show(&world, no, now),
        "scenario": loan.scenario(),
        "borrower_id": world.borrowers[loan.borrower].id.to_string(),
        "now": time(now),
        "late": is_late(loan, now),
        "next_at": loan.due.map(time),
        "history": history.collect::<Vec<_>>(),
        "moves": moves.collect::<Vec<_>>(),
        "payments": payments.map(|no| payment_view::show(&world, *no)).collect::<Vec<_>>(),
        "installments": planned.map(|no| installments::show(&world, *no)).collect::<Vec<_>>(),
        "bill": loan.bill.map(|bill| bills::show(&world, bill)),
        "invoice": loan.invoice.map(|invoice| invoices::show(&world, invoice)),
        "ledger": ledger(&world, no),
        "fees": fees(&world, no, now),
        "attached": attached.collect::<Vec<_>>(),
        "documents": documents(&world, no),
        "requests": calls(&app, &world, id),
    })))
}

/// One of its documents, made as it is asked for.
pub(super) async fn document(
    State(app): State<App>,
    Path((id, kind)): Path<(String, String)>,
) -> Result<impl IntoResponse, Problem> {
    let (world, _) = app.open();
    let no = found(&world, &id)?;
    let is_known = documents(&world, no).contains(&kind.as_str());
    let document = is_known.then(|| loan_documents::document(&world, no, &kind));
    let document = document
        .flatten()
        .ok_or_else(|| Problem::not_found("the loan has no such document"))?;
    let content_type = [(header::CONTENT_TYPE, document.content_type())];
    Ok((content_type, document.to_file()))
}

fn found(world: &World, id: &str) -> Result<No, Problem> {
    let no = world.loans.find(id);
    no.ok_or_else(|| Problem::not_found("there is no such loan"))
}

/// READ: late is no status: the principal is owed after the day signed.
fn is_late(loan: &Loan, now: Timestamp) -> bool {
    loan.status == Status::ToRepay && loan.contractual.is_some_and(|signed| now > signed)
}

/// The kinds of its documents.
fn documents(world: &World, no: No) -> Vec<&'static str> {
    let has_invoice = world.loans[no].value.invoice.is_some();
    let of_loans = LoanDocumentType::ALL.iter();
    let of_loans = of_loans.filter(|kind| has_invoice || **kind != LoanDocumentType::Invoice);
    std::iter::once(policy::LOAN_CONTRACT)
        .chain(of_loans.map(LoanDocumentType::as_str))
        .collect()
}

/// What moved on its own accounts.
fn ledger(world: &World, no: No) -> Vec<Value> {
    let own = [Account::Principal(no), Account::Interest(no)];
    let entries = world.ledger.of(&own).map(|entry| {
        json!({
            "at": time(entry.at),
            "from": name(entry.from),
            "to": name(entry.to),
            "amount": entry.amount,
        })
    });
    entries.collect()
}

/// Its interest by the day, in cents, from the payout on: what it is or was,
/// and, as long as it owes, what it will be if nothing more is repaid.
fn fees(world: &World, no: No, now: Timestamp) -> Vec<Value> {
    let loan = &world.loans[no].value;
    let Some(paid_at) = loan.paid_at else {
        return Vec::new();
    };
    let until = match loan.repaid_nominal_at {
        Some(repaid) => repaid,
        None => now
            .max(loan.to_repay_at)
            .max(loan.contractual.unwrap_or(now)),
    };
    let until = plus_days(until, policy::DAYS_AFTER);
    let hours = until.duration_since(paid_at).as_hours();
    let days = (hours / 24).max(1);
    let most = i64::try_from(policy::MOST_POINTS).unwrap_or(i64::MAX);
    let step = (days / most).max(1);
    let mut points = Vec::new();
    let mut day = 0;
    while day <= days {
        let at = plus_days(paid_at, day);
        points.push(json!({ "at": time(at), "cents": loan.fees_ongoing(at) }));
        day += step;
    }
    points
}

/// A time as the API writes it.
pub(super) fn time(at: Timestamp) -> String {
    defacto_types::Timestamp(at).to_string()
}

/// What an account is called.
fn name(account: Account) -> &'static str {
    match account {
        Account::Cash => "lender's cash",
        Account::Income => "lender's income",
        Account::Principal(_) => "principal owed",
        Account::Interest(_) => "interest owed",
        Account::Pool(_) => "facility",
        Account::Available(_) => "available",
        Account::PendingValidation(_) => "held for requests",
        Account::Pending(_) => "held for loans",
        Account::Outstanding(_) => "lent",
        Account::Card(_) => "owed on a card",
        Account::CardUse(_) => "used by cards",
        Account::Extra(_) => "paid and not owed",
        Account::RevenueShare(_) => "owed to the referrer",
        Account::Limit(_) => "credit limit",
        Account::Room(_) => "room in the limit",
        Account::Exposure(_) => "exposure",
    }
}
