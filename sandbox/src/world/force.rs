//! Moves a loan makes because someone wants it to, and not by itself.

use jiff::Timestamp;

use super::loan::{Denial, Hold};
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::{MOVES, Status};
use super::{Refusal, World};
use crate::policy::Timing;

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
        match (from, to) {
            (Status::ToValidate, Status::Validated) => return self.validate(no, now),
            (Status::IssueDetected, _) => self.pay_out_again(no, to, at),
            (_, Status::Canceled) => return self.cancel(no, now),
            (_, Status::Declined) => self.loans[no].value.denial = Some(Denial::CreditRisk),
            (_, Status::ToValidate | Status::Validated) => {
                self.hold(no, at);
                let loan = &self.loans[no].value;
                if loan.hold == Hold::Nothing {
                    let detail = "the credit line or a credit limit has no room for the loan";
                    return Err(Refusal::State(detail.to_owned()));
                }
            }
            (_, Status::Deleted) => self.shift_hold(no, Hold::Nothing, at),
            (Status::ToRepay, Status::ToRepayFees | Status::Closed) => {
                let rest = self.loans[no].value.outstanding();
                self.repay_principal(no, rest, at)?;
                let status = self.loans[no].value.status;
                if status == to || status == Status::Closed {
                    return Ok(());
                }
            }
            _ => {}
        }
        self.enter(no, to, at)
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

    /// A part of the principal comes back now, or all of it.
    pub(crate) fn repay_part(
        &mut self,
        no: No,
        amount: i64,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        if loan.status != Status::ToRepay {
            let status = loan.status.to_wire();
            return Err(Refusal::State(format!(
                "the loan is {status}, and not TO_REPAY"
            )));
        }
        let rest = loan.outstanding();
        if !(1..=rest).contains(&amount) {
            let reason = format!("must be from 1 to the {rest} cents that are owed");
            return Err(Refusal::invalid("amount", reason));
        }
        let at = now.max(loan.since());
        self.repay_principal(no, amount, at)
    }

    /// A payout that failed is over; the next is another payment.
    fn pay_out_again(&mut self, no: No, to: Status, at: Timestamp) {
        if to != Status::Canceled {
            let loan = &self.loans[no].value;
            let (amount, to_pay_at) = (loan.amount, loan.to_pay_at);
            let (payout, scheduled) = (Purpose::Payout, Progress::Scheduled);
            self.add_payment(no, payout, scheduled, amount, to_pay_at, at);
        }
    }
}
