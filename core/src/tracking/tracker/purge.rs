//! Letting go of loans that are long over.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use defacto_types::Timestamp;
use serde::Serialize;

use super::Tracker;
use crate::Error;
use crate::tracking::store::{Condition, Reduced, Reduction, each_track};
use crate::tracking::{Entity, Facts, LedgerRow, Subject, Track};

/// Loans reduced at a time: other writes wait no longer than that takes.
const CHUNK: usize = 500;

/// What was let go of.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Purged {
    /// Loans of which only a row of the ledger is left.
    pub loans: u64,
    /// Changes of these loans and of what belonged to them.
    pub changes: u64,
    /// Notifications.
    pub notifications: u64,
    /// Settled intents.
    pub intents: u64,
    /// Loans that are old enough and stay, since not every consumer has
    /// acknowledged all of their changes.
    pub kept: u64,
    /// How many of these wait for which consumer.
    pub waiting: BTreeMap<String, u64>,
}

impl Purged {
    pub(super) fn add(&mut self, reduced: &Reduced) {
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        self.loans += count(reduced.loans.len());
        self.changes += reduced.changes;
        self.notifications += reduced.notifications;
        self.intents += reduced.intents;
        self.kept += count(reduced.kept.len());
        for consumer in reduced.kept.values().flatten() {
            *self.waiting.entry(consumer.clone()).or_default() += 1;
        }
    }
}

impl Tracker {
    /// Removes what is over and old: loans that ended and of which nothing changed
    /// since an instant, with their payments, invoices, installments and changes;
    /// settled intents made before it; notifications that came before it and were
    /// read. The server is not asked.
    ///
    /// Of each loan a row of the ledger is left, with which the
    /// [`portfolio`](Self::portfolio) stays what it was and by which the loan is
    /// known again: it is not followed again unless it is seen in another status.
    /// A loan with changes that a consumer of the store has not acknowledged stays;
    /// so does what is shared with a loan that stays.
    ///
    /// # Errors
    ///
    /// When the store fails. Loans go some hundred at a time: what was let go of
    /// until then is gone, and the rest goes the next time.
    pub async fn purge(&self, before: Timestamp) -> Result<Purged, Error> {
        self.purge_with(before, Vec::new()).await
    }

    /// The same where consumers keep their place elsewhere: each with the last
    /// change it has acknowledged. They count as those of the store do.
    ///
    /// # Errors
    ///
    /// See [`purge`](Self::purge).
    pub async fn purge_with(
        &self,
        before: Timestamp,
        places: Vec<(String, u64)>,
    ) -> Result<Purged, Error> {
        let store = &self.inner.store;
        let mut purged = Purged {
            notifications: store.forget_notifications(before).await?,
            ..Purged::default()
        };
        let over = self.over().await?;
        let loans: Vec<&str> = over.keys().map(String::as_str).collect();
        let objects = self.belongings(&over).await?;
        let mut chunks: Vec<&[&str]> = loans.chunks(CHUNK).collect();
        // Also where no loan goes.
        chunks.push(&[]);
        for chunk in chunks {
            let reduction = Reduction {
                loans: chunk.iter().map(|loan| (*loan).to_owned()).collect(),
                condition: Some(Condition {
                    before,
                    places: places.clone(),
                }),
                objects: objects.of(chunk),
                intents_before: chunk.is_empty().then_some(before),
                ..Reduction::default()
            };
            purged.add(&self.reduce(reduction).await?);
        }
        Ok(purged)
    }

    /// Reduces loans, and forgets what alerts there were of what is gone.
    pub(super) async fn reduce(&self, reduction: Reduction) -> Result<Reduced, Error> {
        let reduced = self.inner.store.reduce(reduction).await?;
        self.forget_alerts(&reduced.removed).await?;
        Ok(reduced)
    }

    /// The loans that are over, with their invoices where no loan that is not over
    /// has the same.
    async fn over(&self) -> Result<BTreeMap<String, Option<String>>, Error> {
        let mut over = BTreeMap::new();
        let mut wanted = HashSet::new();
        each_track(&*self.inner.store, Entity::Loan, |track| {
            let invoice = invoice(&track).map(ToOwned::to_owned);
            if LedgerRow::of(&track).is_some() {
                over.insert(track.subject().id.clone(), invoice);
            } else {
                wanted.extend(invoice);
            }
        })
        .await?;
        for invoice in over.values_mut() {
            *invoice = invoice.take().filter(|one| !wanted.contains(one));
        }
        Ok(over)
    }

    /// What belongs to loans, each given with its invoice.
    pub(super) async fn belongings(
        &self,
        loans: &BTreeMap<String, Option<String>>,
    ) -> Result<Belongings, Error> {
        let mut objects = Belongings::default();
        for (loan, invoice) in loans {
            if let Some(invoice) = invoice {
                objects.add(Subject::new(Entity::Invoice, invoice), [loan.clone()]);
            }
        }
        for entity in [Entity::Payment, Entity::Invoice, Entity::Installment] {
            each_track(&*self.inner.store, entity, |track| {
                let of: BTreeSet<String> = track
                    .facts()
                    .into_iter()
                    .flat_map(Facts::loans)
                    .map(ToOwned::to_owned)
                    .collect();
                if of.iter().any(|loan| loans.contains_key(loan)) {
                    objects.add(track.subject().clone(), of);
                }
            })
            .await?;
        }
        Ok(objects)
    }
}

/// The invoice a loan finances, by the loan's own fields.
pub(super) fn invoice(loan: &Track) -> Option<&str> {
    loan.facts()?.text("invoice_id")
}

/// Objects, and the loans that each is for.
#[derive(Debug, Default)]
pub(super) struct Belongings {
    objects: BTreeMap<Subject, BTreeSet<String>>,
    by_loan: HashMap<String, Vec<Subject>>,
}

impl Belongings {
    fn add(&mut self, subject: Subject, loans: impl IntoIterator<Item = String>) {
        let of = self.objects.entry(subject.clone()).or_default();
        for loan in loans {
            if of.insert(loan.clone()) {
                self.by_loan.entry(loan).or_default().push(subject.clone());
            }
        }
    }

    /// Those of some of the loans.
    fn of(&self, loans: &[&str]) -> BTreeMap<Subject, BTreeSet<String>> {
        let subjects = loans.iter().filter_map(|loan| self.by_loan.get(*loan));
        subjects
            .flatten()
            .filter_map(|subject| Some((subject.clone(), self.objects.get(subject)?.clone())))
            .collect()
    }

    /// All of them.
    pub(super) fn all(self) -> BTreeMap<Subject, BTreeSet<String>> {
        self.objects
    }
}
