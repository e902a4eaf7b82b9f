//! The part of the control API that shows and changes deliveries.

use axum::body::Bytes;
use axum::extract::{Path, Query, State as Shared};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::levers::Levers;
use super::record::{Delivery, State};
use crate::app::App;
use crate::fields::Fields;
use crate::problem::Problem;

/// How many are shown unless more are asked for, and at most.
const SHOWN: usize = 100;
const MOST_SHOWN: usize = 1000;

/// Its routes, without the control API's prefix.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/webhooks/deliveries", get(list))
        .route("/webhooks/deliveries/{id}", get(one))
        .route("/webhooks/deliveries/{id}/redeliver", post(redeliver))
        .route("/webhooks/levers", get(levers).put(set_levers))
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
    app.deliveries.wait(is_tried).await;
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
