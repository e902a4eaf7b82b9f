//! Payments.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::Uri;
use defacto_types::{
    Page, Payment, PaymentLoan, PaymentMethod, PaymentProvider, PaymentRelations, PaymentSort,
    PaymentStatus, PaymentType, ProviderPayment,
};

use super::params::any;
use super::{Params, World, all_of, view};
use crate::app::App;
use crate::policy;
use crate::problem::Problem;
use crate::world::loan::Reader;
use crate::world::payment::{Progress, Purpose};
use crate::world::table::{No, Order, cut, walk_sorted};

/// `payments.list`. Nothing is paid here for bills, deposits or intents, so
/// the filters that ask for those leave nothing.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Payment>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("id");
    let loans = params.all("loan_id");
    let elsewhere = [
        "deposit_id",
        "payment_intent_id",
        "from_account_id",
        "to_account_id",
    ]
    .iter()
    .any(|name| params.one(name).is_some());
    let without_loans = params.truth("include_loans") == Some(false);
    params.truth("include_bills");
    params.truth("include_payment_intents");
    let reconciled = params.truth("is_reconciled");
    let methods = params.all_known("payment_method", PaymentMethod::is_known);
    let types = params.all_known("payment_type", PaymentType::is_known);
    let statuses = params.all_known("status", PaymentStatus::is_known);
    let references = params.all("references");
    let sort = params.known("sort_by", PaymentSort::is_known);
    let (from, to) = (params.time("from_date"), params.time("to_date"));
    let (paid_after, paid_before) = (params.time("paid_after"), params.time("paid_before"));
    let updated_after = params.time("updated_after");
    let part = params.part()?;
    let (mut world, now) = app.open();
    let named = all_of(&loans, |id| world.loans.find(id));
    if loans.is_empty() {
        world.observe_all(Reader::Payments, now);
    } else {
        world.observe(&named, Reader::Payments, now);
    }
    let world = &*world;
    let table = &world.payments;
    let rows = match sort {
        Some(PaymentSort::AmountAsc) => {
            walk_sorted(&world.payments_by_amount, Order::Rising, part.after)
        }
        Some(PaymentSort::AmountDesc) => {
            walk_sorted(&world.payments_by_amount, Order::Falling, part.after)
        }
        Some(PaymentSort::PaymentMethodAsc) => {
            walk_sorted(&world.payments_by_method, Order::Rising, part.after)
        }
        Some(PaymentSort::PaymentMethodDesc) => {
            walk_sorted(&world.payments_by_method, Order::Falling, part.after)
        }
        Some(PaymentSort::ScheduledAtAsc) => {
            walk_sorted(&world.payments_by_date, Order::Rising, part.after)
        }
        Some(PaymentSort::ScheduledAtDesc) => {
            walk_sorted(&world.payments_by_date, Order::Falling, part.after)
        }
        _ if !ids.is_empty() => {
            let rows = all_of(&ids, |id| table.find(id));
            table.narrow(rows, Order::Falling, part.after)
        }
        _ if !loans.is_empty() => {
            let rows = named
                .iter()
                .flat_map(|loan| world.loans[*loan].value.payments.iter().copied());
            table.narrow(rows.collect(), Order::Falling, part.after)
        }
        _ => table.walk(Order::Falling, part.after),
    };
    let cut = cut(rows, part.size, |no| {
        let row = &table[no];
        let payment = &row.value;
        !elsewhere
            && !without_loans
            && (ids.is_empty() || ids.contains(&row.id.to_string()))
            && (loans.is_empty() || named.contains(&payment.loan))
            && reconciled.is_none_or(|wanted| (payment.progress == Progress::Paid) == wanted)
            && any(&methods, &payment.method.to_wire())
            && any(&types, &payment.purpose.to_wire())
            && any(&statuses, &payment.progress.to_wire())
            && from.is_none_or(|from| row.created >= from)
            && to.is_none_or(|to| row.created <= to)
            && paid_after.is_none_or(|after| payment.paid_at.is_some_and(|at| at > after))
            && paid_before.is_none_or(|before| payment.paid_at.is_some_and(|at| at < before))
            && updated_after.is_none_or(|after| payment.updated_at > after)
            && (references.is_empty() || quotes(world, no, &references))
    });
    Ok(Json(params.page(part, &cut, |no| show(world, no))))
}

/// Whether a payment carries any of these references.
fn quotes(world: &World, no: No, references: &[String]) -> bool {
    let shown = show(world, no);
    shown
        .from_references
        .iter()
        .chain(&shown.to_references)
        .any(|reference| references.contains(reference))
}

fn show(world: &World, no: No) -> Payment {
    let row = &world.payments[no];
    let payment = &row.value;
    let loan = &world.loans[payment.loan].value;
    let texts = |references: &[Box<str>]| -> Vec<String> {
        references.iter().map(|text| text.to_string()).collect()
    };
    let share = PaymentLoan::new()
        .amount(payment.amount)
        .loan_id(view::loan_id(world, payment.loan))
        .payment_type(payment.purpose.to_wire());
    let mut related = PaymentRelations::new().loans(vec![share]);
    if let Some(invoice) = loan.invoice {
        related = related.invoices(vec![world.invoices[invoice].id.to_string()]);
    }
    let failed = payment.progress == Progress::Failed;
    let provider = ProviderPayment::new()
        .failure_reason(failed.then_some(policy::FAILURE_REASON.to_owned()))
        .name(PaymentProvider::Sandbox)
        .payment_id(row.id.short());
    let shown = Payment::new()
        .amount(payment.amount)
        .currency(loan.currency.clone())
        .failure_reason(failed.then_some(policy::FAILURE_REASON.to_owned()))
        .id(row.id.to_string())
        .is_instant(false)
        .paid_at(payment.paid_at)
        .payment_method(payment.method.to_wire())
        .payment_type(payment.purpose.to_wire())
        .provider(provider)
        .related_to(related)
        .scheduled_at(payment.scheduled_at)
        .status(payment.progress.to_wire());
    if payment.purpose == Purpose::Payout {
        shown
            .from_account_details(view::own_account())
            .from_references(texts(&loan.loan_to_references))
            .to_account_details(view::account(&loan.loan_to))
            .to_references(texts(&loan.loan_to_references))
    } else {
        shown
            .from_account_details(loan.repayment_from.as_ref().map(view::account))
            .from_references(texts(&loan.repayment_from_references))
            .to_account_details(view::own_account())
            .to_references(texts(&loan.repayment_to_references))
    }
}
