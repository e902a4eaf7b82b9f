//! Payment intents: money planned to move.

use super::{AccountDetails, Currency, PaymentIntentStatus, PaymentMethod, PaymentType};
use crate::wire::model::model;
use crate::wire::{
    BillId, BusinessId, Cents, DepositId, EntityId, InstallmentPlanId, InvoiceId, LoanId,
    PaymentId, PaymentIntentId, Timestamp,
};

model! {
    /// Link between interest that has fallen due and the planned payment that covers it.
    pub struct PaymentIntentDueInterest = "DueInterestXPaymentIntent" {
        /// Interest that has fallen due.
        due_interest_id: Option<EntityId> = required,
        /// Planned payment covering it.
        payment_intent_id: Option<PaymentIntentId> = required,
    }

    /// Link between an installment plan and one of its planned payments.
    pub struct PaymentIntentPlan = "InstallmentPlanXPaymentIntent" {
        /// Installment plan concerned.
        installment_plan_id: Option<InstallmentPlanId> = required,
        /// Planned payment that is part of it.
        payment_intent_id: Option<PaymentIntentId> = required,
    }

    /// Share of a planned payment that relates to one loan.
    pub struct LoanPaymentIntent = "LoanPaymentIntent" {
        /// Part of the planned payment that concerns this loan, in cents.
        amount: Option<Cents> = required,
        /// Bill concerned, when fees are paid.
        bill_id: Option<BillId>,
        /// Deposit concerned, when the money moves to or from one.
        deposit_id: Option<DepositId>,
        /// Loan concerned.
        loan_id: Option<LoanId> = required,
        /// Planned payment concerned.
        payment_intent_id: Option<PaymentIntentId> = required,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
    }

    /// A planned movement of money, carried out by one or more actual payments.
    pub struct PaymentIntent = "PaymentIntent" {
        /// Planned amount, in cents.
        amount: Option<Cents> = required,
        /// ISO 4217 code of the amount.
        currency: Option<Currency>,
        /// Why the money did not move, when it failed.
        failure_reason: Option<String>,
        /// Account the money should leave.
        from_account_details: Option<AccountDetails>,
        /// Company that should pay.
        from_business_id: Option<BusinessId> = required,
        /// Unique id of the planned payment.
        id: PaymentIntentId = required,
        /// Key that stops the same intent from being created twice (INFERRED).
        identity_salt: Option<String>,
        /// Invoice concerned, if any.
        invoice_id: Option<InvoiceId>,
        /// True for an instant transfer.
        is_instant: Option<bool>,
        /// Amount already paid, in cents.
        paid_amount: Option<Cents> = required,
        /// When the planned amount was paid (INFERRED).
        paid_at: Option<Timestamp>,
        /// Means of payment to be used.
        payment_method: Option<PaymentMethod> = required,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
        /// Reference to appear on the payment (INFERRED).
        reference: Option<String> = required,
        /// Loans, interest, plans and actual payments linked to this intent.
        related_to: Option<PaymentIntentRelations> = required,
        /// Planned execution date.
        scheduled_at: Option<Timestamp> = required,
        /// Progress of the intent, from `DRAFT` to `PAID`, possibly `PARTIALLY_PAID`.
        status: PaymentIntentStatus = required,
        /// Account the money should go to.
        to_account_details: Option<AccountDetails> = required,
        /// Company that should be paid.
        to_business_id: Option<BusinessId> = required,
    }

    /// What a planned payment is linked to.
    pub struct PaymentIntentRelations = "PaymentIntentRelation" {
        /// Fallen-due interest it covers.
        due_interests: Vec<PaymentIntentDueInterest>,
        /// Installment plans it is part of.
        installment_plans: Vec<PaymentIntentPlan>,
        /// Loans it concerns, with the share of each.
        loans: Vec<LoanPaymentIntent>,
        /// Actual payments that carry it out.
        payments: Vec<PaymentIntentPayment>,
    }

    /// Link between an actual payment and the planned payment it carries out.
    pub struct PaymentIntentPayment = "PaymentXPaymentIntent" {
        /// Part of the actual payment that counts towards the plan, in cents.
        amount: Option<Cents> = required,
        /// Actual payment.
        payment_id: Option<PaymentId> = required,
        /// Planned payment.
        payment_intent_id: Option<PaymentIntentId> = required,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
    }

    /// Share of an actual payment that carries out a planned one.
    pub struct PaymentIntentShare = "PaymentXPaymentIntentApi" {
        /// Part of the actual payment that counts towards the plan, in cents.
        amount: Option<Cents> = required,
        /// Planned payment.
        payment_intent_id: Option<PaymentIntentId> = required,
        /// Purpose of the money, such as `LOAN_PAYMENT` or `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
    }
}
