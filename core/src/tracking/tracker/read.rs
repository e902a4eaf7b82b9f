//! Reads of the tracker's own, and what they show.

use std::marker::PhantomData;

use defacto_types::operation::Answer as Shape;
use defacto_types::{BorrowerFinancialProduct, CreditLine, Loan, Page, Payment, Timestamp, Wire};
use serde::de::DeserializeOwned;

use super::Tracker;
use crate::Error;
use crate::http::{Answer, Request};
use crate::tracking::{Moment, Observation, Source};
use crate::trail::Trail;

/// When something was read: as closely as reads can be told apart, and with all
/// that is not known of the server's clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    close: Moment,
    wide: Moment,
}

impl Seen {
    /// When, to be compared with other reads.
    pub(super) fn moment(self) -> Moment {
        self.close
    }
}

impl Tracker {
    /// Sends a request, and notes when it was answered by the server's clock.
    pub(super) async fn ask(&self, request: Box<Request>) -> Result<(Answer, Seen), Error> {
        self.check_account().await?;
        let sent = self.now();
        let answer = self.inner.client.send(request).await?;
        let seen = self.seen(sent, &answer);
        Ok((answer, seen))
    }

    pub(super) fn seen(&self, sent: Timestamp, answer: &Answer) -> Seen {
        let received = self.now();
        let mut offset = self.offset();
        offset.learn(sent, received, &answer.headers);
        Seen {
            close: offset.moment(sent, received),
            wide: offset.wide(sent, received),
        }
    }

    /// A list, to be read page by page. No function is handed each page: the
    /// future of one could not be sent to another thread.
    pub(super) fn pages<T: Wire>(&self, request: Request) -> Pages<'_, T> {
        Pages {
            tracker: self,
            trail: Trail::new(request.into()),
            requests: 0,
            items: PhantomData,
        }
    }

    /// What an answer shows of objects that are followed, by the type of the
    /// operation's answer.
    pub(super) fn shown(&self, answer: &Answer, seen: Seen, source: Source) -> Vec<Observation> {
        use crate::tracking::Observation as One;
        let at = seen.close;
        let whole = match answer.operation.map(|operation| operation.answer) {
            Some(Shape::Json("Loan")) => each(one(answer), |loan| One::of_loan(loan, at, source)),
            Some(Shape::List("Loan")) => each(page(answer), |loan| One::of_loan(loan, at, source)),
            Some(Shape::List("Payment")) => {
                each(page(answer), |payment| One::of_payment(payment, at, source))
            }
            Some(Shape::Json("Invoice")) => {
                each(one(answer), |invoice| One::of_invoice(invoice, at, source))
            }
            Some(Shape::List("Invoice")) => {
                each(page(answer), |invoice| One::of_invoice(invoice, at, source))
            }
            Some(Shape::List("BorrowerFinancialProduct")) => {
                each(page(answer), |product| One::of_product(product, at, source))
            }
            Some(Shape::Json("InstallmentPlan")) => one(answer)
                .iter()
                .flat_map(|plan| One::of_plan(plan, at, source))
                .collect(),
            Some(Shape::Json("CreditLine")) => lines(&one(answer), at, source),
            Some(Shape::List("CreditLine")) => lines(&page(answer), at, source),
            _ => Vec::new(),
        };
        whole.into_iter().flat_map(|one| split(one, seen)).collect()
    }
}

/// A list that is being read.
pub(super) struct Pages<'a, T> {
    tracker: &'a Tracker,
    trail: Trail,
    /// How many requests it took so far.
    pub(super) requests: u32,
    items: PhantomData<fn() -> T>,
}

impl<T: Wire> Pages<'_, T> {
    /// The next page, and when it was read; nothing after the last.
    pub(super) async fn next(&mut self) -> Result<Option<(Page<T>, Seen)>, Error> {
        let Some(request) = self.trail.request() else {
            return Ok(None);
        };
        self.requests += 1;
        let (answer, seen) = self.tracker.ask(request).await?;
        let page = answer.json::<Page<T>>();
        let page = self.trail.take(page, |page| page.next_page.as_deref())?;
        self.tracker.inner.watched.page(page.data.len());
        Ok(Some((page, seen)))
    }
}

fn lines(lines: &[CreditLine], at: Moment, source: Source) -> Vec<Observation> {
    let shown = lines
        .iter()
        .filter_map(|line| Observation::of_credit_line(line, at, source));
    shown.collect()
}

fn each<T>(items: Vec<T>, observe: impl Fn(&T) -> Observation) -> Vec<Observation> {
    items.iter().map(observe).collect()
}

/// What a loan that was read shows.
pub(super) fn of_loan(loan: &Loan, seen: Seen, source: Source) -> Vec<Observation> {
    split(Observation::of_loan(loan, seen.close, source), seen)
}

/// What a payment that was read shows.
pub(super) fn of_payment(payment: &Payment, seen: Seen, source: Source) -> Vec<Observation> {
    split(Observation::of_payment(payment, seen.close, source), seen)
}

/// What a financial product that was read shows.
pub(super) fn of_product(
    product: &BorrowerFinancialProduct,
    seen: Seen,
    source: Source,
) -> Vec<Observation> {
    split(Observation::of_product(product, seen.close, source), seen)
}

/// The status with a moment to be compared with the server's events, the fields
/// with one to be compared with other reads: all fields come from reads.
fn split(observation: Observation, seen: Seen) -> Vec<Observation> {
    let status = observation.status.clone().map(|status| Observation {
        moment: seen.wide,
        status: Some(status),
        facts: None,
        ..observation.clone()
    });
    let facts = Observation {
        status: None,
        ..observation
    };
    status.into_iter().chain([facts]).collect()
}

fn one<T: DeserializeOwned>(answer: &Answer) -> Vec<T> {
    answer.json().into_iter().collect()
}

fn page<T: Wire>(answer: &Answer) -> Vec<T> {
    answer
        .json::<Page<T>>()
        .map(|page| page.data)
        .unwrap_or_default()
}
