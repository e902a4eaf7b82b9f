//! The part of the control API that shows and does what the lending API has no
//! operation for.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use defacto_types::CardEntry;
use serde_json::{Value, json};

use crate::api::cards::show_entry;
use crate::app::App;
use crate::control::shapes::named;
use crate::control::{Routes, Says};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::world::party::business_of;

/// The routes, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/account", account, {
            let summary = "The ids of what is there from the start and in no list";
            Says::new("get_account", summary).gives(named("Own"))
        })
        .post("/cards/{id}/entries", use_card, {
            let says = Says::new("use_card", "Buys with a card, or takes it back");
            says.takes(named("CardUse")).makes(named("OfLending"))
        })
}

/// The ids of what is there from the start and in no list.
async fn account(State(app): State<App>) -> Json<Value> {
    let (world, _) = app.open();
    let own = world.borrowers[world.own].id;
    let cards = (0..world.cards.len()).map(|no| world.cards[no].id.to_string());
    let shares = (0..world.revenue_shares.len()).map(|no| world.revenue_shares[no].id.to_string());
    Json(json!({
        "borrower_id": own.to_string(),
        "business_id": business_of(own).to_string(),
        "card_ids": cards.collect::<Vec<_>>(),
        "referrer_id": world.referrer().to_string(),
        "subscription_id": world.subscription().to_string(),
        "revenue_share_ids": shares.collect::<Vec<_>>(),
    }))
}

/// Buys something with a card, or takes it back.
async fn use_card(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<(StatusCode, Json<CardEntry>), Problem> {
    let mut fields = Fields::of(&body)?;
    let amount = fields.take("amount", "must be cents", Value::as_i64);
    let is_refund = fields.take("refund", "must be true or false", Value::as_bool);
    let mut text = |name: &str| {
        let text = fields.take(name, "must be text", |value| {
            value.as_str().map(str::to_owned)
        });
        text.unwrap_or_default()
    };
    let (merchant, category) = (text("merchant_name"), text("merchant_category"));
    if amount.is_none() {
        fields.refuse("amount", "is needed");
    }
    fields.finish()?;
    let (mut world, now) = app.open();
    let no = world.cards.find(&id);
    let no = no.ok_or_else(|| Problem::not_found("there is no such card"))?;
    let (amount, is_refund) = (amount.unwrap_or_default(), is_refund == Some(true));
    let entry = world.new_card_entry(now, amount, is_refund, merchant, category);
    let shown = show_entry(&entry);
    world.use_card(no, entry)?;
    Ok((StatusCode::CREATED, Json(shown)))
}
