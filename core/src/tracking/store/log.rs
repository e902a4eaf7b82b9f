//! What was observed, compacted: an entry a subject, status and set of fields,
//! with the first and the last time it was seen.

use super::super::moment::Span;
use super::super::{Facts, Observation, Source, Status, Subject};

/// What makes two observations one entry.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct EntryKey {
    pub(super) subject: Subject,
    pub(super) status: Option<Status>,
    /// The fields as JSON, so that they have one form.
    pub(super) facts: Option<String>,
}

impl EntryKey {
    pub(super) fn of(observation: &Observation) -> Self {
        Self {
            subject: observation.subject.clone(),
            status: observation.status.clone(),
            facts: observation
                .facts
                .as_ref()
                .and_then(|facts| serde_json::to_string(facts).ok()),
        }
    }
}

/// The two observations an entry stands for; one, where they are the same.
pub(super) fn unpack(key: &EntryKey, span: Span, source: Source) -> Vec<Observation> {
    let facts: Option<Facts> = key
        .facts
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    let one = |moment| Observation {
        subject: key.subject.clone(),
        moment,
        source,
        status: key.status.clone(),
        facts: facts.clone(),
    };
    let mut both = vec![one(span.first)];
    if span.last != span.first {
        both.push(one(span.last));
    }
    both
}
