//! Financial products and their rules.

use super::{
    AggregationScenario, AggregationTiming, BorrowerFinancialProductStatus, ContractTemplate,
    DenialCode, DepositBaseAmount, DepositPurpose, DepositorRole, FeesPayerRole,
    GuaranteeCallFrequency, InstallmentPlanType, InsuranceProvider, InterestTrackingTime,
    LoanContractType, LoanRequestOption, PaymentMethod, PaymentType, ProductType, RiskTrigger,
    SigningFieldType, TermsCountry,
};
use crate::wire::model::model;
use crate::wire::{
    BorrowerFinancialProductId, BorrowerId, BusinessId, Cents, DailyRate, EntityId,
    FinancialProductId, SecretUrl,
};

model! {
    /// A financial product granted to a borrower, with its limits. Check `can_request_loan` before
    /// asking for a loan.
    pub struct BorrowerFinancialProduct = "ApiBorrowerFinancialProduct" {
        /// Principal currently lent, in cents (INFERRED).
        amount_outstanding: Option<Cents>,
        /// Held back for loans awaiting a decision, in cents (INFERRED).
        amount_pending_validation: Option<Cents>,
        /// Room left for new loans, in cents (INFERRED).
        available_amount: Option<Cents>,
        /// Borrower holding the product.
        borrower_id: Option<BorrowerId> = required,
        /// Whether a loan may be requested now.
        can_request_loan: Option<bool> = required,
        /// Interest on the outstanding amount, in percent per day.
        fees_daily_rate: Option<DailyRate>,
        /// Product granted, with its rules.
        financial_product: Option<FinancialProductSummary> = required,
        /// Unique id of the grant, quoted in loan requests.
        id: BorrowerFinancialProductId = required,
        /// Ceiling for this product, in cents (INFERRED).
        max_amount: Option<Cents>,
        /// Progress of the product, `READY` being the usable state (INFERRED).
        status: BorrowerFinancialProductStatus = required,
        /// Denial code explaining the current status.
        status_reason: Option<DenialCode>,
        /// Page where the borrower can lift the block on requests (INFERRED).
        unlock_loan_request_link: Option<SecretUrl>,
    }

    /// The product behind a grant: its rules, label and kind.
    pub struct FinancialProductSummary = "ApiBorrowerFinancialProductFinancialProduct" {
        /// Rules applying to loans of this product.
        configuration: Option<FinancialProductConfiguration> = required,
        /// Commercial label of the product.
        name: Option<String> = required,
        /// Kind of financing, such as `INVOICE_BASED_FINANCING`.
        product_type: Option<ProductType> = required,
    }

    /// Person in whose name a contract is signed without any manual step (INFERRED).
    pub struct AutomaticSigner = "AutomaticSigner" {
        /// Email address of the signer.
        email: Option<String> = required,
        /// Given name of the signer.
        first_name: Option<String> = required,
        /// IP address recorded as the origin of the signature (INFERRED).
        ip_address: Option<String> = required,
        /// Family name of the signer.
        last_name: Option<String> = required,
    }

    /// How the contracts of a financial product are produced and signed (INFERRED).
    pub struct ContractGenerationSettings = "ContractGenerationSettings" {
        /// Largest number of contracts handled in one batch (INFERRED).
        batch_max_size: Option<i64>,
        /// True when several contracts are signed in one go (INFERRED).
        batch_signature_enabled: Option<bool>,
        /// True when the contract is produced at once instead of in the background (INFERRED).
        synchronous_contract_generation: Option<bool>,
    }

    /// Rule of a financial product that sets a deposit aside for each loan.
    pub struct DepositingRule = "DepositingRule" {
        /// Amount from which the deposit is computed, such as `LOAN_AMOUNT`.
        base_amount: Option<DepositBaseAmount> = required,
        /// Who funds the deposit, such as `BORROWER` or `PARTNER`.
        depositor_role: Option<DepositorRole> = required,
        /// How the deposit is collected.
        payment_method: Option<PaymentMethodConfiguration>,
        /// What the deposit covers: fees, a guarantee or recollection fees.
        purpose: Option<DepositPurpose> = required,
        /// Proportion or fixed figure applied to the base, as text; unit undocumented (INFERRED).
        value: Option<String> = required,
    }

    /// Which account a product rule collects from by SEPA direct debit.
    pub struct DirectDebitConfiguration = "DirectDebitConfiguration" {
        /// Account to collect from; may be absent when the borrower is the one who pays.
        from_account_details_id: Option<EntityId>,
    }

    /// Limits and display options for the loan requests of a financial product.
    pub struct ProductLoanRequestConfiguration = "FPLoanRequestConfiguration" {
        /// True when the borrower is shown how much can still be borrowed (INFERRED).
        display_available_balance: Option<bool>,
        /// Parts of a loan request that cannot be left out (INFERRED).
        mandatory_options: Vec<LoanRequestOption>,
        /// Longest loan allowed, in days.
        maximum_duration_in_days: Option<i64>,
        /// Largest loan allowed, in cents.
        maximum_loan_amount_in_cents: Option<Cents>,
        /// Shortest loan allowed, in days.
        minimum_duration_in_days: Option<i64>,
    }

    /// How a financial product behaves for its users.
    pub struct ProductUxConfiguration = "FPUXConfiguration" {
        /// Ways in which payments are grouped together.
        aggregation_scenarios: Vec<FinancialProductUxAggregationScenarioConfiguration>,
        /// Product status applied while eligibility is reviewed by hand (INFERRED).
        fp_status_on_manual_review_eligibility: Option<BorrowerFinancialProductStatus>,
        /// Limits and options for loan requests.
        loan_request: Option<ProductLoanRequestConfiguration>,
    }

    /// Who pays the interest of a product's loans, and when it is counted.
    pub struct FeesPayerConfig = "FeesPayerConfig" {
        /// Company to bill, when it is not implied by the role (INFERRED).
        billed_business_id: Option<BusinessId>,
        /// Role that pays: `PARTNER` unless stated otherwise.
        fees_payer_role: Option<FeesPayerRole>,
        /// Moment interest is booked: `ORIGINATION_DATE` or `MONTHLY` (INFERRED).
        interests_tracking_time: Option<InterestTrackingTime>,
    }

    /// A kind of financing on offer, with the rules that govern its loans.
    pub struct FinancialProduct = "FinancialProduct" {
        /// Rules of the product: billing, deposits, installments, contracts and more.
        configuration: Option<FinancialProductConfiguration>,
        /// Unique id of the product.
        id: FinancialProductId = required,
        /// Entity that lends the money.
        lender_id: Option<EntityId> = required,
        /// Commercial name of the product.
        name: Option<String> = required,
        /// Family of financing, such as `PAYABLE` or `RECEIVABLE`.
        product_type: Option<ProductType> = required,
        /// Risk acceptance criteria that apply to the product (INFERRED).
        rac_id: Option<EntityId> = required,
    }

    /// Billing rules of a financial product.
    pub struct FinancialProductBillingConfiguration = "FinancialProductBillingConfiguration" {
        /// Days after which an unpaid bill counts as overdue (INFERRED).
        bill_overdue_threshold_in_days: Option<i64>,
        /// Who pays the interest.
        fees_payers: Vec<FeesPayerConfig>,
        /// Days after which an unpaid loan counts as overdue (INFERRED).
        loan_overdue_threshold_in_days: Option<i64>,
        /// True when no late penalties are charged.
        penalties_disabled: Option<bool>,
    }

    /// All the rules attached to a financial product.
    pub struct FinancialProductConfiguration = "FinancialProductConfiguration" {
        /// Who is billed, and when things become overdue.
        billing: Option<FinancialProductBillingConfiguration>,
        /// How contracts are produced.
        contract_generation_settings: Option<ContractGenerationSettings>,
        /// Contract models, by country and language.
        contract_templates: Vec<FinancialProductContractTemplate>,
        /// Legal nature of the financing, such as `CREDIT_OPERATION`.
        contract_type: Option<LoanContractType>,
        /// Deposits set aside for each loan.
        depositing_rules: Vec<DepositingRule>,
        /// Repayment schedules allowed, and limits on moving a due date.
        installments: Option<FinancialProductInstallmentsConfiguration>,
        /// Guarantees and insurance protecting the loans.
        risk_mitigation_config: Option<RiskMitigationConfig>,
        /// Monthly subscription charged for the product.
        subscription: Option<SubscriptionConfig>,
        /// Terms and conditions, by country and language.
        tcs_documents: Vec<FinancialProductTcsDocument>,
        /// Behaviour of the product for its users.
        ux: Option<ProductUxConfiguration>,
    }

    /// Contract model used by a financial product.
    pub struct FinancialProductContractTemplate = "FinancialProductContractTemplate" {
        /// Country the model is meant for.
        country_code: Option<String> = required,
        /// True for the model used when no other matches (INFERRED).
        is_default: Option<bool>,
        /// Language the model is written in.
        language_code: Option<String> = required,
        /// How and where the contract is signed.
        signature_config: Option<SignatureConfig>,
        /// Id of the model in the document system (INFERRED).
        template_id: Option<String> = required,
    }

    /// Repayment schedules a product allows, and limits on moving a due date.
    pub struct FinancialProductInstallmentsConfiguration = "FinancialProductInstallmentsConfiguration" {
        /// Schedules allowed: `IN_FINE` (one repayment) or `INSTALLMENTS`.
        available_types: Vec<InstallmentPlanType>,
        /// Furthest a due date can be postponed, in days.
        maximum_reschedule_payment_in_days: Option<i64>,
        /// Notice needed to repay early, in days (INFERRED).
        minimum_anticipate_payment_in_days: Option<i64>,
        /// Working days that must remain before the due date to postpone it.
        minimum_business_days_until_due_date_to_reschedule_payment: Option<i64>,
    }

    /// Terms and conditions document of a financial product.
    pub struct FinancialProductTcsDocument = "FinancialProductTcsDocument" {
        /// Country the document is meant for, as a three-letter code.
        country: Option<TermsCountry>,
        /// Where to download the document; the link may expire.
        document_url: Option<SecretUrl> = required,
        /// True for the document used when no other matches (INFERRED).
        is_default: Option<bool>,
        /// Language the document is written in.
        language: Option<String>,
    }

    /// One way of grouping payments before they are executed.
    pub struct FinancialProductUxAggregationScenarioConfiguration = "FinancialProductUxAggregationScenarioConfiguration" {
        /// Whether payments are only merged, or netted against each other first.
        payment_aggregation_scenario: Option<AggregationScenario>,
        /// Moment of the grouping: every `DAILY` run, or on the `LOAN_SCHEDULE`.
        payment_aggregation_timing: Option<AggregationTiming>,
        /// Payment types concerned when amounts are netted before merging.
        payment_types_to_net_and_merge: Vec<PaymentType>,
    }

    /// Condition a loan must meet for a guarantee to apply.
    pub struct GuaranteeCondition = "GuaranteeCondition" {
        /// Country the loan must relate to (INFERRED).
        country: Option<String>,
    }

    /// When and through whom credit insurance is called for a loan.
    pub struct InsuranceRiskMitigator = "InsuranceRiskMitigator" {
        /// Hours to wait after a chargeback; no value means no call.
        delay_to_call_insurance_after_chargeback: Option<i64>,
        /// Hours to wait once insolvency opens; no value means no call.
        delay_to_call_insurance_on_insolvency_procedure_opening: Option<i64>,
        /// Insurer covering the loans.
        insurance_provider: Option<InsuranceProvider> = required,
        /// Situations in which the insurer is called.
        triggers: Vec<RiskTrigger> = required,
    }

    /// When the invoices pledged as collateral are called upon (INFERRED).
    pub struct InvoiceCollateralizationRiskMitigator = "InvoiceCollateralizationRiskMitigator" {
        /// Situations in which the collateral is called upon (INFERRED).
        triggers: Vec<RiskTrigger> = required,
    }

    /// When and how a guarantor is called to pay a late loan (INFERRED).
    pub struct LoanGuaranteeConfiguration = "LoanGuaranteeConfiguration" {
        /// Conditions a loan must meet for this guarantee to apply.
        conditions: Vec<GuaranteeCondition>,
        /// True when a call also creates `EXTRA` payments (INFERRED).
        create_extra_payments: Option<bool>,
        /// Days of lateness after which the guarantor is called (INFERRED).
        days_late: Option<i64> = required,
        /// Model of the email sent with a call.
        email_template_id: Option<String> = required,
        /// How often calls are made: `DAILY` or `WEEKLY`.
        frequency: Option<GuaranteeCallFrequency>,
        /// Deposit account the guarantee may be drawn from (INFERRED).
        from_deposit_account_detail_id: Option<EntityId>,
        /// Guarantor's account the money comes from (INFERRED).
        from_guarantor_account_detail_id: Option<EntityId>,
        /// Company standing as guarantor.
        guarantor_id: Option<EntityId> = required,
        /// Days of lateness that apply when insolvency is open (INFERRED).
        insolvency_procedure_days_late: Option<i64> = required,
        /// Days to let pass after the latest chargeback (INFERRED).
        min_days_since_last_chargeback: Option<i64>,
        /// Addresses told about each call.
        notification_email_addresses: Vec<String> = required,
        /// How the guarantor pays.
        payment_method: Option<PaymentMethod> = required,
        /// Model of the PDF sent with a call.
        pdf_template_id: Option<String> = required,
        /// Pattern of a call's reference; accepts `{days_late}` and `{guarantee_call_date}`.
        reference_format_customization: Option<String>,
        /// Hours within which the call is scheduled.
        schedule_guarantee_call_within_hours: Option<i64> = required,
        /// Account that receives the guarantee money.
        to_account_detail_id: Option<EntityId> = required,
    }

    /// How a product rule moves money: direct debit or transfer.
    pub struct PaymentMethodConfiguration = "PaymentMethodConfiguration" {
        /// Direct debit settings, when that is the method (INFERRED).
        direct_debit: Option<DirectDebitConfiguration>,
        /// Means of payment: `DIRECT_DEBIT` or `SCT`.
        payment_method: Option<PaymentMethod> = required,
        /// Transfer settings, when that is the method (INFERRED).
        sct: Option<SctConfiguration>,
    }

    /// Protections applied to the loans of a financial product.
    pub struct RiskMitigationConfig = "RiskMitigationConfig" {
        /// Days between two recalculations of the exposure limit (INFERRED).
        automatically_compute_and_deploy_max_exposure_frequency_in_days: Option<i64>,
        /// Guarantees, each with the conditions that select its loans.
        guarantee_configs: Vec<LoanGuaranteeConfiguration>,
        /// Credit insurance settings.
        insurance_config: Option<InsuranceRiskMitigator>,
        /// Settings for invoices pledged as collateral.
        invoice_collateralization_config: Option<InvoiceCollateralizationRiskMitigator>,
    }

    /// Transfer settings of a product rule; it has no options.
    pub struct SctConfiguration = "SctConfiguration" {
    }

    /// How and where a contract is signed.
    pub struct SignatureConfig = "SignatureConfig" {
        /// Person who signs without a manual step, if any (INFERRED).
        automatic_signer: Option<AutomaticSigner>,
        /// Contract concerned, such as `TERMS_AND_CONDITIONS`.
        contract_template_name: Option<ContractTemplate> = required,
        /// Places in the document where something is signed or written.
        signing_fields: Vec<SigningField> = required,
    }

    /// Position of a signature or written mention in a contract.
    pub struct SigningField = "SigningField" {
        /// Height of the box; unit undocumented.
        height: Option<i64>,
        /// Text the signer has to write, for a mention.
        mention: Option<String>,
        /// Page of the document that holds the box.
        page: Option<i64> = required,
        /// Horizontal position of the box; unit undocumented.
        position_x: Option<i64> = required,
        /// Vertical position of the box; unit undocumented.
        position_y: Option<i64> = required,
        /// What goes in the box: `signature` or `mention`.
        kind as "type": Option<SigningFieldType>,
        /// Width of the box; unit undocumented.
        width: Option<i64> = required,
    }

    /// Monthly subscription charged for a financial product.
    pub struct SubscriptionConfig = "SubscriptionConfig" {
        /// Price per month, in cents.
        monthly_fee_cents: Option<Cents>,
        /// Account that collects the fee by direct debit (INFERRED).
        sdd_account_detail_id: Option<EntityId>,
    }
}
