//! The simulator's own API, for whoever runs it. It asks for no key.

mod account;
mod components;
mod openapi;
mod routes;
pub(crate) mod shapes;

pub(crate) use routes::{Routes, Says};

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use defacto_types::InvalidParam;
use serde_json::{Value, json};

use crate::accounts::Spec;
use crate::app::App;
use crate::changes;
#[cfg(feature = "contract")]
use crate::contract;
use crate::delivery;
use crate::fault::{self, Fault};
use crate::fields::Fields;
use crate::page;
use crate::problem::Problem;
use crate::reset::Reset;
use crate::state;
use crate::time;
use crate::trigger;
use crate::web;

/// Where it is, below the base URL.
pub(crate) const PREFIX: &str = "/_sandbox";

/// The OpenAPI file of the control API.
static OPENAPI: LazyLock<String> = LazyLock::new(|| openapi::document(&routes()));

/// The OpenAPI file of the control API, as JSON.
#[must_use]
pub fn control_openapi() -> &'static str {
    &OPENAPI
}

/// All of its routes.
fn routes() -> Routes {
    own_routes()
        .and(time::routes())
        .and(trigger::routes())
        .and(delivery::routes())
        .and(account::routes())
        .and(state::routes())
        .and(page::routes())
        .and(web::routes())
}

/// Those of this file.
fn own_routes() -> Routes {
    let named = shapes::named;
    Routes::new()
        .get("/openapi.json", this, {
            let summary = "This file";
            Says::new("get_openapi", summary).gives(shapes::map(shapes::any()))
        })
        .get("/health", health, {
            let summary = "Says that the server runs, and how many connections are open";
            Says::new("get_health", summary).gives(named("Health"))
        })
        .get("/documents/{token}", document, {
            let summary = "The file behind a link that the lending API gave out";
            Says::new("get_document", summary).file(&["application/pdf", "application/zip"])
        })
        .get("/faults", faults, {
            let summary = "Lists the faults with the times left";
            Says::new("list_faults", summary).gives(named("Faults"))
        })
        .post("/faults", add_fault, {
            let says = Says::new("add_fault", "Adds a fault");
            says.takes(named("FaultRequest")).makes(named("Fault"))
        })
        .delete("/faults", clear_faults, {
            Says::new("clear_faults", "Removes all faults")
        })
        .get("/journal", requests, {
            let summary = "The requests to the lending API, oldest first";
            Says::new("get_journal", summary)
                .query("operation", shapes::text(), "Only those for this operation")
                .query(
                    "after",
                    shapes::whole(0),
                    "Leaves out so many of all there were",
                )
                .gives(named("Journal"))
        })
        .get("/settings", settings, {
            Says::new("get_settings", "The simulator's choices").gives(named("Settings"))
        })
        .put("/settings", set_settings, {
            let says = Says::new("set_settings", "Changes those given");
            says.takes(named("SettingsChange")).gives(named("Settings"))
        })
        .post("/reset", reset, {
            let summary = "Back to the start, at this moment and from this seed if they are given";
            Says::new("reset", summary).takes(named("ResetRequest"))
        })
        .get("/accounts", accounts, {
            Says::new("list_accounts", "The accounts' names").gives(named("Accounts"))
        })
        .post("/accounts", add_account, {
            let says = Says::new("add_account", "Opens books for one account more");
            says.takes(named("AccountRequest")).makes(named("Accounts"))
        })
}

/// What answers it, without the prefix.
pub(crate) fn router(app: App) -> Router {
    let router = routes().into_router();
    #[cfg(feature = "contract")]
    let router = router.layer(from_fn_with_state(app.clone(), contract::check_control));
    router
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), changes::tell_after))
        .layer(from_fn(no_other_site))
        .with_state(app)
}

/// A page of another site may lead here, and may not act here: it asks for no
/// key, so a browser's word on where a request comes from has to do.
async fn no_other_site(request: Request, next: Next) -> Response {
    if is_from_elsewhere(&request) {
        let detail = "a page of another site may not change anything here";
        return Problem::forbidden(detail).into_response();
    }
    next.run(request).await
}

/// Whether a page of another site wants to change something.
pub(crate) fn is_from_elsewhere(request: &Request) -> bool {
    let site = request.headers().get("sec-fetch-site");
    !request.method().is_safe() && site.is_some_and(|site| site == "cross-site")
}

async fn this() -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        control_openapi(),
    )
}

async fn health(State(app): State<App>) -> Json<Value> {
    Json(json!({ "status": "ok", "connections": app.connections.count() }))
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
    let mut fields = Fields::of_both(query, b"")?;
    let only = fields.take("operation", "must be an operation of the API", |value| {
        fault::find(value.as_str()?)
    });
    let after = fields.take("after", "must be a number from 0", |value| {
        value.as_str()?.parse().ok()
    });
    fields.finish()?;
    Ok(Json(app.journal.to_json(only, after.unwrap_or(0))))
}

async fn settings(State(app): State<App>) -> Json<Value> {
    Json(app.world().settings.to_json())
}

async fn set_settings(State(app): State<App>, body: Bytes) -> Result<Json<Value>, Problem> {
    let Ok(Value::Object(values)) = serde_json::from_slice(&body) else {
        return Err(refused("body", "must be a JSON object"));
    };
    {
        let (mut world, now) = app.open();
        let before = world.settings.timing;
        world.settings.set_all(&values).map_err(Problem::invalid)?;
        if world.settings.timing != before {
            world.replan(now);
        }
    }
    app.deliveries.wake();
    Ok(settings(State(app)).await)
}

async fn reset(State(app): State<App>, body: Bytes) -> Result<StatusCode, Problem> {
    let reset = Reset::read(&body)?;
    let Some(accounts) = app.accounts() else {
        return Err(Problem::not_found("the sandbox is stopping"));
    };
    let wrong = |wrong| Problem::invalid(vec![wrong]);
    accounts.reset(reset).await.map_err(wrong)?;
    Ok(StatusCode::NO_CONTENT)
}

async fn accounts(State(app): State<App>) -> Json<Value> {
    Json(
        app.accounts()
            .map_or(Value::Null, |accounts| accounts.to_json()),
    )
}

async fn add_account(
    State(app): State<App>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let spec = Spec::of(Fields::of(&body)?)?;
    let Some(accounts) = app.accounts() else {
        return Err(Problem::not_found("the sandbox is stopping"));
    };
    accounts
        .add(spec)
        .map_err(|wrong| Problem::invalid(vec![wrong]))?;
    Ok((StatusCode::CREATED, Json(accounts.to_json())))
}

async fn unknown() -> Problem {
    Problem::not_found("the sandbox's control API has no such path")
}

async fn wrong_method() -> Problem {
    Problem::method_not_allowed("the sandbox's control API has no such method on this path")
}

pub(crate) fn refused(name: &str, reason: &str) -> Problem {
    Problem::invalid(vec![InvalidParam::new().name(name).reason(reason)])
}
