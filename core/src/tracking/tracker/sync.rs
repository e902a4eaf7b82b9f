//! Keeping up by reading lists, not loans.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use defacto_types::operations::loans;
use defacto_types::{ListLoans, Loan, LoanStatus, Operation, Timestamp, Wire};

use super::news::News;
use super::read::of_loan;
use super::send::after;
use super::turn::Work;
use super::{Tracker, earlier};
use crate::Error;
use crate::http::Request;
use crate::lifecycle::loan;
use crate::tracking::ids::Ids;
use crate::tracking::store::{Batch, Glance, Numbered};
use crate::tracking::{Entity, Observation, Source};

/// Loans a request reads by their ids.
const BATCH: usize = 100;
/// Tracks read from the store at a time.
const CHUNK: usize = 1_000;
/// How often a full pass is made at least.
const FULL_PASS: Duration = Duration::from_secs(24 * 3_600);
/// Requests of a full pass beside the pages of open loans: 220 over 20,000.
const BEYOND: u32 = 20;
/// Requests of a partial pass, and of those for each hundred loans that changed.
const BOUND: u32 = 10;
const BOUND_A_BATCH: u32 = 6;
/// What is read again before the mark of the last pass: what the server wrote
/// down late is not missed.
const OVERLAP: Duration = Duration::from_secs(120);

/// The statuses in which a loan waits for a decision or its payout: a loan in
/// one of them changes without a payment or an accounting event to tell.
const UNDECIDED: [LoanStatus; 7] = [
    LoanStatus::Submitted,
    LoanStatus::PendingValidation,
    LoanStatus::ToValidate,
    LoanStatus::Validated,
    LoanStatus::Scheduled,
    LoanStatus::Initiated,
    LoanStatus::IssueDetected,
];

/// What a pass found.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Synced {
    /// What changed, in the order it was recorded.
    pub changes: Vec<Numbered>,
    /// How many requests it took.
    pub requests: u32,
    /// Whether every open loan was read.
    pub full: bool,
    /// Requests that are left of what a pass may take.
    spare: u32,
}

impl Synced {
    /// Adds requests that were made beside the lists, and what they showed.
    fn add(&mut self, (requests, changes): (u32, Vec<Numbered>)) {
        self.requests += requests;
        self.spare = self.spare.saturating_sub(requests);
        self.changes.extend(changes);
    }

    /// How many of so many requests may still be made.
    pub(super) fn at_most(&self, requests: u32) -> u32 {
        requests.min(self.spare)
    }
}

impl Tracker {
    /// Catches up with the server and returns what changed: settles what is
    /// open, reads what notifications tell of, makes a pass over the account, and
    /// tells which alerts have begun or are over. Made for a cron job as well as for a loop.
    ///
    /// A pass is partial where a full one was made in the last 24 hours. A
    /// partial pass finds changed loans through payments, accounting events and
    /// the list of loans that wait for a decision. INFERRED: what it cannot see is
    /// a change of a loan that is being repaid without a payment or an event, such
    /// as a postponement made elsewhere; the next full pass sees it.
    ///
    /// Of processes that share a store one makes a pass at a time: others wait for
    /// it, and then make their own.
    ///
    /// # Errors
    ///
    /// When the store or the server fails; what was read until then is kept, and
    /// the next pass begins where the last whole one did.
    pub async fn sync(&self) -> Result<Synced, Error> {
        self.sync_unless(None).await
    }

    /// As [`sync`](Self::sync), without the pass where another process has made one
    /// less than `unless` ago.
    pub(super) async fn sync_unless(&self, unless: Option<Duration>) -> Result<Synced, Error> {
        let started = Instant::now();
        let synced = self.catch_up(unless).await;
        let (outcome, requests) = match &synced {
            Ok(synced) => ("done", synced.requests),
            Err(_) => ("failed", 0),
        };
        let meters = &self.inner.meters;
        meters.pass(outcome, started.elapsed(), requests);
        synced
    }

    async fn catch_up(&self, unless: Option<Duration>) -> Result<Synced, Error> {
        let (_, mut changes) = self.settle_all().await?;
        changes.extend(self.digest().await?);
        let synced = self
            .in_turn(Work::Pass, unless, Box::pin(self.pass()))
            .await?;
        let mut synced = match synced {
            Some(synced) => self.complete(synced).await?,
            None => Synced::default(),
        };
        changes.append(&mut synced.changes);
        changes.extend(self.check_alerts().await?);
        synced.changes = changes;
        Ok(synced)
    }

    /// Adds to a pass what the lists do not show, with the requests it has left.
    async fn complete(&self, mut synced: Synced) -> Result<Synced, Error> {
        self.note_unannounced(&synced.changes).await?;
        let explained = self.explain_gaps(&synced).await?;
        synced.add(explained);
        let extras = self.read_extras(&synced).await?;
        synced.add(extras);
        Ok(synced)
    }

    async fn pass(&self) -> Result<Synced, Error> {
        let last = self.instant_mark("full_pass").await?;
        if last.is_none_or(|last| after(last, FULL_PASS) <= self.now()) {
            self.read_all().await
        } else {
            self.read_changed().await
        }
    }

    /// Reads every open loan of the account from lists, and those that have left
    /// them by their ids.
    ///
    /// # Errors
    ///
    /// As [`sync`](Self::sync).
    pub async fn full_pass(&self) -> Result<Synced, Error> {
        let synced = self.in_turn(Work::Pass, None, Box::pin(self.read_all()));
        Ok(synced.await?.unwrap_or_default())
    }

    async fn read_all(&self) -> Result<Synced, Error> {
        let began = self.now();
        let _pass = self.inner.watched.begin(began, true);
        let mut synced = Synced {
            full: true,
            ..Synced::default()
        };
        let open: Vec<LoanStatus> = LoanStatus::ALL
            .iter()
            .filter(|status| !loan::is_terminal(status) && !loan::is_settled(status))
            .cloned()
            .collect();
        let (seen, mut changes) = self.loans_in(open, &mut synced).await?;
        let pages = synced.requests;
        let mut left = self.known_open(|loan| !seen.contains(&loan.id)).await?;
        let mut late = Vec::new();
        // What came before the first pass is left to `reconcile`.
        if let Some(since) = self.instant_mark("pass").await? {
            let news = self.read_news(Some(since)).await?;
            synced.requests += news.requests;
            changes.extend(news.changes);
            late = news.late;
            let known: BTreeSet<String> = left.iter().cloned().collect();
            let unseen = |id: &String| !seen.contains(id) && !known.contains(id);
            left.extend(news.loans.into_iter().filter(unseen));
        }
        synced.requests += batches(left.len());
        changes.extend(self.look_at(&left).await?);
        changes.extend(self.observe(late).await?);
        synced.changes = changes;
        synced.spare = (pages + BEYOND).saturating_sub(synced.requests);
        self.set_marks(began, true).await?;
        let before = earlier(self.now(), self.inner.keep_notifications);
        self.inner.store.forget_notifications(before).await?;
        Ok(synced)
    }

    /// Finds changed loans through payments, accounting events and the short
    /// list of those that wait for a decision, and reads them.
    ///
    /// # Errors
    ///
    /// As [`sync`](Self::sync).
    pub async fn partial_pass(&self) -> Result<Synced, Error> {
        let synced = self.in_turn(Work::Pass, None, Box::pin(self.read_changed()));
        Ok(synced.await?.unwrap_or_default())
    }

    async fn read_changed(&self) -> Result<Synced, Error> {
        let began = self.now();
        let _pass = self.inner.watched.begin(began, false);
        let since = self.instant_mark("pass").await?;
        let mut synced = Synced::default();
        let News {
            loans: mut changed,
            mut changes,
            late,
            requests,
        } = self.read_news(since).await?;
        synced.requests += requests;
        let (undecided, shown) = self.loans_in(UNDECIDED, &mut synced).await?;
        changes.extend(shown);
        // Those that were undecided and are no longer, and those in doubt.
        changed.extend(self.known_open(was_undecided_or_is_in_doubt).await?);
        let changed = changed.into_iter().filter(|id| !undecided.contains(id));
        let changed: Vec<String> = changed.collect();
        synced.requests += batches(changed.len());
        changes.extend(self.look_at(&changed).await?);
        changes.extend(self.observe(late).await?);
        synced.changes = changes;
        let bound = BOUND + BOUND_A_BATCH * batches(changed.len());
        synced.spare = bound.saturating_sub(synced.requests);
        self.set_marks(began, false).await?;
        Ok(synced)
    }

    /// Reads the loans in these statuses from the list: their ids, and what changed.
    async fn loans_in(
        &self,
        statuses: impl IntoIterator<Item = LoanStatus>,
        synced: &mut Synced,
    ) -> Result<(Ids, Vec<Numbered>), Error> {
        let statuses: Vec<LoanStatus> = statuses.into_iter().collect();
        let query = ListLoans::new().status(statuses);
        let request = Request::new(&loans::LIST).query_of(&query);
        let (mut ids, mut changes) = (Ids::default(), Vec::new());
        let mut pages = self.pages::<Loan>(request);
        while let Some((page, moment)) = pages.next().await? {
            page.data
                .iter()
                .for_each(|loan| ids.insert(loan.id.as_str()));
            let loans = page.data.iter();
            let shown = loans.flat_map(|loan| of_loan(loan, moment, Source::Poll));
            changes.extend(self.observe(shown.collect()).await?);
        }
        synced.requests += pages.requests;
        Ok((ids, changes))
    }

    /// Reads loans by their ids, a hundred a request.
    pub(super) async fn look_at(&self, ids: &[String]) -> Result<Vec<Numbered>, Error> {
        let mut changes = Vec::new();
        for ids in ids.chunks(BATCH) {
            let query = ListLoans::new().id(ids.iter().map(String::as_str).collect::<Vec<_>>());
            let shown = self.read(&loans::LIST, &query, ids.len()).await?;
            changes.extend(self.observe(shown).await?);
        }
        Ok(changes)
    }

    /// What a list shows of the objects asked for.
    pub(super) async fn read(
        &self,
        operation: &'static Operation,
        query: &impl Wire,
        items: usize,
    ) -> Result<Vec<Observation>, Error> {
        let request = Request::new(operation).query_of(query);
        let (answer, seen) = self.ask(request.into()).await?;
        self.inner.watched.page(items);
        Ok(self.shown(&answer, seen, Source::Poll))
    }

    pub(super) async fn observe(
        &self,
        observations: Vec<Observation>,
    ) -> Result<Vec<Numbered>, Error> {
        if observations.is_empty() {
            return Ok(Vec::new());
        }
        self.commit(Batch {
            observations,
            ..Batch::default()
        })
        .await
    }

    /// Those of the loans that are in the ledger.
    pub(super) async fn in_ledger(&self, loans: &[String]) -> Result<BTreeSet<String>, Error> {
        if loans.is_empty() {
            return Ok(BTreeSet::new());
        }
        let rows = self.inner.store.rows_of(loans.to_vec()).await?;
        Ok(rows.into_iter().map(|row| row.loan).collect())
    }

    /// The ids of loans that are open as far as is known.
    async fn known_open(&self, wanted: impl Fn(&Glance) -> bool) -> Result<Vec<String>, Error> {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let loans = self.inner.store.glances(Entity::Loan, after, CHUNK).await?;
            let Some(last) = loans.last() else {
                return Ok(found);
            };
            after = Some(last.id.clone());
            let open = loans.into_iter().filter(may_be_open);
            found.extend(open.filter(|loan| wanted(loan)).map(|loan| loan.id));
        }
    }

    pub(super) async fn instant_mark(&self, name: &str) -> Result<Option<Timestamp>, Error> {
        let mark = self.inner.store.mark(name.to_owned()).await?;
        Ok(mark.and_then(|text| text.parse().ok()))
    }

    /// Notes where the next pass begins: at the server's time when this one
    /// began, and a little before.
    async fn set_marks(&self, began: Timestamp, full: bool) -> Result<(), Error> {
        let server = self.offset().server_time(began);
        let next = earlier(server, OVERLAP);
        let mut marks = vec![("pass".to_owned(), next.to_string())];
        if full {
            marks.push(("full_pass".to_owned(), began.to_string()));
        }
        self.commit(Batch {
            marks,
            ..Batch::default()
        })
        .await?;
        Ok(())
    }
}

/// Whether a loan may have changed without a payment or an event to tell.
fn was_undecided_or_is_in_doubt(loan: &Glance) -> bool {
    let status = loan.status.as_ref();
    let undecided = status.is_some_and(|status| UNDECIDED.iter().any(|one| one == status.as_str()));
    undecided || loan.needs_a_look
}

/// Whether a loan is not over, or should be read to tell.
pub(super) fn may_be_open(loan: &Glance) -> bool {
    let status = loan.status.as_ref();
    let is_over = status.is_some_and(|status| {
        let status = LoanStatus::from(status.as_str());
        loan::is_terminal(&status) || loan::is_settled(&status)
    });
    loan.needs_a_look || !is_over
}

/// Whether there are loans, and all of them are among the others.
pub(super) fn are_all_in(loans: &[String], others: &BTreeSet<String>) -> bool {
    !loans.is_empty() && loans.iter().all(|loan| others.contains(loan))
}

fn batches(count: usize) -> u32 {
    u32::try_from(count.div_ceil(BATCH)).unwrap_or(u32::MAX)
}
