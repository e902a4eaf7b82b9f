//! Moves a loan makes because someone wants it to, and not by itself.

use jiff::Timestamp;

use super::loan::{Denial, Hold};
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::{MOVES, Status};
use super::{Refusal, World};
use crate::policy::Timing;

/// Whether anything known leads from one status to the other, of what the table
/// of moves has.
pub(crate) fn is_known(from: Status, to: Status) -> bool {
    !matches!(
        (from, to),
        (Status::ToRepay | Status::ToRepayFees, Status::IssueDetected)
            | (Status::ToRepayFees, Status::ToRepay)
    )
}

impl World {
    /// The moves out of a loan's status: the row in the list of transitions,
    /// and where it leads.
    pub(crate) fn moves(&self, no: No) -> impl Iterator<Item = (&'static str, Status)> {
        let status = self.loans[no].value.status;
        let moves = MOVES.iter().filter(move |(_, from, _)| *from == status);
        moves.map(|(row, _, to)| (*row, *to))
    }

    /// Makes a move that the table has, now and with all that comes with it:
    /// the client's own, Defacto's, and the bank's.
    pub(crate) fn move_to(&mut self, no: No, to: Status, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        let from = loan.status;
        let at = now.max(loan.since());
        if !from.may_become(to) {
            return self.enter(no, to, at);
        }
        if !is_known(from, to) {
            let detail = "the table has this move, and nothing known leads to it";
            return Err(Refusal::State(detail.to_owned()));
        }
        match (from, to) {
            (Status::ToValidate, Status::Validated) => self.validate(no, now),
            (Status::IssueDetected, Status::ToRepay) => self.resolve(no, now),
            (Status::IssueDetected, Status::Canceled) => self.enter(no, to, at),
            (Status::IssueDetected, _) => {
                self.pay_out_again(no, at);
                self.enter(no, to, at)
            }
            (_, Status::Canceled) => self.cancel(no, now),
            (_, Status::Declined) => self.decline(no, Denial::CreditRisk, now),
            (Status::Submitted | Status::PendingValidation, Status::ToValidate)
            | (Status::Submitted | Status::PendingValidation, Status::Validated) => {
                self.accept(no, to, at)
            }
            (_, Status::Deleted) => {
                self.shift_hold(no, Hold::Nothing, at);
                self.enter(no, to, at)
            }
            (Status::ToRepay, Status::ToRepayFees) => {
                let rest = self.loans[no].value.outstanding();
                self.repay_loan(no, Some(rest), now)
            }
            (_, Status::Closed) => self.repay_loan(no, None, now),
            (Status::Closed, Status::ToRepay) => self.undo(no, Purpose::Principal, now),
            (Status::Closed, Status::ToRepayFees) => self.undo(no, Purpose::Fees, now),
            _ => self.enter(no, to, at),
        }
    }

    /// Makes the step that would come by itself at the next read.
    pub(crate) fn step_now(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        if self.settings.timing == Timing::Calendar {
            let detail = "by the calendar a step comes at its time: move the clock";
            return Err(Refusal::State(detail.to_owned()));
        }
        if loan.due.is_none() {
            let detail = "nothing comes by itself: the loan waits for someone, or has ended";
            return Err(Refusal::State(detail.to_owned()));
        }
        self.step(no, now);
        Ok(())
    }

    /// An offer, where there is room for the loan.
    fn accept(&mut self, no: No, to: Status, at: Timestamp) -> Result<(), Refusal> {
        self.hold(no, at);
        if self.loans[no].value.hold == Hold::Nothing {
            let detail = "the credit line or a credit limit has no room for the loan";
            return Err(Refusal::State(detail.to_owned()));
        }
        self.enter(no, to, at)
    }

    /// A payout that failed is over; the next is another payment.
    fn pay_out_again(&mut self, no: No, at: Timestamp) {
        let loan = &self.loans[no].value;
        let (amount, to_pay_at) = (loan.amount, loan.to_pay_at);
        let (payout, scheduled) = (Purpose::Payout, Progress::Scheduled);
        self.add_payment(no, payout, scheduled, amount, to_pay_at, at);
    }

    /// The last payment for this purpose that can be is charged back.
    fn undo(&mut self, no: No, purpose: Purpose, now: Timestamp) -> Result<(), Refusal> {
        let detail = "no payment of the loan can be charged back".to_owned();
        let mut undone = Err(Refusal::State(detail));
        for payment in self.loans[no].value.payments.clone().into_iter().rev() {
            if self.payments[payment].value.purpose == purpose {
                undone = self.charge_back(payment, now);
                if undone.is_ok() {
                    break;
                }
            }
        }
        undone
    }
}
