//! The part of the control API that shows and changes deliveries.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::levers::Levers;
use super::record::{Delivery, State};
use crate::app::App;
use crate::control::shapes::{between, named, one_of, text, whole};
use crate::control::{Routes, Says};
use crate::fields::Fields;
use crate::problem::Problem;
use crate::state::aside;

/// How many are shown unless more are asked for, and at most.
const SHOWN: usize = 100;
const MOST_SHOWN: usize = 1000;

/// Its routes, without the control API's prefix.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/webhooks/deliveries", list, {
            let most = i64::try_from(MOST_SHOWN).unwrap_or(i64::MAX);
            Says::new(
                "list_deliveries",
                "The newest deliveries, the oldest of them first",
            )
            .query("webhook_id", text(), "Only this subscription's")
            .query("event_type", text(), "Only those of this event")
            .query("entity_id", text(), "Only those about this")
            .query("state", one_of(states()), "Only those in this state")
            .query(
                "after",
                whole(0),
                "Only those after this delivery, from it on",
            )
            .query("limit", between(1, most), "So many at most")
            .gives(named("Deliveries"))
        })
        .get("/webhooks/deliveries/{id}", one, {
            Says::new("get_delivery", "A delivery").gives(named("Delivery"))
        })
        .post("/webhooks/deliveries/{id}/redeliver", redeliver, {
            let summary = "Sends it once more, and answers once that was tried";
            Says::new("redeliver", summary).makes(named("Delivery"))
        })
        .get("/webhooks/levers", levers, {
            let says = Says::new("get_levers", "What goes wrong with deliveries");
            says.gives(named("Levers"))
        })
        .put("/webhooks/levers", set_levers, {
            let says = Says::new("set_levers", "Replaces what goes wrong with deliveries");
            says.takes(named("LeversRequest")).gives(named("Levers"))
        })
}

/// The names of the states of a delivery.
pub(crate) fn states() -> impl Iterator<Item = &'static str> {
    State::ALL.into_iter().map(State::as_str)
}

/// The newest deliveries that fit, the oldest of them first.
async fn list(
    Shared(app): Shared<App>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    let mut fields = Fields::of_both(query, b"")?;
    let mut text =
        |name: &str| fields.take(name, "must be text", |v| v.as_str().map(str::to_owned));
    let (webhook, event) = (text("webhook_id"), text("event_type"));
    let (entity, after) = (text("entity_id"), text("after"));
    let state = fields.word("state", State::ALL, State::as_str);
    let limit = fields.take("limit", "must be from 1 to 1000", |value| {
        let limit: usize = value.as_str()?.parse().ok()?;
        (1..=MOST_SHOWN).contains(&limit).then_some(limit)
    });
    let after = after.map(|after| after.parse::<u64>());
    if matches!(after, Some(Err(_))) {
        fields.refuse("after", "must be a delivery's id");
    }
    fields.finish()?;
    let after = after.and_then(Result::ok);
    let is = |wanted: &Option<String>, value: &str| {
        wanted.as_deref().is_none_or(|wanted| wanted == value)
    };
    let fits = |delivery: &&Delivery| {
        is(&webhook, &delivery.webhook_id)
            && is(&event, &delivery.event_type)
            && is(&entity, &delivery.entity_id)
            && state.is_none_or(|state| state == delivery.state)
            && after.is_none_or(|after| delivery.no > after)
    };
    let queue = app.deliveries.queue();
    let limit = limit.unwrap_or(SHOWN);
    let mut shown: Vec<_> = match after {
        // Who reads on misses nothing.
        Some(_) => queue.log().filter(fits).take(limit).collect(),
        None => queue.log().rev().filter(fits).take(limit).collect(),
    };
    shown.sort_unstable_by_key(|delivery| delivery.no);
    let shown: Vec<_> = shown.into_iter().map(Delivery::to_json).collect();
    let counts = queue.counts();
    Ok(Json(json!({
        "deliveries": shown,
        "pending": counts.pending,
        "lost": counts.lost,
    })))
}

async fn one(Shared(app): Shared<App>, Path(id): Path<String>) -> Result<Json<Value>, Problem> {
    let queue = app.deliveries.queue();
    let delivery = id.parse().ok().and_then(|no| queue.find(no));
    Ok(Json(delivery.ok_or_else(unknown)?.to_json()))
}

/// Sends it again, and answers with the new delivery once it was tried.
async fn redeliver(
    Shared(app): Shared<App>,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let now = app.clock.now();
    let no = {
        let mut queue = app.deliveries.queue();
        let of = id.parse().ok().filter(|no| queue.find(*no).is_some());
        let of: u64 = of.ok_or_else(unknown)?;
        let again = queue.redeliver(of, now);
        let full = || Problem::bad_request("too many deliveries wait");
        again.ok_or_else(full)?.no
    };
    app.deliveries.wake();
    let is_tried = |queue: &super::Queue| {
        let delivery = queue.find(no);
        delivery.is_none_or(|it| !it.attempts.is_empty() || it.state != State::Pending)
    };
    aside(app.deliveries.wait(is_tried)).await;
    let queue = app.deliveries.queue();
    let shown = queue.find(no).ok_or_else(unknown)?.to_json();
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn levers(Shared(app): Shared<App>) -> Json<Value> {
    Json(app.deliveries.queue().levers.to_json())
}

async fn set_levers(Shared(app): Shared<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let (levers, timeout) = Levers::read(&body)?;
    let shown = {
        let mut queue = app.deliveries.queue();
        queue.flush();
        queue.levers.set(levers, timeout);
        queue.levers.to_json()
    };
    app.deliveries.wake();
    Ok(Json(shown))
}

fn unknown() -> Problem {
    Problem::not_found("there is no such delivery, or no more")
}
