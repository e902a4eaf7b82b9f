//! Bodies of requests and answers.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use defacto_types::{InvalidParam, Wire};

use crate::app::App;
use crate::problem::Problem;
use crate::world::invalid;

/// The object an operation takes: 400 when the body is no JSON, 422 when it
/// is another object or lacks something required.
pub(super) struct JsonBody<T>(pub(super) T);

impl<T: Wire> FromRequest<App> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, app)
            .await
            .map_err(|rejection| match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("the body is too large"),
                _ => Problem::bad_request("the body cannot be read"),
            })?;
        read(&bytes).map(Self)
    }
}

fn read<T: Wire>(bytes: &[u8]) -> Result<T, Problem> {
    // A body that may be left out is the empty object.
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    let mut body: T = serde_json::from_slice(bytes).map_err(|error| {
        // The field named in front of an error hides which kind it is.
        match serde_json::from_slice::<serde::de::IgnoredAny>(bytes) {
            Ok(_) => Problem::invalid(vec![of_field(&error.to_string())]),
            Err(error) => Problem::bad_request(format!("the body is not JSON: {error}")),
        }
    })?;
    // Answers show what was asked for, and are as declared.
    body.forget_unknown();
    let mut missing = Vec::new();
    body.missing("", &mut missing);
    if missing.is_empty() {
        Ok(body)
    } else {
        let missing = missing.into_iter().map(|path| invalid(path, "is missing"));
        Err(Problem::invalid(missing.collect()))
    }
}

/// An answer that is written already.
pub(super) fn written(
    answer: Result<impl Into<Body>, serde_json::Error>,
) -> Result<Response, Problem> {
    let body = answer
        .map_err(|error| Problem::bad_request(format!("the answer cannot be written: {error}")))?;
    let json = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, json)], body.into()).into_response())
}

/// An answer written at once: a large object is not handed on, and has room.
pub(super) fn write(answer: &impl Wire) -> Result<Vec<u8>, serde_json::Error> {
    let mut body = Vec::with_capacity(4096);
    serde_json::to_writer(&mut body, answer)?;
    Ok(body)
}

/// The names in front of an error are the path of the field it is about.
fn of_field(error: &str) -> InvalidParam {
    let is_name = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let mut path = Vec::new();
    let mut reason = error;
    while let Some((name, rest)) = reason.split_once(": ")
        && is_name(name)
    {
        path.push(name);
        reason = rest;
    }
    match path.is_empty() {
        true => invalid("body", reason),
        false => invalid(path.join("."), reason),
    }
}
