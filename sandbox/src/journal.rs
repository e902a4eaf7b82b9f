//! What was asked of the API, in order. Never a header, a query or a body.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use axum::http::{Method, StatusCode};
use defacto_types::{OPERATIONS, Operation};
use serde_json::{Value, json};

/// How many requests are remembered; the oldest are forgotten first.
const CAPACITY: usize = 10_000;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// `None` when the request was for no operation of the API.
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) method: Method,
    pub(crate) path: String,
    /// `None` when the connection was reset instead.
    pub(crate) status: Option<StatusCode>,
    /// Whether the operation's handler was run.
    pub(crate) acted: bool,
    /// Whether a fault had its way with it.
    pub(crate) fault: bool,
}

impl Entry {
    fn to_json(&self) -> Value {
        json!({
            "operation": self.operation.map(ToString::to_string),
            "method": self.method.as_str(),
            "path": self.path,
            "status": self.status.map(|status| status.as_u16()),
            "acted": self.acted,
            "fault": self.fault,
        })
    }
}

/// The requests so far; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Arc<Mutex<VecDeque<Entry>>>);

impl Journal {
    /// The requests as JSON, the newest last: all, or those for one operation.
    pub(crate) fn to_json(&self, only: Option<&Operation>) -> Value {
        let entries = self.entries().clone();
        let requests: Vec<_> = entries
            .iter()
            .filter(|entry| {
                only.is_none_or(|only| {
                    entry
                        .operation
                        .is_some_and(|mine| (mine.group, mine.name) == (only.group, only.name))
                })
            })
            .map(Entry::to_json)
            .collect();
        json!({ "requests": requests })
    }

    /// Forgets every request.
    pub(crate) fn clear(&self) {
        self.entries().clear();
    }

    pub(crate) fn push(&self, entry: Entry) {
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

/// The operations by their path template.
static BY_PATH: LazyLock<HashMap<&'static str, Vec<&'static Operation>>> = LazyLock::new(|| {
    let mut by_path = HashMap::new();
    for operation in OPERATIONS.iter().copied() {
        let of_path: &mut Vec<_> = by_path.entry(operation.path).or_default();
        of_path.push(operation);
    }
    by_path
});

/// The operation with this method and path template.
pub(crate) fn find(method: &Method, template: &str) -> Option<&'static Operation> {
    let mut of_path = BY_PATH.get(template)?.iter().copied();
    of_path.find(|operation| {
        operation.method.as_str() == method.as_str() || is_posted(operation, method)
    })
}

/// The business generator, which the guides call with POST and the contract
/// with GET, answers both.
fn is_posted(operation: &Operation, method: &Method) -> bool {
    (operation.group, operation.name) == ("testing", "generate_business") && method == Method::POST
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
                status: Some(StatusCode::OK),
                acted: false,
                fault: false,
            });
        }
        let entries = journal.entries();
        assert_eq!(entries.len(), CAPACITY);
        assert_eq!(entries.front().unwrap().path, "/1");
        assert_eq!(entries.back().unwrap().path, format!("/{CAPACITY}"));
    }
}
