//! What payments and accounting events tell since the last pass.

use std::collections::BTreeSet;

use defacto_types::operations::{events, payments};
use defacto_types::{LedgerEvent, ListEvents, ListPayments, Payment, Timestamp};

use super::Tracker;
use super::read::{Pages, of_payment};
use super::sync::are_all_in;
use crate::Error;
use crate::http::Request;
use crate::tracking::store::Numbered;
use crate::tracking::{Observation, Source};

/// What was read.
#[derive(Default)]
pub(super) struct News {
    /// The loans that payments and events are about.
    pub(super) loans: BTreeSet<String>,
    pub(super) changes: Vec<Numbered>,
    /// Payments of loans of the ledger: they come in with a loan that comes back.
    pub(super) late: Vec<Observation>,
    pub(super) requests: u32,
}

impl Tracker {
    /// Reads the payments that changed and the events that came since an instant; all,
    /// where there is none. Of an event only its loan is taken: it is dated as the
    /// accounts are, which need not be when the loan moved.
    pub(super) async fn read_news(&self, since: Option<Timestamp>) -> Result<News, Error> {
        let mut news = self.read_payments(since).await?;
        let mut query = ListEvents::new();
        if let Some(since) = since {
            query = query.from_date(since);
        }
        let request = Request::new(&events::LIST).query_of(&query);
        let mut pages = self.pages::<LedgerEvent>(request);
        while let Some((page, _)) = pages.next().await? {
            let events = page.data.into_iter();
            let loans = events.filter_map(|one| Some(one.event_payload?.loan_id?.to_string()));
            news.loans.extend(loans);
        }
        news.requests += pages.requests;
        Ok(news)
    }

    /// Takes in the next page of payments, and gives what changed; nothing after the
    /// last.
    pub(super) async fn next_payments(
        &self,
        pages: &mut Pages<'_, Payment>,
        source: Source,
    ) -> Result<Option<Vec<Numbered>>, Error> {
        let Some((page, seen)) = pages.next().await? else {
            return Ok(None);
        };
        let payments = page.data.iter();
        let shown = payments.flat_map(|payment| of_payment(payment, seen, source));
        self.observe(shown.collect()).await.map(Some)
    }

    async fn read_payments(&self, since: Option<Timestamp>) -> Result<News, Error> {
        let mut query = ListPayments::new();
        if let Some(since) = since {
            query = query.updated_after(since);
        }
        let request = Request::new(&payments::LIST).query_of(&query);
        let mut pages = self.pages::<Payment>(request);
        let mut found = News::default();
        while let Some((page, moment)) = pages.next().await? {
            let (mut shown, mut paid) = (Vec::new(), Vec::new());
            for payment in &page.data {
                let related = payment.related_to.iter().flat_map(|related| &related.loans);
                let loans = related.filter_map(|share| Some(share.loan_id.as_ref()?.to_string()));
                let loans: Vec<String> = loans.collect();
                paid.extend(loans.iter().cloned());
                shown.push((loans, of_payment(payment, moment, Source::Poll)));
            }
            let over = self.in_ledger(&paid).await?;
            found.loans.extend(paid);
            let (put_off, shown): (Vec<_>, Vec<_>) = shown
                .into_iter()
                .partition(|(loans, _)| are_all_in(loans, &over));
            let put_off = put_off.into_iter().flat_map(|(_, shown)| shown);
            found.late.extend(put_off);
            let shown = shown.into_iter().flat_map(|(_, shown)| shown);
            found.changes.extend(self.observe(shown.collect()).await?);
        }
        found.requests = pages.requests;
        Ok(found)
    }
}
