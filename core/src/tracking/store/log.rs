//! What was observed, compacted: an entry a subject, status and set of fields,
//! with the first and the last time it was seen.

use super::super::moment::Span;
use super::super::{Facts, Observation, Source, Status, Subject};

/// What makes two observations one entry.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct EntryKey {
    pub(super) subject: Subject,
    pub(super) status: Option<Status>,
    pub(super) facts: Option<Facts>,
}

impl EntryKey {
    pub(super) fn of(observation: &Observation) -> Self {
        Self {
            subject: observation.subject.clone(),
            status: observation.status.clone(),
            facts: observation.facts.clone(),
        }
    }
}

/// By which fields are told apart in a table, of them as JSON.
#[cfg(any(feature = "sqlite", feature = "postgres"))]
pub(super) fn facts_hash(json: Option<&str>) -> uuid::Uuid {
    let json = json.unwrap_or_default();
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, json.as_bytes())
}

/// The two observations an entry stands for; one, where they are the same.
pub(super) fn unpack(key: &EntryKey, span: Span, source: Source) -> Vec<Observation> {
    let one = |moment| Observation {
        subject: key.subject.clone(),
        moment,
        source,
        status: key.status.clone(),
        facts: key.facts.clone(),
    };
    let mut both = vec![one(span.first)];
    if span.last != span.first {
        both.push(one(span.last));
    }
    both
}
