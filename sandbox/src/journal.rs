//! What was asked of the API, in order. Never a header, a query or a body: they
//! hold keys, names and accounts.

use std::collections::{HashMap, VecDeque};
use std::convert::Infallible;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use axum::Extension;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponseParts, ResponseParts};
use defacto_types::operation::Answer;
use defacto_types::{OPERATIONS, Operation};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::world::id::Id;

/// How many requests are remembered; the oldest are forgotten first.
const CAPACITY: usize = 10_000;

/// One request and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The simulator's time when it came.
    pub(crate) at: Timestamp,
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
    /// What it made or changed and does not name in its path.
    pub(crate) touched: Touched,
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

/// What a request names in its body, made or changed, told by its handler to
/// the journal.
#[derive(Clone, Debug, Default)]
pub(crate) struct Touched(Option<Arc<[Id]>>);

/// So many things of one request are kept at most.
const MOST_TOUCHED: usize = 200;

impl Touched {
    pub(crate) fn of(ids: impl IntoIterator<Item = Id>) -> Self {
        let mut kept: Vec<Id> = Vec::new();
        for id in ids {
            if kept.len() < MOST_TOUCHED && !kept.contains(&id) {
                kept.push(id);
            }
        }
        Self(Some(kept.into()))
    }

    /// Those of these that are ids at all.
    pub(crate) fn named<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self::of(ids.into_iter().filter_map(Id::parse))
    }

    fn has(&self, id: Id) -> bool {
        self.0.as_ref().is_some_and(|ids| ids.contains(&id))
    }
}

impl IntoResponseParts for Touched {
    type Error = Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        Extension(self).into_response_parts(parts)
    }
}

/// The requests so far; clones share them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Arc<Mutex<Entries>>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    kept: VecDeque<Entry>,
    /// How many were forgotten.
    gone: usize,
}

/// Which requests are looked at.
#[derive(Debug, Default)]
pub(crate) struct Look {
    /// Only those from this number on.
    pub(crate) from: usize,
    /// Only those that name, made or changed this,
    pub(crate) about: Option<String>,
    /// or what this came about through.
    pub(crate) through: Vec<Id>,
}

impl Journal {
    /// The requests as JSON, the newest last: all, or those for one operation.
    ///
    /// The first `after` of all there ever were are left out, and `next` says
    /// what to give for those after these.
    pub(crate) fn to_json(&self, only: Option<&Operation>, after: usize) -> Value {
        let entries = self.entries();
        let next = entries.gone + entries.kept.len();
        // What is ahead was counted before a reset.
        let after = if after > next { 0 } else { after };
        let requests: Vec<_> = entries
            .kept
            .iter()
            .skip(after.saturating_sub(entries.gone))
            .filter(|entry| {
                only.is_none_or(|only| {
                    entry
                        .operation
                        .is_some_and(|mine| (mine.group, mine.name) == (only.group, only.name))
                })
            })
            .map(Entry::to_json)
            .collect();
        json!({ "requests": requests, "next": next })
    }

    /// What there is, to come back to.
    pub(crate) fn save(&self) -> Entries {
        self.entries().clone()
    }

    /// As it was when this was saved.
    pub(crate) fn load(&self, saved: &Entries) {
        *self.entries() = saved.clone();
    }

    /// Forgets every request.
    pub(crate) fn clear(&self) {
        *self.entries() = Entries::default();
    }

    /// The newest of these requests, this many at most, the oldest first, each
    /// with its number and time.
    pub(crate) fn look(&self, look: &Look, most: usize) -> Vec<Value> {
        let id = look.about.as_deref().and_then(Id::parse);
        let about = look.about.as_deref();
        let entries = self.entries();
        let skip = look.from.saturating_sub(entries.gone);
        let numbered = (entries.gone..).zip(&entries.kept).skip(skip);
        let chosen = numbered.filter(|(_, entry)| {
            about.is_none_or(|about| entry.path.contains(about))
                || id.is_some_and(|id| entry.touched.has(id))
                || look.through.iter().any(|id| entry.touched.has(*id))
        });
        let chosen: Vec<_> = chosen.collect();
        let newest = chosen.len().saturating_sub(most);
        let newest = chosen.into_iter().skip(newest).map(|(no, entry)| {
            let mut shown = entry.to_json();
            shown["no"] = no.into();
            shown["template"] = entry.operation.map(|operation| operation.path).into();
            let is_list = |operation: &Operation| matches!(operation.answer, Answer::List(_));
            shown["list"] = entry.operation.is_some_and(is_list).into();
            shown["at"] = defacto_types::Timestamp(entry.at).to_string().into();
            shown
        });
        newest.collect()
    }

    pub(crate) fn push(&self, entry: Entry) {
        let mut entries = self.entries();
        if entries.kept.len() >= CAPACITY {
            entries.kept.pop_front();
            entries.gone += 1;
        }
        entries.kept.push_back(entry);
    }

    /// An entry is pushed whole or not at all, so a poisoned lock guards
    /// nothing broken.
    fn entries(&self) -> MutexGuard<'_, Entries> {
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
                at: Timestamp::UNIX_EPOCH,
                operation: None,
                method: Method::GET,
                path: format!("/{i}"),
                status: Some(StatusCode::OK),
                acted: false,
                fault: false,
                touched: Touched::default(),
            });
        }
        let entries = journal.entries();
        assert_eq!(entries.kept.len(), CAPACITY);
        assert_eq!(entries.kept.front().unwrap().path, "/1");
        assert_eq!(entries.kept.back().unwrap().path, format!("/{CAPACITY}"));
        drop(entries);
        let since = |after| journal.to_json(None, after);
        assert_eq!(since(0)["requests"].as_array().unwrap().len(), CAPACITY);
        let last = since(CAPACITY);
        assert_eq!(last["requests"][0]["path"], format!("/{CAPACITY}"));
        assert_eq!(last["next"], CAPACITY + 1);
        assert!(
            since(CAPACITY + 1)["requests"]
                .as_array()
                .unwrap()
                .is_empty()
        );
        let after_reset = since(CAPACITY + 2)["requests"].as_array().unwrap().len();
        assert_eq!(after_reset, CAPACITY);
    }
}
