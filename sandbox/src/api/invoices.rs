//! Invoices.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{
    CreateInvoice, Invoice, InvoiceParty, InvoiceStatus, Null, Page, UpdateInvoice,
};

use super::params::any;
use super::{JsonBody, Params, World, all_of, found, view};
use crate::app::App;
use crate::journal::Touched;
use crate::problem::Problem;
use crate::world::invoice::Stage;
use crate::world::party::{business_of, key_of};
use crate::world::table::{No, Order, cut};

/// `invoices.create`.
pub(super) async fn create(
    State(app): State<App>,
    JsonBody(body): JsonBody<CreateInvoice>,
) -> Result<(StatusCode, Touched, Json<Invoice>), Problem> {
    let (mut world, now) = app.open();
    let no = world.create_invoice(body, now)?;
    let touched = Touched::of([world.invoices[no].id]);
    Ok((StatusCode::CREATED, touched, Json(show(&world, no))))
}

/// `invoices.get`.
pub(super) async fn get(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Invoice>, Problem> {
    let (world, _) = app.open();
    let no = found(world.invoices.find(&id), "invoice")?;
    Ok(Json(show(&world, no)))
}

/// `invoices.update`.
pub(super) async fn update(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<UpdateInvoice>,
) -> Result<Json<Invoice>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.invoices.find(&id), "invoice")?;
    world.update_invoice(no, body, now)?;
    Ok(Json(show(&world, no)))
}

/// `invoices.submit`.
pub(super) async fn submit(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<UpdateInvoice>,
) -> Result<Json<Invoice>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.invoices.find(&id), "invoice")?;
    world.submit_invoice(no, body, now)?;
    Ok(Json(show(&world, no)))
}

/// `invoices.delete`.
pub(super) async fn delete(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<Invoice>, Problem> {
    let (mut world, now) = app.open();
    let no = found(world.invoices.find(&id), "invoice")?;
    world.delete_invoice(no, now)?;
    Ok(Json(show(&world, no)))
}

/// `invoices.list`.
pub(crate) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Invoice>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("invoice_id");
    let buyers: Vec<_> = params
        .all("buyer")
        .iter()
        .map(|text| key_of(text))
        .collect();
    let sellers: Vec<_> = params
        .all("seller")
        .iter()
        .map(|text| key_of(text))
        .collect();
    let linked = params.truth("linked_to_loan");
    let paid_after = params.time("linked_to_loan_paid_after");
    let paid_before = params.time("linked_to_loan_paid_before");
    if linked != Some(true) {
        for (name, given) in [
            ("linked_to_loan_paid_after", paid_after),
            ("linked_to_loan_paid_before", paid_before),
        ] {
            if given.is_some() {
                params.refuse(name, "needs linked_to_loan=true");
            }
        }
    }
    let query = params.one("query").map(|text| text.to_lowercase());
    let statuses = params.all_known("status", InvoiceStatus::is_known);
    let part = params.part(app.settings())?;
    let (world, _) = app.open();
    let table = &world.invoices;
    let rows = if ids.is_empty() {
        table.walk(Order::Falling, part.after)
    } else {
        let rows = all_of(&ids, |id| table.find(id));
        table.narrow(rows, Order::Falling, part.after)
    };
    let cut = cut(rows, part.size, |no| {
        let invoice = &table[no].value;
        let paid = |no: &No| world.loans[*no].value.paid_at;
        any(&statuses, &invoice.stage.to_wire())
            && is_party(&world, invoice.buyer, &buyers)
            && is_party(&world, invoice.seller, &sellers)
            && linked.is_none_or(|linked| invoice.loans.is_empty() != linked)
            && paid_after
                .is_none_or(|after| invoice.loans.iter().filter_map(paid).any(|at| at > after))
            && paid_before
                .is_none_or(|before| invoice.loans.iter().filter_map(paid).any(|at| at < before))
            && query.as_ref().is_none_or(|text| matches(&world, no, text))
    });
    Ok(Json(params.page(part, &cut, |no| show(&world, no))))
}

/// Whether the party is one of those wanted, by company number or by id.
fn is_party(world: &World, party: Option<No>, wanted: &[String]) -> bool {
    wanted.is_empty()
        || party.is_some_and(|party| {
            let row = &world.counterparties[party];
            wanted.contains(&row.value.key) || wanted.contains(&key_of(&row.id.to_string()))
        })
}

/// Whether the invoice's id, number, total or a party's name has this text.
fn matches(world: &World, no: No, text: &str) -> bool {
    let row = &world.invoices[no];
    let invoice = &row.value;
    let names = [invoice.buyer, invoice.seller]
        .into_iter()
        .flatten()
        .filter_map(|party| world.counterparties[party].value.name.as_deref());
    let own = [
        row.id.to_string(),
        invoice
            .total_amount
            .map_or(String::new(), |total| total.to_string()),
    ];
    own.iter()
        .map(String::as_str)
        .chain(invoice.number.as_deref())
        .chain(names)
        .any(|field| field.to_lowercase().contains(text))
}

pub(crate) fn show(world: &World, no: No) -> Invoice {
    let row = &world.invoices[no];
    let invoice = &row.value;
    let party = |party: No| {
        let row = &world.counterparties[party];
        let party = &row.value;
        let identifier = party.identifier.as_deref().unwrap_or(&party.key);
        InvoiceParty::new()
            .business_id(business_of(row.id).to_string())
            .id(row.id.to_string())
            .identifier(identifier)
            .identifier_type(view::kind(party.identifier_type.as_ref(), identifier))
            .name(party.name.as_deref())
            .vat_number(party.vat_number.as_deref())
    };
    let loans: Vec<_> = invoice
        .loans
        .iter()
        .map(|loan| view::loan_id(world, *loan))
        .collect();
    let shown = Invoice::new()
        .buyer(invoice.buyer.map(party))
        .currency(invoice.currency.clone())
        .due_at(invoice.due_at)
        .id(row.id.to_string())
        .is_draft(invoice.stage == Stage::ToSubmit)
        .issued_at(invoice.issued_at)
        .loan_ids(loans)
        .metadata(invoice.metadata.as_deref().cloned())
        .seller(invoice.seller.map(party))
        .status(invoice.stage.to_wire())
        .tax_amount(invoice.tax_amount)
        .to_account_details(invoice.account.as_ref().map(view::account))
        .to_pay_amount(invoice.to_pay_amount)
        .total_amount(invoice.total_amount);
    let shown = match invoice.number.as_deref() {
        Some(number) => shown.invoice_number(number),
        None => shown.invoice_number(Null),
    };
    match invoice.net_amount {
        Some(net) => shown.net_amount(net),
        None => shown.net_amount(Null),
    }
}
