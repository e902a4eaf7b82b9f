//! What a pass reads beside lists: plans of installments and credit lines.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use defacto_types::operations::installment_plans;
use defacto_types::{PaymentIntentStatus, Timestamp};

use super::{Tracker, earlier, is_open};
use crate::http::Request;
use crate::tracking::store::{Batch, Numbered};
use crate::tracking::{Change, Entity, Source, Subject, Track};
use crate::{Error, ErrorKind};

/// Requests of a pass for these: what the lists and the explanations leave of 10 in
/// a partial pass, and of 220 in a full one over 20,000 open loans.
const PARTIAL: u32 = 3;
const FULL: u32 = 4;
/// Those of them that plans may take.
const PLANS: usize = 2;
/// Loans and installments that are looked at in the store to find what to read.
const LOOKED_AT: usize = 64;
/// The field of a loan that names its credit line.
const LINE: &str = "borrower_financial_product_id";
/// How long a credit line is left alone of whose loans none has changed.
const STANDS: Duration = Duration::from_secs(3_600);
/// Companies that are remembered as asked for.
const REMEMBERED: usize = 10_000;

/// When which company's credit lines were asked for.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<HashMap<String, Timestamp>>);

impl Asked {
    /// Whether it was not asked since an instant; from now on it was.
    fn is_due(&self, company: &str, since: Timestamp, now: Timestamp) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.get(company).is_some_and(|at| *at > since) {
            return false;
        }
        if asked.len() >= REMEMBERED {
            asked.clear();
        }
        asked.insert(company.to_owned(), now);
        true
    }
}

/// A pass's requests beside the lists, and what they showed.
struct Extras<'a> {
    tracker: &'a Tracker,
    left: u32,
    requests: u32,
    changes: Vec<Numbered>,
    /// Borrowers whose products were read.
    borrowers: BTreeSet<String>,
}

impl Tracker {
    /// Reads plans of installments and credit lines, a few a pass, and says how many
    /// requests that took: those of loans that have changed, and by turns all others.
    /// No list has them for all loans, and no notification tells of installments.
    pub(super) async fn read_extras(
        &self,
        found: &[Numbered],
        full: bool,
    ) -> Result<(u32, Vec<Numbered>), Error> {
        let mut extras = Extras {
            tracker: self,
            left: if full { FULL } else { PARTIAL },
            requests: 0,
            changes: Vec::new(),
            borrowers: BTreeSet::new(),
        };
        let changed = changed_loans(found);
        extras.plans(&changed).await?;
        extras.lines(&changed).await?;
        Ok((extras.requests, extras.changes))
    }

    async fn read_plan(&self, plan: &str) -> Result<Vec<Numbered>, Error> {
        let request = Request::new(&installment_plans::GET).path("installment_plan_id", plan);
        let (answer, seen) = self.ask(request.into()).await?;
        self.observe(self.shown(&answer, seen, Source::Poll)).await
    }

    /// The next objects of a kind, by turns.
    async fn next_of(&self, entity: Entity, count: usize) -> Result<Vec<Track>, Error> {
        let store = &self.inner.store;
        let name = format!("next_{}", entity.as_str());
        let after = store.mark(name.clone()).await?.filter(|id| !id.is_empty());
        let next = store.tracks(entity, after.clone(), count).await?;
        let last = match next.last() {
            Some(last) if next.len() == count => last.subject().id.clone(),
            // These were the last: the next look begins with the first again.
            _ => String::new(),
        };
        if after.unwrap_or_default() != last {
            let marks = vec![(name, last)];
            self.commit(Batch {
                marks,
                ..Batch::default()
            })
            .await?;
        }
        Ok(next)
    }
}

impl Extras<'_> {
    /// Reads the plans of these loans, and of the next installments, that are not over.
    async fn plans(&mut self, loans: &[String]) -> Result<(), Error> {
        let store = &self.tracker.inner.store;
        let mut installments = Vec::new();
        for loan in loans {
            installments.extend(store.related(loan.clone()).await?);
        }
        let next = self.tracker.next_of(Entity::Installment, LOOKED_AT);
        installments.extend(next.await?);
        let mut plans = Vec::new();
        for one in installments.iter().filter(|one| is_to_come(one)) {
            let plan = one.facts().and_then(|one| one.text("installment_plan_id"));
            plans.extend(plan.filter(|plan| !plans.contains(plan)));
        }
        for plan in plans.into_iter().take(PLANS) {
            let read = self.tracker.read_plan(plan).await;
            self.take(1, read)?;
        }
        Ok(())
    }

    /// Reads the credit lines of these loans, and the next others.
    async fn lines(&mut self, loans: &[String]) -> Result<(), Error> {
        let (tracker, store) = (self.tracker, &self.tracker.inner.store);
        let mut known = Vec::new();
        for loan in loans {
            if let Some(loan) = store.track(Subject::loan(loan)).await? {
                match self.line_of(&loan).await? {
                    Some(line) => known.push(line),
                    None => self.unknown_line_of(&loan).await?,
                }
            }
        }
        for line in known {
            self.line(&line).await?;
        }
        for loan in tracker.next_of(Entity::Loan, LOOKED_AT).await? {
            if is_open(&loan) && self.line_of(&loan).await?.is_none() {
                self.unknown_line_of(&loan).await?;
            }
        }
        let since = earlier(tracker.server_now(), STANDS);
        for line in tracker.next_of(Entity::CreditLine, 1).await? {
            if line.facts_seen().is_none_or(|seen| seen.end() < since) {
                self.line(&line).await?;
            }
        }
        Ok(())
    }

    async fn line_of(&self, loan: &Track) -> Result<Option<Track>, Error> {
        let line = loan.facts().and_then(|loan| loan.text(LINE));
        let Some(line) = line.filter(|_| self.left > 0) else {
            return Ok(None);
        };
        let line = Subject::new(Entity::CreditLine, line);
        self.tracker.inner.store.track(line).await
    }

    /// Reads a line that is known, with what else its borrower has.
    async fn line(&mut self, line: &Track) -> Result<(), Error> {
        let borrower = line.facts().and_then(|line| line.text("borrower_id"));
        let Some(borrower) = borrower.filter(|_| self.left > 0) else {
            return Ok(());
        };
        if self.borrowers.insert(borrower.to_owned()) {
            let read = self.tracker.read_products(borrower).await;
            self.take(1, read)?;
        }
        Ok(())
    }

    /// Reads the line of a loan's borrower, of which the company number is known.
    async fn unknown_line_of(&mut self, loan: &Track) -> Result<(), Error> {
        let facts = loan.facts().filter(|loan| loan.text(LINE).is_some());
        let company = facts.and_then(|loan| loan.text("borrower"));
        let Some(company) = company.filter(|_| self.left > 1) else {
            return Ok(());
        };
        let now = self.tracker.server_now();
        let asked = &self.tracker.inner.asked;
        if !asked.is_due(company, earlier(now, STANDS), now) {
            return Ok(());
        }
        match self.tracker.borrower_of(company).await {
            Ok(Some(borrower)) => {
                self.take(1, Ok(Vec::new()))?;
                self.borrowers.insert(borrower.to_string());
                let read = self.tracker.read_products(borrower).await;
                self.take(1, read)
            }
            Ok(None) => self.take(1, Ok(Vec::new())),
            Err(error) => self.take(1, Err(error)),
        }
    }

    /// Takes in a read that the pass is whole without.
    fn take(&mut self, requests: u32, read: Result<Vec<Numbered>, Error>) -> Result<(), Error> {
        self.requests += requests;
        self.left = self.left.saturating_sub(requests);
        match read {
            Ok(changes) => self.changes.extend(changes),
            Err(error) if error.kind() == ErrorKind::Store => return Err(error),
            Err(error) => {
                tracing::debug!(%error, "a plan or a credit line was not read");
                // A server that has trouble is left alone.
                if error.is_retryable() {
                    self.left = 0;
                }
            }
        }
        Ok(())
    }
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

/// Whether it is an installment that something is still to become of.
fn is_to_come(track: &Track) -> bool {
    let is_over = track.state().is_some_and(|state| {
        let status = PaymentIntentStatus::from(state.status.as_str());
        matches!(
            status,
            PaymentIntentStatus::Paid | PaymentIntentStatus::Canceled
        )
    });
    track.subject().entity == Entity::Installment && !is_over
}
