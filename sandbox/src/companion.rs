//! What a test in Rust asks of its sandbox without a request of its own.

use axum::body::{Body, to_bytes};
use axum::http::{Request, header};
use defacto_types::Problem;
use serde_json::{Value, json};
use std::error::Error;
use std::fmt;
use tower::ServiceExt;

use crate::control;
use crate::server::Sandbox;

impl Sandbox {
    /// Sends a request to the control API: a method, a path below its prefix,
    /// and a body, unless it is null.
    ///
    /// # Errors
    ///
    /// What the sandbox refuses, with its reason.
    pub async fn control(
        &self,
        method: &str,
        path: &str,
        body: Value,
    ) -> Result<Value, ControlError> {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", control::PREFIX))
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(text))
            .map_err(|error| ControlError(error.to_string()))?;
        let answer = self.router.clone().oneshot(request).await;
        let (head, body) = answer.unwrap_or_else(|never| match never {}).into_parts();
        let body = to_bytes(body, usize::MAX).await;
        let body = body.map_err(|error| ControlError(error.to_string()))?;
        if !head.status.is_success() {
            return Err(ControlError(reason(&body)));
        }
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }

    /// Keeps everything as it is under a name, to [`restore`](Self::restore).
    ///
    /// # Errors
    ///
    /// When the name is none, or there are too many.
    pub async fn snapshot(&self, name: &str) -> Result<(), ControlError> {
        let body = json!({ "name": name });
        self.control("POST", "/snapshots", body).await.map(drop)
    }

    /// Everything as it was at the [`snapshot`](Self::snapshot) of this name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn restore(&self, name: &str) -> Result<(), ControlError> {
        let path = format!("/snapshots/{name}/restore");
        self.control("POST", &path, Value::Null).await.map(drop)
    }

    /// How many requests for an operation, such as `loans.create`, arrived;
    /// with `acted`, how many of them were or were not carried out.
    ///
    /// # Errors
    ///
    /// When there is no such operation.
    pub async fn count(&self, operation: &str, acted: Option<bool>) -> Result<usize, ControlError> {
        let path = format!("/journal?operation={operation}");
        let journal = self.control("GET", &path, Value::Null).await?;
        let requests = journal["requests"].as_array().into_iter().flatten();
        let is_counted = |request: &&Value| acted.is_none_or(|acted| request["acted"] == acted);
        Ok(requests.filter(is_counted).count())
    }
}

/// Title and reasons of a problem.
fn reason(body: &[u8]) -> String {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let mut text = problem.detail.or(problem.title).unwrap_or_default();
    for wrong in problem.invalid_params {
        let (name, reason) = (
            wrong.name.unwrap_or_default(),
            wrong.reason.unwrap_or_default(),
        );
        text = format!("{text}; {name} {reason}");
    }
    text
}

/// The sandbox refused a request to its control API; the message says why.
#[derive(Clone, Debug)]
pub struct ControlError(String);

impl fmt::Display for ControlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for ControlError {}
