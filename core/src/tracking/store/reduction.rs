//! Loans reduced to rows of the ledger, and what is kept out of it again.
//!
//! What is decided here is decided within the transaction of each store, from
//! what it then holds.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use defacto_types::Timestamp;

use super::super::{Entity, LedgerRow, Observation, Subject, Track};

/// What a store is to let go of, all or nothing.
#[derive(Clone, Debug, Default)]
pub struct Reduction {
    /// Loans that become rows of the ledger, with what belongs to them alone.
    pub loans: Vec<String>,
    /// Where there is one, the loans it does not hold for stay, and so do those
    /// that are not over. Without one nothing happens where a loan is not over.
    pub condition: Option<Condition>,
    /// Objects that may belong to these loans and the loans they are known to be
    /// for, beside those that name their loan. One goes once all its loans are
    /// in the ledger.
    pub objects: BTreeMap<Subject, BTreeSet<String>>,
    /// Objects that belong to no loan and go with them.
    pub others: Vec<Subject>,
    /// Settled intents that go, by their ids.
    pub intents: Vec<String>,
    /// Settled intents that go, by when they were made.
    pub intents_before: Option<Timestamp>,
    /// Notifications that go, if they were read.
    pub notifications: Vec<u64>,
}

/// Which loans may be reduced.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Those of which nothing changed at this instant or later, by when it was
    /// recorded.
    pub before: Timestamp,
    /// Consumers whose place is kept elsewhere, with the last change each has
    /// acknowledged: they count as those of the store do.
    pub places: Vec<(String, u64)>,
}

/// What a store let go of.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Reduced {
    /// Loans that are rows of the ledger now.
    pub loans: Vec<String>,
    /// Loans that are not over; where nothing else was asked for than to reduce
    /// them all, nothing happened.
    pub open: Vec<String>,
    /// Loans that stay since consumers have not acknowledged all of their
    /// changes, and who.
    pub kept: BTreeMap<String, BTreeSet<String>>,
    /// What is not followed any more, loans included.
    pub removed: Vec<Subject>,
    /// How many changes went.
    pub changes: u64,
    /// How many intents.
    pub intents: u64,
    /// How many notifications.
    pub notifications: u64,
}

/// The last change of an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Last {
    pub(super) seq: u64,
    pub(super) recorded_at: Timestamp,
}

/// What a store holds of what is to be reduced.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The loans.
    pub(super) loans: Vec<Track>,
    /// What may belong to them.
    pub(super) objects: BTreeMap<Subject, Track>,
    /// Those of the loans the objects are for that are in the ledger already.
    pub(super) ledger: HashSet<String>,
    /// The last change of each object.
    pub(super) last: HashMap<Subject, Last>,
    /// Where each consumer is.
    pub(super) cursors: Vec<(String, u64)>,
}

impl Found {
    /// Notes an object.
    pub(super) fn object(&mut self, track: Track) {
        if track.subject().entity != Entity::Loan {
            self.objects.insert(track.subject().clone(), track);
        }
    }

    /// Every loan and object.
    #[cfg(any(feature = "sqlite", feature = "postgres"))]
    pub(super) fn subjects(&self) -> impl Iterator<Item = &Subject> {
        let loans = self.loans.iter().map(Track::subject);
        loans.chain(self.objects.keys())
    }

    /// The loans an object is for.
    fn loans_of<'a>(
        &'a self,
        subject: &Subject,
        reduction: &'a Reduction,
    ) -> impl Iterator<Item = &'a str> {
        let facts = self.objects.get(subject).and_then(Track::facts);
        let told = reduction.objects.get(subject);
        let told = told.into_iter().flatten().map(String::as_str);
        facts
            .into_iter()
            .flat_map(|facts| facts.loans())
            .chain(told)
    }

    /// The loans that any of the objects is for.
    pub(super) fn mentioned(&self, reduction: &Reduction) -> BTreeSet<String> {
        let objects = self.objects.keys();
        objects
            .flat_map(|subject| self.loans_of(subject, reduction))
            .map(ToOwned::to_owned)
            .collect()
    }

    /// What goes and what stays.
    pub(super) fn decide(&self, reduction: &Reduction) -> Decision {
        let mut decision = Decision::default();
        let mut of_loans: HashMap<&str, Vec<&Subject>> = HashMap::new();
        for subject in self.objects.keys() {
            for loan in self.loans_of(subject, reduction) {
                of_loans.entry(loan).or_default().push(subject);
            }
        }
        for track in &self.loans {
            let id = &track.subject().id;
            let Some(row) = LedgerRow::of(track) else {
                decision.open.push(id.clone());
                continue;
            };
            if let Some(condition) = &reduction.condition {
                let own = of_loans.get(id.as_str()).into_iter().flatten().copied();
                let last = own.chain([track.subject()]);
                let last: Vec<Last> = last.filter_map(|one| self.last.get(one).copied()).collect();
                if last.iter().any(|one| one.recorded_at >= condition.before) {
                    continue;
                }
                let seq = last.iter().map(|one| one.seq).max().unwrap_or(0);
                let waiting: BTreeSet<String> = condition
                    .places
                    .iter()
                    .chain(&self.cursors)
                    .filter(|(_, place)| *place < seq)
                    .map(|(consumer, _)| consumer.clone())
                    .collect();
                if !waiting.is_empty() {
                    decision.kept.insert(id.clone(), waiting);
                    continue;
                }
            }
            decision.rows.push(row);
        }
        if reduction.condition.is_none() && !decision.open.is_empty() {
            decision.rows.clear();
            return decision;
        }
        let rows: HashSet<&str> = decision.rows.iter().map(|row| &*row.loan).collect();
        let is_reduced = |loan: &str| rows.contains(loan) || self.ledger.contains(loan);
        let gone = self.objects.keys().filter(|subject| {
            let mut loans = self.loans_of(subject, reduction).peekable();
            loans.peek().is_some() && loans.all(is_reduced)
        });
        decision.gone = gone.cloned().collect();
        let loans = decision.rows.iter().map(|row| Subject::loan(&row.loan));
        decision.gone.extend(loans);
        decision.gone.extend(reduction.others.iter().cloned());
        decision.is_made = true;
        decision
    }
}

/// What becomes of a reduction.
#[derive(Debug, Default)]
pub(super) struct Decision {
    /// Whether anything is to be done.
    pub(super) is_made: bool,
    /// The new rows of the ledger.
    pub(super) rows: Vec<LedgerRow>,
    /// What is not followed any more.
    pub(super) gone: Vec<Subject>,
    open: Vec<String>,
    kept: BTreeMap<String, BTreeSet<String>>,
}

impl Decision {
    /// What is told of it; how many rows went is counted by the store.
    pub(super) fn told(self) -> Reduced {
        Reduced {
            loans: self.rows.into_iter().map(|row| row.loan).collect(),
            open: self.open,
            kept: self.kept,
            removed: self.gone,
            ..Reduced::default()
        }
    }
}

/// The loans that observations are about, by which the ledger is asked.
pub(super) fn loans_about(observations: &[Observation]) -> BTreeSet<&str> {
    let mut loans = BTreeSet::new();
    for one in observations {
        match one.subject.entity {
            Entity::Loan => {
                loans.insert(one.subject.id.as_str());
            }
            _ => loans.extend(one.facts.iter().flat_map(|facts| facts.loans())),
        }
    }
    loans
}

/// What of observations is taken in beside the rows of the ledger they are about,
/// and the loans that leave the ledger for it: those that are seen in another
/// status, and not as of a time before they ended.
pub(super) fn sift(
    observations: Vec<Observation>,
    rows: &[LedgerRow],
) -> (Vec<Observation>, Vec<String>) {
    if rows.is_empty() {
        return (observations, Vec::new());
    }
    let mut ledger: HashMap<&str, &LedgerRow> =
        rows.iter().map(|row| (row.loan.as_str(), row)).collect();
    let mut back = Vec::new();
    let mut loans_of: HashMap<Subject, BTreeSet<String>> = HashMap::new();
    for one in &observations {
        if one.subject.entity == Entity::Loan {
            let row = ledger.get(one.subject.id.as_str());
            let differs = |row: &&&LedgerRow| {
                let other = one.status.as_ref().is_some_and(|seen| *seen != row.status);
                other && !one.moment.is_before(row.seen)
            };
            if row.filter(differs).is_some() {
                ledger.remove(one.subject.id.as_str());
                back.push(one.subject.id.clone());
            }
        } else if let Some(facts) = &one.facts {
            let loans = facts.loans().map(ToOwned::to_owned);
            loans_of
                .entry(one.subject.clone())
                .or_default()
                .extend(loans);
        }
    }
    let is_known = |one: &Observation| match one.subject.entity {
        Entity::Loan => ledger.contains_key(one.subject.id.as_str()),
        _ => loans_of.get(&one.subject).is_some_and(|loans| {
            !loans.is_empty() && loans.iter().all(|loan| ledger.contains_key(loan.as_str()))
        }),
    };
    let taken = observations.into_iter().filter(|one| !is_known(one));
    (taken.collect(), back)
}
