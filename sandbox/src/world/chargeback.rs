//! Repayments that the payer's bank takes back.

use jiff::Timestamp;

use super::bill::Stage;
use super::feed::Kind;
use super::ledger::Account;
use super::loan::Hold;
use super::payment::{About, Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World};

impl World {
    /// Takes a repayment back (L20): the loan owes the money again, and waits
    /// for it to come by transfer. The payment stays PAID; a new one says that
    /// it was undone.
    pub(crate) fn charge_back(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let payment = &self.payments[no].value;
        let refused = |why: &str| Err(Refusal::State(format!("the payment {why}")));
        let About::Loan(loan) = payment.about else {
            return refused("is not of one loan: nothing charges it back");
        };
        if payment.progress != Progress::Paid {
            return refused("is not PAID");
        }
        let is_undone = self.loans[loan].value.payments.iter().any(|other| {
            matches!(self.payments[*other].value.about, About::Undone { payment, .. } if payment == no)
        });
        if self.loans[loan].value.plan.is_some() {
            return refused("is of a loan with a plan: nothing charges it back");
        }
        if is_undone {
            return refused("is charged back already");
        }
        let (amount, purpose, method) = (payment.amount, payment.purpose, payment.method);
        let status = self.loans[loan].value.status;
        let at = now.max(self.loans[loan].value.since());
        match (purpose, status) {
            // What was lent since to others is not taken from them.
            (Purpose::Principal, _) if !self.has_room_again(loan, amount) => {
                return refused("cannot be owed again: the credit line or a limit has no room");
            }
            (Purpose::Principal, Status::ToRepay | Status::Closed) => {
                self.owe_principal(loan, amount, at)?;
            }
            (Purpose::Fees, Status::Closed) => self.owe_fees(loan, amount, at)?,
            _ => return refused("is no repayment of a loan that is TO_REPAY or CLOSED"),
        }
        let about = About::Undone { loan, payment: no };
        let (undone, paid) = (Purpose::Chargeback, Progress::Paid);
        self.push_payment(about, undone, method, paid, amount, at, at);
        self.expect(loan, purpose, amount, at, at);
        self.plan(loan, at);
        Ok(())
    }

    fn has_room_again(&self, loan: No, amount: i64) -> bool {
        let loan = &self.loans[loan].value;
        let room = |party: No| self.ledger.balance(Account::Room(party));
        amount <= self.available(loan.borrower)
            && loan
                .limited()
                .into_iter()
                .flatten()
                .all(|p| amount <= room(p))
    }

    fn owe_principal(&mut self, no: No, amount: i64, at: Timestamp) -> Result<(), Refusal> {
        let loan = &mut self.loans[no].value;
        // The last repayment is no part until something comes after it.
        let parts: i64 = loan.parts.iter().map(|(_, part)| part).sum();
        if let Some(ended) = loan.repaid_nominal_at.take() {
            loan.parts.push((ended, loan.amount - parts));
        }
        loan.parts.push((at, -amount));
        loan.repaid_nominal -= amount;
        loan.final_interest = None;
        loan.is_withheld = true;
        loan.closed_at = None;
        self.ledger
            .shift(at, Account::Cash, Account::Principal(no), amount);
        if self.loans[no].value.hold == Hold::Outstanding {
            self.release(no, -amount, at);
        } else {
            self.shift_hold(no, Hold::Outstanding, at);
        }
        self.tell(at, Kind::PrincipalChargedBack, no, amount, 0);
        if self.loans[no].value.status == Status::Closed {
            self.reopen(no, Status::ToRepay, at)?;
        }
        Ok(())
    }

    fn owe_fees(&mut self, no: No, amount: i64, at: Timestamp) -> Result<(), Refusal> {
        let loan = &mut self.loans[no].value;
        loan.paid_interest -= amount;
        loan.is_withheld = true;
        loan.closed_at = None;
        if let Some(bill) = loan.bill {
            self.bills[bill].value.stage = Stage::Sent;
        }
        self.ledger
            .shift(at, Account::Cash, Account::Interest(no), amount);
        self.tell(at, Kind::FeesChargedBack, no, 0, amount);
        self.reopen(no, Status::ToRepayFees, at)
    }
}
