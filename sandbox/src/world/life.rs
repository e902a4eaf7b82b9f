//! What happens to a loan by itself, and what each move does to its money.

use defacto_types::Scenario;
use jiff::Timestamp;

use super::feed::Kind;
use super::interest::plus_days;
use super::loan::{Denial, Hold, Moment, Reader};
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, Task, World};
use crate::policy::{self, Timing};

impl World {
    /// Does everything whose time has come. Nothing has a time in `guide`.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        for task in std::mem::take(&mut self.background) {
            match task {
                Task::CloseBatch(no) => self.finish_batch(no),
                Task::ActivatePlan(no) => self.activate_plan(no, now),
            }
        }
        if self.settings.timing == Timing::Guide {
            return;
        }
        while let Some((due, no)) = self.agenda.first().copied()
            && due <= now
        {
            self.step(no, due);
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
        self.loans[no].value.seen |= reader as u8;
    }

    /// Does the loan's next automatic step, if it has one.
    pub(super) fn step(&mut self, no: No, at: Timestamp) {
        if let Some((date, kind)) = self.milestone(no)
            && date <= at
        {
            let loan = &mut self.loans[no].value;
            loan.told = Some(kind);
            let outstanding = loan.outstanding();
            self.tell(date, kind, no, outstanding, 0);
            self.plan(no, at);
            return;
        }
        let Some((due, to)) = self.next(no) else {
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
        if loan.status == Status::ToRepay
            && let Some(installment) = self.next_installment(no)
        {
            if self.pay_installment(installment, at).is_err() {
                self.unplan(no);
            }
            return;
        }
        // The moves of `next` are in the table of moves, so this is not
        // refused; if it were, the loan would stay as it is.
        if self.enter(no, to, at).is_err() {
            self.unplan(no);
        }
    }

    /// What the feed is told next of principal that is not repaid, and when:
    /// that it is due, then that it is late. Where dates are ignored, none
    /// comes.
    fn milestone(&self, no: No) -> Option<(Timestamp, Kind)> {
        let loan = &self.loans[no].value;
        if self.settings.timing == Timing::Guide || loan.status != Status::ToRepay {
            return None;
        }
        let signed = loan.contractual?;
        let (date, kind) = match loan.told {
            None => (signed, Kind::PrincipalDue),
            Some(Kind::PrincipalDue) => {
                let late = plus_days(signed, policy::OVERDUE_AFTER);
                (late, Kind::PrincipalLate)
            }
            Some(_) => return None,
        };
        Some((date.max(loan.since()), kind))
    }

    /// The loan's next automatic step and when it is due.
    fn next(&mut self, no: No) -> Option<(Timestamp, Status)> {
        let loan = &self.loans[no].value;
        let since = loan.since();
        let step = match loan.status {
            Status::Submitted => (since, Status::PendingValidation),
            Status::PendingValidation => return Some((since, self.decide(no, since)?)),
            Status::Validated => (since, Status::Scheduled),
            Status::Scheduled if loan.scenario() == Scenario::Cancel => (since, Status::Canceled),
            Status::Scheduled => {
                let instructed = loan.to_pay_at.checked_sub(policy::INSTRUCTED_BEFORE);
                (instructed.unwrap_or(since), Status::Initiated)
            }
            Status::Initiated if loan.scenario() == Scenario::Fail => {
                (since, Status::IssueDetected)
            }
            Status::Initiated => (loan.to_pay_at, Status::ToRepay),
            Status::ToRepay => {
                let planned = self.next_installment(no);
                let due = match (loan.scenario(), loan.paid_at) {
                    _ if let Some(planned) = planned => self.installments[planned].value.date,
                    (Scenario::SuccessOneDayLater, Some(paid_at)) => plus_days(paid_at, 1),
                    _ => loan.to_repay_at,
                };
                let to = self.after_principal(no, due.max(since));
                (due, to)
            }
            Status::ToRepayFees if policy::SETTLES_FEES => (since, Status::Closed),
            _ => return None,
        };
        Some(step)
    }

    /// The decision on a request; `None` while it waits for the borrower.
    fn decide(&mut self, no: No, at: Timestamp) -> Option<Status> {
        let loan = &self.loans[no].value;
        let borrower = &self.borrowers[loan.borrower].value;
        if !borrower.deactivated && !borrower.is_ready() {
            return None;
        }
        let denial = if borrower.deactivated {
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
        } else if loan.planned_days() > policy::LONGEST_LOAN {
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

    /// Moves a loan to another status, with all that comes with it.
    pub(super) fn enter(&mut self, no: No, to: Status, at: Timestamp) -> Result<(), Refusal> {
        let loan = &mut self.loans[no].value;
        let from = loan.status;
        if !from.may_become(to) {
            return Err(Refusal::State(format!(
                "a loan that is {} cannot become {}",
                from.to_wire().as_str(),
                to.to_wire().as_str()
            )));
        }
        loan.status = to;
        loan.seen = 0;
        loan.history.push(Moment { at, status: to });
        self.notify_loan(no, to, at);
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

    /// Puts the loan's next step on the agenda.
    pub(super) fn plan(&mut self, no: No, now: Timestamp) {
        self.unplan(no);
        // Only what has a date of its own waits for it; the rest is due now.
        let step = match self.loans[no].value.status {
            _ if !self.is_automatic(no) => None,
            Status::Scheduled | Status::Initiated | Status::ToRepay => {
                Some(self.next(no).map_or(now, |(due, _)| due))
            }
            _ => Some(now),
        };
        let told = self.milestone(no).map(|(date, _)| date);
        let Some(due) = step.into_iter().chain(told).min() else {
            return;
        };
        let loan = &mut self.loans[no].value;
        let due = due.max(loan.since());
        loan.due = Some(due);
        self.agenda.insert((due, no));
    }

    fn unplan(&mut self, no: No) {
        if let Some(due) = self.loans[no].value.due.take() {
            self.agenda.remove(&(due, no));
        }
    }

    /// Whether the loan goes on by itself.
    fn is_automatic(&self, no: No) -> bool {
        let loan = &self.loans[no].value;
        match loan.status {
            Status::Submitted | Status::Validated | Status::Scheduled | Status::Initiated => true,
            Status::ToRepay => self.next_installment(no).is_none() || self.drives_plan(no),
            Status::PendingValidation => {
                let borrower = &self.borrowers[loan.borrower].value;
                borrower.deactivated || borrower.is_ready()
            }
            Status::ToRepayFees => policy::SETTLES_FEES,
            Status::ToValidate
            | Status::Declined
            | Status::Canceled
            | Status::Closed
            | Status::IssueDetected
            | Status::Deleted => false,
        }
    }
}
