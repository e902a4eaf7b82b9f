//! Letting go of loans that are over.

use std::collections::HashSet;

use super::super::super::{LedgerRow, Subject};
use super::super::reduction::{Found, Last, Reduced, Reduction};
use super::{IntentState, Tables, hash};

impl Tables {
    /// The rows of those of the loans that are in the ledger.
    pub(super) fn rows_of(
        &self,
        loans: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Vec<LedgerRow> {
        let rows = loans.into_iter();
        rows.filter_map(|loan| self.ledger.get(loan.as_ref()).cloned())
            .collect()
    }

    pub(super) fn reduce(&mut self, reduction: &Reduction) -> Reduced {
        let found = self.find(reduction);
        let decision = found.decide(reduction);
        if !decision.is_made {
            return decision.told();
        }
        for row in &decision.rows {
            self.ledger.insert(row.loan.clone(), row.clone());
        }
        let changes = self.remove(&decision.gone);
        let intents = self.forget_intents(reduction);
        Reduced {
            changes,
            intents,
            // None is kept that was read.
            notifications: 0,
            ..decision.told()
        }
    }

    fn find(&self, reduction: &Reduction) -> Found {
        let mut found = Found::default();
        let wanted: HashSet<&str> = reduction.loans.iter().map(String::as_str).collect();
        for id in &reduction.loans {
            found
                .loans
                .extend(self.tracks.get(&Subject::loan(id)).cloned());
        }
        for track in self.tracks.values() {
            let mut loans = track.facts().into_iter().flat_map(|facts| facts.loans());
            if loans.any(|loan| wanted.contains(loan)) {
                found.object(track.clone());
            }
        }
        for subject in reduction.objects.keys() {
            if let Some(track) = self.tracks.get(subject) {
                found.object(track.clone());
            }
        }
        let mentioned = self.rows_of(found.mentioned(reduction));
        found.ledger = mentioned.into_iter().map(|row| row.loan).collect();
        // The last of an object comes last.
        let last = self.changes.iter().map(|one| {
            let last = Last {
                seq: one.seq,
                recorded_at: one.recorded_at,
            };
            (one.change.subject.clone(), last)
        });
        found.last = last.collect();
        let cursors = self.cursors.iter();
        found.cursors = cursors.map(|(name, seq)| (name.clone(), *seq)).collect();
        found
    }

    fn remove(&mut self, gone: &[Subject]) -> u64 {
        let gone: HashSet<&Subject> = gone.iter().collect();
        self.tracks.retain(|subject, _| !gone.contains(subject));
        for (at, entry) in self.log.iter_mut().enumerate() {
            if let Some((key, ..)) = entry
                && gone.contains(&key.subject)
            {
                if let Some(places) = self.entries.get_mut(&hash(key)) {
                    places.retain(|place| *place != at);
                }
                *entry = None;
            }
        }
        let before = self.changes.len();
        self.changes
            .retain(|one| !gone.contains(&one.change.subject));
        count(before - self.changes.len())
    }

    fn forget_intents(&mut self, reduction: &Reduction) -> u64 {
        let before = self.intents.len();
        let named: HashSet<&str> = reduction.intents.iter().map(String::as_str).collect();
        self.intents.retain(|id, intent| {
            let is_old = |before| intent.made_at < before;
            intent.state == IntentState::Open
                || !named.contains(id.as_str()) && !reduction.intents_before.is_some_and(is_old)
        });
        count(before - self.intents.len())
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
