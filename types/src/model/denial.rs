//! Denial codes.

use crate::wire::open_enum;

open_enum! {
    /// Reason for refusing a loan, invoice, product or limit. The list grows, and the meanings are
    /// read from the names (INFERRED). Official texts come from GET
    /// /translation/denial-code/{code}.
    pub enum DenialCode {
        /// Documents about the business activity are needed first.
        ActivityDocumentsRequired = "ACTIVITY_DOCUMENTS_REQUIRED",
        /// The borrower's activity is not financed.
        ActivityNotEligibleBorrower = "ACTIVITY_NOT_ELIGIBLE_BORROWER",
        /// The borrower already uses factoring or Dailly assignment elsewhere.
        AlreadyUsingFactoringOrDailly = "ALREADY_USING_FACTORING_OR_DAILLY",
        /// The requested amount is above what is left to borrow.
        AmountSuperiorToAvailableBalance = "AMOUNT_SUPERIOR_TO_AVAILABLE_BALANCE",
        /// The borrower's usual invoice is too large.
        AverageInvoiceSizeTooHigh = "AVERAGE_INVOICE_SIZE_TOO_HIGH",
        /// The counterparty is barred from factoring.
        BlacklistedFactoredCounterparty = "BLACKLISTED_FACTORED_COUNTERPARTY",
        /// Borrower and counterparty share a director.
        BorrowerAndCounterpartyHaveCommonDirector = "BORROWER_AND_COUNTERPARTY_HAVE_COMMON_DIRECTOR",
        /// The borrower has left the service.
        BorrowerChurned = "BORROWER_CHURNED",
        /// The borrower has defaulted on a debt.
        BorrowerDefaulted = "BORROWER_DEFAULTED",
        /// The borrower's status does not allow loans.
        BorrowerStatus = "BORROWER_STATUS",
        /// The borrower has not yet signed its contract.
        BorrowerToSign = "BORROWER_TO_SIGN",
        /// The company is too young.
        BusinessAgeBelowThreshold = "BUSINESS_AGE_BELOW_THRESHOLD",
        /// The company carries an extreme money laundering risk.
        BusinessAmlExtremeRisk = "BUSINESS_AML_EXTREME_RISK",
        /// A compliance problem was found at the company.
        BusinessComplianceIssueDetected = "BUSINESS_COMPLIANCE_ISSUE_DETECTED",
        /// The company is in hard debt collection.
        BusinessHardCollection = "BUSINESS_HARD_COLLECTION",
        /// The company gave no professional email address.
        BusinessHasNoProfessionalEmail = "BUSINESS_HAS_NO_PROFESSIONAL_EMAIL",
        /// The company is in an insolvency procedure.
        BusinessInsolvencyProcedureExists = "BUSINESS_INSOLVENCY_PROCEDURE_EXISTS",
        /// It is unclear whether the company is in an insolvency procedure.
        BusinessInsolvencyProcedureUnknownStatus = "BUSINESS_INSOLVENCY_PROCEDURE_UNKNOWN_STATUS",
        /// The company's legal form is not financed.
        BusinessLegalFormNotEligible = "BUSINESS_LEGAL_FORM_NOT_ELIGIBLE",
        /// Information about the company is missing.
        BusinessMissingInformation = "BUSINESS_MISSING_INFORMATION",
        /// The company hides its data from the public register.
        BusinessNotDiffusible = "BUSINESS_NOT_DIFFUSIBLE",
        /// The company is not in a business register.
        BusinessNotRegistered = "BUSINESS_NOT_REGISTERED",
        /// The company is not in the French trade register (RCS).
        BusinessNotRegisteredToRcs = "BUSINESS_NOT_REGISTERED_TO_RCS",
        /// The company is in neither French business register (RCS or RNE).
        BusinessNotRegisteredToRcsOrRne = "BUSINESS_NOT_REGISTERED_TO_RCS_OR_RNE",
        /// The company was struck off the register.
        BusinessRadiated = "BUSINESS_RADIATED",
        /// The company's region is not served.
        BusinessRegionNotCovered = "BUSINESS_REGION_NOT_COVERED",
        /// The company could not be found.
        BusinessUnknown = "BUSINESS_UNKNOWN",
        /// The buyer could not be found.
        BusinessUnknownBuyer = "BUSINESS_UNKNOWN_BUYER",
        /// The seller could not be found.
        BusinessUnknownSeller = "BUSINESS_UNKNOWN_SELLER",
        /// A lending cap would be passed.
        CappingExceeded = "CAPPING_EXCEEDED",
        /// The invoice was cashed in but the loan was not repaid.
        CashedInNotRepaid = "CASHED_IN_NOT_REPAID",
        /// Bank data shows payments of a French public debt plan (CCSF).
        CcsfTransactionDetected = "CCSF_TRANSACTION_DETECTED",
        /// Documents on a French public debt plan (CCSF) are awaited.
        CcsfTransactionPendingDataRequest = "CCSF_TRANSACTION_PENDING_DATA_REQUEST",
        /// A French public debt plan (CCSF) must end first.
        CcsfTransactionWaitingEndInstallmentPlan = "CCSF_TRANSACTION_WAITING_END_INSTALLMENT_PLAN",
        /// Data about the counterparty is missing.
        CounterpartyDataMissing = "COUNTERPARTY_DATA_MISSING",
        /// The counterparty is in an insolvency procedure.
        CounterpartyInsolvencyProcedureExists = "COUNTERPARTY_INSOLVENCY_PROCEDURE_EXISTS",
        /// It is unclear whether the counterparty is in an insolvency procedure.
        CounterpartyInsolvencyProcedureUnknownStatus = "COUNTERPARTY_INSOLVENCY_PROCEDURE_UNKNOWN_STATUS",
        /// Key figures of the counterparty are missing.
        CounterpartyKpiMissing = "COUNTERPARTY_KPI_MISSING",
        /// The counterparty is not in a business register.
        CounterpartyNotRegistered = "COUNTERPARTY_NOT_REGISTERED",
        /// The counterparty was not chosen for financing.
        CounterpartyNotSelectedForFinancing = "COUNTERPARTY_NOT_SELECTED_FOR_FINANCING",
        /// The lending cap of the country would be passed.
        CountryCappingExceeded = "COUNTRY_CAPPING_EXCEEDED",
        /// The borrower's country is not served.
        CountryNotEligibleBorrower = "COUNTRY_NOT_ELIGIBLE_BORROWER",
        /// The counterparty's country is not served.
        CountryNotEligibleCounterparty = "COUNTRY_NOT_ELIGIBLE_COUNTERPARTY",
        /// The credit risk is too high.
        CreditRiskNotEligible = "CREDIT_RISK_NOT_ELIGIBLE",
        /// The counterparty's credit risk is too high.
        CreditRiskNotEligibleCounterparty = "CREDIT_RISK_NOT_ELIGIBLE_COUNTERPARTY",
        /// The company's data is still being refreshed.
        DataStillRefreshing = "DATA_STILL_REFRESHING",
        /// Debt arrears were found and a grace period is running.
        DebtArrearsPendingGracePeriod = "DEBT_ARREARS_PENDING_GRACE_PERIOD",
        /// A repayment is late, in an old spelling of the code.
        DeprecatedLateRepayment = "DEPRECATED_LATE_REPAYMENT",
        /// The general conditions for a loan are not met.
        DoesNotMatchEligibilityCriteria = "DOES_NOT_MATCH_ELIGIBILITY_CRITERIA",
        /// The same claim seems to be financed twice.
        DoubleMobilization = "DOUBLE_MOBILIZATION",
        /// The borrower is 15 days late with a repayment.
        Dpd15LateRepaymentBorrower = "DPD_15_LATE_REPAYMENT_BORROWER",
        /// The buyer is 15 days late with a repayment.
        Dpd15LateRepaymentBuyer = "DPD_15_LATE_REPAYMENT_BUYER",
        /// The seller is 15 days late with a repayment.
        Dpd15LateRepaymentSeller = "DPD_15_LATE_REPAYMENT_SELLER",
        /// The Ellisphere risk rating is not good enough.
        EllisphereRiskIndex = "ELLISPHERE_RISK_INDEX",
        /// The partner's own credit line is used up.
        ExceededPartnerCreditLine = "EXCEEDED_PARTNER_CREDIT_LINE",
        /// The requested amount is too high.
        ExcessiveAmountLoanRequest = "EXCESSIVE_AMOUNT_LOAN_REQUEST",
        /// The requested duration is too long.
        ExcessiveDurationLoanRequest = "EXCESSIVE_DURATION_LOAN_REQUEST",
        /// Outstanding loans have been open for too long.
        ExposureTooOld = "EXPOSURE_TOO_OLD",
        /// The buyer's details on the invoice must be completed.
        FillInvoiceBuyerInformation = "FILL_INVOICE_BUYER_INFORMATION",
        /// The seller's details on the invoice must be completed.
        FillInvoiceSellerInformation = "FILL_INVOICE_SELLER_INFORMATION",
        /// The financial product is switched off.
        FinancialProductDeactivated = "FINANCIAL_PRODUCT_DEACTIVATED",
        /// The financial product is not released for this company.
        FinancialProductNotInRelease = "FINANCIAL_PRODUCT_NOT_IN_RELEASE",
        /// The financial statements show poor key figures.
        FinancialStatementBadKpi = "FINANCIAL_STATEMENT_BAD_KPI",
        /// The financial statements could not be read.
        FinancialStatementParsingIssue = "FINANCIAL_STATEMENT_PARSING_ISSUE",
        /// The company's risk index is too high.
        HighBusinessRiskIndex = "HIGH_BUSINESS_RISK_INDEX",
        /// The index of expected loan defaults is too high.
        HighLoanDefaultIndex = "HIGH_LOAN_DEFAULT_INDEX",
        /// The Lysta risk index is too high.
        HighLystaRiskIndex = "HIGH_LYSTA_RISK_INDEX",
        /// The borrower's industry code is not financed.
        IndustryCodeNotEligibleBorrower = "INDUSTRY_CODE_NOT_ELIGIBLE_BORROWER",
        /// The counterparty's industry code is not financed.
        IndustryCodeNotEligibleCounterparty = "INDUSTRY_CODE_NOT_ELIGIBLE_COUNTERPARTY",
        /// Early signs of insolvency were found.
        InsolvencyEarlySignalDetected = "INSOLVENCY_EARLY_SIGNAL_DETECTED",
        /// The borrower is in an insolvency procedure.
        InsolvencyProcedureExistsBorrower = "INSOLVENCY_PROCEDURE_EXISTS_BORROWER",
        /// The buyer is in an insolvency procedure.
        InsolvencyProcedureExistsBuyer = "INSOLVENCY_PROCEDURE_EXISTS_BUYER",
        /// The seller is in an insolvency procedure.
        InsolvencyProcedureExistsSeller = "INSOLVENCY_PROCEDURE_EXISTS_SELLER",
        /// The company pays tax debts in installments.
        InstallmentPlanDetectedForTax = "INSTALLMENT_PLAN_DETECTED_FOR_TAX",
        /// The company pays French social security debts (URSSAF) in installments.
        InstallmentPlanDetectedForUrssaf = "INSTALLMENT_PLAN_DETECTED_FOR_URSSAF",
        /// The credit insurance quote has expired.
        InsuranceQuoteExpired = "INSURANCE_QUOTE_EXPIRED",
        /// A loan already finances the invoice.
        InvoiceAlreadyFinanced = "INVOICE_ALREADY_FINANCED",
        /// The invoice uses the VAT reverse charge.
        InvoiceAutoLiquidation = "INVOICE_AUTO_LIQUIDATION",
        /// The invoice contains forbidden words.
        InvoiceBlacklistWords = "INVOICE_BLACKLIST_WORDS",
        /// A compliance problem was found on the invoice.
        InvoiceComplianceIssueDetected = "INVOICE_COMPLIANCE_ISSUE_DETECTED",
        /// The invoice does not meet the financing conditions.
        InvoiceDoesNotMatchEligibilityCriteria = "INVOICE_DOES_NOT_MATCH_ELIGIBILITY_CRITERIA",
        /// The invoice breaks the French payment term law (LME).
        InvoiceLmeNonCompliant = "INVOICE_LME_NON_COMPLIANT",
        /// The invoice names no bank account.
        InvoiceMissingAccountNumber = "INVOICE_MISSING_ACCOUNT_NUMBER",
        /// The invoice lacks a legally required statement.
        InvoiceMissingLegalMention = "INVOICE_MISSING_LEGAL_MENTION",
        /// The invoice is one of several stage payments.
        InvoiceMultipleStage = "INVOICE_MULTIPLE_STAGE",
        /// The purpose of the invoice is not financed.
        InvoiceNonEligibleUseCase = "INVOICE_NON_ELIGIBLE_USE_CASE",
        /// The invoice cannot be covered by credit insurance.
        InvoiceNotEligibleToCreditInsurance = "INVOICE_NOT_ELIGIBLE_TO_CREDIT_INSURANCE",
        /// The issue date of the invoice lies ahead.
        InvoiceNotIssuedYet = "INVOICE_NOT_ISSUED_YET",
        /// The invoice does not serve working capital needs.
        InvoiceNotRelatedToWcr = "INVOICE_NOT_RELATED_TO_WCR",
        /// The invoice is past its due date.
        InvoiceOverdue = "INVOICE_OVERDUE",
        /// The account on a payable invoice belongs to the borrower, not to the supplier.
        InvoicePayableBorrowerIsAccountHolder = "INVOICE_PAYABLE_BORROWER_IS_ACCOUNT_HOLDER",
        /// The account on a receivable invoice has no live bank connection.
        InvoiceReceivableAccountMissingLiveConnection = "INVOICE_RECEIVABLE_ACCOUNT_MISSING_LIVE_CONNECTION",
        /// The account on a receivable invoice has no direct debit mandate.
        InvoiceReceivableAccountMissingMandate = "INVOICE_RECEIVABLE_ACCOUNT_MISSING_MANDATE",
        /// The account on a receivable invoice does not belong to the borrower.
        InvoiceReceivableBorrowerIsNotAccountHolder = "INVOICE_RECEIVABLE_BORROWER_IS_NOT_ACCOUNT_HOLDER",
        /// The repayment date lies more than 60 days away.
        InvoiceRepaymentDateTooFar60d = "INVOICE_REPAYMENT_DATE_TOO_FAR_60D",
        /// Key figures of the company are missing.
        KpiMissing = "KPI_MISSING",
        /// The borrower's key figures are not good enough.
        KpiScreeningNotEligibleBorrower = "KPI_SCREENING_NOT_ELIGIBLE_BORROWER",
        /// The check of the company (KYB) is not finished.
        KybPending = "KYB_PENDING",
        /// The check of the company (KYB) waits for the user.
        KybPendingUserAction = "KYB_PENDING_USER_ACTION",
        /// The check of the persons (KYC) is not finished.
        KycPending = "KYC_PENDING",
        /// The check of the persons (KYC) waits for the user.
        KycPendingUserAction = "KYC_PENDING_USER_ACTION",
        /// The borrower is late with a repayment.
        LateRepaymentBorrower = "LATE_REPAYMENT_BORROWER",
        /// The borrower's legal form is not financed.
        LegalFormNotEligibleBorrower = "LEGAL_FORM_NOT_ELIGIBLE_BORROWER",
        /// The buyer's legal form is not financed.
        LegalFormNotEligibleBuyer = "LEGAL_FORM_NOT_ELIGIBLE_BUYER",
        /// The counterparty's legal form is not financed.
        LegalFormNotEligibleCounterparty = "LEGAL_FORM_NOT_ELIGIBLE_COUNTERPARTY",
        /// A related company is blocked.
        LinkedBusinessIsBlocked = "LINKED_BUSINESS_IS_BLOCKED",
        /// The loan request was open for too long.
        LoanRequestExpired = "LOAN_REQUEST_EXPIRED",
        /// The company holds too little cash.
        LowCashBalance = "LOW_CASH_BALANCE",
        /// The company's free cash flow is too low.
        LowFreeCashFlow = "LOW_FREE_CASH_FLOW",
        /// The highest allowed amount would be passed.
        MaxAmountExceeded = "MAX_AMOUNT_EXCEEDED",
        /// The borrower's highest allowed amount would be passed.
        MaxAmountExceededBorrower = "MAX_AMOUNT_EXCEEDED_BORROWER",
        /// The buyer's highest allowed amount would be passed.
        MaxAmountExceededBuyer = "MAX_AMOUNT_EXCEEDED_BUYER",
        /// The seller's highest allowed amount would be passed.
        MaxAmountExceededSeller = "MAX_AMOUNT_EXCEEDED_SELLER",
        /// Contact details of the counterparty are missing.
        MissingCounterpartyContactInformation = "MISSING_COUNTERPARTY_CONTACT_INFORMATION",
        /// A document on the public contract is missing.
        MissingPublicProcurementDocument = "MISSING_PUBLIC_PROCUREMENT_DOCUMENT",
        /// A bank account must be connected first.
        NeedBankingIntegration = "NEED_BANKING_INTEGRATION",
        /// The document is not an invoice.
        NotAnInvoice = "NOT_AN_INVOICE",
        /// The buyer hides its data from the public register.
        NotDiffusibleBuyer = "NOT_DIFFUSIBLE_BUYER",
        /// The seller hides its data from the public register.
        NotDiffusibleSeller = "NOT_DIFFUSIBLE_SELLER",
        /// There is too little data to decide.
        NotEnoughData = "NOT_ENOUGH_DATA",
        /// The request does not qualify for the funding vehicle (SPV).
        NotPreEligibleSpv = "NOT_PRE_ELIGIBLE_SPV",
        /// The buyer is not in a business register.
        NotRegisteredBuyer = "NOT_REGISTERED_BUYER",
        /// The seller is not in a business register.
        NotRegisteredSeller = "NOT_REGISTERED_SELLER",
        /// Bank data shows no tax payment.
        NoTaxPaymentFound = "NO_TAX_PAYMENT_FOUND",
        /// Bank data shows no French social security payments (URSSAF).
        NoUrssafPaymentsFound = "NO_URSSAF_PAYMENTS_FOUND",
        /// Bank data shows no French social security payment (URSSAF), in a second spelling of the
        /// code.
        NoUrssafPaymentFound = "NO_URSSAF_PAYMENT_FOUND",
        /// The company was removed from the service.
        Offboarded = "OFFBOARDED",
        /// Bank data shows moderately worrying transactions.
        OrangeFlagTransactions = "ORANGE_FLAG_TRANSACTIONS",
        /// Another company of the same director is in an insolvency procedure.
        OtherBusinessFromDirectorHasInsolvencyProcedure = "OTHER_BUSINESS_FROM_DIRECTOR_HAS_INSOLVENCY_PROCEDURE",
        /// The shared data is too old.
        OutdatedData = "OUTDATED_DATA",
        /// The invoice is too old.
        OutdatedInvoice = "OUTDATED_INVOICE",
        /// The invoice is too old under the 2-week rule.
        OutdatedInvoice2weeks = "OUTDATED_INVOICE_2WEEKS",
        /// The invoice is too old under the 3-week rule.
        OutdatedInvoice3weeks = "OUTDATED_INVOICE_3WEEKS",
        /// The company needs an overdraft facility.
        OverdraftRequired = "OVERDRAFT_REQUIRED",
        /// The bank connections must be renewed.
        PleaseReconnectBankAccounts = "PLEASE_RECONNECT_BANK_ACCOUNTS",
        /// The borrower's postal area is not served.
        PostalCodeNotEligibleBorrower = "POSTAL_CODE_NOT_ELIGIBLE_BORROWER",
        /// The counterparty's postal area is not served.
        PostalCodeNotEligibleCounterparty = "POSTAL_CODE_NOT_ELIGIBLE_COUNTERPARTY",
        /// Defacto is already collecting debt from the company ahead of default.
        ProactiveRecollection = "PROACTIVE_RECOLLECTION",
        /// The prudential limit on exposure would be passed.
        PrudentialExposureExceeded = "PRUDENTIAL_EXPOSURE_EXCEEDED",
        /// The German Qonto account has less than 4 months of history.
        QontoIntegrationGermanUserDoesNotHave4MonthsOfHistory = "QONTO_INTEGRATION_GERMAN_USER_DOES_NOT_HAVE_4_MONTHS_OF_HISTORY",
        /// The Qonto account has less than 6 months of history.
        QontoIntegrationUserDoesNotHave6MonthsOfHistory = "QONTO_INTEGRATION_USER_DOES_NOT_HAVE_6_MONTHS_OF_HISTORY",
        /// The Qonto user does not qualify for a credit line.
        QontoIntegrationUserDoesNotMeetMinimumRequirementForCreditLine = "QONTO_INTEGRATION_USER_DOES_NOT_MEET_MINIMUM_REQUIREMENT_FOR_CREDIT_LINE",
        /// Recent debt arrears rule out a loan.
        RecentDebtArrearsKo = "RECENT_DEBT_ARREARS_KO",
        /// Documents on recent debt arrears are awaited.
        RecentDebtArrearsPendingDataRequest = "RECENT_DEBT_ARREARS_PENDING_DATA_REQUEST",
        /// The company's revenue fell recently.
        RecentRevenueDrop = "RECENT_REVENUE_DROP",
        /// Bank data shows a recent seizure.
        RecentSeizureDetected = "RECENT_SEIZURE_DETECTED",
        /// Documents on recent tax arrears are awaited.
        RecentTaxArrearsPendingDataRequest = "RECENT_TAX_ARREARS_PENDING_DATA_REQUEST",
        /// Recent payments to preferred creditors, such as the state, failed.
        RecentUnpaidPrivilegedTransactions = "RECENT_UNPAID_PRIVILEGED_TRANSACTIONS",
        /// Documents on failed payments to preferred creditors are awaited.
        RecentUnpaidPrivilegedTransactionsPendingDataRequest = "RECENT_UNPAID_PRIVILEGED_TRANSACTIONS_PENDING_DATA_REQUEST",
        /// Documents on recent French social security arrears (URSSAF) are awaited.
        RecentUrssafArrearsPendingDataRequest = "RECENT_URSSAF_ARREARS_PENDING_DATA_REQUEST",
        /// Bank data shows very worrying transactions.
        RedFlagTransactions = "RED_FLAG_TRANSACTIONS",
        /// A related counterparty is flagged.
        RelatedCounterpartyHasFlag = "RELATED_COUNTERPARTY_HAS_FLAG",
        /// A related counterparty is late with payments.
        RelatedCounterpartyIsLate = "RELATED_COUNTERPARTY_IS_LATE",
        /// The borrower was removed from the trade register.
        RemovedFromCommercialRegisterBorrower = "REMOVED_FROM_COMMERCIAL_REGISTER_BORROWER",
        /// The company was removed from the trade register.
        RemovedFromCommercialRegisterBusiness = "REMOVED_FROM_COMMERCIAL_REGISTER_BUSINESS",
        /// The buyer was removed from the trade register.
        RemovedFromCommercialRegisterBuyer = "REMOVED_FROM_COMMERCIAL_REGISTER_BUYER",
        /// The seller was removed from the trade register.
        RemovedFromCommercialRegisterSeller = "REMOVED_FROM_COMMERCIAL_REGISTER_SELLER",
        /// Too many repayments fall together.
        RepaymentConcentrationIsTooHigh = "REPAYMENT_CONCENTRATION_IS_TOO_HIGH",
        /// Financial statements are needed first.
        RequiredFinancialStatement = "REQUIRED_FINANCIAL_STATEMENT",
        /// The company's risk score was lowered.
        RiskScoreDowngrading = "RISK_SCORE_DOWNGRADING",
        /// Small regular French social security payments (URSSAF) hint at a debt plan.
        SmallRecurringAmountDetectedForUrssaf = "SMALL_RECURRING_AMOUNT_DETECTED_FOR_URSSAF",
        /// The duration is too long.
        TooLong = "TOO_LONG",
        /// The loan may not be paid to this account.
        UnauthorizedLoanPaymentAccount = "UNAUTHORIZED_LOAN_PAYMENT_ACCOUNT",
        /// The loan may not be paid to an account at this bank.
        UnauthorizedLoanPaymentAccountBankIdentifier = "UNAUTHORIZED_LOAN_PAYMENT_ACCOUNT_BANK_IDENTIFIER",
        /// The loan may not be paid to this beneficiary.
        UnauthorizedLoanPaymentBeneficiary = "UNAUTHORIZED_LOAN_PAYMENT_BENEFICIARY",
        /// French social security payments (URSSAF) have stopped.
        UrssafPaymentsStopped = "URSSAF_PAYMENTS_STOPPED",
        /// The amount the company could borrow is below the minimum.
        UserDoesNotMeetMinimumMaxAmountSize = "USER_DOES_NOT_MEET_MINIMUM_MAX_AMOUNT_SIZE",
        /// The company does not qualify for a credit line.
        UserDoesNotMeetMinimumRequirementForCreditLine = "USER_DOES_NOT_MEET_MINIMUM_REQUIREMENT_FOR_CREDIT_LINE",
        /// An answer from an outside provider is awaited.
        WaitingForThirdPartyProvider = "WAITING_FOR_THIRD_PARTY_PROVIDER",
        /// An earlier loan must be repaid first.
        WaitForRepayment = "WAIT_FOR_REPAYMENT",
    }
}
