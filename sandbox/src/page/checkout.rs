//! The page of a repayment by pay-by-bank: pay, or give up.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use defacto_types::Cents;

use super::{Filled, escape, page, refusal, value, words};
use crate::app::App;
use crate::world::World;
use crate::world::table::No;

const TITLE: &str = "Repay by bank";

pub(super) async fn show(State(app): State<App>, Path(id): Path<String>) -> Response {
    let (world, _) = app.open();
    let Some(no) = world.checkouts.find(&id) else {
        return unknown();
    };
    let checkout = &world.checkouts[no].value;
    if checkout.is_over {
        return refusal(StatusCode::GONE, TITLE, "This payment is over.");
    }
    let amount = Cents(checkout.amount);
    let body = format!(
        "<p>{amount} EUR to the lender</p><form method=\"post\">\
         <button name=\"do\" value=\"pay\">Pay</button> \
         <button name=\"do\" value=\"cancel\">Cancel</button></form>"
    );
    page(StatusCode::OK, TITLE, &body)
}

pub(super) async fn act(
    State(app): State<App>,
    Path(id): Path<String>,
    Filled(form): Filled,
) -> Response {
    let (mut world, now) = app.open();
    let Some(no) = world.checkouts.find(&id) else {
        return unknown();
    };
    let is_paid = match value(&form, "do").as_str() {
        "pay" => true,
        "cancel" => false,
        _ => return refusal(StatusCode::BAD_REQUEST, TITLE, "Pay or cancel."),
    };
    match world.end_checkout(no, is_paid, now) {
        Ok(()) => over(&world, no, is_paid),
        Err(wrong) => refusal(StatusCode::BAD_REQUEST, TITLE, &words(&wrong)),
    }
}

/// Only callbacks that `is_web` let in get here.
fn over(world: &World, no: No, is_paid: bool) -> Response {
    let callback = &world.checkouts[no].value.callback;
    let (text, status) = if is_paid {
        ("Paid.", "success")
    } else {
        ("Nothing was paid.", "canceled")
    };
    let mark = if callback.contains('?') { '&' } else { '?' };
    let link = escape(&format!("{callback}{mark}status={status}"));
    let body = format!("<p>{text}</p><p><a href=\"{link}\">Go back</a></p>");
    page(StatusCode::OK, TITLE, &body)
}

fn unknown() -> Response {
    refusal(StatusCode::NOT_FOUND, TITLE, "There is no such payment.")
}
