//! Installment plans: what replaces the one repayment of loans.

use defacto_types::PaymentIntentStatus;
use jiff::Timestamp;

use super::ledger::Account;
use super::party::BankAccount;
use super::payment::{About, Method, Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, Task, World};

/// READ: a plan is a draft until it is activated in the background.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    Draft,
    Scheduled,
    Canceled,
}

#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) borrower: No,
    pub(crate) loans: Vec<No>,
    pub(crate) installments: Vec<No>,
    pub(crate) method: Method,
    /// The account debited.
    pub(crate) from: Option<BankAccount>,
    pub(crate) stage: Stage,
}

/// What of an installment goes to a loan.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    pub(crate) loan: No,
    pub(crate) amount: i64,
    pub(crate) paid: i64,
}

/// One planned payment.
#[derive(Clone, Debug)]
pub(crate) struct Installment {
    pub(crate) plan: No,
    pub(crate) date: Timestamp,
    pub(crate) reference: Box<str>,
    pub(crate) shares: Vec<Share>,
    /// The cost of recollection in it.
    pub(crate) fees: i64,
    pub(crate) fees_paid: i64,
    pub(crate) is_canceled: bool,
    pub(crate) is_draft: bool,
    pub(crate) payments: Vec<No>,
    pub(crate) paid_at: Option<Timestamp>,
    pub(crate) updated_at: Timestamp,
}

impl Installment {
    pub(crate) fn amount(&self) -> i64 {
        self.fees + self.shares.iter().map(|share| share.amount).sum::<i64>()
    }

    pub(crate) fn paid(&self) -> i64 {
        self.fees_paid + self.shares.iter().map(|share| share.paid).sum::<i64>()
    }

    fn is_open(&self) -> bool {
        !self.is_canceled && !self.is_draft && self.paid() < self.amount()
    }

    pub(crate) fn status(&self) -> PaymentIntentStatus {
        match (self.paid(), self.amount()) {
            (paid, amount) if paid >= amount => PaymentIntentStatus::Paid,
            _ if self.is_canceled => PaymentIntentStatus::Canceled,
            _ if self.is_draft => PaymentIntentStatus::Draft,
            (0, _) => PaymentIntentStatus::Proposed,
            _ => PaymentIntentStatus::PartiallyPaid,
        }
    }
}

/// An installment that was found right.
pub(super) struct Wanted {
    pub(super) date: Timestamp,
    pub(super) reference: Option<String>,
    pub(super) shares: Vec<(No, i64)>,
    pub(super) fees: i64,
}

impl World {
    /// A plan that is activated before the next request.
    pub(super) fn push_plan(
        &mut self,
        wanted: Vec<Wanted>,
        method: Method,
        from: Option<BankAccount>,
        at: Timestamp,
    ) -> Option<No> {
        let mut loans: Vec<_> = wanted
            .iter()
            .flat_map(|wanted| wanted.shares.iter().map(|(loan, _)| *loan))
            .collect();
        loans.sort_unstable();
        loans.dedup();
        let borrower = self.loans[*loans.first()?].value.borrower;
        let id = self.new_id();
        let plan = Plan {
            borrower,
            loans,
            installments: Vec::new(),
            method,
            from,
            stage: Stage::Draft,
        };
        let plan = self.plans.push(id, at, plan);
        for wanted in wanted {
            let id = self.new_id();
            let share = |(loan, amount)| Share {
                loan,
                amount,
                paid: 0,
            };
            let reference = wanted
                .reference
                .unwrap_or_else(|| format!("DEFACTO {}", id.short()));
            let installment = Installment {
                plan,
                date: wanted.date,
                reference: reference.into(),
                shares: wanted.shares.into_iter().map(share).collect(),
                fees: wanted.fees,
                fees_paid: 0,
                is_canceled: false,
                is_draft: true,
                payments: Vec::new(),
                paid_at: None,
                updated_at: at,
            };
            let no = self.installments.push(id, at, installment);
            self.plans[plan].value.installments.push(no);
        }
        self.background.push(Task::ActivatePlan(plan));
        Some(plan)
    }

    /// Makes a plan the one of its loans, unless they moved on meanwhile.
    pub(super) fn activate_plan(&mut self, no: No, at: Timestamp) {
        let loans = self.plans[no].value.loans.clone();
        if !self.plan_fits(no) {
            self.cancel_plan(no, at);
            return;
        }
        for loan in &loans {
            if let Some(earlier) = self.loans[*loan].value.plan {
                self.cancel_plan(earlier, at);
            }
        }
        self.plans[no].value.stage = Stage::Scheduled;
        for loan in &loans {
            self.loans[*loan].value.plan = Some(no);
            // It is a new promise.
            self.loans[*loan].value.is_withheld = false;
            self.move_payment(*loan, Purpose::Principal, Progress::Canceled, at);
        }
        for installment in self.plans[no].value.installments.clone() {
            self.schedule_installment(installment, at);
        }
        for loan in loans {
            self.plan(loan, at);
        }
    }

    /// Whether each loan still owes what the plan has for it.
    fn plan_fits(&self, no: No) -> bool {
        let plan = &self.plans[no].value;
        plan.loans.iter().all(|loan| {
            let planned: i64 = plan
                .installments
                .iter()
                .flat_map(|no| &self.installments[*no].value.shares)
                .filter(|share| share.loan == *loan)
                .map(|share| share.amount)
                .sum();
            let terms = &self.loans[*loan].value;
            terms.status == Status::ToRepay && terms.outstanding() == planned
        })
    }

    fn schedule_installment(&mut self, no: No, at: Timestamp) {
        let installment = &mut self.installments[no].value;
        installment.is_draft = false;
        installment.updated_at = at;
        let amount = installment.amount();
        let date = installment.date;
        let shares = installment.shares.iter().map(|s| (s.loan, s.amount));
        let about = About::Installment(no, shares.collect());
        let method = self.plans[installment.plan].value.method;
        let (purpose, progress) = (Purpose::Principal, Progress::Proposed);
        let payment = self.push_payment(about, purpose, method, progress, amount, date, at);
        self.installments[no].value.payments.push(payment);
    }

    /// Drops what is left of a plan; its loans are repaid at once again.
    pub(super) fn cancel_plan(&mut self, no: No, at: Timestamp) {
        self.plans[no].value.stage = Stage::Canceled;
        for installment in self.plans[no].value.installments.clone() {
            let open = &mut self.installments[installment].value;
            if open.paid() < open.amount() {
                open.is_canceled = true;
                open.updated_at = at;
                for payment in open.payments.clone() {
                    self.end_payment(payment, Progress::Canceled, at);
                }
            }
        }
        for loan in self.plans[no].value.loans.clone() {
            let terms = &mut self.loans[loan].value;
            if terms.plan != Some(no) {
                continue;
            }
            terms.plan = None;
            let (rest, date) = (terms.outstanding(), terms.to_repay_at);
            if terms.status == Status::ToRepay && rest > 0 {
                let (purpose, progress) = (Purpose::Principal, Progress::Scheduled);
                self.add_payment(loan, purpose, progress, rest, date, at);
            }
            self.plan(loan, at);
        }
    }

    /// The next installment of a loan with a plan.
    pub(super) fn next_installment(&self, loan: No) -> Option<No> {
        let plan = self.loans[loan].value.plan?;
        let all = self.plans[plan].value.installments.iter().copied();
        let mut open = all.filter(|no| self.installments[*no].value.is_open());
        open.next()
    }

    /// Whether this loan is the one on whose agenda its plan's next
    /// installment is: a plan has one, however many loans.
    pub(super) fn drives_plan(&self, loan: No) -> bool {
        let Some(plan) = self.loans[loan].value.plan else {
            return false;
        };
        let mut loans = self.plans[plan].value.loans.iter();
        let driver = loans.find(|no| self.loans[**no].value.status == Status::ToRepay);
        driver == Some(&loan) && self.next_installment(loan).is_some()
    }

    /// The loan on whose agenda a plan's next installment is, if there is one.
    pub(crate) fn plan_driver(&self, plan: No) -> Vec<No> {
        let loans = self.plans[plan].value.loans.iter().copied();
        loans
            .filter(|loan| self.loans[*loan].value.plan == Some(plan) && self.drives_plan(*loan))
            .collect()
    }

    /// What is open of an installment is paid.
    pub(super) fn pay_installment(&mut self, no: No, at: Timestamp) -> Result<(), Refusal> {
        let installment = &mut self.installments[no].value;
        let rest: Vec<_> = installment
            .shares
            .iter_mut()
            .map(|share| {
                let rest = share.amount - std::mem::replace(&mut share.paid, share.amount);
                (share.loan, rest)
            })
            .filter(|(_, rest)| *rest > 0)
            .collect();
        let fees =
            installment.fees - std::mem::replace(&mut installment.fees_paid, installment.fees);
        installment.paid_at = Some(at);
        installment.updated_at = at;
        for payment in installment.payments.clone() {
            self.end_payment(payment, Progress::Paid, at);
        }
        self.ledger.shift(at, Account::Income, Account::Cash, fees);
        self.recollected += fees;
        for (loan, rest) in rest {
            self.take_principal(loan, rest, at)?;
        }
        Ok(())
    }

    /// Money that came for a loan in another way pays its installments from
    /// the first on.
    pub(super) fn credit_installments(&mut self, loan: No, amount: i64, at: Timestamp) {
        let Some(plan) = self.loans[loan].value.plan else {
            return;
        };
        let mut left = amount;
        for no in self.plans[plan].value.installments.clone() {
            let installment = &mut self.installments[no].value;
            let before = left;
            for share in installment.shares.iter_mut().filter(|s| s.loan == loan) {
                let part = left.min(share.amount - share.paid);
                share.paid += part;
                left -= part;
            }
            if left == before {
                continue;
            }
            installment.paid_at = Some(at);
            installment.updated_at = at;
            let rest: Box<[_]> = installment
                .shares
                .iter()
                .map(|share| (share.loan, share.amount - share.paid))
                .filter(|(_, rest)| *rest > 0)
                .collect();
            let amount = installment.amount() - installment.paid();
            for payment in installment.payments.clone() {
                self.reduce_payment(payment, amount, &rest, at);
            }
        }
    }
}
