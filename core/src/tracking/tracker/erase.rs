//! Erasing what is known of one borrower.

use std::collections::{BTreeMap, BTreeSet};

use defacto_types::Value;

use super::Tracker;
use super::purge::{Purged, invoice};
use crate::tracking::store::{Intent, IntentState, Reduction, each_track};
use crate::tracking::{Entity, LedgerRow, Subject};
use crate::{Error, ErrorKind};

/// Notifications read at a time.
const CHUNK: usize = 100;
/// How many of what is in the way are named.
const NAMED: usize = 20;

/// What a store holds of a borrower.
#[derive(Debug, Default)]
struct Dossier {
    /// Its company number and its id, as far as they are known.
    names: BTreeSet<String>,
    /// Its financial products.
    lines: BTreeSet<String>,
    /// Its loans, each with its invoice.
    loans: BTreeMap<String, Option<String>>,
    /// Those of them that are not over.
    open: BTreeSet<String>,
}

impl Dossier {
    fn size(&self) -> [usize; 3] {
        [self.names.len(), self.lines.len(), self.loans.len()]
    }
}

impl Tracker {
    /// Erases a borrower, by its company number or its id: every loan of it becomes
    /// a row of the ledger, whatever its age, as [`purge`](Self::purge) does; and
    /// with them go its payments, invoices, installments and financial products,
    /// the settled intents that concern it and the notifications that mention it.
    /// The sums stay what they were. A borrower of whom nothing is known is no
    /// error.
    ///
    /// Notifications that were not read are read first, which asks the server. It
    /// does not matter whether consumers have been told all of the changes: what
    /// must be erased does not wait for them.
    ///
    /// Loans are found by the company number they were seen with, and by their
    /// financial product, which knows the borrower's id once
    /// [`read_products`](Self::read_products) has read it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StateConflict`] while the borrower has a loan that is not over,
    /// or a change that is not settled: the message names them, and nothing is
    /// erased. [`ErrorKind::InvalidInput`] without a borrower. Otherwise when the
    /// server, while notifications are read, or the store fails: ask again.
    pub async fn erase(&self, borrower: impl std::fmt::Display) -> Result<Purged, Error> {
        let borrower = borrower.to_string();
        if borrower.trim().is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "borrower is empty: pass a company number or a borrower's id",
            ));
        }
        self.digest().await?;
        let dossier = self.dossier(borrower).await?;
        let objects = self.belongings(&dossier.loans).await?.all();
        let ids = dossier.names.iter().chain(&dossier.lines);
        let ids = ids.chain(dossier.loans.keys());
        let objects_ids = objects.keys().map(|subject| &subject.id);
        let ids = Ids::of(ids.chain(objects_ids));

        let open = self.inner.store.intents(IntentState::Open, usize::MAX);
        let open = open.await?;
        let open = open.iter().filter(|intent| ids.concern(intent));
        let unsettled: BTreeSet<String> = open.map(|intent| intent.id.clone()).collect();
        if !dossier.open.is_empty() || !unsettled.is_empty() {
            return Err(in_the_way(&dossier.open, &unsettled));
        }
        let lines = dossier.lines.iter();
        let reduction = Reduction {
            loans: dossier.loans.keys().cloned().collect(),
            objects: objects.clone(),
            others: lines
                .map(|line| Subject::new(Entity::CreditLine, line))
                .collect(),
            intents: self.settled_about(&ids).await?,
            notifications: self.notifications_about(&ids).await?,
            ..Reduction::default()
        };
        let reduced = self.reduce(reduction).await?;
        if !reduced.open.is_empty() {
            // Seen in another status since they were looked at.
            let open = reduced.open.into_iter().collect();
            return Err(in_the_way(&open, &unsettled));
        }
        let mut purged = Purged::default();
        purged.add(&reduced);
        Ok(purged)
    }

    /// Finds what belongs to a borrower: loans lead to products, products to the
    /// borrower's other name, and that to more of them.
    async fn dossier(&self, borrower: String) -> Result<Dossier, Error> {
        let store = &*self.inner.store;
        let mut dossier = Dossier {
            names: BTreeSet::from([borrower]),
            ..Dossier::default()
        };
        loop {
            let before = dossier.size();
            each_track(store, Entity::CreditLine, |track| {
                let id = &track.subject().id;
                let owner = track.facts().and_then(|facts| facts.text("borrower_id"));
                let is_its = owner.is_some_and(|owner| dossier.names.contains(owner));
                if is_its || dossier.lines.contains(id) {
                    dossier.lines.insert(id.clone());
                    dossier.names.extend(owner.map(ToOwned::to_owned));
                }
            })
            .await?;
            each_track(store, Entity::Loan, |track| {
                let text = |name| track.facts().and_then(|facts| facts.text(name));
                let (owner, line) = (text("borrower"), text("borrower_financial_product_id"));
                if owner.is_some_and(|owner| dossier.names.contains(owner))
                    || line.is_some_and(|line| dossier.lines.contains(line))
                {
                    let id = track.subject().id.clone();
                    if LedgerRow::of(&track).is_none() {
                        dossier.open.insert(id.clone());
                    }
                    let invoice = invoice(&track).map(ToOwned::to_owned);
                    dossier.loans.insert(id, invoice);
                    dossier.names.extend(owner.map(ToOwned::to_owned));
                    dossier.lines.extend(line.map(ToOwned::to_owned));
                }
            })
            .await?;
            if dossier.size() == before {
                return Ok(dossier);
            }
        }
    }

    /// Settled intents that concern any of the objects.
    async fn settled_about(&self, ids: &Ids<'_>) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        for state in [IntentState::Done, IntentState::Refused] {
            let settled = self.inner.store.intents(state, usize::MAX).await?;
            let about = settled.into_iter().filter(|intent| ids.concern(intent));
            found.extend(about.map(|intent| intent.id));
        }
        Ok(found)
    }

    /// Notifications that mention any of the objects.
    async fn notifications_about(&self, ids: &Ids<'_>) -> Result<Vec<u64>, Error> {
        let mut found = Vec::new();
        let mut after = 0;
        loop {
            let some = self.inner.store.notifications(after, CHUNK).await?;
            let Some(last) = some.last() else {
                return Ok(found);
            };
            after = last.seq;
            let about = some.iter().filter(|one| ids.are_in(&one.body));
            found.extend(about.map(|one| one.seq));
        }
    }
}

fn in_the_way(loans: &BTreeSet<String>, intents: &BTreeSet<String>) -> Error {
    let list = |what: &str, ids: &BTreeSet<String>| {
        let named: Vec<&str> = ids.iter().take(NAMED).map(String::as_str).collect();
        let more = match ids.len() - named.len() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!named.is_empty()).then(|| format!("{what} {}{more}", named.join(", ")))
    };
    let loans = list("loans that are not over:", loans);
    let intents = list("changes that are not settled:", intents);
    let found: Vec<String> = loans.into_iter().chain(intents).collect();
    Error::new(
        ErrorKind::StateConflict,
        format!(
            "the borrower has {}; nothing was erased: wait until they are over and settled",
            found.join("; ")
        ),
    )
}

/// What a borrower is found by in what is only text.
struct Ids<'a> {
    /// Those of letters, digits and hyphens, as the API's are: a text is looked
    /// through once for all of them.
    plain: BTreeSet<&'a str>,
    others: Vec<&'a str>,
}

impl<'a> Ids<'a> {
    fn of(ids: impl Iterator<Item = &'a String>) -> Self {
        let mut found = Self {
            plain: BTreeSet::new(),
            others: Vec::new(),
        };
        for id in ids.filter(|id| !id.is_empty()) {
            if id.bytes().all(is_of_a_word) {
                found.plain.insert(id);
            } else {
                found.others.push(id);
            }
        }
        found
    }

    fn has(&self, text: &str) -> bool {
        self.plain.contains(text) || self.others.contains(&text)
    }

    /// Whether an intent is about any of them.
    fn concern(&self, intent: &Intent) -> bool {
        let subject = intent.outcome.as_ref();
        let subject = subject.and_then(|outcome| outcome.subject.as_deref());
        let body = intent.body.as_ref();
        intent.params.iter().any(|(_, value)| self.has(value))
            || subject.is_some_and(|id| self.has(id))
            || body.is_some_and(|body| self.are_within(body))
    }

    fn are_within(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.has(text),
            Value::Array(items) => items.iter().any(|item| self.are_within(item)),
            Value::Object(fields) => fields.values().any(|field| self.are_within(field)),
            _ => false,
        }
    }

    /// Whether a text mentions any of them, as a word of its own.
    fn are_in(&self, text: &[u8]) -> bool {
        let words = text.split(|letter| !is_of_a_word(*letter));
        let mut words = words.filter_map(|word| std::str::from_utf8(word).ok());
        words.any(|word| self.plain.contains(word))
            || self.others.iter().any(|id| {
                let mut places = text.windows(id.len());
                places.any(|place| place == id.as_bytes())
            })
    }
}

fn is_of_a_word(letter: u8) -> bool {
    letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_its_own_is_a_mention() {
        let ids = [
            "552100554".to_owned(),
            "0190-a".to_owned(),
            "a b".to_owned(),
        ];
        let ids = Ids::of(ids.iter());
        for (text, is_mention) in [
            (r#"{"identifier":"552100554"}"#, true),
            (r#""entity_state":"{\"identifier\":\"552100554\"}""#, true),
            ("FR7630006000015521005540189", false),
            ("0190-a", true),
            ("0190-ab", false),
            ("x a b x", true),
            ("", false),
        ] {
            assert_eq!(ids.are_in(text.as_bytes()), is_mention, "{text}");
        }
    }
}
