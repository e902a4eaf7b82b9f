//! What is written, column by column: one statement takes any number of rows.

use std::borrow::Cow;

use super::super::super::moment::Span;
use super::super::super::portfolio::Figures;
use super::super::super::{Change, Entity, Source, Status, Track};
use super::super::log::{EntryKey, facts_hash};
use super::ask::{Value, json, micros, plain};
use super::trouble::Result;

#[derive(Default)]
pub(super) struct TrackColumns<'a> {
    entities: Vec<&'static str>,
    pub(super) ids: Vec<Cow<'a, str>>,
    loans: Vec<Option<Cow<'a, str>>>,
    statuses: Vec<Option<String>>,
    looks: Vec<bool>,
    currencies: Vec<Option<Cow<'a, str>>>,
    amounts: Vec<Option<i64>>,
    repaid: Vec<Option<i64>>,
    due: Vec<Option<i64>>,
    texts: Vec<String>,
    outstanding: Vec<Option<i64>>,
    fees_expected: Vec<Option<i64>>,
    fees_paid: Vec<Option<i64>>,
    late: Vec<Option<i64>>,
}

impl<'a> TrackColumns<'a> {
    pub(super) fn of(tracks: impl IntoIterator<Item = &'a Track>) -> Result<Self> {
        let mut columns = Self::default();
        for track in tracks {
            let facts = track.facts();
            let number = |name| facts.and_then(|facts| facts.number(name));
            let status = track
                .state()
                .map(|state| plain(state.status.as_str()).into_owned());
            let currency = facts.and_then(|facts| facts.text("currency"));
            let due = facts.and_then(|facts| facts.instant("to_repay_at"));
            columns.entities.push(track.subject().entity.as_str());
            columns.ids.push(plain(&track.subject().id));
            columns.loans.push(track.loan_id().map(plain));
            columns.statuses.push(status);
            columns.looks.push(track.needs_a_look());
            columns.currencies.push(currency.map(plain));
            columns.amounts.push(number("amount"));
            columns.repaid.push(number("repaid_nominal_amount"));
            columns.due.push(due.map(micros));
            columns.texts.push(json(track)?);
            let loan = Figures::of(track);
            let figure = |of: fn(&Figures) -> i64| loan.as_ref().map(of);
            columns.outstanding.push(figure(|loan| loan.outstanding));
            columns
                .fees_expected
                .push(figure(|loan| loan.fees_expected));
            columns.fees_paid.push(figure(|loan| loan.fees_paid));
            let late = loan.as_ref().and_then(|loan| loan.late_at);
            columns.late.push(late.map(micros));
        }
        Ok(columns)
    }

    pub(super) fn values(&self) -> [Value<'_>; 14] {
        [
            &self.entities,
            &self.ids,
            &self.loans,
            &self.statuses,
            &self.looks,
            &self.currencies,
            &self.amounts,
            &self.repaid,
            &self.due,
            &self.texts,
            &self.outstanding,
            &self.fees_expected,
            &self.fees_paid,
            &self.late,
        ]
    }
}

#[derive(Default)]
pub(super) struct LogColumns<'a> {
    entities: Vec<&'static str>,
    pub(super) ids: Vec<Cow<'a, str>>,
    statuses: Vec<Cow<'a, str>>,
    hashes: Vec<Vec<u8>>,
    facts: Vec<Option<String>>,
    sources: Vec<&'static str>,
    spans: [Vec<i64>; 4],
}

impl<'a> LogColumns<'a> {
    pub(super) fn of(log: &'a [(EntryKey, Span, Source)]) -> Result<Self> {
        let mut columns = Self::default();
        for (key, span, source) in log {
            let facts = key.facts.as_ref().map(serde_json::to_string).transpose()?;
            let hash = facts_hash(facts.as_deref());
            columns.entities.push(key.subject.entity.as_str());
            columns.ids.push(plain(&key.subject.id));
            let status = key.status.as_ref().map_or("", Status::as_str);
            columns.statuses.push(plain(status));
            columns.hashes.push(hash.as_bytes().to_vec());
            columns.facts.push(facts);
            columns.sources.push(source.as_str());
            let (first, last): ((i64, i64), (i64, i64)) = (span.first.into(), span.last.into());
            let ends = [first.0, first.1, last.0, last.1];
            for (column, end) in columns.spans.iter_mut().zip(ends) {
                column.push(end);
            }
        }
        Ok(columns)
    }

    pub(super) fn values(&self) -> [Value<'_>; 10] {
        let [first_from, first_to, last_from, last_to] = &self.spans;
        [
            &self.entities,
            &self.ids,
            &self.statuses,
            &self.hashes,
            &self.facts,
            &self.sources,
            first_from,
            first_to,
            last_from,
            last_to,
        ]
    }
}

#[derive(Default)]
pub(super) struct ChangeColumns<'a> {
    entities: Vec<&'static str>,
    pub(super) ids: Vec<Cow<'a, str>>,
    loans: Vec<Option<Cow<'a, str>>>,
    texts: Vec<String>,
}

impl<'a> ChangeColumns<'a> {
    pub(super) fn of(changes: &'a [Change]) -> Result<Self> {
        let mut columns = Self::default();
        for change in changes {
            columns.entities.push(change.subject.entity.as_str());
            columns.ids.push(plain(&change.subject.id));
            columns.loans.push(change.loan_id.as_deref().map(plain));
            columns.texts.push(json(change)?);
        }
        Ok(columns)
    }

    pub(super) fn values<'b>(&'b self, now: &'b i64) -> [Value<'b>; 5] {
        [&self.entities, &self.ids, &self.loans, &self.texts, now]
    }
}

/// The loans of payments for several, beside the one in their rows.
#[derive(Default)]
pub(super) struct ShareColumns<'a> {
    /// Of which the shares are known.
    pub(super) payments: Vec<Cow<'a, str>>,
    loans: Vec<Cow<'a, str>>,
    ids: Vec<Cow<'a, str>>,
}

impl<'a> ShareColumns<'a> {
    pub(super) fn of(tracks: impl IntoIterator<Item = &'a Track>) -> Self {
        let mut columns = Self::default();
        let payments = tracks.into_iter();
        for track in payments.filter(|one| one.subject().entity == Entity::Payment) {
            let id = plain(&track.subject().id);
            for loan in track.other_loans() {
                columns.loans.push(plain(loan));
                columns.ids.push(id.clone());
            }
            columns.payments.push(id);
        }
        columns
    }

    pub(super) fn has_several(&self) -> bool {
        !self.loans.is_empty()
    }

    pub(super) fn values(&self) -> [Value<'_>; 2] {
        [&self.loans, &self.ids]
    }
}

/// The statuses that are kept of objects of which one was taken over.
#[derive(Default)]
pub(super) struct KeptColumns<'a> {
    entities: Vec<&'static str>,
    pub(super) ids: Vec<Cow<'a, str>>,
    statuses: Vec<String>,
}

impl<'a> KeptColumns<'a> {
    pub(super) fn of(tracks: impl IntoIterator<Item = &'a Track>) -> Result<Self> {
        let mut columns = Self::default();
        for track in tracks {
            let statuses = track.statuses().map(|one| plain(one.as_str()));
            columns.entities.push(track.subject().entity.as_str());
            columns.ids.push(plain(&track.subject().id));
            columns.statuses.push(json(&statuses.collect::<Vec<_>>())?);
        }
        Ok(columns)
    }

    pub(super) fn values(&self) -> [Value<'_>; 3] {
        [&self.entities, &self.ids, &self.statuses]
    }
}
