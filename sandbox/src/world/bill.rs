//! The lender's bills: one for the interest of each loan.

use defacto_types::{BillStatus, ReportBillSent};
use jiff::Timestamp;

use super::email::is_email;
use super::interest::plus_days;
use super::table::No;
use super::{Refusal, World, invalid};

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stage {
    Validated,
    Sent,
    Paid,
}

impl Stage {
    pub(crate) fn to_wire(self) -> BillStatus {
        match self {
            Self::Validated => BillStatus::Validated,
            Self::Sent => BillStatus::SentToPayer,
            Self::Paid => BillStatus::Paid,
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Bill {
    pub(crate) loan: No,
    /// The payment that settles it.
    pub(crate) payment: No,
    pub(crate) amount: i64,
    /// From the payout,
    pub(crate) start: Timestamp,
    /// to the repayment, which is also when it was made.
    pub(crate) end: Timestamp,
    pub(crate) due: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) sent_on: Option<Timestamp>,
}

impl World {
    /// Bills the interest of a loan whose principal is repaid.
    pub(super) fn bill(&mut self, loan: No, payment: No, amount: i64, at: Timestamp) {
        let id = self.new_id();
        let start = self.loans[loan].value.paid_at.unwrap_or(at);
        let bill = Bill {
            loan,
            payment,
            amount,
            start,
            end: at,
            due: plus_days(at, self.settings.bill_due_after),
            stage: Stage::Validated,
            sent_on: None,
        };
        let no = self.bills.push(id, at, bill);
        self.loans[loan].value.bill = Some(no);
    }

    pub(super) fn bill_paid(&mut self, loan: No) {
        if let Some(no) = self.loans[loan].value.bill {
            self.bills[no].value.stage = Stage::Paid;
        }
    }

    /// READ: only while VALIDATED.
    pub(crate) fn report_bill_sent(
        &mut self,
        no: No,
        body: &ReportBillSent,
    ) -> Result<(), Refusal> {
        let mut wrong = Vec::new();
        if body.to_email_addresses.is_empty() {
            wrong.push(invalid("to_email_addresses", "must name one at least"));
        }
        for (index, address) in body.to_email_addresses.iter().enumerate() {
            if !is_email(address) {
                let name = format!("to_email_addresses[{index}]");
                wrong.push(invalid(name, "must be an email address"));
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Invalid(wrong));
        }
        let bill = &mut self.bills[no].value;
        if bill.stage != Stage::Validated {
            return Err(Refusal::State(format!(
                "a bill is sent while VALIDATED, and this one is {}",
                bill.stage.to_wire()
            )));
        }
        bill.stage = Stage::Sent;
        bill.sent_on = body.sent_on.map(|at| at.get());
        // Whoever reads it next shall see it sent, before it is paid.
        let loan = bill.loan;
        self.loans[loan].value.seen = 0;
        Ok(())
    }
}
