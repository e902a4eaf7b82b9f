//! Credit lines: what is left of them, and their rates.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use defacto_types::operations::borrowers::{LIST, LIST_FINANCIAL_PRODUCTS};
use defacto_types::{
    Borrower, BorrowerFinancialProduct, BorrowerId, ListBorrowers, Page, Timestamp,
};

use super::extras::{Extras, STANDS, is_older};
use super::purge::invoice;
use super::read::of_product;
use super::sync::may_be_open;
use super::{Tracker, earlier};
use crate::Error;
use crate::http::Request;
use crate::tracking::store::Numbered;
use crate::tracking::{Entity, Source, Subject, Track};

/// Open loans whose turn it is that are looked at in the store.
const LOOKED_AT: usize = 256;
/// Loans that are gone through for open ones.
const GONE_THROUGH: usize = 1_000;
/// Companies and loans that are remembered as asked for.
const REMEMBERED: usize = 10_000;
/// The field of a loan that names its credit line.
const LINE: &str = "borrower_financial_product_id";

/// When which company's credit lines, and which loan's payments, were asked for.
#[derive(Debug, Default)]
pub(super) struct Asked(Mutex<HashMap<String, Timestamp>>);

impl Asked {
    /// Whether it was not asked since an instant; from now on it was.
    pub(super) fn is_due(&self, whose: &str, since: Timestamp, now: Timestamp) -> bool {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.get(whose).is_some_and(|at| *at > since) {
            return false;
        }
        if asked.len() >= REMEMBERED {
            asked.clear();
        }
        asked.insert(whose.to_owned(), now);
        true
    }
}

impl Tracker {
    /// Reads a borrower's financial products and follows them: what their loans
    /// cost a day and how much is left. No list has those of all borrowers, so a
    /// pass reads those of a few: of loans that have changed, and by turns the others.
    ///
    /// # Errors
    ///
    /// When the store or the server fails.
    pub async fn read_products(
        &self,
        borrower_id: impl Into<BorrowerId>,
    ) -> Result<Vec<Numbered>, Error> {
        let borrower = borrower_id.into();
        let request = Request::new(&LIST_FINANCIAL_PRODUCTS).path("borrower_id", borrower.as_str());
        let mut changes = Vec::new();
        let mut pages = self.pages::<BorrowerFinancialProduct>(request);
        while let Some((page, seen)) = pages.next().await? {
            let products = page.data.iter();
            let shown = products.flat_map(|product| of_product(product, seen, Source::Poll));
            changes.extend(self.observe(shown.collect()).await?);
        }
        Ok(changes)
    }

    /// The borrower with a company number, where there is one.
    pub(super) async fn borrower_of(&self, company: &str) -> Result<Option<BorrowerId>, Error> {
        let query = ListBorrowers::new().borrower_identifier(company);
        let request = Request::new(&LIST).query_of(&query);
        let (answer, _) = self.ask(request.into()).await?;
        let found = answer.json::<Page<Borrower>>()?.data.into_iter().next();
        Ok(found.map(|borrower| borrower.id))
    }
}

impl Extras<'_> {
    /// Reads the credit lines of these loans, and those of open loans that are not known
    /// by turns, and one that is old; and finds the invoices to read.
    pub(super) async fn lines(&mut self, loans: &[String]) -> Result<(), Error> {
        let (tracker, store) = (self.tracker, &self.tracker.inner.store);
        let mut known = Vec::new();
        for loan in loans {
            let Some(loan) = store.track(Subject::loan(loan)).await? else {
                continue;
            };
            self.invoices.extend(invoice(&loan).map(ToOwned::to_owned));
            match self.line_of(&loan).await? {
                Some(line) => known.push(line),
                None => self.unknown_line_of(&loan).await?,
            }
        }
        for line in known {
            self.line(&line).await?;
        }
        self.turn_of_loans().await?;
        let began = tracker.turn(Entity::CreditLine).await?;
        let next = store.tracks(Entity::CreditLine, began.clone(), 1).await?;
        let since = earlier(tracker.server_now(), STANDS);
        for line in next.iter().filter(|line| is_older(line, since)) {
            self.line(line).await?;
        }
        let last = next.last().map(|line| line.subject().id.clone());
        tracker.end_turn(Entity::CreditLine, began, last).await
    }

    /// Goes on through the open loans, to the first whose line cannot be read any more.
    async fn turn_of_loans(&mut self) -> Result<(), Error> {
        let (tracker, store) = (self.tracker, &self.tracker.inner.store);
        let began = tracker.turn(Entity::Loan).await?;
        let next = store.glances(Entity::Loan, began.clone(), GONE_THROUGH);
        let next = next.await?;
        let is_end = next.len() < GONE_THROUGH;
        let (mut last, mut looked_at, mut is_whole) = (began.clone(), 0, true);
        for glance in next {
            if may_be_open(&glance) {
                looked_at += 1;
                let loan = store.track(Subject::loan(&glance.id)).await?;
                let needs_one = match &loan {
                    Some(loan) => self.needs_line(loan).await?,
                    None => false,
                };
                if looked_at > LOOKED_AT || needs_one && self.left <= 2 {
                    is_whole = false;
                    break;
                }
                if let Some(loan) = loan {
                    self.unknown_invoice_of(&loan).await?;
                    self.unknown_payments_of(&loan).await?;
                    if needs_one {
                        self.unknown_line_of(&loan).await?;
                    }
                }
            }
            last = Some(glance.id);
        }
        let last = last.filter(|_| !(is_end && is_whole));
        tracker.end_turn(Entity::Loan, began, last).await
    }

    async fn line_of(&self, loan: &Track) -> Result<Option<Track>, Error> {
        let Some(line) = loan.facts().and_then(|loan| loan.text(LINE)) else {
            return Ok(None);
        };
        let line = Subject::new(Entity::CreditLine, line);
        self.tracker.inner.store.track(line).await
    }

    /// Whether a loan has a line that is not known.
    async fn needs_line(&self, loan: &Track) -> Result<bool, Error> {
        let has_one = loan.facts().is_some_and(|loan| loan.text(LINE).is_some());
        Ok(has_one && self.line_of(loan).await?.is_none())
    }

    /// Reads a line that is known, with what else its borrower has.
    async fn line(&mut self, line: &Track) -> Result<(), Error> {
        let borrower = line.facts().and_then(|line| line.text("borrower_id"));
        let Some(borrower) = borrower.filter(|_| self.left > 1) else {
            return Ok(());
        };
        if self.borrowers.insert(borrower.to_owned()) {
            let read = self.tracker.read_products(borrower).await;
            self.take(read)?;
        }
        Ok(())
    }

    /// Reads the line of a loan's borrower, of which the company number is known.
    async fn unknown_line_of(&mut self, loan: &Track) -> Result<(), Error> {
        let facts = loan.facts().filter(|loan| loan.text(LINE).is_some());
        let company = facts.and_then(|loan| loan.text("borrower"));
        // One is left for invoices.
        let Some(company) = company.filter(|_| self.left > 2) else {
            return Ok(());
        };
        let now = self.tracker.server_now();
        let asked = &self.tracker.inner.asked;
        if !asked.is_due(company, earlier(now, STANDS), now) {
            return Ok(());
        }
        match self.tracker.borrower_of(company).await {
            Ok(Some(borrower)) => {
                self.take(Ok(Vec::new()))?;
                self.borrowers.insert(borrower.to_string());
                let read = self.tracker.read_products(borrower).await;
                self.take(read)
            }
            Ok(None) => self.take(Ok(Vec::new())),
            Err(error) => self.take(Err(error)),
        }
    }
}
