//! Taking in what was seen.

use serde::{Deserialize, Serialize};

use super::machine::Machine;
use super::moment::Moment;
use super::sights::Sights;
use super::{
    Anomaly, Change, ChangeKind, Fact, Facts, Observation, Source, State, Status, Subject,
};

/// All that is known of one object.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
pub struct Track {
    subject: Subject,
    #[serde(default)]
    sights: Sights,
    /// The snapshots that may be the newest: as a rule one.
    #[serde(default)]
    held: Vec<Held>,
    /// Statuses that were told as inferred and not seen since.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inferred: Vec<Status>,
}

/// Fields, and when they were seen last: the latest beginning and the latest end.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
struct Held {
    facts: Facts,
    last: Moment,
}

/// What of a track does not depend on the order in which it was learned.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Known {
    /// Its status, if one was seen.
    pub state: Option<State>,
    /// Its fields, if they were seen.
    pub facts: Option<Facts>,
    /// Whether two reads at once told different fields.
    pub facts_ambiguous: bool,
}

impl Track {
    /// A track of which nothing is known yet.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            sights: Sights::default(),
            held: Vec::new(),
            inferred: Vec::new(),
        }
    }

    /// What is followed.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// What is known of the status; nothing before one was seen.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.sights.state(self.machine())
    }

    /// The newest fields; nothing before they were seen.
    #[must_use]
    pub fn facts(&self) -> Option<&Facts> {
        self.newest().map(|held| &held.facts)
    }

    /// The loan this belongs to, where it is no loan itself.
    #[must_use]
    pub fn loan_id(&self) -> Option<&str> {
        self.facts()?.text("loan_id")
    }

    /// Whether it belongs to a loan, with others maybe: a payment can be for several.
    #[cfg(feature = "client")]
    pub(super) fn is_of(&self, loan: &str) -> bool {
        self.facts()
            .is_some_and(|facts| facts.loans().any(|one| one == loan))
    }

    /// The loans it belongs to beside [`loan_id`](Self::loan_id).
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn other_loans(&self) -> std::collections::BTreeSet<&str> {
        let first = self.loan_id();
        let loans = self.facts().into_iter().flat_map(|facts| facts.loans());
        loans.filter(|loan| Some(*loan) != first).collect()
    }

    /// When the fields were last seen.
    #[must_use]
    pub fn facts_seen(&self) -> Option<Moment> {
        self.newest().map(|held| held.last)
    }

    /// The statuses it was seen in.
    #[cfg(feature = "client")]
    pub(super) fn statuses(&self) -> impl Iterator<Item = &Status> {
        self.sights.statuses()
    }

    /// When it was last seen in a status; nothing where it never was.
    #[must_use]
    pub fn seen_in(&self, status: &Status) -> Option<Moment> {
        self.sights.last(status)
    }

    /// Everything that does not depend on the order of the observations.
    #[must_use]
    pub fn known(&self) -> Known {
        Known {
            state: self.state(),
            facts: self.facts().cloned(),
            facts_ambiguous: self.held.len() > 1,
        }
    }

    /// Whether the object should be read again: the observations do not decide,
    /// or the fields are older than the status.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        let state = self.state();
        let behind = match (&state, self.newest()) {
            (Some(state), Some(held)) => held.last.is_before(state.since),
            (state, None) => state.is_some(),
            (None, Some(_)) => false,
        };
        behind || self.held.len() > 1 || state.is_some_and(|state| !state.ambiguous.is_empty())
    }

    /// Whether the status is one that ends the object's life, and not in doubt.
    /// The fields may be: no pass reads what is over again.
    pub(super) fn is_over(&self) -> bool {
        let machine = self.machine();
        let ends = |state: State| {
            state.ambiguous.is_empty()
                && (machine.is_terminal(&state.status) || machine.is_settled(&state.status))
        };
        self.state().is_some_and(ends)
    }

    /// Takes in an observation of this object and says what it changed. One
    /// that was taken in before changes nothing.
    pub fn fold(&mut self, observation: &Observation) -> Vec<Change> {
        self.take(observation).1
    }

    /// As [`fold`](Self::fold), and whether anything is known now that was not: a
    /// change is not all there is, such as that a status was seen again.
    pub(super) fn take(&mut self, observation: &Observation) -> (bool, Vec<Change>) {
        let machine = self.machine();
        let before = self.state();
        let is_new = before.is_none() && self.held.is_empty();
        // Kept only where they may turn out to be others.
        let facts_before = self
            .facts()
            .filter(|known| observation.facts.as_ref().is_some_and(|new| new != *known))
            .cloned();
        let doubt_before = self.doubt(before.as_ref());
        let new_status = observation
            .status
            .as_ref()
            .filter(|status| !self.sights.has(status));

        let mut is_more = false;
        if let Some(status) = &observation.status {
            if observation.source == Source::Adopted {
                self.sights.adopt(status, observation.moment, machine);
            }
            is_more |= self.sights.take(status, observation.moment);
        }
        if let Some(facts) = &observation.facts {
            is_more |= self.hold(facts, observation.moment);
        }

        let after = self.state();
        let mut news = News::of(observation);
        if is_new {
            let status = after.as_ref().map(|state| state.status.clone());
            news.add(ChangeKind::Appeared { status });
        }
        self.tell_status(
            machine,
            before.as_ref(),
            after.as_ref(),
            new_status,
            &mut news,
        );
        tell_anomalies(before.as_ref(), after.as_ref(), &mut news);
        if let (Some(old), Some(new)) = (&facts_before, self.facts()) {
            tell_fields(old, new, &mut news);
        }
        match (doubt_before, self.doubt(after.as_ref())) {
            (old, Some(statuses)) if old.as_ref() != Some(&statuses) => {
                news.add(ChangeKind::Ambiguous { statuses });
            }
            (Some(_), None) => news.add(ChangeKind::Decided),
            _ => {}
        }
        (is_more, news.changes)
    }

    fn machine(&self) -> &'static Machine {
        Machine::of(self.subject.entity)
    }

    fn newest(&self) -> Option<&Held> {
        self.held.iter().max_by(|one, other| {
            one.last
                .cmp(&other.last)
                .then_with(|| one.facts.cmp(&other.facts))
        })
    }

    /// What is in doubt: statuses, or none of them where the fields are.
    fn doubt(&self, state: Option<&State>) -> Option<Vec<Status>> {
        match state {
            Some(state) if !state.ambiguous.is_empty() => Some(state.ambiguous.clone()),
            _ => (self.held.len() > 1).then(Vec::new),
        }
    }

    /// Keeps the fields that no others are wholly later than, and says whether that
    /// may have changed anything.
    fn hold(&mut self, facts: &Facts, moment: Moment) -> bool {
        match self.held.iter_mut().find(|held| held.facts == *facts) {
            Some(held) => {
                let later = held.last.later_of(moment);
                if later == held.last {
                    return false;
                }
                held.last = later;
            }
            None => self.held.push(Held {
                facts: facts.clone(),
                last: moment,
            }),
        }
        let newest = self.held.iter().map(|held| held.last.start()).max();
        let Some(newest) = newest else { return true };
        self.held.retain(|held| held.last.end() >= newest);
        // What was let go of must not show in what is kept.
        for held in self
            .held
            .iter_mut()
            .filter(|held| held.last.start() < newest)
        {
            held.last = held.last.any_start();
        }
        self.held.sort_by(|one, other| one.facts.cmp(&other.facts));
        true
    }

    fn tell_status(
        &mut self,
        machine: &Machine,
        before: Option<&State>,
        after: Option<&State>,
        new_status: Option<&Status>,
        news: &mut News<'_>,
    ) {
        let Some(after) = after else { return };
        let moved = before.is_some_and(|before| before.status != after.status);
        if moved || before.is_none() {
            for status in machine.passed(before.map(|before| &before.status), &after.status) {
                if !self.sights.has(&status) && !self.inferred.contains(&status) {
                    self.inferred.push(status.clone());
                    let kind = ChangeKind::Passed {
                        status,
                        inferred: true,
                    };
                    news.infer(
                        kind,
                        before.map_or(after.since, |before| before.seen),
                        after.since,
                    );
                }
            }
        }
        match before {
            Some(before) if moved => news.add(ChangeKind::Moved {
                from: before.status.clone(),
                to: after.status.clone(),
            }),
            _ => {}
        }
        if let Some(status) = new_status {
            self.inferred.retain(|inferred| inferred != status);
            if *status != after.status {
                news.add(ChangeKind::Passed {
                    status: status.clone(),
                    inferred: false,
                });
            }
        }
    }
}

/// Changes, all from one observation.
struct News<'a> {
    observation: &'a Observation,
    changes: Vec<Change>,
}

impl<'a> News<'a> {
    fn of(observation: &'a Observation) -> Self {
        Self {
            observation,
            changes: Vec::new(),
        }
    }

    fn add(&mut self, kind: ChangeKind) {
        let (moment, source) = (self.observation.moment, self.observation.source);
        self.push(kind, moment, source);
    }

    fn infer(&mut self, kind: ChangeKind, after: Moment, before: Moment) {
        let moment = Moment::between(after.start(), before.end());
        self.push(kind, moment, Source::Inferred);
    }

    fn push(&mut self, kind: ChangeKind, moment: Moment, source: Source) {
        let facts = self.observation.facts.as_ref();
        self.changes.push(Change {
            subject: self.observation.subject.clone(),
            kind,
            moment,
            source,
            loan_id: facts
                .and_then(|facts| facts.text("loan_id"))
                .map(Into::into),
        });
    }
}

fn tell_anomalies(before: Option<&State>, after: Option<&State>, news: &mut News<'_>) {
    let known: &[Anomaly] = before.map_or(&[], |state| &state.anomalies);
    for anomaly in after.iter().flat_map(|state| &state.anomalies) {
        if !known.contains(anomaly) {
            news.add(ChangeKind::Anomaly {
                anomaly: anomaly.clone(),
            });
        }
    }
}

/// Tells which fields differ.
fn tell_fields(before: &Facts, after: &Facts, news: &mut News<'_>) {
    let field = |name: &str, from: Option<Fact>, to: Option<Fact>| ChangeKind::Field {
        name: name.into(),
        from,
        to,
    };
    for (name, to) in after.iter() {
        let from = before.get(name);
        if from.as_ref() != Some(&to) {
            news.add(field(name, from, Some(to)));
        }
    }
    for (name, from) in before.iter() {
        if after.get(name).is_none() {
            news.add(field(name, Some(from), None));
        }
    }
}
