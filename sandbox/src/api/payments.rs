//! Payments.

use axum::Json;
use axum::extract::{Query, State};
use axum::http::Uri;
use defacto_types::{
    Page, Payment, PaymentMethod, PaymentSort, PaymentStatus, PaymentType, RepayNow, RepayNowPage,
};

use super::params::any;
use super::{JsonBody, Params, World, all_of, payment_view};
use crate::app::App;
use crate::journal::Touched;
use crate::origin::Origin;
use crate::page;
use crate::problem::Problem;
use crate::world::loan::Reader;
use crate::world::payment::{self, About, Progress, Purpose};
use crate::world::table::{No, Order, cut, walk_sorted};

/// What a payment settles, as the filters tell it apart.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Settles {
    Bill,
    Loan,
    Intent,
}

fn settles(payment: &payment::Payment) -> Option<Settles> {
    match (&payment.about, payment.purpose) {
        (About::Installment(..), _) => Some(Settles::Intent),
        (About::Loan(_), Purpose::Fees) => Some(Settles::Bill),
        (About::Loan(_) | About::Undone { .. }, _) => Some(Settles::Loan),
        (About::Nothing | About::RevenueShare, _) => None,
    }
}

/// `payments.list`. There are no deposits here, and accounts have no ids, so
/// the filters that ask for those leave nothing.
pub(super) async fn list(
    State(app): State<App>,
    uri: Uri,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Page<Payment>>, Problem> {
    let mut params = Params::new(&uri, pairs);
    let ids = params.all("id");
    let loans = params.all("loan_id");
    let elsewhere = ["deposit_id", "from_account_id", "to_account_id"]
        .iter()
        .any(|name| params.one(name).is_some());
    let intents = params.all("payment_intent_id");
    let left_out = [
        ("include_bills", Settles::Bill),
        ("include_loans", Settles::Loan),
        ("include_payment_intents", Settles::Intent),
    ]
    .into_iter()
    .filter(|(name, _)| params.truth(name) == Some(false))
    .map(|(_, settles)| settles)
    .collect::<Vec<_>>();
    let reconciled = params.truth("is_reconciled");
    let methods = params.all_known("payment_method", PaymentMethod::is_known);
    let types = params.all_known("payment_type", PaymentType::is_known);
    let statuses = params.all_known("status", PaymentStatus::is_known);
    let references = params.all("references");
    let sort = params.known("sort_by", PaymentSort::is_known);
    let (from, to) = (params.time("from_date"), params.time("to_date"));
    let (paid_after, paid_before) = (params.time("paid_after"), params.time("paid_before"));
    let updated_after = params.time("updated_after");
    let part = params.part(app.settings())?;
    let (mut world, now) = app.open();
    let named = all_of(&loans, |id| world.loans.find(id));
    if loans.is_empty() {
        world.observe_all(Reader::Payments, now);
    } else {
        world.observe(&named, Reader::Payments, now);
    }
    let world = &*world;
    let intents_named = all_of(&intents, |id| world.installments.find(id));
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
            && !settles(payment).is_some_and(|settles| left_out.contains(&settles))
            && (ids.is_empty() || ids.contains(&row.id.to_string()))
            && (loans.is_empty()
                || payment
                    .shares()
                    .iter()
                    .any(|(loan, _)| named.contains(loan)))
            && (intents.is_empty()
                || matches!(payment.about, About::Installment(no, _) if intents_named.contains(&no)))
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
    Ok(Json(
        params.page(part, &cut, |no| payment_view::show(world, no)),
    ))
}

/// Whether a payment carries any of these references.
fn quotes(world: &World, no: No, references: &[String]) -> bool {
    let shown = payment_view::show(world, no);
    shown
        .from_references
        .iter()
        .chain(&shown.to_references)
        .any(|reference| references.contains(reference))
}

/// `payments.repay_now`.
pub(super) async fn repay_now(
    State(app): State<App>,
    origin: Origin,
    JsonBody(body): JsonBody<RepayNow>,
) -> Result<(Touched, Json<RepayNowPage>), Problem> {
    let (mut world, now) = app.open();
    let no = world.open_checkout(&body, now)?;
    let url = origin.url(&page::checkout_path(&world, no));
    // It names no loan: the checkout knows which it repaid, once it has.
    let touched = Touched::of([world.checkouts[no].id]);
    Ok((touched, Json(RepayNowPage::new().url(url))))
}
