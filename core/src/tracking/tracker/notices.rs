//! Notifications: stored first, read later, and believed in part.

use std::collections::BTreeSet;

use defacto_types::Timestamp;

use super::Tracker;
use super::sync::are_all_in;
use super::turn::Work;
use crate::Error;
use crate::tracking::store::{Batch, Notification, Numbered};
use crate::tracking::{Entity, Observation, Source, Subject};
use crate::webhook::Notice;

/// Notifications read at a time; as many as ids fit into one request.
const CHUNK: usize = 100;

impl Tracker {
    /// Stores a notification as it came. Once this returns, answer Defacto with
    /// a 2xx: it is read by [`digest`](Self::digest), and a library that is older
    /// than an event rejects none.
    ///
    /// `received_at` is when it came, where that is known better than by the
    /// tracker's clock.
    ///
    /// # Errors
    ///
    /// When it could not be stored: answer with a 503, so that it is sent again.
    pub async fn ingest(
        &self,
        body: impl Into<Vec<u8>>,
        received_at: Option<Timestamp>,
    ) -> Result<u64, Error> {
        let at = received_at.unwrap_or_else(|| self.now());
        let seq = self.inner.store.receive(body.into(), at).await?;
        self.inner.arrived.notify_waiters();
        Ok(seq)
    }

    /// Reads the notifications that are stored: takes in the status each tells
    /// of, then reads the loans they are about, since nothing about money is
    /// believed that a notification says. What changed is returned. Of processes that
    /// share a store one reads them at a time, and the others wait for it.
    ///
    /// # Errors
    ///
    /// When the store or the server fails; what was not read is read the next
    /// time.
    pub async fn digest(&self) -> Result<Vec<Numbered>, Error> {
        // Most of the time there are none.
        if self.inner.store.unread(1).await?.is_empty() {
            return Ok(Vec::new());
        }
        let read = Box::pin(self.read_notifications());
        let changes = self.in_turn(Work::Digest, None, read).await?;
        Ok(changes.unwrap_or_default())
    }

    async fn read_notifications(&self) -> Result<Vec<Numbered>, Error> {
        let mut changes = Vec::new();
        loop {
            let unread = self.inner.store.unread(CHUNK).await?;
            if unread.is_empty() {
                return Ok(changes);
            }
            let last = unread.iter().map(|one| one.received_at).max();
            // What is no notification stays in the store, and says nothing.
            let notices = unread.iter().map(|one| Notice::parse(&one.body));
            let notices: Vec<Notice> = notices.filter_map(Result::ok).collect();
            let loans: BTreeSet<String> = notices.iter().flat_map(concerned).collect();
            let loans: Vec<String> = loans.into_iter().collect();
            // What belongs to loans of the ledger alone comes in with one that
            // comes back.
            let over = self.in_ledger(&loans).await?;
            let (late, told): (Vec<_>, Vec<_>) = notices
                .iter()
                .filter_map(|notice| Some((belongs_to(notice), told(notice)?)))
                .partition(|(of, _)| are_all_in(of, &over));
            // First what they say: it is dated exactly.
            let told = told.into_iter().map(|(_, told)| told).collect();
            changes.extend(self.observe(told).await?);
            changes.extend(self.look_at(&loans).await?);
            if !late.is_empty() {
                let over = self.in_ledger(&loans).await?;
                let back = late.into_iter().filter(|(of, _)| !are_all_in(of, &over));
                let back = back.map(|(_, told)| told).collect();
                changes.extend(self.observe(back).await?);
            }
            self.commit(Batch {
                read: unread.iter().map(|Notification { seq, .. }| *seq).collect(),
                marks: last.map(Self::notified).into_iter().collect(),
                ..Batch::default()
            })
            .await?;
        }
    }
}

/// The loans that what a notification is about belongs to; none of a loan.
fn belongs_to(notice: &Notice) -> Vec<String> {
    match entity(notice) {
        Entity::Loan => Vec::new(),
        _ => concerned(notice),
    }
}

/// The kind of what a notification is about.
fn entity(notice: &Notice) -> Entity {
    match notice.entity_type.as_str() {
        "loan" => Entity::Loan,
        "payment" => Entity::Payment,
        "invoice" => Entity::Invoice,
        "credit_line" | "borrower_financial_product" => Entity::CreditLine,
        _ => Entity::Other,
    }
}

/// The status a notification tells of.
fn told(notice: &Notice) -> Option<Observation> {
    let entity = entity(notice);
    // The status of a line's event is none that it is in.
    if matches!(entity, Entity::CreditLine | Entity::Other) {
        return None;
    }
    let status = notice
        .status
        .as_deref()
        .filter(|status| !status.is_empty())?;
    let subject = Subject::new(entity, &notice.id);
    Some(Observation::event(
        subject,
        notice.timestamp,
        Source::Webhook,
        status.into(),
    ))
}

/// The loans a notification is about.
fn concerned(notice: &Notice) -> Vec<String> {
    if entity(notice) == Entity::Loan {
        return vec![notice.id.clone()];
    }
    let Some(state) = &notice.entity_state else {
        return Vec::new();
    };
    let state: serde_json::Value = serde_json::from_str(state).unwrap_or_default();
    let related = state
        .pointer("/related_to/loans")
        .or_else(|| state.get("loan_ids"));
    related
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|one| one.as_str().or_else(|| one.get("loan_id")?.as_str()))
        .map(ToOwned::to_owned)
        .collect()
}
