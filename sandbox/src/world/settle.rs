//! What each move of a loan does to its money.

use jiff::Timestamp;

use super::feed::Kind;
use super::ledger::Account;
use super::loan::Hold;
use super::payment::{Progress, Purpose};
use super::table::No;
use super::transitions::Status;
use super::{Refusal, World};

impl World {
    pub(super) fn validated(&mut self, no: No, at: Timestamp) {
        self.shift_hold(no, Hold::Pending, at);
        let loan = &mut self.loans[no].value;
        let before = loan.contractual.replace(loan.to_repay_at);
        let index = &mut self.loan_index.contractual;
        index.change(no, before, loan.to_repay_at);
        let (amount, to_pay_at) = (loan.amount, loan.to_pay_at);
        let (payout, proposed) = (Purpose::Payout, Progress::Proposed);
        self.add_payment(no, payout, proposed, amount, to_pay_at, at);
        self.tell(at, Kind::Validated, no, amount, 0);
    }

    pub(super) fn paid_out(&mut self, no: No, at: Timestamp) {
        self.shift_hold(no, Hold::Outstanding, at);
        let loan = &mut self.loans[no].value;
        loan.paid_at = Some(at);
        let (amount, to_repay_at) = (loan.amount, loan.to_repay_at);
        self.ledger
            .shift(at, Account::Cash, Account::Principal(no), amount);
        self.move_payment(no, Purpose::Payout, Progress::Paid, at);
        self.tell(at, Kind::PaidOut, no, amount, 0);
        let (principal, scheduled) = (Purpose::Principal, Progress::Scheduled);
        self.add_payment(no, principal, scheduled, amount, to_repay_at, at);
        self.plan_as_asked(no, at);
    }

    /// The rest of the principal is repaid, and the interest billed.
    pub(super) fn principal_repaid(&mut self, no: No, at: Timestamp) {
        self.shift_hold(no, Hold::Nothing, at);
        let loan = &mut self.loans[no].value;
        let rest = loan.outstanding();
        loan.repaid_nominal = loan.amount;
        loan.repaid_nominal_at = Some(at);
        loan.is_withheld = false;
        // All but what was billed before a repayment was taken back.
        let interest = loan.fees_ongoing(at).unwrap_or(0).max(loan.billed);
        let fees = interest - std::mem::replace(&mut loan.billed, interest);
        loan.final_interest = Some(interest);
        self.ledger
            .shift(at, Account::Principal(no), Account::Cash, rest);
        self.ledger
            .shift(at, Account::Income, Account::Interest(no), fees);
        if rest > 0 {
            self.move_payment(no, Purpose::Principal, Progress::Paid, at);
        }
        if rest > 0 {
            self.tell(at, Kind::PrincipalRepaid, no, rest, 0);
        }
        if fees > 0 {
            self.tell(at, Kind::InterestDue, no, 0, fees);
            let (purpose, scheduled) = (Purpose::Fees, Progress::Scheduled);
            let payment = self.add_payment(no, purpose, scheduled, fees, at, at);
            self.bill(no, payment, fees, at);
        }
    }

    pub(super) fn fees_repaid(&mut self, no: No, at: Timestamp) {
        let fees = self.ledger.balance(Account::Interest(no));
        self.ledger
            .shift(at, Account::Interest(no), Account::Cash, fees);
        let loan = &mut self.loans[no].value;
        loan.paid_interest += fees;
        loan.closed_at = Some(at);
        if fees > 0 {
            self.move_payment(no, Purpose::Fees, Progress::Paid, at);
            self.tell(at, Kind::FeesRepaid, no, 0, fees);
            self.bill_paid(no);
            // Of what is paid again, nobody gets a part again.
            let loan = &mut self.loans[no].value;
            let unshared = loan.paid_interest - loan.shared.min(loan.paid_interest);
            loan.shared += unshared;
            self.share_revenue(unshared, at);
        }
    }

    /// A part of the principal comes back, or the last of it; the payment it
    /// comes with is the caller's. When nothing is left, the loan moves on.
    pub(super) fn take_principal(
        &mut self,
        no: No,
        amount: i64,
        at: Timestamp,
    ) -> Result<(), Refusal> {
        self.release(no, amount, at);
        let loan = &mut self.loans[no].value;
        loan.repaid_nominal += amount;
        loan.parts.push((at, amount));
        let rest = loan.outstanding();
        self.ledger
            .shift(at, Account::Principal(no), Account::Cash, amount);
        self.tell(at, Kind::PrincipalRepaid, no, amount, 0);
        self.shrink_principal_payment(no, rest, at);
        if rest == 0 {
            self.enter(no, self.after_principal(no, at), at)?;
        }
        // The next installment may be another loan's to wait for.
        if let Some(plan) = self.loans[no].value.plan {
            for loan in self.plans[plan].value.loans.clone() {
                self.plan(loan, at);
            }
        }
        Ok(())
    }

    /// Where a loan goes once its principal is repaid.
    pub(super) fn after_principal(&self, no: No, at: Timestamp) -> Status {
        // Too little principal for a cent of interest.
        match self.loans[no].value.fees_ongoing(at) {
            Some(fees) if fees <= self.loans[no].value.billed => Status::Closed,
            _ => Status::ToRepayFees,
        }
    }
}
