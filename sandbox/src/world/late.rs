//! Repayments that do not come: due, late, and made in the end.

use defacto_types::Scenario;
use jiff::Timestamp;

use super::feed::Kind;
use super::interest::plus_days;
use super::life::Step;
use super::loan::Denial;
use super::payment::{About, Method, Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World};
use crate::policy::Timing;

/// How late a loan gets.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Lateness {
    /// On the day it was to be repaid.
    Due,
    /// READ: days after, it is overdue.
    Late,
    /// READ: more days after, it costs the late rate.
    LateRate,
}

impl World {
    /// What comes next of the repayment of a loan that is paid out.
    pub(super) fn next_of_repayment(&self, no: No) -> Option<(Timestamp, Step)> {
        let loan = &self.loans[no].value;
        let planned = self.next_installment(no);
        if loan.is_withheld {
            return None;
        }
        if let Some(planned) = planned {
            return Some((self.installments[planned].value.date, Step::Pay(planned)));
        }
        let due = match (loan.scenario(), loan.paid_at) {
            (Scenario::SuccessOneDayLater, Some(paid_at)) => plus_days(paid_at, 1),
            _ => loan.to_repay_at,
        };
        let to = self.after_principal(no, due.max(loan.since()));
        Some((due, Step::Enter(to)))
    }

    /// What the feed is told next of principal that is not repaid, and when:
    /// that it is due, then that it is late. Where dates are ignored, none
    /// comes.
    pub(super) fn milestone(&self, no: No) -> Option<(Timestamp, Kind)> {
        let is_timed = self.settings.timing == Timing::Calendar;
        self.passes(no).filter(|_| is_timed)
    }

    fn passes(&self, no: No) -> Option<(Timestamp, Kind)> {
        let loan = &self.loans[no].value;
        if loan.status != Status::ToRepay {
            return None;
        }
        let signed = loan.contractual?;
        let (date, kind) = match loan.told {
            None => (signed, Kind::PrincipalDue),
            Some(Kind::PrincipalDue) => {
                let late = plus_days(signed, self.settings.overdue_after);
                (late, Kind::PrincipalLate)
            }
            Some(_) => return None,
        };
        Some((date.max(loan.since()), kind))
    }

    /// Whether a loan that is paid out has anything on the agenda.
    pub(super) fn waits_in_repayment(&self, no: No) -> bool {
        let is_withheld = self.loans[no].value.is_withheld;
        !is_withheld && (self.next_installment(no).is_none() || self.drives_plan(no))
    }

    /// Tells the feed that principal is due, or late.
    pub(super) fn pass(&mut self, no: No, kind: Kind, at: Timestamp) {
        let loan = &mut self.loans[no].value;
        loan.told = Some(kind);
        let outstanding = loan.outstanding();
        self.tell(at, kind, no, outstanding, 0);
    }

    /// From now on the repayment of a loan does not come by itself. Gives the
    /// moment at which it will be this late.
    pub(crate) fn withhold(
        &mut self,
        no: No,
        lateness: Lateness,
        now: Timestamp,
    ) -> Result<Timestamp, Refusal> {
        self.bring_to_repay(no, now)?;
        // The payments of a plan are for all of its loans.
        let plan = self.loans[no].value.plan;
        let together = plan.map_or_else(|| vec![no], |plan| self.plans[plan].value.loans.clone());
        for loan in together {
            if self.loans[loan].value.plan == plan {
                self.loans[loan].value.is_withheld = true;
                self.plan(loan, now);
            }
        }
        let loan = &self.loans[no].value;
        let signed = loan.contractual.unwrap_or(loan.to_repay_at);
        let due = match lateness {
            Lateness::Due => signed,
            Lateness::Late => plus_days(signed, self.settings.overdue_after),
            Lateness::LateRate => {
                // The day after its first, on which it has cost something.
                let first = loan.conditions.late_from(loan.to_repay_at, signed);
                let first = loan.conditions.zone().start_of(first);
                plus_days(first.unwrap_or(signed), 1).max(signed)
            }
        };
        Ok(due.max(now))
    }

    /// Tells what a loan that was withheld has become by now: in `guide`
    /// nothing else does.
    pub(crate) fn mark(&mut self, no: No, now: Timestamp) {
        while let Some((date, kind)) = self.passes(no)
            && date <= now
        {
            self.pass(no, kind, date);
        }
    }

    /// Takes a loan that is on its way to TO_REPAY there at once.
    pub(crate) fn bring_to_repay(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        loop {
            let loan = &self.loans[no].value;
            let (status, at) = (loan.status, now.max(loan.since()));
            let to = match status {
                Status::ToRepay => return Ok(()),
                Status::Submitted => Status::PendingValidation,
                Status::PendingValidation => {
                    let waits = "the loan waits for its borrower to sign";
                    let decided = self.decide(no, at);
                    decided.ok_or_else(|| Refusal::State(waits.to_owned()))?
                }
                Status::Validated => Status::Scheduled,
                Status::Scheduled => Status::Initiated,
                Status::Initiated => Status::ToRepay,
                _ => {
                    return Err(Refusal::State(format!(
                        "the loan is {}, and not on its way to TO_REPAY by itself",
                        status.to_wire()
                    )));
                }
            };
            self.enter(no, to, at)?;
        }
    }

    /// Refuses a request that is undecided, or an offer.
    pub(crate) fn decline(&mut self, no: No, why: Denial, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        let fits = match why {
            Denial::Expired => loan.status == Status::ToValidate,
            _ => matches!(
                loan.status,
                Status::Submitted | Status::PendingValidation | Status::ToValidate
            ),
        };
        if !fits {
            return Err(Refusal::State(format!(
                "the loan is {}, and cannot be declined so",
                loan.status.to_wire()
            )));
        }
        let at = now.max(loan.since());
        self.loans[no].value.denial = Some(why);
        self.enter(no, Status::Declined, at)
    }

    /// Pays a loan out whose payout failed.
    pub(crate) fn resolve(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let loan = &self.loans[no].value;
        if loan.status != Status::IssueDetected {
            return Err(Refusal::State(format!(
                "the loan is {}, and not ISSUE_DETECTED",
                loan.status.to_wire()
            )));
        }
        let (amount, at) = (loan.amount, now.max(loan.since()));
        let (payout, instructed) = (Purpose::Payout, Progress::Instructed);
        self.add_payment(no, payout, instructed, amount, at, at);
        self.enter(no, Status::ToRepay, at)
    }

    /// What a loan owes is repaid, or this much of its principal.
    pub(crate) fn repay_loan(
        &mut self,
        no: No,
        amount: Option<i64>,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        if self.loans[no].value.status != Status::ToRepayFees {
            self.bring_to_repay(no, now)?;
        }
        let loan = &self.loans[no].value;
        let at = now.max(loan.since());
        if loan.status == Status::ToRepay {
            let rest = loan.outstanding();
            let part = amount.unwrap_or(rest);
            if !(1..=rest).contains(&part) {
                let reason = format!("must be from 1 to the {rest} cents that are owed");
                return Err(Refusal::invalid("amount", reason));
            }
            self.repay_principal(no, part, at)?;
        } else if amount.is_some() {
            let reason = "is of the principal, and that is repaid";
            return Err(Refusal::invalid("amount", reason));
        }
        let loan = &self.loans[no].value;
        if amount.is_none() && loan.status == Status::ToRepayFees {
            self.enter(no, Status::Closed, at.max(loan.since()))?;
        }
        Ok(())
    }

    /// A payment fails: a payout that was not made yet, or the debit of a
    /// repayment, which READ is not tried again. What is owed is to come by
    /// transfer then.
    pub(crate) fn fail_payment(&mut self, no: No, now: Timestamp) -> Result<(), Refusal> {
        let payment = &self.payments[no].value;
        let refused = |why: &str| Err(Refusal::State(format!("the payment {why}")));
        let About::Loan(loan) = payment.about else {
            return refused("is not of one loan: nothing makes it fail");
        };
        if !payment.is_open() {
            return refused("is over");
        }
        let status = self.loans[loan].value.status;
        let at = now.max(self.loans[loan].value.since());
        let (amount, purpose, scheduled_at) =
            (payment.amount, payment.purpose, payment.scheduled_at);
        match (purpose, status) {
            (Purpose::Payout, Status::Validated | Status::Scheduled | Status::Initiated) => {
                for to in [Status::Scheduled, Status::Initiated] {
                    if self.loans[loan].value.status.may_become(to) {
                        self.enter(loan, to, at)?;
                    }
                }
                return self.enter(loan, Status::IssueDetected, at);
            }
            (Purpose::Principal, Status::ToRepay) | (Purpose::Fees, Status::ToRepayFees) => {}
            _ => return refused("does not stand in for what its loan waits for"),
        }
        self.end_payment(no, Progress::Failed, at);
        self.loans[loan].value.is_withheld = true;
        if purpose == Purpose::Principal {
            self.tell(at, Kind::PrincipalUnpaid, loan, amount, 0);
        }
        self.expect(loan, purpose, amount, scheduled_at, at);
        self.plan(loan, at);
        Ok(())
    }

    /// Plans a transfer of what a debit did not bring, with what is planned
    /// already.
    pub(super) fn expect(
        &mut self,
        loan: No,
        purpose: Purpose,
        amount: i64,
        scheduled_at: Timestamp,
        at: Timestamp,
    ) {
        if let Some(planned) = self.open_payment(loan, purpose) {
            let all = self.payments[planned].value.amount + amount;
            self.reduce_payment(planned, all, &[], at);
            return;
        }
        let (about, by, planned) = (About::Loan(loan), Method::Transfer, Progress::Scheduled);
        self.push_payment(about, purpose, by, planned, amount, scheduled_at, at);
    }
}
