//! What was seen a moment ago and is the same is not written again.
//!
//! Most of what a pass reads is what the last one read. To write down that it was
//! seen again takes longer than reading it did, and nothing follows from it but when
//! an object was last seen; so that is written once in a while only. Nothing else
//! may be left out: an object that is in doubt, or in which anything is another, is
//! taken in as ever, and what was left out of it before.
//!
//! Whoever asks for a write looks here first, so that a pass that finds nothing new
//! does not wait for the thread that writes. What is known here is on the disk: what
//! that thread takes in is unknown until its transaction is over.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::super::super::{Facts, Moment, Observation, Source, Status, Subject, Track};
use super::written::{Key, Written};

/// Objects that are remembered at most: what is forgotten is written once more.
const MOST: usize = 100_000;

/// What was written last of each object.
#[derive(Debug)]
pub(super) struct Repeats {
    /// In microseconds; how long what is the same is not written again.
    within: i64,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    written: HashMap<Key, Written>,
    /// Written in the transaction that is under way.
    fresh: HashMap<Key, Written>,
}

impl Repeats {
    pub(super) fn new(within: i64) -> Self {
        Self {
            within,
            known: Mutex::default(),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // What panicked elsewhere left nothing here half done.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is seen, without what was written a moment ago.
    pub(super) fn left_out(&self, seen: Vec<Observation>) -> Vec<Observation> {
        let of_one = |one: &Observation, other: &Observation| one.subject == other.subject;
        let mut known = self.known();
        if known.written.is_empty() {
            return seen;
        }
        let is_known: Vec<(usize, bool)> = seen
            .chunk_by(of_one)
            .map(|seen| (seen.len(), known.are_known(seen, self.within)))
            .collect();
        drop(known);
        let mut seen = seen.into_iter();
        let mut rest = Vec::new();
        for (many, is_known) in is_known {
            let some = seen.by_ref().take(many);
            if is_known {
                some.for_each(drop);
            } else {
                rest.extend(some);
            }
        }
        rest
    }

    /// What was left out of an object of which this is written, and which is being
    /// written again. It comes before what is seen next, which may be of an earlier
    /// time.
    pub(super) fn left_of(&self, written: &Track) -> Vec<Observation> {
        let subject = written.subject();
        let last = self.known().written.remove(&Key::of(subject));
        let again = last.and_then(|last| last.again());
        let (Some((when_status, when_facts)), Some(state)) = (again, written.state()) else {
            return Vec::new();
        };
        let one = |moment, status, facts| Observation {
            subject: subject.clone(),
            moment,
            source: Source::Poll,
            status,
            facts,
        };
        vec![
            one(when_status, Some(state.status), None),
            one(when_facts, None, written.facts().cloned()),
        ]
    }

    /// Notes what is being written of an object, of which this is known now.
    pub(super) fn note(&self, seen: &[Observation], track: &Track) {
        let holds = |one: &Observation| {
            let facts = one.facts.as_ref();
            let status = one.status.as_ref();
            let state = || track.state().map(|state| state.status);
            facts.is_none_or(|facts| track.facts() == Some(facts))
                && status.is_none_or(|status| state().as_ref() == Some(status))
        };
        let key = Key::of(track.subject());
        let mut known = self.known();
        known.fresh.remove(&key);
        if track.needs_a_look() || !seen.iter().all(holds) {
            return;
        }
        let Some(whole) = Whole::of(seen) else { return };
        if let Some(written) = Written::new(whole.what(), whole.status.1, whole.facts.1) {
            known.fresh.insert(key, written);
        }
    }

    /// The transaction is over, and what was written in it is on the disk.
    pub(super) fn committed(&self) {
        let mut known = self.known();
        if known.written.len() >= MOST {
            known.written.clear();
        }
        let fresh = std::mem::take(&mut known.fresh);
        known.written.extend(fresh);
    }

    /// Forgets everything: what was written is gone again.
    pub(super) fn forget(&self) {
        *self.known() = Known::default();
    }
}

impl Known {
    /// Whether all that is seen of an object was written so short a time ago.
    fn are_known(&mut self, seen: &[Observation], within: i64) -> bool {
        let Some(new) = Whole::of(seen) else {
            return false;
        };
        let Some(known) = self.written.get_mut(&Key::of(new.subject)) else {
            return false;
        };
        let ((_, status), (_, facts)) = (new.status, new.facts);
        follows(status, known.status(), within)
            && follows(facts, known.facts(), within)
            && known.what() == new.what()
            && known.seen_again(status, facts)
    }
}

/// Whether the one is not earlier than the other, nor so much later.
fn follows(new: Moment, known: Moment, within: i64) -> bool {
    let ((new_from, new_to), (from, to)) = (new.into(), known.into());
    new_from >= from && new_to >= to && new_to.saturating_sub(to) < within
}

/// A status and fields of one object that were seen, once each.
struct Whole<'a> {
    subject: &'a Subject,
    status: (&'a Status, Moment),
    facts: (&'a Facts, Moment),
}

impl<'a> Whole<'a> {
    fn of(seen: &'a [Observation]) -> Option<Self> {
        let mut statuses = seen
            .iter()
            .filter_map(|one| Some((one.status.as_ref()?, one.moment)));
        let mut fields = seen
            .iter()
            .filter_map(|one| Some((one.facts.as_ref()?, one.moment)));
        let whole = Self {
            subject: &seen.first()?.subject,
            status: statuses.next()?,
            facts: fields.next()?,
        };
        let is_once = statuses.next().is_none() && fields.next().is_none();
        is_once.then_some(whole)
    }

    /// A hash of what was seen.
    fn what(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.status.0, self.facts.0).hash(&mut hasher);
        hasher.finish()
    }
}
