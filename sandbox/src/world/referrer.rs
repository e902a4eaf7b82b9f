//! The account's referrer, and its part of what is earned.

use defacto_types::RevenueShareStatus;
use jiff::Timestamp;

use super::id::Id;
use super::ledger::Account;
use super::payment::{About, Method, Progress, Purpose};
use super::table::No;
use super::{Refusal, World};

/// What the referrer gets for a period: the present one grows with the
/// interest that is paid, until the referrer's invoice ends it.
#[derive(Clone, Debug)]
pub(crate) struct RevenueShare {
    pub(crate) start: Timestamp,
    pub(crate) end: Option<Timestamp>,
    pub(crate) amount: i64,
    pub(crate) status: RevenueShareStatus,
    /// None when there was nothing to pay.
    pub(crate) payment: Option<No>,
}

impl World {
    /// The referrer that brought the account: there is one.
    pub(crate) fn referrer(&self) -> Id {
        self.borrowers[self.own].id.sibling(0x00f0)
    }

    pub(super) fn open_revenue_share(&mut self, now: Timestamp) {
        let id = self.new_id();
        let share = RevenueShare {
            start: now,
            end: None,
            amount: 0,
            status: RevenueShareStatus::Created,
            payment: None,
        };
        self.revenue_shares.push(id, now, share);
    }

    /// Sets the referrer's part of interest that was paid aside.
    pub(super) fn share_revenue(&mut self, interest: i64, at: Timestamp) {
        let Some(no) = self.revenue_shares.len().checked_sub(1) else {
            return;
        };
        let part = interest * self.settings.revenue_share / 100;
        self.revenue_shares[no].value.amount += part;
        let (owed, income) = (Account::RevenueShare(no), Account::Income);
        self.ledger.shift(at, owed, income, part);
    }

    /// The referrer's invoice ends the period and is paid.
    pub(crate) fn invoice_revenue_share(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let share = &mut self.revenue_shares[no].value;
        if share.status != RevenueShareStatus::Created {
            return Err(Refusal::State(format!(
                "an invoice is taken while the share is CREATED, and this one is {}",
                share.status
            )));
        }
        share.status = RevenueShareStatus::Paid;
        share.end = Some(now.max(share.start));
        let amount = share.amount;
        if amount > 0 {
            let (owed, about) = (Account::RevenueShare(no), About::RevenueShare);
            self.ledger.shift(now, Account::Cash, owed, amount);
            let (purpose, paid) = (Purpose::RevenueShare, Progress::Paid);
            let payment =
                self.push_payment(about, purpose, Method::Transfer, paid, amount, now, now);
            self.revenue_shares[no].value.payment = Some(payment);
        }
        self.open_revenue_share(now);
        Ok(())
    }
}
