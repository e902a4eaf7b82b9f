//! What happens to a loan by itself, and what each move does to its money.

use defacto_types::Scenario;
use jiff::{SignedDuration, Timestamp};

use super::feed::Kind;
use super::interest::plus_days;
use super::loan::{Denial, Hold, Moment, Reader};
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, Task, World};
use crate::policy::{self, Timing};

/// What happens to a loan by itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step {
    Enter(Status),
    /// An installment of its plan is paid.
    Pay(No),
}

impl World {
    /// Does everything whose time has come. Nothing has a time in `guide`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        while self.advance_some(now, usize::MAX).is_some() {}
    }

    /// Does what is due by then, in order, but no more than this many steps.
    /// `Some` when there is more to do, with the time of the last step.
    pub(crate) fn advance_some(&mut self, now: Timestamp, most: usize) -> Option<Timestamp> {
        for task in std::mem::take(&mut self.background) {
            match task {
                Task::CloseBatch(no) => self.finish_batch(no),
                Task::ActivatePlan(no) => self.activate_plan(no, now),
            }
        }
        for _ in 0..most {
            let (due, no) = self.next_due().filter(|(due, _)| *due <= now)?;
            self.step(no, due);
            self.seal();
        }
        self.next_due()
            .map(|(due, _)| due)
            .filter(|due| *due <= now)
    }

    /// What happens next by itself, and to which loan. Nothing has a time in
    /// `guide`.
    pub(crate) fn next_due(&self) -> Option<(Timestamp, No)> {
        let next = self.agenda.first().copied();
        next.filter(|_| self.settings.timing == Timing::Calendar)
    }

    /// What is first on the agenda, whether or not its date brings it.
    pub(crate) fn first_on_agenda(&self) -> Option<(Timestamp, No)> {
        self.agenda.first().copied()
    }

    /// When something happens to this loan next by itself, and the loan on
    /// whose agenda it is.
    pub(crate) fn next_of(&self, no: No) -> Option<(Timestamp, No)> {
        let plan = self.loans[no].value.plan;
        let drivers = plan.map_or_else(Vec::new, |plan| self.plan_driver(plan));
        let on_agenda = drivers.into_iter().chain([no]);
        on_agenda
            .filter_map(|no| Some((self.loans[no].value.due?, no)))
            .min()
    }

    /// Puts every loan on the agenda anew, after the timing changed.
    pub(crate) fn replan(&mut self, now: Timestamp) {
        for no in 0..self.loans.len() {
            self.plan(no, now);
        }
    }

    /// These loans are about to be read: in `guide`, each that was read this
    /// way in its present status moves one step.
    pub(crate) fn observe(&mut self, loans: &[No], reader: Reader, now: Timestamp) {
        if self.settings.timing == Timing::Guide {
            for no in loans {
                if self.loans[*no].value.seen & reader as u8 != 0 {
                    self.step(*no, now);
                }
                self.see(*no, reader);
            }
        }
    }

    /// A whole list is about to be read, which may show any loan.
    pub(crate) fn observe_all(&mut self, reader: Reader, now: Timestamp) {
        let loans: Vec<_> = self
            .agenda
            .iter()
            .take(policy::STEPS_PER_READ)
            .map(|(_, no)| *no)
            .collect();
        self.observe(&loans, reader, now);
    }

    /// The loan's present status is shown to a reader.
    pub(super) fn see(&mut self, no: No, reader: Reader) {
        self.loans.unshown(no).seen |= reader as u8;
    }

    /// Does the loan's next automatic step, if it has one.
    pub(crate) fn step(&mut self, no: No, at: Timestamp) {
        if let Some((date, kind)) = self.milestone(no)
            && date <= at
        {
            self.pass(no, kind, date);
            self.plan(no, at);
            return;
        }
        let Some((due, next)) = self.next(no) else {
            self.plan(no, at);
            return;
        };
        let loan = &self.loans[no].value;
        let mut at = at.max(loan.since());
        if self.settings.timing == Timing::Calendar {
            at = at.max(due);
        } else if let (Status::ToRepay, Some(paid_at)) = (loan.status, loan.paid_at)
            && loan.scenario() == Scenario::SuccessOneDayLater
        {
            // Dated a day later without waiting for it.
            at = at.max(plus_days(paid_at, 1));
        }
        let done = match next {
            Step::Enter(mut to) => {
                if loan.status == Status::ToValidate {
                    self.loans[no].value.denial = Some(Denial::Expired);
                } else if loan.status == Status::ToRepay {
                    // Not on its day, it may have cost nothing yet.
                    to = self.after_principal(no, at);
                }
                self.enter(no, to, at)
            }
            Step::Pay(installment) => self.pay_installment(installment, at),
        };
        // The moves of `next` are in the table of moves, so this is not
        // refused; if it were, the loan would stay as it is.
        if done.is_err() {
            self.unplan(no);
        }
    }

    /// The loan's next automatic step and when it is due.
    fn next(&mut self, no: No) -> Option<(Timestamp, Step)> {
        let loan = &self.loans[no].value;
        let since = loan.since();
        let (due, to) = match loan.status {
            Status::Submitted => (since, Status::PendingValidation),
            Status::PendingValidation => {
                return Some((since, Step::Enter(self.decide(no, since)?)));
            }
            Status::ToValidate if self.settings.timing == Timing::Calendar => {
                let end = plus_days(since, self.settings.offer_life);
                (end, Status::Declined)
            }
            Status::Validated => (since, Status::Scheduled),
            Status::Scheduled if loan.scenario() == Scenario::Cancel => (since, Status::Canceled),
            Status::Scheduled => {
                let instructed = {
                    let before = SignedDuration::from_hours(self.settings.instructed_before);
                    loan.to_pay_at.checked_sub(before)
                };
                (instructed.unwrap_or(since), Status::Initiated)
            }
            Status::Initiated if loan.scenario() == Scenario::Fail => {
                (since, Status::IssueDetected)
            }
            Status::Initiated => (loan.to_pay_at, Status::ToRepay),
            Status::ToRepay => return self.next_of_repayment(no),
            Status::ToRepayFees if self.settings.settles_fees && !loan.is_withheld => {
                (since, Status::Closed)
            }
            _ => return None,
        };
        Some((due, Step::Enter(to)))
    }

    /// The decision on a request; `None` while it waits for the borrower.
    pub(super) fn decide(&mut self, no: No, at: Timestamp) -> Option<Status> {
        let loan = &self.loans[no].value;
        let borrower = &self.borrowers[loan.borrower].value;
        if !borrower.is_barred() && !borrower.is_ready() {
            return None;
        }
        let denial = if borrower.is_barred() {
            Some(Denial::BorrowerStatus)
        } else if !self.is_eligible(&borrower.key) {
            Some(Denial::Borrower)
        } else if loan
            .invoice
            .is_some_and(|invoice| !self.parties_are_eligible(invoice))
        {
            Some(Denial::Invoice)
        } else if loan.scenario() == Scenario::Reject {
            Some(Denial::CreditRisk)
        } else if loan.planned_days() > self.settings.longest_loan {
            Some(Denial::Duration)
        } else {
            self.hold(no, at);
            let loan = &self.loans[no].value;
            (loan.hold == Hold::Nothing).then(|| self.lack_of_room(loan).unwrap_or(Denial::Funds))
        };
        let loan = &mut self.loans[no].value;
        loan.denial = denial;
        Some(match denial {
            Some(_) => Status::Declined,
            None if loan.auto_validate => Status::Validated,
            None => Status::ToValidate,
        })
    }

    fn parties_are_eligible(&self, invoice: No) -> bool {
        let invoice = &self.invoices[invoice].value;
        [invoice.buyer, invoice.seller]
            .into_iter()
            .flatten()
            .all(|party| self.is_eligible(&self.counterparties[party].value.key))
    }

    /// Moves a loan back to where it owes, without what comes with it the
    /// first time.
    pub(super) fn reopen(&mut self, no: No, to: Status, at: Timestamp) -> Result<(), Refusal> {
        self.change_status(no, to, at).map(drop)
    }

    /// Moves a loan to another status, with all that comes with it.
    pub(super) fn enter(&mut self, no: No, to: Status, at: Timestamp) -> Result<(), Refusal> {
        let from = self.change_status(no, to, at)?;
        match to {
            Status::ToValidate => self.shift_hold(no, Hold::Pending, at),
            Status::Validated => self.validated(no, at),
            Status::Declined => self.shift_hold(no, Hold::Nothing, at),
            Status::Canceled => {
                self.shift_hold(no, Hold::Nothing, at);
                self.move_payment(no, Purpose::Payout, Progress::Canceled, at);
                let amount = self.loans[no].value.amount;
                self.tell(at, Kind::Canceled, no, amount, 0);
            }
            Status::Scheduled => self.move_payment(no, Purpose::Payout, Progress::Scheduled, at),
            Status::Initiated => self.move_payment(no, Purpose::Payout, Progress::Instructed, at),
            Status::IssueDetected => self.move_payment(no, Purpose::Payout, Progress::Failed, at),
            Status::ToRepay => self.paid_out(no, at),
            Status::ToRepayFees => self.principal_repaid(no, at),
            Status::Closed => {
                if from == Status::ToRepay {
                    self.principal_repaid(no, at);
                }
                self.fees_repaid(no, at);
            }
            Status::Submitted | Status::PendingValidation | Status::Deleted => {}
        }
        self.plan(no, at);
        Ok(())
    }

    /// Gives the status it had.
    fn change_status(&mut self, no: No, to: Status, at: Timestamp) -> Result<Status, Refusal> {
        let from = self.loans[no].value.status;
        if !from.may_become(to) {
            return Err(Refusal::State(format!(
                "a loan that is {} cannot become {}",
                from.to_wire().as_str(),
                to.to_wire().as_str()
            )));
        }
        // What was told before is told of the loan as it was before.
        self.seal();
        let loan = &mut self.loans[no].value;
        loan.status = to;
        loan.seen = 0;
        loan.history.push(Moment { at, status: to });
        self.loan_index.moved(no, from, to);
        self.notify_loan(no, to, at);
        Ok(from)
    }

    /// Puts the loan's next step on the agenda.
    pub(super) fn plan(&mut self, no: No, now: Timestamp) {
        self.unplan(no);
        // Only what has a date of its own waits for it; the rest is due now.
        let step = match self.loans[no].value.status {
            _ if !self.is_automatic(no) => None,
            Status::ToValidate | Status::Scheduled | Status::Initiated | Status::ToRepay => {
                Some(self.next(no).map_or(now, |(due, _)| due))
            }
            _ => Some(now),
        };
        let told = self.milestone(no).map(|(date, _)| date);
        let Some(due) = step.into_iter().chain(told).min() else {
            return;
        };
        let loan = self.loans.unshown(no);
        let due = due.max(loan.since());
        loan.due = Some(due);
        self.agenda.insert((due, no));
    }

    fn unplan(&mut self, no: No) {
        if let Some(due) = self.loans.unshown(no).due.take() {
            self.agenda.remove(&(due, no));
        }
    }

    /// Whether the loan goes on by itself.
    fn is_automatic(&self, no: No) -> bool {
        let loan = &self.loans[no].value;
        match loan.status {
            Status::Submitted | Status::Validated | Status::Scheduled | Status::Initiated => true,
            Status::ToRepay => self.waits_in_repayment(no),
            Status::ToValidate => self.settings.timing == Timing::Calendar,
            Status::PendingValidation => {
                let borrower = &self.borrowers[loan.borrower].value;
                borrower.is_barred() || borrower.is_ready()
            }
            Status::ToRepayFees => self.settings.settles_fees && !loan.is_withheld,
            Status::Declined
            | Status::Canceled
            | Status::Closed
            | Status::IssueDetected
            | Status::Deleted => false,
        }
    }
}
