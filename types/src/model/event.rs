//! The accounting feed.

use serde_json::{Map, Value};

use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Cents, LoanId, Timestamp};

model! {
    /// One accounting event in the life of a loan.
    pub struct LedgerEvent = "ApiEvent" {
        /// When the event took place.
        event_at: Option<Timestamp> = required,
        /// Loan and sums concerned.
        event_payload: Option<LedgerEventPayload> = required,
        /// What happened, such as `LOAN_DISBURSEMENT_PAID`.
        event_type: Option<LedgerEventType> = required,
    }

    /// Sums attached to an accounting event of a loan.
    pub struct LedgerEventPayload = "ApiLoanEventPayload" {
        /// Deposit part, in cents.
        deposit_amount: Option<Cents>,
        /// Interest and fees part, in cents.
        fees_amount: Option<Cents>,
        /// Loan concerned.
        loan_id: Option<LoanId> = required,
        /// Further data on the event; contents are not published.
        metadata: Option<Map<String, Value>> = required,
        /// Principal part, in cents.
        principal_amount: Option<Cents>,
    }

    /// Query parameters of `events.list`.
    pub struct ListEvents = "" {
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps events of these kinds.
        event_type: Vec<LedgerEventType>,
        /// Keeps events from this moment on.
        from_date: Option<Timestamp>,
        /// Keeps events of these loans (UUID).
        loan_id: Vec<LoanId>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps events up to this moment.
        to_date: Option<Timestamp>,
    }
}

open_enum! {
    /// Kind of an accounting event on a loan. Amounts of the events are in cents.
    pub enum LedgerEventType {
        /// The loan offer was accepted (INFERRED).
        LoanValidated = "LOAN_VALIDATED",
        /// The loan was cancelled (INFERRED).
        LoanCanceled = "LOAN_CANCELED",
        /// The loan money was paid out (INFERRED).
        LoanDisbursementPaid = "LOAN_DISBURSEMENT_PAID",
        /// The loan money came back from the receiving bank (INFERRED).
        LoanReturnedPaid = "LOAN_RETURNED_PAID",
        /// A guarantee deposit was paid in (INFERRED).
        LoanGuaranteeDepositPaid = "LOAN_GUARANTEE_DEPOSIT_PAID",
        /// The payment of a guarantee deposit was reversed (INFERRED).
        LoanGuaranteeDepositChargedBack = "LOAN_GUARANTEE_DEPOSIT_CHARGED_BACK",
        /// An interest deposit was paid in (INFERRED).
        LoanInterestDepositPaid = "LOAN_INTEREST_DEPOSIT_PAID",
        /// The payment of an interest deposit was reversed (INFERRED).
        LoanInterestDepositChargedBack = "LOAN_INTEREST_DEPOSIT_CHARGED_BACK",
        /// The principal became due (INFERRED).
        LoanPrincipalFallenDue = "LOAN_PRINCIPAL_FALLEN_DUE",
        /// The principal became late (INFERRED).
        LoanPrincipalFallenLate = "LOAN_PRINCIPAL_FALLEN_LATE",
        /// Principal was paid out of a deposit (INFERRED).
        LoanPrincipalFromDepositPaid = "LOAN_PRINCIPAL_FROM_DEPOSIT_PAID",
        /// Principal was repaid (INFERRED).
        LoanRepaymentNominalPaid = "LOAN_REPAYMENT_NOMINAL_PAID",
        /// A repayment of principal did not arrive (INFERRED).
        LoanRepaymentNominalUnpaid = "LOAN_REPAYMENT_NOMINAL_UNPAID",
        /// A repayment of principal was reversed (INFERRED).
        LoanRepaymentNominalChargedBack = "LOAN_REPAYMENT_NOMINAL_CHARGED_BACK",
        /// Interest became due (INFERRED).
        LoanInterestsFallenDue = "LOAN_INTERESTS_FALLEN_DUE",
        /// Interest was reduced (INFERRED).
        LoanInterestsDiscounted = "LOAN_INTERESTS_DISCOUNTED",
        /// A penalty was added after a reversed debit (INFERRED).
        LoanInterestsChargebackPenalized = "LOAN_INTERESTS_CHARGEBACK_PENALIZED",
        /// Interest was paid out of a deposit (INFERRED).
        LoanInterestFromDepositPaid = "LOAN_INTEREST_FROM_DEPOSIT_PAID",
        /// Interest could not be paid out of a deposit (INFERRED).
        LoanInterestFromDepositUnpaid = "LOAN_INTEREST_FROM_DEPOSIT_UNPAID",
        /// Interest and fees were paid (INFERRED).
        LoanRepaymentFeesPaid = "LOAN_REPAYMENT_FEES_PAID",
        /// A payment of interest and fees was reversed (INFERRED).
        LoanRepaymentFeesChargedBack = "LOAN_REPAYMENT_FEES_CHARGED_BACK",
        /// More was paid than owed (INFERRED).
        LoanExtraPaid = "LOAN_EXTRA_PAID",
        /// Money was given back to the payer (INFERRED).
        LoanRefundPaid = "LOAN_REFUND_PAID",
    }
}
