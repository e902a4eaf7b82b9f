//! The whole book of the server against the store.

use std::collections::{BTreeMap, BTreeSet};

use defacto_types::operations::{loans, payments};
use defacto_types::{ListLoans, ListPayments, Loan, Payment};

use super::Tracker;
use super::read::{Seen, of_loan, of_payment};
use crate::http::Request;
use crate::tracking::store::{each_row, each_track};
use crate::tracking::{Book, Entity, Facts, Observation, Reconciliation, Source, Subject};
use crate::{Error, ErrorKind};

/// Tracks read from the store at a time.
const CHUNK: usize = 1_000;

/// What is compared of an object: all of an item, however it was seen.
struct Item {
    whole: Observation,
    parts: Vec<Observation>,
}

impl Tracker {
    /// Compares everything the server lists, loans and payments, with the store:
    /// what is missing, extra or different, and what money does not add up. With
    /// `fix` the store takes over what the server says, as
    /// [`Source::Adopted`]; what is extra or does not add up stays as it is.
    ///
    /// A loan that moves meanwhile may be told as different.
    ///
    /// # Errors
    ///
    /// When the store or the server fails, and when the list does not hold what
    /// it says: [`ErrorKind::UnexpectedAnswer`]. Nothing is compared by halves.
    pub async fn reconcile(&self, fix: bool) -> Result<Reconciliation, Error> {
        let mut report = Reconciliation::new(self.now());
        let mut adopted = Vec::new();
        let mut ledger = BTreeMap::new();
        each_row(&*self.inner.store, |row| {
            ledger.insert(row.loan.clone(), row);
        })
        .await?;

        // Payments first: what they paid, the loans already know.
        let request = Request::new(&payments::LIST).query_of(&ListPayments::new());
        let mut book = Book::default();
        let items = self
            .whole_list(request, &mut report.requests, |one: &Payment, seen| Item {
                whole: Observation::of_payment(one, seen.moment(), Source::Adopted),
                parts: of_payment(one, seen, Source::Adopted),
            })
            .await?;
        report.payments = count(items.len());
        // Of loans of the ledger: there should be none.
        let mut of_ledger = Vec::new();
        let mut listed = BTreeSet::new();
        for Item { whole, parts } in items {
            book.take(&whole);
            listed.insert(whole.subject.id.clone());
            let known = self.inner.store.track(whole.subject.clone()).await?;
            let is_over = {
                let mut loans = whole.facts.iter().flat_map(Facts::loans).peekable();
                loans.peek().is_some() && loans.all(|loan| ledger.contains_key(loan))
            };
            if known.is_none() && is_over {
                of_ledger.push(Item { whole, parts });
            } else if report.compare(known.as_ref(), &whole) {
                adopted.push(parts);
            }
        }
        let flows = book.close();
        each_track(&*self.inner.store, Entity::Payment, |track| {
            report.seek(track.subject(), &listed);
        })
        .await?;

        let request = Request::new(&loans::LIST).query_of(&ListLoans::new());
        let items = self
            .whole_list(request, &mut report.requests, |one: &Loan, seen| Item {
                whole: Observation::of_loan(one, seen.moment(), Source::Adopted),
                parts: of_loan(one, seen, Source::Adopted),
            })
            .await?;
        report.loans = count(items.len());
        let mut listed = BTreeSet::new();
        let mut back = BTreeSet::new();
        for Item { whole, parts } in items {
            let Subject { id, .. } = &whole.subject;
            let status = whole.status.as_ref().map(ToString::to_string);
            let by_status = report.by_status.entry(status.unwrap_or_default());
            by_status.or_default().server += 1;
            let none = Facts::default();
            let facts = whole.facts.as_ref().unwrap_or(&none);
            report.weigh(id, facts, flows.get(id));
            listed.insert(id.clone());
            let known = self.inner.store.track(whole.subject.clone()).await?;
            let differs = match ledger.get(id).filter(|_| known.is_none()) {
                Some(row) => {
                    let differs = report.compare_row(row, &whole);
                    if differs {
                        back.insert(id.clone());
                    }
                    differs
                }
                None => report.compare(known.as_ref(), &whole),
            };
            if differs {
                adopted.push(parts);
            }
        }
        // After the loan that is back, without which they are not taken in.
        for Item { whole, parts } in of_ledger {
            let mut loans = whole.facts.iter().flat_map(Facts::loans);
            if loans.any(|loan| back.contains(loan)) && report.compare(None, &whole) {
                adopted.push(parts);
            }
        }
        each_track(&*self.inner.store, Entity::Loan, |track| {
            let status = track.state().map(|state| state.status.to_string());
            report.count(track.subject(), status.unwrap_or_default(), &listed);
        })
        .await?;
        for row in ledger.values() {
            let loan = Subject::loan(&row.loan);
            report.count(&loan, row.status.to_string(), &listed);
        }
        if fix {
            report.adopted = count(adopted.len());
            for part in adopted.chunks(CHUNK) {
                self.observe(part.concat()).await?;
            }
        }
        Ok(report)
    }

    /// Reads a list to its end, and refuses one that does not hold what it says.
    async fn whole_list<T: defacto_types::Wire>(
        &self,
        request: Request,
        requests: &mut u32,
        item: impl Fn(&T, Seen) -> Item,
    ) -> Result<Vec<Item>, Error> {
        let mut items: Vec<Item> = Vec::new();
        // Something may be added while the list is read.
        let mut totals: Option<(i64, i64)> = None;
        let mut pages = self.pages::<T>(request);
        while let Some((page, seen)) = pages.next().await? {
            let holds = i64::try_from(page.data.len()).unwrap_or(i64::MAX);
            if let Some(told) = page.count.filter(|told| *told != holds) {
                return Err(short("a page", told, holds));
            }
            if let Some(total) = page.total {
                let (low, high) = totals.unwrap_or((total, total));
                totals = Some((low.min(total), high.max(total)));
            }
            items.extend(page.data.iter().map(|one| item(one, seen)));
        }
        *requests += pages.requests;
        let mut ids: Vec<&str> = items.iter().map(|one| &*one.whole.subject.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let seen = i64::try_from(ids.len()).unwrap_or(i64::MAX);
        match totals {
            Some((low, high)) if seen < low || seen > high => Err(short("the list", high, seen)),
            _ => Ok(items),
        }
    }
}

fn short(what: &str, told: i64, held: i64) -> Error {
    Error::new(
        ErrorKind::UnexpectedAnswer,
        format!("{what} says that it holds {told} and holds {held}: nothing was compared"),
    )
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
