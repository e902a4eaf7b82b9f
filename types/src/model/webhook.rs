//! Webhook subscriptions.

use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{SecretUrl, WebhookId};

model! {
    /// Webhook subscription to create or change: where to notify, and about what.
    pub struct WebhookInput = "CreateWebhook" {
        /// Events to be notified of, such as `Loan.TO_REPAY`.
        event_types: Vec<WebhookEventType> = required,
        /// Label of your choice for the subscription.
        name: Option<String> = required,
        /// Address on your side that receives the notifications.
        to_url: Option<SecretUrl> = required,
    }

    /// A webhook subscription: where notifications go, and about what.
    pub struct Webhook = "Webhook" {
        /// Events this subscription is notified of, such as `Loan.TO_REPAY`.
        event_types: Vec<WebhookEventType> = required,
        /// Unique id of the subscription.
        id: WebhookId,
        /// Label of your choice for the subscription.
        name: Option<String> = required,
        /// Address on your side that receives the notifications.
        to_url: Option<SecretUrl> = required,
    }
}

open_enum! {
    /// Kind of a notification to which a webhook can subscribe. Borrowers, bills, onboardings,
    /// installments and cards send none.
    pub enum WebhookEventType {
        /// A loan was requested.
        LoanSubmitted = "Loan.SUBMITTED",
        /// A loan request went into review.
        LoanPendingValidation = "Loan.PENDING_VALIDATION",
        /// A loan offer waits for consent.
        LoanToValidate = "Loan.TO_VALIDATE",
        /// A loan request was refused.
        LoanDeclined = "Loan.DECLINED",
        /// A loan offer was accepted.
        LoanValidated = "Loan.VALIDATED",
        /// A loan was cancelled.
        LoanCanceled = "Loan.CANCELED",
        /// The payout of a loan was planned.
        LoanScheduled = "Loan.SCHEDULED",
        /// The payout of a loan was started (INFERRED).
        LoanInitiated = "Loan.INITIATED",
        /// A loan was paid out and is to be repaid.
        LoanToRepay = "Loan.TO_REPAY",
        /// Only the interest of a loan is left to pay (INFERRED).
        LoanToRepayFees = "Loan.TO_REPAY_FEES",
        /// A loan was fully repaid.
        LoanClosed = "Loan.CLOSED",
        /// A loan ran into a problem (INFERRED).
        LoanIssueDetected = "Loan.ISSUE_DETECTED",
        /// A loan was removed (INFERRED).
        LoanDeleted = "Loan.DELETED",
        /// A payment was planned.
        PaymentScheduled = "Payment.SCHEDULED",
        /// The payment partner was told to pay.
        PaymentInstructed = "Payment.INSTRUCTED",
        /// The money is on its way between banks.
        PaymentInTransit = "Payment.IN_TRANSIT",
        /// The money arrived.
        PaymentPaid = "Payment.PAID",
        /// A payment failed.
        PaymentFailed = "Payment.FAILED",
        /// A payment was dropped.
        PaymentCanceled = "Payment.CANCELED",
        /// An invoice went into verification.
        InvoiceSubmitted = "Invoice.SUBMITTED",
        /// An invoice must be corrected.
        InvoiceToEdit = "Invoice.TO_EDIT",
        /// An invoice was verified.
        InvoiceVerified = "Invoice.VERIFIED",
        /// An invoice was refused.
        InvoiceDeclined = "Invoice.DECLINED",
        /// An invoice was deleted.
        InvoiceDeleted = "Invoice.DELETED",
        /// A credit line was opened. Its borrower_id is not usable, so read the credit lines by
        /// company number.
        CreditLineCreated = "CreditLine.CREATED",
        /// The balances of a credit line changed.
        CreditLineBalanceUpdated = "CreditLine.BALANCE_UPDATED",
        /// The total amount of a credit line changed.
        CreditLinePoolAmountUpdated = "CreditLine.POOL_AMOUNT_UPDATED",
        /// A credit limit changed.
        CreditLimitUpdated = "CreditLimit.UPDATED",
        /// A counterparty got a credit limit.
        CounterpartyCreditLimitCreated = "CounterpartyCreditLimit.CREATED",
        /// The credit limit of a counterparty changed.
        CounterpartyCreditLimitUpdated = "CounterpartyCreditLimit.UPDATED",
        /// A borrower got a financial product.
        BorrowerFinancialProductCreated = "BorrowerFinancialProductCreated",
        /// A financial product of a borrower changed.
        BorrowerFinancialProductUpdated = "BorrowerFinancialProductUpdated",
    }
}
