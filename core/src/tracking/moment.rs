//! When something held.

use std::cmp::Ordering;

use defacto_types::Timestamp;
use serde::{Deserialize, Serialize};

/// A stretch of time in which something was seen to hold, both ends included,
/// in whole microseconds as the API writes them.
///
/// An event holds at its timestamp. What a read answers held at some moment
/// between sending the request and receiving the answer.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(from = "(i64, i64)", into = "(i64, i64)")]
pub struct Moment {
    from: i64,
    to: i64,
}

impl Moment {
    /// One instant.
    #[must_use]
    pub fn at(instant: Timestamp) -> Self {
        let at = instant.get().as_microsecond();
        Self { from: at, to: at }
    }

    /// Some instant between two; the order of the arguments does not matter,
    /// so that a clock that was set back in between harms nothing.
    #[must_use]
    pub fn between(one: Timestamp, other: Timestamp) -> Self {
        let (one, other) = (one.get().as_microsecond(), other.get().as_microsecond());
        Self {
            from: one.min(other),
            to: one.max(other),
        }
    }

    /// The earliest instant it may have been.
    #[must_use]
    pub fn start(self) -> Timestamp {
        instant(self.from)
    }

    /// The latest instant it may have been.
    #[must_use]
    pub fn end(self) -> Timestamp {
        instant(self.to)
    }

    /// The later of both beginnings and of both ends.
    pub(super) fn later_of(self, other: Self) -> Self {
        Self {
            from: self.from.max(other.from),
            to: self.to.max(other.to),
        }
    }

    /// The same end, with a beginning that no longer matters.
    pub(super) fn any_start(self) -> Self {
        Self {
            from: i64::MIN,
            to: self.to,
        }
    }

    /// Whether all of it is earlier than all of `other`.
    #[must_use]
    pub fn is_before(self, other: Self) -> bool {
        self.to < other.from
    }
}

impl From<(i64, i64)> for Moment {
    fn from((one, other): (i64, i64)) -> Self {
        Self {
            from: one.min(other),
            to: one.max(other),
        }
    }
}

impl From<Moment> for (i64, i64) {
    fn from(moment: Moment) -> Self {
        (moment.from, moment.to)
    }
}

/// The instant, or the end of time on its side.
pub(super) fn instant(micros: i64) -> Timestamp {
    let end = if micros < 0 {
        jiff::Timestamp::MIN
    } else {
        jiff::Timestamp::MAX
    };
    Timestamp(jiff::Timestamp::from_microsecond(micros).unwrap_or(end))
}

/// The first and the last stretch of a set of them. Joining is commutative,
/// associative and idempotent: the order and number of the parts do not show.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) first: Moment,
    pub(super) last: Moment,
}

impl Span {
    pub(super) fn join(&mut self, moment: Moment) {
        self.first.from = self.first.from.min(moment.from);
        self.first.to = self.first.to.min(moment.to);
        self.last = self.last.later_of(moment);
    }

    /// Whether some part of `self` is wholly before some part of `other`.
    pub(super) fn begins_before(&self, other: &Self) -> bool {
        self.first.is_before(other.last)
    }

    /// Latest beginning first, then latest end.
    pub(super) fn by_last(&self, other: &Self) -> Ordering {
        self.last.cmp(&other.last)
    }
}

impl From<Moment> for Span {
    fn from(moment: Moment) -> Self {
        Self {
            first: moment,
            last: moment,
        }
    }
}
