//! The simulator's own API, for whoever runs it. It asks for no key.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::journal::Journal;
use crate::problem::Problem;

/// Where it is, below the base URL.
pub(crate) const PREFIX: &str = "/_sandbox";

/// The control API's routes, without the prefix.
pub(crate) fn router(journal: Journal) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/journal", get(requests))
        .route("/reset", post(reset))
        .fallback(unknown)
        .method_not_allowed_fallback(wrong_method)
        .with_state(journal)
}

async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}

async fn requests(State(journal): State<Journal>) -> Json<Value> {
    Json(journal.to_json())
}

async fn reset(State(journal): State<Journal>) -> StatusCode {
    journal.clear();
    StatusCode::NO_CONTENT
}

async fn unknown() -> Problem {
    Problem::not_found("the sandbox's control API has no such path")
}

async fn wrong_method() -> Problem {
    Problem::method_not_allowed("the sandbox's control API has no such method on this path")
}
