//! Archives of documents of loans.

use axum::Json;
use axum::extract::{Path, State};
use defacto_types::{Cents, FetchLoanDocuments, LoanDocument, LoanDocumentType, LoanDocuments};
use jiff::Timestamp;

use super::{JsonBody, World, view};
use crate::app::App;
use crate::document::{Document, InvoiceFacts, LoanFacts, Party};
use crate::origin::Origin;
use crate::policy;
use crate::problem::Problem;
use crate::world::invalid;
use crate::world::party::Company;
use crate::world::table::No;

/// `loans.fetch_documents`. Which types there are is not stated: those of the
/// documents of loans, and the contract.
pub(super) async fn fetch(
    State(app): State<App>,
    origin: Origin,
    Path(kind): Path<String>,
    JsonBody(body): JsonBody<FetchLoanDocuments>,
) -> Result<Json<LoanDocuments>, Problem> {
    if kind != policy::LOAN_CONTRACT && !LoanDocumentType::from(kind.as_str()).is_known() {
        let reason = "is no type of loan documents";
        return Err(Problem::invalid(vec![invalid("document_type", reason)]));
    }
    let (world, now) = app.open();
    let loans = chosen(&world, &body)?;
    let files = loans.into_iter().filter_map(|no| {
        let name = format!("{}-{kind}.pdf", view::loan_id(&world, no));
        Some((name, document(&world, no, &kind)?))
    });
    let archive = Document::Archive(files.collect());
    let link = origin.url(&app.links.publish(archive, now, world.settings.link_life()));
    Ok(Json(LoanDocuments::new().link(link)))
}

/// The loans named, or those of a period; READ: its end is not in it.
fn chosen(world: &World, body: &FetchLoanDocuments) -> Result<Vec<No>, Problem> {
    let from = body.to_pay_at_from.map(|at| at.get());
    let to = body.to_pay_at_to.map(|at| at.get());
    if body.loan_ids.is_empty() && from.is_none() && to.is_none() {
        let reason = "is needed, or to_pay_at_from or to_pay_at_to";
        return Err(Problem::invalid(vec![invalid("loan_ids", reason)]));
    }
    let mut named = Vec::new();
    let mut wrong = Vec::new();
    for (index, id) in body.loan_ids.iter().enumerate() {
        match world.loans.find(id.as_str()) {
            Some(no) => named.push(no),
            None => {
                let name = format!("loan_ids[{index}]");
                wrong.push(invalid(name, "is no loan of the account"));
            }
        }
    }
    let all = if body.loan_ids.is_empty() {
        (0..world.loans.len()).collect()
    } else {
        named.sort_unstable();
        named.dedup();
        named
    };
    let is_within = |at: Timestamp| super::params::within(at, from, to);
    let kept = all
        .into_iter()
        .filter(|no| is_within(world.loans[*no].value.to_pay_at));
    let kept: Vec<_> = kept.take(policy::LARGEST_ARCHIVE + 1).collect();
    if kept.len() > policy::LARGEST_ARCHIVE {
        let reason = format!("must be {} loans at most", policy::LARGEST_ARCHIVE);
        wrong.push(invalid("loan_ids", reason));
    }
    if wrong.is_empty() {
        Ok(kept)
    } else {
        Err(Problem::invalid(wrong))
    }
}

/// The files that came with a loan, with a fresh link to each.
pub(super) fn attached(
    app: &App,
    origin: &Origin,
    world: &World,
    no: No,
    now: Timestamp,
) -> Vec<LoanDocument> {
    let files = world.loans[no].value.files.iter();
    let shown = files.map(|file| {
        let facts = facts(world, no, file.kind.as_str());
        let link = origin.url(&app.links.publish(
            Document::Loan(facts),
            now,
            world.settings.link_life(),
        ));
        LoanDocument::new()
            .document_name(file.name.as_deref())
            .document_type(file.kind.clone())
            .document_url(link)
            .uploaded_at(world.loans[no].created)
    });
    shown.collect()
}

/// A loan without an invoice has no file of it; of the rest there always is
/// one.
pub(crate) fn document(world: &World, no: No, kind: &str) -> Option<Document> {
    let row = &world.loans[no];
    let loan = &row.value;
    if kind == LoanDocumentType::Invoice.as_str() {
        let invoice = &world.invoices[loan.invoice?].value;
        let party = |party: Option<No>| {
            let party = party.map(|party| &world.counterparties[party].value);
            party.map_or_else(Party::default, |party| Party {
                name: party.name.as_deref().unwrap_or_default().to_owned(),
                identifier: party.key.clone(),
            })
        };
        let account = invoice.account.as_ref().unwrap_or(&loan.loan_to);
        let total = invoice.total_amount.unwrap_or(loan.amount);
        return Some(Document::Invoice(InvoiceFacts {
            number: invoice.number.as_deref().unwrap_or_default().to_owned(),
            issued_at: invoice.issued_at.unwrap_or(row.created),
            due_at: invoice.due_at.unwrap_or(loan.to_repay_at),
            seller: party(invoice.seller),
            buyer: party(invoice.buyer),
            iban: account.iban.to_string(),
            bic: account.bic.as_deref().unwrap_or(policy::BIC).to_owned(),
            net: Cents(invoice.net_amount.unwrap_or(total)),
            tax: Cents(invoice.tax_amount.unwrap_or(0)),
            total: Cents(total),
        }));
    }
    Some(Document::Loan(facts(world, no, kind)))
}

fn facts(world: &World, no: No, kind: &str) -> LoanFacts {
    let row = &world.loans[no];
    let loan = &row.value;
    let borrower = view::business(world, Company::Borrower(loan.borrower));
    LoanFacts {
        kind: kind.replace('_', " "),
        number: row.id.to_string(),
        borrower: Party {
            name: borrower.name.unwrap_or_default(),
            identifier: borrower.identifier.unwrap_or_default(),
        },
        amount: Cents(loan.amount),
        to_pay_at: loan.to_pay_at,
        to_repay_at: loan.to_repay_at,
        rate: format!("{} %", loan.conditions.rate()),
    }
}
