//! Installments and their plans.

use super::{
    Account, AccountNumberType, BankIdentifierType, BusinessIdentifierRequired, Currency,
    PaymentMethod,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    AccountNumber, Cents, InstallmentId, InstallmentPlanId, LoanId, PaymentId, PaymentIntentId,
    Timestamp,
};

model! {
    /// One repayment due in a plan, with every payment tried for it.
    pub struct Installment = "APIInstallment" {
        /// Payments tried so far for this instalment.
        attempts: Vec<InstallmentPaymentAttempt> = required,
        /// Currency of the amounts, as an ISO 4217 code.
        currency: Option<Currency> = required,
        /// Sum to pay, in cents (INFERRED).
        due_amount: Option<Cents> = required,
        /// Account the money comes from.
        from_account_detail: Option<Account>,
        /// Unique id of the instalment.
        id: InstallmentId = required,
        /// When money last arrived for it (INFERRED).
        last_repayment_date: Option<Timestamp>,
        /// Sum received so far, in cents (INFERRED).
        paid_amount: Option<Cents> = required,
        /// How it is paid, such as `DIRECT_DEBIT`.
        payment_method: Option<PaymentMethod> = required,
        /// Wording shown on the bank statement (INFERRED).
        reference: Option<String> = required,
        /// Planned payment date.
        scheduled_at: Option<Timestamp> = required,
        /// Account the money goes to.
        to_account_detail: Option<Account> = required,
    }

    /// One actual payment tried for an instalment.
    pub struct InstallmentPaymentAttempt = "APIInstallmentPaymentAttempt" {
        /// Sum of the attempt, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Currency of the sum, as an ISO 4217 code.
        currency: Option<Currency> = required,
        /// Why the payment did not succeed.
        failure_reason: Option<String>,
        /// When the payment went through.
        paid_at: Option<Timestamp>,
        /// Payment behind this attempt.
        payment_id: Option<PaymentId> = required,
        /// How it is paid, such as `SCT`.
        payment_method: Option<PaymentMethod> = required,
        /// What the money is for, such as `REPAYMENT_NOMINAL`.
        payment_type: Option<PaymentType> = required,
        /// Wording shown on the bank statement (INFERRED).
        reference: Option<String> = required,
        /// Planned execution date.
        scheduled_at: Option<Timestamp> = required,
        /// Progress of the payment, from `PROPOSED` to `PAID` or `FAILED`.
        status: PaymentStatus = required,
    }

    /// Bank account described in a request, with the option of stating where the data came from.
    pub struct RepaymentAccountInput = "AccountCreation" {
        /// Company the account belongs to.
        account_holder: Option<BusinessIdentifierRequired>,
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType>,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String>,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType>,
        /// Data source that supplied the account (INFERRED).
        source: Option<AccountSourceInformation>,
    }

    /// Says which data source supplied a bank account.
    pub struct AccountSourceInformation = "AccountSourceInformation" {
        /// Key of the connection at the source (INFERRED).
        datasource_unique_id: Option<String>,
        /// Id of the account at the source (INFERRED).
        id: Option<String> = required,
        /// Data source concerned, such as `BRIDGE`.
        name: Option<DataSource> = required,
    }

    /// Repayment plan covering one or more loans. It has no status of its own; read that of each
    /// instalment.
    pub struct InstallmentPlan = "ApiInstallmentPlan" {
        /// Company repaying under the plan.
        business_identifier: Option<BusinessIdentifierRequired> = required,
        /// Unique id of the plan.
        id: InstallmentPlanId = required,
        /// Planned payments of the plan.
        installments: Vec<PaymentIntentSummary> = required,
        /// Loans the plan covers.
        loan_ids: Vec<LoanId> = required,
    }

    /// One planned payment of an instalment plan.
    pub struct PaymentIntentSummary = "ApiPaymentIntent" {
        /// Sum planned, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Planned payment date.
        date: Option<Timestamp> = required,
        /// Unique id of the planned payment.
        id: PaymentIntentId = required,
        /// Progress of the planned payment, from `DRAFT` to `PAID`.
        status: PaymentIntentStatus = required,
    }

    /// One payment of an instalment plan to create.
    pub struct InstallmentInput = "ApiPostInstallment" {
        /// Sum to pay over all loans, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Planned payment date.
        date: Option<Timestamp> = required,
        /// Split of the sum over loans.
        loans: Vec<InstallmentLoanInput> = required,
        /// Wording for the bank statement (INFERRED).
        reference: Option<String>,
    }

    /// Share of a new instalment that goes to one loan.
    pub struct InstallmentLoanInput = "ApiPostInstallmentLoan" {
        /// Share allotted to the loan, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Loan receiving the share.
        loan_id: Option<LoanId> = required,
    }

    /// Request creating a repayment plan, activated in the background.
    pub struct CreateInstallmentPlan = "ApiPostInstallmentPlan" {
        /// Account to collect from.
        from_account: Option<RepaymentAccountInput>,
        /// Payments making up the plan.
        installments: Vec<InstallmentInput> = required,
        /// How the plan is paid.
        payment_method: Option<PaymentMethod> = required,
        /// Idempotency key; derived from the sorted loans when left out.
        salt_id: Option<String>,
    }

    /// Query parameters of `installments.list`.
    pub struct ListInstallments = "" {
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps installments of these plans.
        installment_plan_ids: Vec<InstallmentPlanId>,
        /// Keeps installments that repay these loans.
        loan_ids: Vec<LoanId>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps installments paid after this moment.
        paid_at_gt: Option<Timestamp>,
        /// Keeps installments paid before this moment.
        paid_at_lt: Option<Timestamp>,
        /// Keeps installments planned after this moment.
        to_pay_at_gt: Option<Timestamp>,
        /// Keeps installments planned before this moment.
        to_pay_at_lt: Option<Timestamp>,
        /// Keeps installments changed after this moment.
        updated_at_gt: Option<Timestamp>,
        /// Keeps installments changed before this moment.
        updated_at_lt: Option<Timestamp>,
    }
}

open_enum! {
    /// Stage of an actual money movement. Allow 3 business days from end to end.
    pub enum PaymentStatus {
        /// The payment is suggested and not yet agreed (INFERRED).
        Proposed = "PROPOSED",
        /// The payment waits for its planned date (INFERRED).
        Scheduled = "SCHEDULED",
        /// The payment partner was told to pay, so nothing can be changed any more (INFERRED).
        Instructed = "INSTRUCTED",
        /// The money is moving between banks for 1 to 3 business days.
        InTransit = "IN_TRANSIT",
        /// The beneficiary received the money (INFERRED).
        Paid = "PAID",
        /// The payment partner could not pay, and a failure reason is given (INFERRED).
        Failed = "FAILED",
        /// The payment was dropped, for example because its loan was cancelled (INFERRED).
        Canceled = "CANCELED",
    }

    /// Stage of planned money, such as an installment of a plan. No webhook reports it.
    pub enum PaymentIntentStatus {
        /// The plan is still being prepared (INFERRED).
        Draft = "DRAFT",
        /// The plan is active and the payment is ready to be executed.
        Proposed = "PROPOSED",
        /// An incoming transfer from the payer is awaited (INFERRED).
        Waiting = "WAITING",
        /// A payment attempt is planned (INFERRED).
        Scheduled = "SCHEDULED",
        /// The payment partner was told to pay (INFERRED).
        Instructed = "INSTRUCTED",
        /// The money is moving between banks (INFERRED).
        InTransit = "IN_TRANSIT",
        /// A part of the amount has arrived (INFERRED).
        PartiallyPaid = "PARTIALLY_PAID",
        /// The whole amount has arrived.
        Paid = "PAID",
        /// A payment attempt failed and a new one may follow (INFERRED).
        IssueDetected = "ISSUE_DETECTED",
        /// The planned payment was dropped (INFERRED).
        Canceled = "CANCELED",
    }

    /// Purpose of a money movement.
    pub enum PaymentType {
        /// Payout of a loan to its beneficiary.
        LoanPayment = "LOAN_PAYMENT",
        /// Repayment of principal only.
        RepaymentNominal = "REPAYMENT_NOMINAL",
        /// Payment of interest and fees only.
        RepaymentFees = "REPAYMENT_FEES",
        /// Repayment of principal and interest together.
        RepaymentFull = "REPAYMENT_FULL",
        /// Reversal of an earlier debit by the payer's bank (INFERRED).
        Chargeback = "CHARGEBACK",
        /// Money given back to the payer (INFERRED).
        Refund = "REFUND",
        /// Money sent back by the receiving bank (INFERRED).
        Returned = "RETURNED",
        /// Undoing of an earlier payment (INFERRED).
        Revert = "REVERT",
        /// Money paid on top of what was owed (INFERRED).
        Extra = "EXTRA",
        /// Move between Defacto's own accounts (INFERRED).
        Internal = "INTERNAL",
        /// Money paid into a deposit (INFERRED).
        DepositFunding = "DEPOSIT_FUNDING",
        /// Money given back out of a deposit (INFERRED).
        DepositRelease = "DEPOSIT_RELEASE",
        /// Money taken out of a deposit to cover a debt (INFERRED).
        DepositWithdrawal = "DEPOSIT_WITHDRAWAL",
        /// Money provided ahead by a lender (INFERRED).
        LenderPrefunding = "LENDER_PREFUNDING",
        /// Price of loans bought back from a lender (INFERRED).
        LenderRepurchase = "LENDER_REPURCHASE",
        /// Settlement of a debt with a lender (INFERRED).
        LenderDebtResolution = "LENDER_DEBT_RESOLUTION",
        /// Price of a loan that is sold (INFERRED).
        LoanPurchase = "LOAN_PURCHASE",
        /// Charge of the payment partner (INFERRED).
        PaymentProviderFees = "PAYMENT_PROVIDER_FEES",
        /// Payment to or from a platform (INFERRED).
        Platform = "PLATFORM",
        /// Payment of a referrer's share (INFERRED).
        RevenueShare = "REVENUE_SHARE",
        /// Monthly fee of a product (INFERRED).
        Subscription = "SUBSCRIPTION",
        /// Small payment that tests a payment channel (INFERRED).
        ChannelVerification = "CHANNEL_VERIFICATION",
    }

    /// Tool from which account data came. The meanings are read from the names (INFERRED).
    pub enum DataSource {
        /// Axonaut, through this API.
        AxonautDefactoApi = "AXONAUT_DEFACTO_API",
        /// Bridge, a bank connection service.
        Bridge = "BRIDGE",
        /// Cefin, through this API.
        CefinDefactoApi = "CEFIN_DEFACTO_API",
        /// FinAPI, a bank connection service.
        Finapi = "FINAPI",
        /// Irma, through this API.
        IrmaDefactoApi = "IRMA_DEFACTO_API",
        /// Leano, through this API.
        LeanoDefactoApi = "LEANO_DEFACTO_API",
        /// Libeo, through this API.
        LibeoDefactoApi = "LIBEO_DEFACTO_API",
        /// Pennylane, through this API.
        PennylaneDefactoApi = "PENNYLANE_DEFACTO_API",
        /// Pennylane, through its data warehouse.
        PennylaneRedshift = "PENNYLANE_REDSHIFT",
        /// Qonto, a business account.
        Qonto = "QONTO",
        /// Stemscape, through this API.
        StemscapeDefactoApi = "STEMSCAPE_DEFACTO_API",
        /// Super, through this API.
        SuperDefactoApi = "SUPER_DEFACTO_API",
    }
}
