//! What a pass reads beside lists: plans of installments, credit lines, payments made
//! before a loan was followed, and invoices.

use std::collections::BTreeSet;
use std::time::Duration;

use defacto_types::operations::{installment_plans, invoices, payments};
use defacto_types::{
    Cents, InvoiceStatus, ListInvoices, ListPayments, Payment, PaymentIntentStatus, Timestamp,
};

use super::purge::invoice;
use super::{Synced, Tracker, earlier};
use crate::http::Request;
use crate::tracking::money::lacks_payments;
use crate::tracking::store::{Batch, Numbered};
use crate::tracking::{Change, Entity, Source, Subject, Track};
use crate::{Error, ErrorKind};

/// Requests of a pass for these, where it has so many left.
const MOST: u32 = 5;
/// Those of them that plans may take.
const PLANS: usize = 2;
/// Changed loans, and installments whose turn it is, that are looked at in the store to
/// find what to read.
const LOOKED_AT: usize = 64;
/// Loans whose payments a request reads.
const REPAID: usize = 20;
/// Invoices that a request reads.
const BATCH: usize = 100;
/// How long an invoice or a credit line is left alone of whose loans none has changed.
pub(super) const STANDS: Duration = Duration::from_secs(3_600);

/// A pass's requests beside the lists, and what they showed.
pub(super) struct Extras<'a> {
    pub(super) tracker: &'a Tracker,
    /// Requests that may still be made.
    pub(super) left: u32,
    requests: u32,
    changes: Vec<Numbered>,
    /// Borrowers whose products were read.
    pub(super) borrowers: BTreeSet<String>,
    /// Invoices to read.
    pub(super) invoices: BTreeSet<String>,
    /// Loans whose payments are to be read: some were made before they were followed.
    repaid: BTreeSet<String>,
}

impl Tracker {
    /// Reads plans of installments, invoices and credit lines, as far as the pass has
    /// requests left, and says how many that took: those of loans that have changed, and
    /// by turns all others. No list has them for all loans, and no notification tells of
    /// installments.
    pub(super) async fn read_extras(&self, synced: &Synced) -> Result<(u32, Vec<Numbered>), Error> {
        let mut extras = Extras {
            tracker: self,
            left: synced.at_most(MOST),
            requests: 0,
            changes: Vec::new(),
            borrowers: BTreeSet::new(),
            invoices: BTreeSet::new(),
            repaid: BTreeSet::new(),
        };
        let changed = changed_loans(&synced.changes);
        extras.plans(&changed).await?;
        extras.lines(&changed).await?;
        extras.payments().await?;
        extras.invoices().await?;
        Ok((extras.requests, extras.changes))
    }

    async fn read_plan(&self, plan: &str) -> Result<Vec<Numbered>, Error> {
        let request = Request::new(&installment_plans::GET).path("installment_plan_id", plan);
        let (answer, seen) = self.ask(request.into()).await?;
        self.observe(self.shown(&answer, seen, Source::Poll)).await
    }

    async fn read_invoices(&self, ids: &[&str]) -> Result<Vec<Numbered>, Error> {
        let query = ListInvoices::new().invoice_id(ids.to_vec());
        let shown = self.read(&invoices::LIST, &query, ids.len()).await?;
        self.observe(shown).await
    }

    /// After which object of a kind the next turn begins.
    pub(super) async fn turn(&self, entity: Entity) -> Result<Option<String>, Error> {
        let mark = self.inner.store.mark(turn_of(entity)).await?;
        Ok(mark.filter(|id| !id.is_empty()))
    }

    /// Notes where the next turn begins: after this one, or with the first again.
    pub(super) async fn end_turn(
        &self,
        entity: Entity,
        began: Option<String>,
        last: Option<String>,
    ) -> Result<(), Error> {
        if began == last {
            return Ok(());
        }
        let marks = vec![(turn_of(entity), last.unwrap_or_default())];
        self.commit(Batch {
            marks,
            ..Batch::default()
        })
        .await?;
        Ok(())
    }
}

impl Extras<'_> {
    /// Reads the plans of these loans, and of installments by turns, that are not over.
    async fn plans(&mut self, loans: &[String]) -> Result<(), Error> {
        let store = &self.tracker.inner.store;
        let mut plans: Vec<String> = Vec::new();
        for loan in loans {
            for one in store.related(loan.clone()).await? {
                plans.extend(plan_to_come(&one).filter(|plan| !plans.contains(plan)));
            }
        }
        // The others come with their turn.
        plans.truncate(PLANS);
        let began = self.tracker.turn(Entity::Installment).await?;
        let next = store.tracks(Entity::Installment, began.clone(), LOOKED_AT);
        let next = next.await?;
        let is_end = next.len() < LOOKED_AT;
        let (mut last, mut is_whole) = (began.clone(), true);
        for one in next {
            if let Some(plan) = plan_to_come(&one).filter(|plan| !plans.contains(plan)) {
                if plans.len() >= PLANS {
                    is_whole = false;
                    break;
                }
                plans.push(plan);
            }
            last = Some(one.subject().id.clone());
        }
        let last = last.filter(|_| !(is_end && is_whole));
        self.tracker
            .end_turn(Entity::Installment, began, last)
            .await?;
        for plan in &plans {
            if self.left > 0 {
                let read = self.tracker.read_plan(plan).await;
                self.take(read)?;
            }
        }
        Ok(())
    }

    /// Reads the payments of loans that were repaid in part and lack some.
    async fn payments(&mut self) -> Result<(), Error> {
        let loans: Vec<&str> = self.repaid.iter().map(String::as_str).collect();
        if loans.is_empty() || self.left == 0 {
            return Ok(());
        }
        let query = ListPayments::new().loan_id(loans);
        let tracker = self.tracker;
        let mut pages = tracker.pages::<Payment>(Request::new(&payments::LIST).query_of(&query));
        // What is on further pages is asked for again.
        while self.left > 0 {
            match tracker
                .next_payments(&mut pages, Source::Poll)
                .await
                .transpose()
            {
                Some(read) => self.take(read)?,
                None => break,
            }
        }
        Ok(())
    }

    /// Finds a loan of which payments were made before it was followed.
    pub(super) async fn unknown_payments_of(&mut self, loan: &Track) -> Result<(), Error> {
        let id = &loan.subject().id;
        let repaid = loan
            .facts()
            .filter(|loan| loan.cents("repaid_nominal_amount") > Some(Cents::ZERO));
        let Some(facts) = repaid.filter(|_| self.repaid.len() < REPAID) else {
            return Ok(());
        };
        let related = self.tracker.inner.store.related(id.clone()).await?;
        let now = self.tracker.server_now();
        let asked = &self.tracker.inner.asked;
        if lacks_payments(id, facts, &related) && asked.is_due(id, earlier(now, STANDS), now) {
            self.repaid.insert(id.clone());
        }
        Ok(())
    }

    /// Reads the invoices that were found, and by turns others that are not over.
    async fn invoices(&mut self) -> Result<(), Error> {
        let (tracker, store) = (self.tracker, &self.tracker.inner.store);
        if self.left == 0 {
            return Ok(());
        }
        let since = earlier(tracker.server_now(), STANDS);
        let began = tracker.turn(Entity::Invoice).await?;
        let next = store.tracks(Entity::Invoice, began.clone(), BATCH).await?;
        let last = next.last().filter(|_| next.len() == BATCH);
        let last = last.map(|one| one.subject().id.clone());
        for one in next {
            if is_older(&one, since) && !is_final(&one) {
                self.invoices.insert(one.subject().id.clone());
            }
        }
        tracker.end_turn(Entity::Invoice, began, last).await?;
        let found = std::mem::take(&mut self.invoices);
        let ids: Vec<&str> = found.iter().map(String::as_str).take(BATCH).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let read = tracker.read_invoices(&ids).await;
        self.take(read)
    }

    /// Finds the invoice of a loan where that is not known.
    pub(super) async fn unknown_invoice_of(&mut self, loan: &Track) -> Result<(), Error> {
        let Some(invoice) = invoice(loan) else {
            return Ok(());
        };
        let subject = Subject::new(Entity::Invoice, invoice);
        if self.tracker.inner.store.track(subject).await?.is_none() {
            self.invoices.insert(invoice.to_owned());
        }
        Ok(())
    }

    /// Takes in what a request showed that the pass is whole without.
    pub(super) fn take(&mut self, read: Result<Vec<Numbered>, Error>) -> Result<(), Error> {
        self.requests += 1;
        self.left = self.left.saturating_sub(1);
        match read {
            Ok(changes) => self.changes.extend(changes),
            Err(error) if error.kind() == ErrorKind::Store => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "what a pass reads beside the lists was not read");
                // A server that has trouble is left alone.
                if error.is_retryable() {
                    self.left = 0;
                }
            }
        }
        Ok(())
    }
}

/// The mark of where the next turn of a kind begins.
fn turn_of(entity: Entity) -> String {
    format!("next_{}", entity.as_str())
}

/// The first of the loans that changes are about.
fn changed_loans(found: &[Numbered]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let of = |change: &Change| match change.subject.entity {
        Entity::Loan => Some(change.subject.id.clone()),
        _ => change.loan_id.as_deref().map(ToOwned::to_owned),
    };
    let loans = found.iter().filter_map(|one| of(&one.change));
    let first = loans.filter(|loan| seen.insert(loan.clone()));
    first.take(LOOKED_AT).collect()
}

/// The plan of an installment that something is still to become of.
fn plan_to_come(track: &Track) -> Option<String> {
    let is_over = track.state().is_some_and(|state| {
        let status = PaymentIntentStatus::from(state.status.as_str());
        matches!(
            status,
            PaymentIntentStatus::Paid | PaymentIntentStatus::Canceled
        )
    });
    let is_to_come = track.subject().entity == Entity::Installment && !is_over;
    let facts = track.facts().filter(|_| is_to_come)?;
    facts.text("installment_plan_id").map(ToOwned::to_owned)
}

/// Whether an invoice will not change any more (INFERRED).
fn is_final(track: &Track) -> bool {
    track.state().is_some_and(|state| {
        let status = InvoiceStatus::from(state.status.as_str());
        matches!(
            status,
            InvoiceStatus::Declined | InvoiceStatus::Deleted | InvoiceStatus::Paid
        )
    })
}

/// Whether it was not read since an instant.
pub(super) fn is_older(track: &Track, since: Timestamp) -> bool {
    track.facts_seen().is_none_or(|seen| seen.end() < since)
}
