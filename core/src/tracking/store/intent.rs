//! A change that is meant to be made, written down before it is asked for.

use std::fmt;
use std::time::Duration;

use defacto_types::{Timestamp, Value};
use serde::{Deserialize, Serialize};

/// Where an intent stands.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IntentState {
    /// Whether the change was made is not known yet.
    Open,
    /// The change was made.
    Done,
    /// The change was refused, and not made.
    Refused,
}

impl IntentState {
    /// Its name in stores and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What became of an intent.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Done or refused.
    pub state: IntentState,
    /// The id of the object it made or changed.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// Why it was refused, masked.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
}

/// A change that is meant to be made.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// Its id, made by the tracker.
    pub id: String,
    /// The operation, as `group.name`.
    pub operation: String,
    /// The parameters of the path.
    pub params: Vec<(String, String)>,
    /// The body; forgotten once it is settled.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub body: Option<Value>,
    /// A hash of the body without its idempotency key and the tracker's stamp.
    pub body_hash: String,
    /// The idempotency key.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub salt: Option<String>,
    /// Who meant it, in the caller's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub actor: Option<String>,
    /// When it was written down.
    pub made_at: Timestamp,
    /// Where it stands.
    pub state: IntentState,
    /// The worker that may settle it; empty where it was given back.
    pub holder: String,
    /// Until when.
    pub held_until: Timestamp,
    /// How often settling it was tried.
    pub attempts: u32,
    /// What was in the way last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub obstacle: Option<String>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub outcome: Option<Outcome>,
}

impl Intent {
    /// What was made stays made, whatever a later request for it was answered.
    pub(in crate::tracking) fn settle(&mut self, outcome: Outcome) {
        if self.state == IntentState::Done && outcome.state != IntentState::Done {
            return;
        }
        self.state = outcome.state;
        self.outcome = Some(outcome);
        self.body = None;
        self.obstacle = None;
    }
}

/// How far ahead an intent can be held or put off: no worker does it for longer, and
/// a time beyond was set by a clock that was wrong.
pub(crate) const FARTHEST: Duration = Duration::from_secs(2 * 3_600);

/// The end of how far ahead that is, in microseconds.
pub(super) fn farthest(now: Timestamp) -> i64 {
    let ahead = i64::try_from(FARTHEST.as_micros()).unwrap_or(i64::MAX);
    now.get().as_microsecond().saturating_add(ahead)
}

impl Intent {
    /// Whether nobody holds it.
    pub(super) fn is_free(&self, now: Timestamp) -> bool {
        let until = self.held_until.get().as_microsecond();
        until <= now.get().as_microsecond() || until > farthest(now)
    }

    /// Holds it for `holder`, for whom it is, or where it is nobody's; says whether.
    pub(super) fn hold(&mut self, holder: &str, until: Timestamp) -> bool {
        let may = self.is_for(holder);
        if may {
            holder.clone_into(&mut self.holder);
            self.held_until = until;
        }
        may
    }

    /// Gives it back, by `holder`, with what was in the way; says whether it was its to
    /// give.
    pub(super) fn release(&mut self, holder: &str, obstacle: String, next_at: Timestamp) -> bool {
        let may = self.is_for(holder);
        if may {
            self.holder.clear();
            self.obstacle = Some(obstacle);
            self.held_until = next_at;
        }
        may
    }

    fn is_for(&self, holder: &str) -> bool {
        self.state == IntentState::Open && (self.holder == holder || self.holder.is_empty())
    }

    /// Whether one that is begun with the same key takes its place: what was refused
    /// was not made, and may be asked for again.
    pub(super) fn gives_way_to(&self, new: &Self) -> bool {
        self.state == IntentState::Refused && self.body_hash == new.body_hash
    }
}

/// Without the body, which holds account numbers.
impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intent")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .field("params", &self.params)
            .field("state", &self.state)
            .field("made_at", &self.made_at)
            .field("attempts", &self.attempts)
            .field("obstacle", &self.obstacle)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
