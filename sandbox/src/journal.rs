//! What was asked of the API, in order. Never a header, a query or a body.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use defacto_types::{OPERATIONS, Operation};
use serde_json::{Value, json};

/// How many requests are remembered; the oldest are forgotten first.
const CAPACITY: usize = 10_000;

/// One request and the status it was answered with.
#[derive(Clone, Debug)]
struct Entry {
    /// `None` when the request was for no operation of the API.
    operation: Option<&'static Operation>,
    method: Method,
    path: String,
    status: StatusCode,
}

impl Entry {
    fn to_json(&self) -> Value {
        json!({
            "operation": self.operation.map(ToString::to_string),
            "method": self.method.as_str(),
            "path": self.path,
            "status": self.status.as_u16(),
        })
    }
}

/// The requests so far; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Arc<Mutex<VecDeque<Entry>>>);

impl Journal {
    /// The requests as JSON, the newest last.
    pub(crate) fn to_json(&self) -> Value {
        let entries = self.entries().clone();
        json!({ "requests": entries.iter().map(Entry::to_json).collect::<Vec<_>>() })
    }

    /// Forgets every request.
    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    fn push(&self, entry: Entry) {
        let mut entries = self.entries();
        if entries.len() >= CAPACITY {
            entries.pop_front();
        }
        entries.push_back(entry);
    }

    /// An entry is pushed whole or not at all, so a poisoned lock guards
    /// nothing broken.
    fn entries(&self) -> MutexGuard<'_, VecDeque<Entry>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes each request down once its status is known, before it is answered.
pub(crate) async fn record(
    State(journal): State<Journal>,
    request: Request,
    next: Next,
) -> Response {
    let operation = request
        .extensions()
        .get::<MatchedPath>()
        .and_then(|template| find(request.method(), template.as_str()));
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    journal.push(Entry {
        operation,
        method,
        path,
        status: response.status(),
    });
    response
}

/// The operation with this method and path template.
fn find(method: &Method, template: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().copied().find(|operation| {
        operation.path == template && operation.method.as_str() == method.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_the_oldest_when_full() {
        let journal = Journal::default();
        for i in 0..=CAPACITY {
            journal.push(Entry {
                operation: None,
                method: Method::GET,
                path: format!("/{i}"),
                status: StatusCode::OK,
            });
        }
        let entries = journal.entries();
        assert_eq!(entries.len(), CAPACITY);
        assert_eq!(entries.front().unwrap().path, "/1");
        assert_eq!(entries.back().unwrap().path, format!("/{CAPACITY}"));
    }
}
