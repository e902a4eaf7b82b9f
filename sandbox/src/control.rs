//! The simulator's own API, for whoever runs it. It asks for no key.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::{Json, Router};
use defacto_types::InvalidParam;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde_json::{Value, json};

use crate::app::App;
use crate::changes;
use crate::clock::Clock;
use crate::fault::{self, Fault};
use crate::fields::Fields;
use crate::levers;
use crate::page;
use crate::policy::{SaltReplay, Timing};
use crate::problem::Problem;
use crate::web;

/// Where it is, below the base URL.
pub(crate) const PREFIX: &str = "/_sandbox";

/// The control API's routes, without the prefix.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/clock", get(clock).post(set_clock))
        .route("/documents/{token}", get(document))
        .route("/faults", get(faults).post(add_fault).delete(clear_faults))
        .route("/journal", get(requests))
        .route("/settings", get(settings).put(set_settings))
        .route("/reset", post(reset))
        .merge(page::router())
        .merge(levers::router())
        .merge(web::router())
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), changes::tell_after))
        .with_state(app)
}

async fn health(State(app): State<App>) -> Json<Value> {
    Json(json!({ "status": "ok", "connections": app.connections.count() }))
}

async fn clock(State(app): State<App>) -> Json<Value> {
    Json(shown(&app.clock))
}

async fn set_clock(State(app): State<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let mut fields = Fields::of(&body)?;
    let seconds = fields.take("advance_seconds", "must be a number from 0", |value| {
        let seconds = i64::try_from(value.as_u64()?).ok()?;
        Some(SignedDuration::from_secs(seconds))
    });
    let advance = fields.take(
        "advance",
        "must be an ISO 8601 duration without months or years, such as P1D or PT12H",
        |value| duration(value.as_str()?),
    );
    let freeze = fields.take(
        "freeze",
        "must be true, false or a timestamp",
        |value| match (value.as_bool(), value.as_str()) {
            (Some(true), _) => Some(Freeze::Here),
            (Some(false), _) => Some(Freeze::End),
            (None, text) => text?
                .parse::<defacto_types::Timestamp>()
                .ok()
                .map(|at| Freeze::At(at.get())),
        },
    );
    if advance.is_some() && seconds.is_some() {
        fields.refuse("advance_seconds", "says the same as `advance`");
    }
    fields.finish()?;
    let advance = advance.or(seconds);
    if advance.is_none() && freeze.is_none() {
        let needed = "one of `advance`, `advance_seconds` and `freeze` is needed";
        return Err(refused("advance", needed));
    }
    match freeze {
        Some(Freeze::Here) => app.clock.freeze(None),
        Some(Freeze::At(at)) => app.clock.freeze(Some(at)),
        Some(Freeze::End) => app.clock.unfreeze(),
        None => {}
    }
    if let Some(advance) = advance {
        app.clock
            .advance(advance)
            .ok_or_else(|| refused("advance", "leads past the last day of the calendar"))?;
    }
    Ok(Json(shown(&app.clock)))
}

enum Freeze {
    Here,
    At(jiff::Timestamp),
    End,
}

/// Days are those of UTC, and 24 hours long. Time does not run backwards.
fn duration(text: &str) -> Option<SignedDuration> {
    let span: Span = text.parse().ok()?;
    span.to_duration(SpanRelativeTo::days_are_24_hours())
        .ok()
        .filter(|duration| !duration.is_negative())
}

fn shown(clock: &Clock) -> Value {
    json!({
        "now": defacto_types::Timestamp(clock.now()).to_string(),
        "frozen": clock.is_frozen(),
    })
}

/// What a link leads to. The token in it is all the permission it takes.
async fn document(
    State(app): State<App>,
    Path(token): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let document = app
        .links
        .find(&token, app.clock.now())
        .ok_or_else(|| Problem::not_found("there is no such document, or its link has expired"))?;
    let content_type = [(header::CONTENT_TYPE, document.content_type())];
    Ok((content_type, document.to_file()))
}

async fn faults(State(app): State<App>) -> Json<Value> {
    Json(app.faults.to_json())
}

async fn add_fault(
    State(app): State<App>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let fault = Fault::read(&body)?;
    let shown = fault.to_json();
    app.faults.add(fault);
    Ok((StatusCode::CREATED, Json(shown)))
}

async fn clear_faults(State(app): State<App>) -> StatusCode {
    app.faults.clear();
    StatusCode::NO_CONTENT
}

async fn requests(
    State(app): State<App>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Json<Value>, Problem> {
    let mut only = None;
    for (name, value) in query {
        if name != "operation" {
            return Err(refused(&name, "is not a parameter of this request"));
        }
        let operation = fault::find(&value)
            .ok_or_else(|| refused("operation", "must be an operation of the API"))?;
        only = Some(operation);
    }
    Ok(Json(app.journal.to_json(only)))
}

async fn settings(State(app): State<App>) -> Json<Value> {
    let settings = app.world().settings;
    Json(json!({
        "salt_replay": settings.salt_replay.as_str(),
        "policy": settings.timing.as_str(),
    }))
}

async fn set_settings(State(app): State<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let mut fields = Fields::of(&body)?;
    let salt_replay = fields.word("salt_replay", SaltReplay::ALL, SaltReplay::as_str);
    let timing = fields.word("policy", Timing::ALL, Timing::as_str);
    fields.finish()?;
    {
        let settings = &mut app.world().settings;
        settings.salt_replay = salt_replay.unwrap_or(settings.salt_replay);
        settings.timing = timing.unwrap_or(settings.timing);
    }
    Ok(settings(State(app)).await)
}

async fn reset(State(app): State<App>) -> StatusCode {
    app.reset();
    StatusCode::NO_CONTENT
}

async fn unknown() -> Problem {
    Problem::not_found("the sandbox's control API has no such path")
}

async fn wrong_method() -> Problem {
    Problem::method_not_allowed("the sandbox's control API has no such method on this path")
}

fn refused(name: &str, reason: &str) -> Problem {
    Problem::invalid(vec![InvalidParam::new().name(name).reason(reason)])
}
