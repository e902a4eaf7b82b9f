//! The lender's bills.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use defacto_types::{Bill, BillStatus, BusinessIdentifier, Cents, Page, ReportBillSent};

use super::params::any;
use super::{JsonBody, Params, World, all_of, found, payment_view, view};
use crate::app::App;
use crate::document::{BillFacts, Document, Party};
use crate::journal::Touched;
use crate::origin::Origin;
use crate::problem::Problem;
use crate::world::loan::Reader;
use crate::world::party::{Company, business_of, key_of};
use crate::world::table::{No, Order, cut};

/// READ: what the filter takes; a bill itself has two more.
const STATUSES: [BillStatus; 4] = [
    BillStatus::Validated,
    BillStatus::SentToPayer,
    BillStatus::ToPay,
    BillStatus::Paid,
];

/// `bills.list`. READ: one's own bills unless others are asked for, by their
/// id or their company.
pub(super) async fn list(
    State(app): State<App>,
    origin: Origin,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Bill>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("bill_id");
    let businesses = params.all("business_id");
    let keys: Vec<_> = params
        .all("business_identifier")
        .iter()
        .map(|text| key_of(text))
        .collect();
    let from = params.time("start_date");
    let to = params.time("end_date");
    let light = params.truth("light_bills") == Some(true);
    let statuses = params.all_known("status", |status| STATUSES.contains(status));
    let part = params.part(app.settings())?;
    let (mut world, now) = app.open();
    if ids.is_empty() {
        world.observe_all(Reader::Bills, now);
    } else {
        let named = all_of(&ids, |id| world.bills.find(id));
        let loans: Vec<_> = named.iter().map(|no| world.bills[*no].value.loan).collect();
        world.observe(&loans, Reader::Bills, now);
    }
    let world = &*world;
    let table = &world.bills;
    let rows = if ids.is_empty() {
        payers(world, &keys, &businesses)
            .into_iter()
            .flat_map(|payer| &world.borrowers[payer].value.loans)
            .filter_map(|loan| world.loans[*loan].value.bill)
            .collect()
    } else {
        all_of(&ids, |id| table.find(id))
    };
    let rows = table.narrow(rows, Order::Falling, part.after);
    let cut = cut(rows, part.size, |no| {
        let bill = &table[no].value;
        let payer = world.loans[bill.loan].value.borrower;
        let company = &world.borrowers[payer];
        any(&statuses, &bill.stage.to_wire())
            && any(&keys, &company.value.key)
            && (businesses.is_empty() || businesses.contains(&business_of(company.id).to_string()))
            && from.is_none_or(|from| bill.start >= from)
            && to.is_none_or(|to| bill.end < to)
    });
    Ok(Json(params.page(part, &cut, |no| {
        let bill = show(world, no);
        if light {
            bill
        } else {
            let file = Document::Bill(facts(world, no));
            bill.document_url(origin.url(&app.links.publish(file, now, world.settings.link_life())))
        }
    })))
}

/// The borrowers of which one filter or the other asks for the bills.
fn payers(world: &World, keys: &[String], businesses: &[String]) -> Vec<No> {
    if keys.is_empty() && businesses.is_empty() {
        return vec![world.own];
    }
    let by_key = keys
        .iter()
        .filter_map(|key| world.borrower_by_identifier(key));
    let by_id = businesses.iter().filter_map(|id| match world.business(id) {
        Some(Company::Borrower(no)) => Some(no),
        _ => None,
    });
    by_key.chain(by_id).collect()
}

/// `bills.report_sent`.
pub(super) async fn report_sent(
    State(app): State<App>,
    Path(id): Path<String>,
    JsonBody(body): JsonBody<ReportBillSent>,
) -> Result<(Touched, StatusCode), Problem> {
    let (mut world, _) = app.open();
    let no = found(world.bills.find(&id), "bill")?;
    let touched = Touched::of([world.loans[world.bills[no].value.loan].id]);
    let sent = world.report_bill_sent(no, &body);
    sent.map_err(|refusal| Problem::from(refusal).about(&touched))?;
    Ok((touched, StatusCode::NO_CONTENT))
}

fn number(world: &World, no: No) -> String {
    format!("BILL-{}", world.bills[no].id.short())
}

fn facts(world: &World, no: No) -> BillFacts {
    let bill = &world.bills[no].value;
    let payer = &world.borrowers[world.loans[bill.loan].value.borrower].value;
    BillFacts {
        number: number(world, no),
        payer: Party {
            name: payer.input.name.clone().unwrap_or_default(),
            identifier: payer.key.clone(),
        },
        loan: view::loan_id(world, bill.loan),
        start: bill.start,
        end: bill.end,
        due: bill.due,
        amount: Cents(bill.amount),
    }
}

pub(crate) fn show(world: &World, no: No) -> Bill {
    let row = &world.bills[no];
    let bill = &row.value;
    let payer = &world.borrowers[world.loans[bill.loan].value.borrower];
    let kind = payer.value.input.identifier_type.as_ref();
    let business = BusinessIdentifier::new()
        .identifier(payer.value.key.as_str())
        .identifier_type(view::kind(kind, &payer.value.key));
    Bill::new()
        .billed_borrower_id(payer.id.to_string())
        .billed_business(business)
        .due_date(bill.due)
        .email_sent_to_payer_on(bill.sent_on)
        .end_date(bill.end)
        .id(row.id.to_string())
        .invoice_number(number(world, no))
        .payment(payment_view::show(world, bill.payment))
        .ran_at(row.created)
        .start_date(bill.start)
        .status(bill.stage.to_wire())
        .to_pay_amount(bill.amount)
}
