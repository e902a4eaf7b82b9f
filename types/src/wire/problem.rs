//! The body of an error answer.

use super::model::model;
use serde_json::{Map, Value};

model! {
    /// What the server says of a refused request: a subset of RFC 7807
    /// (docs: errors). Any field may be missing.
    pub struct Problem = "Problem" {
        /// The kind of problem; the field to switch on.
        kind as "type": Option<String>,
        /// A short text for people; may change.
        title: Option<String>,
        /// The HTTP status again.
        status: Option<i64>,
        /// What was wrong with this request.
        detail: Option<String>,
        /// Names this occurrence.
        instance: Option<String>,
        /// Which parameters were refused and why (mostly with status 422).
        invalid_params: Vec<InvalidParam>,
        /// Further data of no fixed shape.
        data: Option<Map<String, Value>>,
    }

    /// One refused parameter.
    pub struct InvalidParam = "InvalidParam" {
        /// The parameter, as a path into the request.
        name: Option<String>,
        /// Why it was refused.
        reason: Option<String>,
    }
}
