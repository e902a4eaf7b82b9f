//! Payments: money that moves.

use super::{
    Account, Currency, PaymentIntentShare, PaymentMethod, PaymentProvider, PaymentStatus,
    PaymentType,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    AccountId, BillId, Cents, DepositId, InvoiceId, LoanId, PaymentId, PaymentIntentId, SecretUrl,
    SubscriptionId, Timestamp,
};

model! {
    /// Share of a payment that settles one bill.
    pub struct PaymentBill = "BillPayment" {
        /// Part of the payment that goes to this bill, in cents.
        amount: Option<Cents> = required,
        /// Bill being settled.
        bill_id: Option<BillId> = required,
        /// Payment that settles the bill.
        payment_id: Option<PaymentId>,
    }

    /// Share of a payment that relates to one loan.
    pub struct PaymentLoan = "LoanPaymentApi" {
        /// Part of the payment that concerns this loan, in cents.
        amount: Option<Cents> = required,
        /// Deposit concerned, when the money moves to or from one.
        deposit_id: Option<DepositId>,
        /// Loan concerned.
        loan_id: Option<LoanId> = required,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
    }

    /// An actual movement of money and what it settles.
    pub struct Payment = "PaymentApi" {
        /// Amount moved, in cents; one payment may cover several loans or bills.
        amount: Option<Cents> = required,
        /// Earlier payment that this one reverses.
        charged_back_payment_id: Option<PaymentId>,
        /// ISO 4217 code of the amount.
        currency: Option<Currency>,
        /// Why the money did not move, when it failed.
        failure_reason: Option<String>,
        /// Account the money leaves.
        from_account_details: Option<Account>,
        /// References shown to the sender.
        from_references: Vec<String>,
        /// Unique id of the payment.
        id: PaymentId = required,
        /// True for an instant transfer.
        is_instant: Option<bool>,
        /// When the money arrived (INFERRED).
        paid_at: Option<Timestamp>,
        /// Means of payment: `SCT` transfer, `DIRECT_DEBIT` or `P2P`.
        payment_method: Option<PaymentMethod>,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
        /// References of the payment at the payment provider.
        provider: Option<ProviderPayment>,
        /// Comment on why the payment exists (INFERRED).
        reason: Option<String>,
        /// Loans, bills, invoices and planned payments this money is split over.
        related_to: Option<PaymentRelations>,
        /// Planned execution date.
        scheduled_at: Option<Timestamp>,
        /// Progress of the payment, from `PROPOSED` to `PAID` or `FAILED`.
        status: PaymentStatus = required,
        /// Account the money goes to.
        to_account_details: Option<Account>,
        /// References shown to the recipient.
        to_references: Vec<String>,
    }

    /// What an actual payment settles; sum these shares rather than the payment amount.
    pub struct PaymentRelations = "PaymentRelationApi" {
        /// Bills settled, with the share of each.
        bills: Vec<PaymentBill>,
        /// Invoices concerned.
        invoices: Vec<InvoiceId>,
        /// Loans concerned, with the share of each.
        loans: Vec<PaymentLoan>,
        /// Planned payments it carries out, with the share of each.
        payment_intents: Vec<PaymentIntentShare>,
        /// Subscription fees settled, with the share of each.
        subscriptions: Vec<PaymentSubscription>,
    }

    /// References of a payment at the payment provider.
    pub struct ProviderPayment = "ProviderPaymentID" {
        /// Provider's explanation of a failure.
        failure_reason: Option<String>,
        /// Provider's id of the payment this one follows from (INFERRED).
        initial_payment_id: Option<String>,
        /// Payment provider, such as `SWAN`; `SANDBOX` and `TEST` move no real money (INFERRED).
        name: Option<PaymentProvider> = required,
        /// Id first given by the provider (INFERRED).
        original_id: Option<String>,
        /// Id used instead of the usual one to match the payment (INFERRED).
        override_reconciliation_id: Option<String>,
        /// Id of the payment at the provider.
        payment_id: Option<String>,
    }

    /// Request for a pay-by-bank page on which a borrower can repay at once.
    pub struct RepayNow = "RepayNowRequest" {
        /// Amount to repay, in cents; at least 1.
        amount: Option<Cents> = required,
        /// Address on your side the payer returns to afterwards (INFERRED).
        base_callback_url: Option<SecretUrl> = required,
        /// Means of payment; `PISP` (pay by bank) is the only one.
        repayment_method: Option<RepayNowMethod>,
    }

    /// Where to send the payer of an immediate repayment.
    pub struct RepayNowPage = "RepayNowResponse" {
        /// Payment page to open for the payer.
        url: Option<SecretUrl> = required,
    }

    /// Share of a payment that settles a subscription fee.
    pub struct PaymentSubscription = "SubscriptionPaymentRelation" {
        /// Part of the payment that goes to the subscription, in cents.
        amount_cents: Option<Cents> = required,
        /// Subscription being settled.
        subscription_id: Option<SubscriptionId> = required,
    }

    /// Query parameters of `payments.list`.
    pub struct ListPayments = "" {
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps payments linked to these deposits.
        deposit_id: Vec<DepositId>,
        /// Keeps payments leaving this account.
        from_account_id: Option<AccountId>,
        /// Keeps payments created at or after this moment.
        from_date: Option<Timestamp>,
        /// Keeps payments with these identifiers (UUID).
        id: Vec<PaymentId>,
        /// Whether payments of bills are listed. The default is true.
        include_bills: Option<bool>,
        /// Whether payments of loans are listed. The default is true.
        include_loans: Option<bool>,
        /// Whether payments of payment intents are listed. The default is true.
        include_payment_intents: Option<bool>,
        /// Keeps payments by whether they are matched with a bank movement (INFERRED).
        is_reconciled: Option<bool>,
        /// Keeps payments linked to these loans.
        loan_id: Vec<LoanId>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps payments made after this moment.
        paid_after: Option<Timestamp>,
        /// Keeps payments made before this moment.
        paid_before: Option<Timestamp>,
        /// Keeps payments linked to these payment intents.
        payment_intent_id: Vec<PaymentIntentId>,
        /// Keeps payments made by these methods.
        payment_method: Vec<PaymentMethod>,
        /// Keeps payments made for these purposes.
        payment_type: Vec<PaymentType>,
        /// Keeps payments carrying these bank references.
        references: Vec<String>,
        /// Field and direction of the order, with the direction in lower case.
        sort_by: Option<PaymentSort>,
        /// Keeps payments in any of these statuses.
        status: Vec<PaymentStatus>,
        /// Keeps payments arriving on this account.
        to_account_id: Option<AccountId>,
        /// Keeps payments created at or before this moment.
        to_date: Option<Timestamp>,
        /// Keeps payments changed after this moment.
        updated_after: Option<Timestamp>,
    }
}

open_enum! {
    /// Way to repay at once.
    pub enum RepayNowMethod {
        /// Transfer started through a payment initiation service, also called pay by bank.
        Pisp = "PISP",
    }

    /// Field and direction for sorting payments.
    pub enum PaymentSort {
        /// Smallest amounts first.
        AmountAsc = "amount:asc",
        /// Largest amounts first.
        AmountDesc = "amount:desc",
        /// Payment methods in rising order.
        PaymentMethodAsc = "payment_method:asc",
        /// Payment methods in falling order.
        PaymentMethodDesc = "payment_method:desc",
        /// Earliest planned dates first.
        ScheduledAtAsc = "scheduled_at:asc",
        /// Latest planned dates first.
        ScheduledAtDesc = "scheduled_at:desc",
    }
}
