//! Recollection cases.

use serde_json::{Map, Value};

use super::{BusinessIdentifierRequired, IdentifierType};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Cents, EntityId, InstallmentPlanId, LoanId, RecollectionCaseId, Timestamp};

model! {
    /// Parameters for simulating a repayment plan inside a recollection case.
    pub struct ComputePlan = "APIComputeRecollectionInstallmentPlan" {
        /// How many instalments to spread the debt over.
        number_of_installment: Option<i64> = required,
        /// Interval between two instalments.
        period: Option<InstallmentPeriod>,
        /// Recollection cost to spread over the plan, in cents.
        recollection_fees: Option<Cents>,
        /// How the instalments would be paid.
        repayment_method: Option<PaymentMethod>,
        /// Date the first instalment falls due.
        start_date: Option<Timestamp> = required,
    }

    /// Request planning the next step of a recollection case.
    pub struct RecollectionActionInput = "ApiCreateRecollectionActionRequest" {
        /// Label of the step.
        action_name: Option<String> = required,
        /// Deadline of the step.
        due_at: Option<Timestamp> = required,
        /// Optional remark giving the agent room for context.
        short_description: Option<String>,
    }

    /// Request opening a recollection case on loans of a late borrower.
    pub struct CreateRecollectionCase = "ApiCreateRecollectionCaseRequest" {
        /// Person following the case.
        agent: Option<String> = required,
        /// Company owing the debt.
        debtor_business: Option<BusinessIdentifierRequired> = required,
        /// Loans the case covers.
        loan_ids: Vec<LoanId> = required,
        /// Opening step of the case.
        next_action: Option<RecollectionActionInput> = required,
    }

    /// Share of a recollection instalment that goes to one loan.
    pub struct RecollectionInstallmentLoanInput = "ApiCreateRecollectionInstallmentLoanRequest" {
        /// Share allotted to the loan, in cents.
        amount: Option<Cents> = required,
        /// Loan receiving the share.
        loan_id: Option<LoanId> = required,
    }

    /// Request setting up a repayment plan in a recollection case.
    pub struct RecollectionPlanInput = "ApiCreateRecollectionInstallmentPlanRequest" {
        /// Payments making up the plan.
        installments: Vec<RecollectionInstallmentInput> = required,
        /// How the plan is paid.
        payment_method: Option<PaymentMethod> = required,
    }

    /// One payment of a recollection plan.
    pub struct RecollectionInstallmentInput = "ApiCreateRecollectionInstallmentRequest" {
        /// What the borrower pays in all, in cents.
        amount: Option<Cents> = required,
        /// When the payment falls due.
        date: Option<Timestamp> = required,
        /// Split of the payment over loans.
        loans: Vec<RecollectionInstallmentLoanInput> = required,
        /// Part covering recollection costs, in cents.
        recollection_fees: Option<Cents>,
    }

    /// Request replacing the notes of a recollection case.
    pub struct UpdateRecollectionCase = "ApiPutRecollectionCaseRequest" {
        /// Free-form notes on the case.
        recollection_notes: Option<Map<String, Value>> = required,
    }

    /// One step of a recollection case, planned or past.
    pub struct RecollectionAction = "ApiRecollectionAction" {
        /// Label of the step.
        action_name: Option<String> = required,
        /// Progress: `SCHEDULED`, `DONE` or `CANCELED`.
        action_status: Option<RecollectionActionStatus> = required,
        /// When the progress last changed (INFERRED).
        action_status_date: Option<Timestamp> = required,
        /// Remark on the progress (INFERRED).
        action_status_details: Option<String>,
        /// Unique id of the step.
        id: EntityId = required,
        /// Deadline first set for the step (INFERRED).
        original_due_at: Option<Timestamp> = required,
        /// Optional remark on the step.
        short_description: Option<String>,
    }

    /// A debt recovery file on one or more late loans.
    pub struct RecollectionCase = "ApiRecollectionCase" {
        /// Person following the case.
        agent: Option<String> = required,
        /// Company owing the debt.
        debtor_business: Option<BusinessIdentifierRequired> = required,
        /// Unique id of the case.
        id: RecollectionCaseId = required,
        /// Loans the case covers.
        loan_ids: Vec<LoanId> = required,
        /// Step to take next.
        next_action: Option<RecollectionAction> = required,
        /// Steps already dealt with.
        past_actions: Vec<RecollectionAction> = required,
        /// Free-form notes on the case.
        recollection_notes: Option<Map<String, Value>>,
        /// Approaches tried, such as an `INSTALLMENT_PLAN`.
        strategies: Vec<RecollectionStrategy> = required,
    }

    /// Installment plan attached to a recollection case, together with that case.
    pub struct RecollectionInstallmentPlan = "ApiRecollectionInstallmentPlan" {
        /// Installment plan agreed for the late loans; read it to follow its installments.
        installment_plan_id: Option<InstallmentPlanId> = required,
        /// Case the plan belongs to.
        recollection_case: Option<RecollectionCase> = required,
    }

    /// One way of recovering late money that applies to a recollection case.
    pub struct RecollectionStrategy = "ApiRecollectionStrategy" {
        /// Unique id of the strategy.
        id: EntityId = required,
        /// True while the strategy is the one being followed (INFERRED).
        is_active: Option<bool> = required,
        /// Approach taken; only `INSTALLMENT_PLAN` is known.
        strategy_type: Option<RecollectionStrategyType> = required,
    }

    /// Query parameters of `recollection_cases.list`.
    pub struct ListRecollectionCases = "" {
        /// Company number of the debtor.
        identifier: Option<String> = required,
        /// Kind of number given in identifier.
        identifier_type: Option<IdentifierType> = required,
    }
}

open_enum! {
    /// Way in which money moves. Many inputs accept only DIRECT_DEBIT and SCT.
    pub enum PaymentMethod {
        /// SEPA credit transfer, started by the payer.
        Sct = "SCT",
        /// SEPA direct debit, started by the receiver under a mandate.
        DirectDebit = "DIRECT_DEBIT",
        /// Transfer between two wallets of a payment provider (INFERRED).
        P2p = "P2P",
    }

    /// Time between two installments of a simulated plan.
    pub enum InstallmentPeriod {
        /// One installment a week.
        Weekly = "weekly",
        /// One installment every two weeks (INFERRED).
        Biweekly = "biweekly",
        /// One installment a month.
        Monthly = "monthly",
    }

    /// Stage of an action in a recollection case.
    pub enum RecollectionActionStatus {
        /// The action is planned (INFERRED).
        Scheduled = "SCHEDULED",
        /// The action was carried out (INFERRED).
        Done = "DONE",
        /// The action was dropped (INFERRED).
        Canceled = "CANCELED",
    }

    /// Way to recover a debt.
    pub enum RecollectionStrategyType {
        /// The debtor pays in installments.
        InstallmentPlan = "INSTALLMENT_PLAN",
    }
}
