//! An error as JSON, so that every language shows the same one.

use std::error::Error as _;

use defacto_types::Value;
use serde_json::json;

use crate::Error;

/// Everything an error says; what it does not know is null.
#[must_use]
pub fn failure(error: &Error) -> Value {
    json!({
        "code": error.kind().code(),
        "kind": error.kind().name(),
        "message": error.to_string(),
        "is_retryable": error.is_retryable(),
        "is_outcome_unknown": error.is_outcome_unknown(),
        "operation": error.operation().map(ToString::to_string),
        "status": error.status(),
        "problem": error.problem().and_then(|problem| serde_json::to_value(problem).ok()),
        "attempts": error.attempts(),
        "elapsed": error.elapsed().as_secs_f64(),
        "salt_id": error.salt_id(),
        "retry_after": error.retry_after().map(|wait| wait.as_secs_f64()),
        "recovery": error.recovery(),
        "cause": error.source().map(ToString::to_string),
    })
}
