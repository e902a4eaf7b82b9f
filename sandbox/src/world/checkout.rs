//! Repayments by pay-by-bank: a page is asked for, and paid on.

use defacto_types::{RepayNow, RepayNowMethod};
use jiff::Timestamp;

use super::feed::Kind;
use super::ledger::Account;
use super::onboarding::is_web;
use super::payment::{About, Method, Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World, invalid};

#[derive(Clone, Debug)]
pub(crate) struct Checkout {
    pub(crate) amount: i64,
    pub(crate) callback: Box<str>,
    /// Whether it was paid or given up.
    pub(crate) is_over: bool,
    /// The loans its money went to.
    pub(crate) loans: Vec<No>,
}

impl World {
    pub(crate) fn open_checkout(&mut self, body: &RepayNow, now: Timestamp) -> Result<No, Refusal> {
        self.check_room(self.checkouts.len() as usize, "payments")?;
        let mut wrong = Vec::new();
        let amount = body.amount.map_or(0, |amount| amount.get());
        // Above any debt there can be; sums of it stay numbers.
        if !(1..=1_000_000_000_000).contains(&amount) {
            wrong.push(invalid("amount", "must be at least 1 cent"));
        }
        let callback = body
            .base_callback_url
            .as_ref()
            .map_or("", |url| url.expose());
        if !is_web(callback) {
            wrong.push(invalid("base_callback_url", "must be an http or https URL"));
        }
        let method = &body.repayment_method;
        if method.as_ref().is_some_and(|m| *m != RepayNowMethod::Pisp) {
            wrong.push(invalid("repayment_method", "must be PISP"));
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let id = self.new_id();
        let checkout = Checkout {
            amount,
            callback: callback.into(),
            is_over: false,
            loans: Vec::new(),
        };
        Ok(self.checkouts.push(id, now, checkout))
    }

    /// Ends a checkout; paid, its money goes to what is due first: the
    /// principal of each loan, then its interest. What is left over nobody
    /// owed.
    pub(crate) fn end_checkout(
        &mut self,
        no: No,
        is_paid: bool,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let checkout = &mut self.checkouts[no].value;
        if checkout.is_over {
            return Err(Refusal::State("the payment is over".to_owned()));
        }
        checkout.is_over = true;
        if is_paid {
            let amount = checkout.amount;
            self.repay(no, amount, now)?;
        }
        Ok(())
    }

    fn repay(&mut self, checkout: No, amount: i64, now: Timestamp) -> Result<(), Refusal> {
        let mut left = amount;
        let mut last = None;
        let due: Vec<_> = self
            .loan_index
            .repayment
            .sorted
            .iter()
            .map(|(_, no)| *no)
            .collect();
        for loan in due {
            if left == 0 {
                return Ok(());
            }
            let before = left;
            let at = now.max(self.loans[loan].value.since());
            if self.loans[loan].value.status == Status::ToRepay {
                let part = left.min(self.loans[loan].value.outstanding());
                left -= part;
                self.repay_principal(loan, part, at)?;
            }
            let fees = self.ledger.balance(Account::Interest(loan));
            if self.loans[loan].value.status == Status::ToRepayFees && fees <= left {
                left -= fees;
                self.enter(loan, Status::Closed, at)?;
            }
            if left < before {
                last = Some((loan, at));
                self.checkouts[checkout].value.loans.push(loan);
            }
        }
        if left > 0 {
            let (about, extra) = (About::Nothing, Account::Extra(self.own));
            self.ledger.shift(now, extra, Account::Cash, left);
            let (purpose, paid) = (Purpose::Extra, Progress::Paid);
            self.push_payment(about, purpose, Method::Transfer, paid, left, now, now);
            if let Some((loan, at)) = last {
                self.tell(at, Kind::Extra, loan, left, 0);
            }
        }
        Ok(())
    }

    /// A loan's principal, or a part of it, is repaid out of turn.
    pub(super) fn repay_principal(
        &mut self,
        loan: No,
        amount: i64,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        let (about, purpose) = (About::Loan(loan), Purpose::Principal);
        self.push_payment(
            about,
            purpose,
            Method::Transfer,
            Progress::Paid,
            amount,
            at,
            at,
        );
        self.credit_installments(loan, amount, at);
        self.take_principal(loan, amount, at)
    }
}
