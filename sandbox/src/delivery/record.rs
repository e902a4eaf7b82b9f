//! One delivery, and what the log shows of it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::queue::Lane;
use crate::world::table::No;

/// Where a delivery is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum State {
    /// Not sent, or not with success, and to be sent.
    Pending,
    Delivered,
    /// Tried as often as it is tried.
    Failed,
    /// A lever kept it from being sent.
    Dropped,
    /// Its subscription was deleted first.
    Canceled,
}

impl State {
    pub(super) const ALL: [Self; 5] = [
        Self::Pending,
        Self::Delivered,
        Self::Failed,
        Self::Dropped,
        Self::Canceled,
    ];

    /// Its name in the control API.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
            Self::Dropped => "DROPPED",
            Self::Canceled => "CANCELED",
        }
    }
}

/// One request and its answer.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    /// By the simulator's clock.
    pub(super) at: Timestamp,
    pub(super) status: Option<u16>,
    /// Why there is no status.
    pub(super) error: Option<String>,
    /// The beginning of the answer's body.
    pub(super) answer: String,
    /// How long it really took, in milliseconds.
    pub(super) took_ms: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) no: u64,
    pub(super) subscription: No,
    pub(super) lane: Lane,
    pub(super) webhook_id: String,
    pub(super) to_url: Box<str>,
    pub(super) event_type: String,
    pub(super) entity_id: Box<str>,
    /// When it happened.
    pub(super) happened_at: Timestamp,
    /// What is sent.
    pub(super) body: Arc<str>,
    /// When it is sent, or sent again.
    pub(super) due: Timestamp,
    pub(super) state: State,
    pub(super) attempts: Vec<Attempt>,
    /// The levers that had a hand in it.
    pub(super) levers: Vec<&'static str>,
    /// The delivery it repeats because it was asked to.
    pub(super) redelivery_of: Option<u64>,
}

impl Delivery {
    pub(super) fn to_json(&self) -> Value {
        let attempts = self.attempts.iter().map(|attempt| {
            json!({
                "at": text(attempt.at),
                "status": attempt.status,
                "error": attempt.error,
                "answer": attempt.answer,
                "took_ms": attempt.took_ms,
            })
        });
        let is_pending = self.state == State::Pending;
        let body: Value = serde_json::from_str(&self.body)
            // A lever made it something else.
            .unwrap_or_else(|_| Value::String(self.body.to_string()));
        json!({
            "id": self.no,
            "webhook_id": self.webhook_id,
            "event_type": self.event_type,
            "entity_id": &*self.entity_id,
            "state": self.state.as_str(),
            "happened_at": text(self.happened_at),
            "next_attempt_at": is_pending.then(|| text(self.due)),
            "redelivery_of": self.redelivery_of,
            "levers": self.levers,
            "request": { "method": "POST", "url": masked(&self.to_url), "body": body },
            "attempts": attempts.collect::<Vec<_>>(),
        })
    }
}

fn text(at: Timestamp) -> String {
    defacto_types::Timestamp(at).to_string()
}

/// The URL without its secrets: READ, tokens are in the query, or stand as a
/// user's name and password.
pub(super) fn masked(url: &str) -> String {
    let (rest, query) = match url.split_once('?') {
        Some((rest, query)) => (rest, Some(query)),
        None => (url, None),
    };
    let (scheme, rest) = rest.split_once("://").unwrap_or(("", rest));
    let (authority, path) = rest.find('/').map_or((rest, ""), |end| rest.split_at(end));
    let host = match authority.rsplit_once('@') {
        Some((_, host)) => format!("***@{host}"),
        None => authority.to_owned(),
    };
    let query = query.map_or_else(String::new, |query| {
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) => format!("{name}=***"),
            None => "***".to_owned(),
        });
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    });
    format!("{scheme}://{host}{path}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        for (url, shown) in [
            ("http://localhost:1/a/b", "http://localhost:1/a/b"),
            ("https://h/?a=secret&b=secret", "https://h/?a=***&b=***"),
            ("https://h?secret", "https://h?***"),
            ("https://user:secret@h/x?t=s=s", "https://***@h/x?t=***"),
            ("https://h/x?t=a?b=secret", "https://h/x?t=***"),
        ] {
            assert_eq!(masked(url), shown);
        }
    }
}
