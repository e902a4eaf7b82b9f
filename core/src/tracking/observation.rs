//! What was seen of an object, when, and how it came to be known.

use defacto_types::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Facts, Moment, Status, Subject};

/// Where an observation comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Source {
    /// The answer of an operation the caller asked for.
    Answer,
    /// A read of the tracker's own.
    Poll,
    /// A notification.
    Webhook,
    /// The list of a loan's events.
    LoanEvents,
    /// A person took over what the server says.
    Adopted,
    /// Deduced from other observations.
    Inferred,
}

impl Source {
    const ALL: [Self; 6] = [
        Self::Answer,
        Self::Poll,
        Self::Webhook,
        Self::LoanEvents,
        Self::Adopted,
        Self::Inferred,
    ];

    /// The source of this name; [`Source::Poll`] for one not known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|source| source.as_str() == name)
            .unwrap_or(Self::Poll)
    }

    /// Its name in stores and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Poll => "poll",
            Self::Webhook => "webhook",
            Self::LoanEvents => "loan_events",
            Self::Adopted => "adopted",
            Self::Inferred => "inferred",
        }
    }
}

/// Something seen of one object: its status, its fields, or both.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Observation {
    /// Of what.
    pub subject: Subject,
    /// When it held.
    pub moment: Moment,
    /// How it came to be known.
    pub source: Source,
    /// The status, if one was told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<Status>,
    /// The fields, if they were told: all of them, or none.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub facts: Option<Facts>,
}

impl Observation {
    /// An event: the status the object had at an instant.
    #[must_use]
    pub fn event(subject: Subject, at: Timestamp, source: Source, status: Status) -> Self {
        Self {
            subject,
            moment: Moment::at(at),
            source,
            status: Some(status),
            facts: None,
        }
    }
}
