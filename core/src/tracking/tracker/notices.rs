//! Notifications: stored first, read later, and believed in part.

use std::collections::{BTreeSet, HashMap};

use defacto_types::operations::{invoices, loans, payments};
use defacto_types::{ListInvoices, ListLoans, ListPayments, Timestamp};

use super::Tracker;
use super::sync::are_all_in;
use super::turn::Work;
use crate::tracking::store::{Batch, Notification, Numbered};
use crate::tracking::{Entity, Observation, Source, Status, Subject, Track};
use crate::webhook::Notice;
use crate::{Error, ErrorKind};

/// Notifications read at a time; as many as ids fit into one request.
const CHUNK: usize = 100;
/// Loans whose events are asked at a time where notifications are not borne out.
const ASKED: usize = 16;
/// How far ahead of the server's clock, as it is known here, a notification may be.
const AHEAD: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

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
            let shown = self.read_again(&loans, &notices).await?;
            let statuses = statuses(&shown);
            let is_known = self.offset().is_known();
            let now = is_known.then(|| self.server_now());
            // First what they say, as far as it is borne out: it is dated exactly.
            let told = told.into_iter().map(|(_, told)| told);
            let (told, doubtful): (Vec<_>, Vec<_>) =
                told.partition(|told| is_borne_out(told, &statuses, now));
            changes.extend(self.observe(told).await?);
            changes.extend(self.observe(shown).await?);
            changes.extend(self.ask_about(&doubtful).await?);
            changes.extend(self.read_lines_of(&notices).await?);
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

    /// Reads what notifications tell of: the loans, the payments and the invoices.
    async fn read_again(
        &self,
        loans: &[String],
        notices: &[Notice],
    ) -> Result<Vec<Observation>, Error> {
        let mut shown = Vec::new();
        for ids in loans.chunks(CHUNK) {
            let query = ListLoans::new().id(ids.iter().map(String::as_str).collect::<Vec<_>>());
            shown.extend(self.read(&loans::LIST, &query, ids.len()).await?);
        }
        for ids in of_kind(notices, Entity::Payment).chunks(CHUNK) {
            let query = ListPayments::new().id(ids.to_vec());
            shown.extend(self.read(&payments::LIST, &query, ids.len()).await?);
        }
        for ids in of_kind(notices, Entity::Invoice).chunks(CHUNK) {
            let query = ListInvoices::new().invoice_id(ids.to_vec());
            shown.extend(self.read(&invoices::LIST, &query, ids.len()).await?);
        }
        Ok(shown)
    }

    /// Reads the financial products of the borrowers whose credit lines notifications
    /// tell of: what is left of them is in no notification.
    async fn read_lines_of(&self, notices: &[Notice]) -> Result<Vec<Numbered>, Error> {
        let mut borrowers = BTreeSet::new();
        for notice in notices
            .iter()
            .filter(|one| entity(one) == Entity::CreditLine)
        {
            let known = Subject::new(Entity::CreditLine, &notice.id);
            let known = self.inner.store.track(known).await?;
            let facts = known.as_ref().and_then(Track::facts);
            let known = facts.and_then(|facts| facts.text("borrower_id"));
            borrowers.extend(known.map(ToOwned::to_owned).or_else(|| borrower_of(notice)));
        }
        let mut changes = Vec::new();
        for borrower in borrowers.into_iter().take(ASKED) {
            match self.read_products(borrower).await {
                Ok(read) => changes.extend(read),
                Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                // The id of a line's event may be of something else (documented).
                Err(error) => tracing::debug!(%error, "a borrower's products were not read"),
            }
        }
        Ok(changes)
    }

    /// Asks for the events of loans of which a status was told that their reading does
    /// not bear out: it may have been ahead of what was read, or false.
    async fn ask_about(&self, doubtful: &[Observation]) -> Result<Vec<Numbered>, Error> {
        let loans = doubtful
            .iter()
            .filter(|one| one.subject.entity == Entity::Loan);
        let loans: BTreeSet<&str> = loans.map(|one| &*one.subject.id).collect();
        let mut changes = Vec::new();
        for loan in loans.into_iter().take(ASKED) {
            tracing::warn!(
                loan,
                "a notification told what the server does not bear out"
            );
            match self.explain(loan).await {
                Ok(explained) => changes.extend(explained),
                Err(error) if error.kind() == ErrorKind::Store => return Err(error),
                // What a pass finds is told then.
                Err(error) => tracing::debug!(%error, "the events of a loan were not read"),
            }
        }
        Ok(changes)
    }
}

/// The status that each object was read in.
fn statuses(shown: &[Observation]) -> HashMap<Subject, Status> {
    let statuses = shown.iter().filter_map(|one| {
        let status = one.status.clone()?;
        Some((one.subject.clone(), status))
    });
    statuses.collect()
}

/// Whether a status that was told may be believed: it is not of a time to come, and
/// what was read since is the same, or what it leads to. Nobody signs a notification,
/// and an end is never left again.
fn is_borne_out(
    told: &Observation,
    statuses: &HashMap<Subject, Status>,
    now: Option<Timestamp>,
) -> bool {
    let ahead = now.map(|now| told.moment.start().get().duration_since(now.get()));
    if ahead.is_some_and(|ahead| ahead > AHEAD) {
        return false;
    }
    match (&told.status, statuses.get(&told.subject)) {
        (Some(told_status), Some(read)) => {
            told_status == read || told.subject.entity.can_become(told_status, read)
        }
        _ => true,
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

/// The borrower of a credit line, where a notification of it says so.
fn borrower_of(notice: &Notice) -> Option<String> {
    let state: serde_json::Value = serde_json::from_str(notice.entity_state.as_deref()?).ok()?;
    let borrower = state.get("borrower_id")?.as_str()?;
    Some(borrower.to_owned())
}

/// The objects of a kind that notifications tell of.
fn of_kind(notices: &[Notice], kind: Entity) -> Vec<&str> {
    let notices = notices.iter().filter(|notice| entity(notice) == kind);
    let ids: BTreeSet<&str> = notices.map(|notice| &*notice.id).collect();
    ids.into_iter().collect()
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
