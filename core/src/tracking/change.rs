//! What an observation changed.

use serde::{Deserialize, Serialize};

use super::{Fact, Moment, Source, Status, Subject};

/// Something that is new about an object.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Of what.
    pub subject: Subject,
    /// What kind of change.
    pub kind: ChangeKind,
    /// When it happened, as far as it is known.
    pub moment: Moment,
    /// Where it is known from.
    pub source: Source,
    /// The loan it concerns, where the object is not a loan itself.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub loan_id: Option<Box<str>>,
}

#[cfg(feature = "client")]
impl Change {
    /// Whether it does not say which loan it concerns: a status alone does not,
    /// and the fields may have come to be known after it.
    pub(super) fn lacks_its_loan(&self) -> bool {
        self.loan_id.is_none() && self.subject.entity != super::Entity::Loan
    }

    /// Says which loan it concerns, by what is known of its object now.
    pub(super) fn place(&mut self, track: &super::Track) {
        self.loan_id = track.loan_id().map(Into::into);
    }
}

/// What changed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The object is seen for the first time.
    Appeared {
        /// In this status, if it has one.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        status: Option<Status>,
    },
    /// The object went from one status to another.
    Moved {
        /// The status left.
        from: Status,
        /// The status entered.
        to: Status,
    },
    /// The object was in this status, in the past: told late, or inferred
    /// since no other way leads to what was seen.
    Passed {
        /// The status.
        status: Status,
        /// Whether it was not seen, but inferred.
        inferred: bool,
    },
    /// A field has another value.
    Field {
        /// Its name on the wire.
        name: Box<str>,
        /// What it was.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        from: Option<Fact>,
        /// What it is.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        to: Option<Fact>,
    },
    /// The observations do not tell which status holds, or which fields:
    /// the object should be read again.
    Ambiguous {
        /// The statuses it may be; empty where the fields are in doubt.
        statuses: Vec<Status>,
    },
    /// What was ambiguous is decided.
    Decided,
    /// What cannot be was seen.
    Anomaly {
        /// What it is.
        anomaly: super::Anomaly,
    },
    /// An alert begins or is over.
    Alert {
        /// Which.
        name: super::AlertName,
        /// Whether it begins.
        raised: bool,
        /// What it is about; see [`Alert::about`](super::Alert::about).
        #[serde(skip_serializing_if = "Option::is_none", default)]
        about: Option<Box<str>>,
    },
}
