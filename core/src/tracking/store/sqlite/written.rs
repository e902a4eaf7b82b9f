//! What was written last of an object, in little room: a pass over a large account
//! keeps one of each of its loans.

use super::super::super::ids::compact;
use super::super::super::{Entity, Moment, Subject};

/// Which object, in 24 bytes where its id is a UUID, as the API's are.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) enum Key {
    Short(Entity, [u8; 16]),
    Long(Box<Subject>),
}

impl Key {
    pub(super) fn of(subject: &Subject) -> Self {
        match compact(&subject.id) {
            Some(id) => Self::Short(subject.entity, id.to_le_bytes()),
            None => Self::Long(Box::new(subject.clone())),
        }
    }
}

/// What was written last of an object, and when it was seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    /// A hash of its status and its fields.
    what: u64,
    /// The end of when it was seen in that status, in microseconds.
    base: i64,
    /// The other ends, from there: of that, of when these fields were seen, and of
    /// when both were seen last.
    ends: [i32; 7],
    /// Whether they were seen again since, which is not written.
    is_again: bool,
}

impl Written {
    /// Nothing, where the times are too far apart to be kept so.
    pub(super) fn new(what: u64, status: Moment, facts: Moment) -> Option<Self> {
        let (from, base) = status.into();
        let (facts_from, facts_to) = facts.into();
        let end = |micros: i64| distance(micros, base);
        let [from, facts_from, facts_to] = [end(from)?, end(facts_from)?, end(facts_to)?];
        Some(Self {
            what,
            base,
            ends: [from, facts_from, facts_to, from, 0, facts_from, facts_to],
            is_again: false,
        })
    }

    pub(super) fn what(&self) -> u64 {
        self.what
    }

    /// When it was seen in its status.
    pub(super) fn status(&self) -> Moment {
        self.moment(self.ends[0], 0)
    }

    /// When its fields were seen.
    pub(super) fn facts(&self) -> Moment {
        self.moment(self.ends[1], self.ends[2])
    }

    fn last(&self) -> (Moment, Moment) {
        let [.., status_from, status_to, facts_from, facts_to] = self.ends;
        (
            self.moment(status_from, status_to),
            self.moment(facts_from, facts_to),
        )
    }

    /// When both were seen again, if they were.
    pub(super) fn again(&self) -> Option<(Moment, Moment)> {
        self.is_again.then(|| self.last())
    }

    /// Notes that both were seen again; not, where that is too late to be kept so.
    pub(super) fn seen_again(&mut self, status: Moment, facts: Moment) -> bool {
        let (last_status, last_facts) = self.last();
        let (status_from, status_to) = last_status.later_of(status).into();
        let (facts_from, facts_to) = last_facts.later_of(facts).into();
        let ends = [status_from, status_to, facts_from, facts_to];
        let [Some(a), Some(b), Some(c), Some(d)] = ends.map(|end| distance(end, self.base)) else {
            return false;
        };
        let [from, facts_from, facts_to, ..] = self.ends;
        self.ends = [from, facts_from, facts_to, a, b, c, d];
        self.is_again = true;
        true
    }

    fn moment(&self, from: i32, to: i32) -> Moment {
        let end = |distance: i32| self.base.saturating_add(distance.into());
        Moment::from((end(from), end(to)))
    }
}

fn distance(micros: i64, base: i64) -> Option<i32> {
    i32::try_from(micros.checked_sub(base)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000_000_000;

    fn moment(from: i64, to: i64) -> Moment {
        Moment::from((NOW + from, NOW + to))
    }

    #[test]
    fn keeps_both_times_and_both_last_times() {
        let (status, facts) = (moment(-2_000_000, 3_000_000), moment(10, 20));
        let mut written = Written::new(7, status, facts).expect("times that are near");
        assert_eq!((written.status(), written.facts()), (status, facts));
        assert_eq!(written.again(), None);
        let (later, last) = (moment(60_000_000, 65_000_000), moment(30, 40));
        assert!(written.seen_again(later, last));
        // An earlier sight takes nothing back.
        assert!(written.seen_again(status, facts));
        assert_eq!(written.again(), Some((later, last)));
        assert_eq!((written.status(), written.facts()), (status, facts));
    }

    #[test]
    fn does_not_keep_times_that_are_far_apart() {
        let (near, hour) = (moment(0, 0), 3_600_000_000);
        assert!(Written::new(7, near, moment(-hour, 0)).is_none());
        let mut written = Written::new(7, near, near).expect("times that are near");
        assert!(!written.seen_again(moment(hour, hour), near));
        assert_eq!(written.again(), None);
        let since_ever = Moment::from((i64::MIN, NOW));
        assert!(Written::new(7, since_ever, near).is_none());
    }
}
