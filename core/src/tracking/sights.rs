//! When each status was seen, and what follows from it.

use serde::{Deserialize, Serialize};

use super::machine::{Machine, Status};
use super::moment::{Moment, Span};

/// How much later than what a person takes over something can have been seen.
const LATER: jiff::SignedDuration = jiff::SignedDuration::from_hours(1);

/// A status and when it was seen first and last.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub(super) struct Sight {
    pub(super) status: Status,
    pub(super) span: Span,
}

/// Every status an object was seen in. Taking one in is commutative,
/// associative and idempotent, so that order and repetition do not show.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Sights(Vec<Sight>);

/// What is known of an object's status.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct State {
    /// The status; where the sights are ambiguous, one of those it may be.
    pub status: Status,
    /// When it was first seen.
    pub since: Moment,
    /// When it was last seen.
    pub seen: Moment,
    /// The statuses it may be where the sights do not tell, sorted; empty
    /// where they do.
    pub ambiguous: Vec<Status>,
    /// What could not have happened, and was seen all the same, sorted.
    pub anomalies: Vec<Anomaly>,
}

/// Two sights that do not go together.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Anomaly {
    /// A status was seen after one that ends the object's life. The end stands.
    AfterEnd {
        /// The end.
        end: Status,
        /// What was seen after it.
        seen: Status,
    },
    /// No moves lead from the one, seen earlier, to the other, seen later.
    Unreachable {
        /// The earlier.
        from: Status,
        /// The later.
        to: Status,
    },
}

impl Sights {
    /// Says whether that is more than was known.
    pub(super) fn take(&mut self, status: &Status, moment: Moment) -> bool {
        match self.0.binary_search_by(|sight| sight.status.cmp(status)) {
            Ok(at) => {
                let before = self.0[at].span;
                self.0[at].span.join(moment);
                self.0[at].span != before
            }
            Err(at) => {
                let sight = Sight {
                    status: status.clone(),
                    span: moment.into(),
                };
                self.0.insert(at, sight);
                true
            }
        }
    }

    /// Lets go of what a person says is wrong by taking over this status: those from
    /// which no moves lead to it, unless they were seen after it.
    pub(super) fn adopt(&mut self, status: &Status, moment: Moment, machine: &Machine) {
        let end = moment.end();
        self.0.retain(|sight| {
            let later = sight.span.last.start().get().duration_since(end.get());
            // No clock is wrong by so much, and what is later still is no sight.
            let is_later = later.is_positive() && later <= LATER;
            let leads_there = sight.status == *status || machine.can_reach(&sight.status, status);
            is_later || leads_there
        });
    }

    pub(super) fn has(&self, status: &Status) -> bool {
        self.0.iter().any(|sight| sight.status == *status)
    }

    #[cfg(feature = "client")]
    pub(super) fn statuses(&self) -> impl Iterator<Item = &Status> {
        self.0.iter().map(|sight| &sight.status)
    }

    /// When a status was last seen.
    pub(super) fn last(&self, status: &Status) -> Option<Moment> {
        let sight = self.0.iter().find(|sight| sight.status == *status)?;
        Some(sight.span.last)
    }

    /// What follows from the sights by a machine's moves; nothing where there
    /// are none.
    pub(super) fn state(&self, machine: &Machine) -> Option<State> {
        let mut anomalies = Vec::new();
        let (winner, ambiguous) = match self.end(machine) {
            Some(end) => {
                anomalies.extend(self.after(end).map(|seen| Anomaly::AfterEnd {
                    end: end.status.clone(),
                    seen: seen.status.clone(),
                }));
                (end, Vec::new())
            }
            None => self.latest(machine, &mut anomalies)?,
        };
        for (from, to) in self.pairs() {
            let told = anomalies.iter().any(
                |anomaly| matches!(anomaly, Anomaly::AfterEnd { end, .. } if *end == from.status),
            );
            if !told
                && from.span.begins_before(&to.span)
                && !machine.can_reach(&from.status, &to.status)
            {
                anomalies.push(Anomaly::Unreachable {
                    from: from.status.clone(),
                    to: to.status.clone(),
                });
            }
        }
        anomalies.sort();
        Some(State {
            status: winner.status.clone(),
            since: winner.span.first,
            seen: winner.span.last,
            ambiguous,
            anomalies,
        })
    }

    fn pairs(&self) -> impl Iterator<Item = (&Sight, &Sight)> {
        self.0
            .iter()
            .flat_map(|one| self.0.iter().map(move |other| (one, other)))
            .filter(|(one, other)| one.status != other.status)
    }

    /// The status that ended the object's life: the first, where there are two.
    fn end(&self, machine: &Machine) -> Option<&Sight> {
        self.0
            .iter()
            .filter(|sight| machine.is_terminal(&sight.status))
            .min_by_key(|sight| (sight.span.first, &sight.status))
    }

    fn after<'a>(&'a self, end: &'a Sight) -> impl Iterator<Item = &'a Sight> {
        self.0
            .iter()
            .filter(move |sight| sight.status != end.status && end.span.begins_before(&sight.span))
    }

    /// The status wholly later than the others or, of those that overlap, the
    /// one they lead to.
    fn latest<'a>(
        &'a self,
        machine: &Machine,
        anomalies: &mut Vec<Anomaly>,
    ) -> Option<(&'a Sight, Vec<Status>)> {
        let settled = self
            .0
            .iter()
            .find(|sight| machine.is_settled(&sight.status));
        // What cannot follow a closed loan does not reopen it.
        let impossible = |sight: &Sight| {
            settled.is_some_and(|settled| {
                settled.status != sight.status
                    && settled.span.begins_before(&sight.span)
                    && !machine.can_reach(&settled.status, &sight.status)
            })
        };
        if let Some(settled) = settled {
            anomalies.extend(self.0.iter().filter(|sight| impossible(sight)).map(|seen| {
                Anomaly::AfterEnd {
                    end: settled.status.clone(),
                    seen: seen.status.clone(),
                }
            }));
        }
        let possible = || self.0.iter().filter(|sight| !impossible(sight));
        let newest = possible().map(|sight| sight.span.last.start()).max()?;
        let candidates: Vec<&Sight> = possible()
            .filter(|sight| sight.span.last.end() >= newest)
            .collect();
        let decided = candidates.iter().find(|one| {
            candidates.iter().all(|other| {
                one.status == other.status
                    || machine.leads_to(&other.status, &one.status)
                        && !machine.leads_to(&one.status, &other.status)
            })
        });
        match decided {
            Some(sight) => Some((sight, Vec::new())),
            None => {
                let statuses = candidates
                    .iter()
                    .map(|sight| sight.status.clone())
                    .collect();
                let provisional = candidates.into_iter().max_by(|one, other| {
                    let by_table = machine
                        .leads_to(&other.status, &one.status)
                        .cmp(&machine.leads_to(&one.status, &other.status));
                    // Doubt alone does not reopen a closed loan.
                    machine
                        .is_settled(&one.status)
                        .cmp(&machine.is_settled(&other.status))
                        .then_with(|| one.span.by_last(&other.span))
                        .then(by_table)
                        .then_with(|| one.status.cmp(&other.status))
                })?;
                Some((provisional, statuses))
            }
        }
    }
}
