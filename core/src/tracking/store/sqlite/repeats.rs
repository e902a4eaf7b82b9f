//! What was seen a moment ago and is the same is not written again.
//!
//! Most of what a pass reads is what the last one read. To write down that it was
//! seen again takes longer than reading it did, and nothing follows from it but when
//! an object was last seen; so that is written once in a while only. Nothing else
//! may be left out: an object that is in doubt, or in which anything is another, is
//! taken in as ever, and what was left out of it before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::super::super::{Moment, Observation, Source, Subject, Track};

/// Objects that are remembered at most: what is forgotten is written once more.
const MOST: usize = 100_000;

/// What was written last of an object.
#[derive(Clone, Copy)]
struct Written {
    /// A hash of its status and its fields.
    what: u64,
    /// When it was seen in that status, and with these fields.
    status: Moment,
    facts: Moment,
    /// When that was seen again, and not written.
    again: Option<(Moment, Moment)>,
}

thread_local! {
    /// Of the thread that writes.
    static WRITTEN: RefCell<HashMap<Subject, Written>> = RefCell::default();
}

/// What is seen, without what was written within so many microseconds.
pub(super) fn left_out(seen: Vec<Observation>, within: i64) -> Vec<Observation> {
    let of_one = |one: &Observation, other: &Observation| one.subject == other.subject;
    let known: Vec<(usize, bool)> = seen
        .chunk_by(of_one)
        .map(|seen| (seen.len(), are_known(seen, within)))
        .collect();
    if known.iter().all(|(_, is_known)| !is_known) {
        return seen;
    }
    let mut seen = seen.into_iter();
    let mut rest = Vec::new();
    for (many, is_known) in known {
        let some = seen.by_ref().take(many);
        if is_known {
            some.for_each(drop);
        } else {
            rest.extend(some);
        }
    }
    rest
}

/// Whether all that is seen of an object was written so short a time ago.
fn are_known(seen: &[Observation], within: i64) -> bool {
    let (Some(new), Some(first)) = (whole(seen), seen.first()) else {
        return false;
    };
    WRITTEN.with_borrow_mut(|written| {
        let Some(known) = written.get_mut(&first.subject) else {
            return false;
        };
        let is_known = known.what == new.what
            && follows(new.status, known.status, within)
            && follows(new.facts, known.facts, within);
        if is_known {
            let (status, facts) = known.again.unwrap_or((known.status, known.facts));
            known.again = Some((status.later_of(new.status), facts.later_of(new.facts)));
        }
        is_known
    })
}

/// What was left out of an object of which this is written. It comes before what is
/// seen next, which may be of an earlier time.
pub(super) fn left_of(written: &Track) -> Vec<Observation> {
    let subject = written.subject();
    let again = WRITTEN.with_borrow_mut(|all| all.get_mut(subject)?.again.take());
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

/// Whether the one is not earlier than the other, nor so much later.
fn follows(new: Moment, known: Moment, within: i64) -> bool {
    let ((new_from, new_to), (from, to)) = (new.into(), known.into());
    new_from >= from && new_to >= to && new_to.saturating_sub(to) < within
}

/// Notes what was written of an object, of which this is known now.
pub(super) fn note(seen: &[Observation], known: &Track) {
    let Some(first) = seen.first() else { return };
    let holds = |one: &Observation| {
        let facts = one.facts.as_ref();
        let status = one.status.as_ref();
        facts.is_none_or(|facts| known.facts() == Some(facts))
            && status.is_none_or(|status| known.state().is_some_and(|now| now.status == *status))
    };
    let is_clear = !known.needs_a_look() && seen.iter().all(holds);
    WRITTEN.with_borrow_mut(|written| match whole(seen).filter(|_| is_clear) {
        Some(new) => {
            if written.len() >= MOST {
                written.clear();
            }
            written.insert(first.subject.clone(), new);
        }
        None => {
            written.remove(&first.subject);
        }
    });
}

/// Forgets everything: what was written is gone again.
pub(super) fn forget() {
    WRITTEN.with_borrow_mut(HashMap::clear);
}

/// A status and fields that were seen, once each.
fn whole(seen: &[Observation]) -> Option<Written> {
    let mut statuses = seen
        .iter()
        .filter_map(|one| Some((one.status.as_ref()?, one.moment)));
    let mut fields = seen
        .iter()
        .filter_map(|one| Some((one.facts.as_ref()?, one.moment)));
    let ((status, when_status), (facts, when_facts)) = (statuses.next()?, fields.next()?);
    if statuses.next().is_some() || fields.next().is_some() {
        return None;
    }
    let mut hasher = DefaultHasher::new();
    (status, facts).hash(&mut hasher);
    Some(Written {
        what: hasher.finish(),
        status: when_status,
        facts: when_facts,
        again: None,
    })
}
