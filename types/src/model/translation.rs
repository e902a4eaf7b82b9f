//! Texts in four languages.

use crate::wire::model::model;
use crate::wire::open_enum;

model! {
    /// A kind of information Defacto may ask of a company, with its labels.
    pub struct DataTypeInfo = "DataTypeInfo" {
        /// Information asked for, such as `tax_return` or `financial_statement`.
        data_type: Option<DataRequestType> = required,
        /// True when a file must be supplied with the answer.
        requires_document: Option<bool> = required,
        /// Label of the information in the supported languages.
        translations: Option<Translations> = required,
    }

    /// One text in the four supported languages.
    pub struct Translations = "TranslationResult" {
        /// German text.
        de: Option<String> = required,
        /// English text.
        en: Option<String> = required,
        /// Spanish text.
        es: Option<String> = required,
        /// French text.
        fr: Option<String> = required,
    }
}

open_enum! {
    /// Kind of document or information that Defacto may request from a company.
    pub enum DataRequestType {
        /// Annual accounts.
        FinancialStatement = "financial_statement",
        /// Financial guarantee of a temporary work agency (INFERRED).
        InterimFinancialGuarantee = "interim_financial_guarantee",
        /// Proof of financial standing (INFERRED).
        FinancialCapacity = "financial_capacity",
        /// Tax return.
        TaxReturn = "tax_return",
        /// Certificate that taxes are paid.
        CertificateOfTaxCompliance = "certificate_of_tax_compliance",
        /// French certificate that social security dues are paid (INFERRED).
        CertificateOfVigilance = "certificate_of_vigilance",
        /// Explanation of debt arrears (INFERRED).
        DebtArrears = "debt_arrears",
        /// Installment plan for social security debts.
        SocialSecurityInstallmentPlan = "social_security_installment_plan",
        /// Official document on a French public debt plan (CCSF).
        CcsfOfficialDocument = "ccsf_official_document",
        /// Explanation of a seizure by the authorities.
        AdministrativeSeizureExplanation = "administrative_seizure_explanation",
        /// Explanation of a seizure made for a creditor (INFERRED).
        AllocationSeizureExplanation = "allocation_seizure_explanation",
        /// Explanation of any other seizure.
        OtherSeizureExplanation = "other_seizure_explanation",
        /// Explanation of early signs of insolvency.
        InsolvencyEarlySignalExplanation = "insolvency_early_signal_explanation",
        /// IBAN from which social security dues are paid.
        IbanUsedForSocialSecurityPayments = "iban_used_for_social_security_payments",
        /// Contract of an overdraft facility.
        OverdraftContract = "overdraft_contract",
        /// Term sheet of a funding (INFERRED).
        TermSheet = "term_sheet",
        /// Licence for security services.
        SecurityServicesAuthorisation = "security_services_authorisation",
        /// Licence for transport.
        TransportLicense = "transport_license",
    }
}
