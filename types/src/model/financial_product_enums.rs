//! Financial products and their rules: the values of their fields.

use crate::wire::open_enum;

open_enum! {
    /// Stage of a product of one borrower. Decide by can_request_loan, not by this value.
    pub enum BorrowerFinancialProductStatus {
        /// The product is set up and not yet offered (INFERRED).
        Created = "CREATED",
        /// The borrower must sign the contract (INFERRED).
        ToSign = "TO_SIGN",
        /// The borrower must do something first (INFERRED).
        PendingUserAction = "PENDING_USER_ACTION",
        /// Loans can be requested (INFERRED).
        Ready = "READY",
        /// Loans are stopped (INFERRED).
        Blocked = "BLOCKED",
        /// The limit was withdrawn (INFERRED).
        Cut = "CUT",
        /// The borrower left. It is final (INFERRED).
        Churn = "CHURN",
        /// The borrower closed the product. It is final (INFERRED).
        ClosedByUser = "CLOSED_BY_USER",
        /// Defacto switched the product off. It is final (INFERRED).
        Deactivated = "DEACTIVATED",
        /// The product is no longer offered. It is final (INFERRED).
        ProductDiscontinued = "PRODUCT_DISCONTINUED",
    }

    /// Kind of a financial product.
    pub enum ProductType {
        /// Loans on single invoices.
        InvoiceBasedFinancing = "INVOICE_BASED_FINANCING",
        /// Loans to pay supplier invoices (INFERRED).
        Payable = "PAYABLE",
        /// Supplier invoices paid through factoring (INFERRED).
        PayableFactoring = "PAYABLE_FACTORING",
        /// Loans on customer invoices (INFERRED).
        Receivable = "RECEIVABLE",
        /// Customer invoices sold through factoring (INFERRED).
        ReceivableFactoring = "RECEIVABLE_FACTORING",
        /// Loans on claims assigned under the French Dailly law (INFERRED).
        Dailly = "DAILLY",
        /// Loans on stock (INFERRED).
        InventoryFinancing = "INVENTORY_FINANCING",
        /// Loans on card spending (INFERRED).
        CreditCardFinancing = "CREDIT_CARD_FINANCING",
        /// Deferred debit without an invoice, for at most 45 days.
        WalletFinancing = "WALLET_FINANCING",
        /// Treasury Flex, repaid in 3 to 6 monthly installments.
        FlexFinancing = "FLEX_FINANCING",
        /// Financing of sales to retailers (INFERRED).
        SellIn = "SELL_IN",
    }

    /// Template of the contract to sign.
    pub enum ContractTemplate {
        /// General terms and conditions.
        TermsAndConditions = "TERMS_AND_CONDITIONS",
        /// Master loan agreement with a direct borrower (INFERRED).
        DirectMasterLoanAgreementTemplate = "DIRECT_MASTER_LOAN_AGREEMENT_TEMPLATE",
        /// Credit agreement under the French Dailly law (INFERRED).
        DaillyCreditAgreementTemplate = "DAILLY_CREDIT_AGREEMENT_TEMPLATE",
        /// Discount agreement under the French Dailly law (INFERRED).
        DaillyEscompteTemplate = "DAILLY_ESCOMPTE_TEMPLATE",
    }

    /// Kind of a field on a contract page.
    pub enum SigningFieldType {
        /// Place for a signature.
        Signature = "signature",
        /// Place for a text that the signer must write (INFERRED).
        Mention = "mention",
    }

    /// Amount from which a deposit is computed.
    pub enum DepositBaseAmount {
        /// A fixed amount.
        FixedAmount = "FIXED_AMOUNT",
        /// The principal of the loan.
        LoanAmount = "LOAN_AMOUNT",
        /// The principal plus the estimated fees.
        LoanAmountWithEstimatedFees = "LOAN_AMOUNT_WITH_ESTIMATED_FEES",
        /// The principal plus the interest due.
        LoanAmountWithDueInterests = "LOAN_AMOUNT_WITH_DUE_INTERESTS",
        /// The estimated fees.
        EstimatedFees = "ESTIMATED_FEES",
        /// The interest due.
        DueInterests = "DUE_INTERESTS",
    }

    /// Party that pays a deposit.
    pub enum DepositorRole {
        /// The borrower.
        Borrower = "BORROWER",
        /// The party that receives the loan money (INFERRED).
        Beneficiary = "BENEFICIARY",
        /// The party that pays the fees.
        FeesPayer = "FEES_PAYER",
        /// The partner.
        Partner = "PARTNER",
    }

    /// What a deposit is held for.
    pub enum DepositPurpose {
        /// The deposit covers fees (INFERRED).
        FeesDeposit = "FEES_DEPOSIT",
        /// The deposit covers a default (INFERRED).
        GuaranteeDeposit = "GUARANTEE_DEPOSIT",
        /// The deposit covers the cost of debt collection (INFERRED).
        RecollectionFeesDeposit = "RECOLLECTION_FEES_DEPOSIT",
    }

    /// Party that pays the fees. The default is PARTNER.
    pub enum FeesPayerRole {
        /// The borrower.
        Borrower = "BORROWER",
        /// The party that receives the loan money (INFERRED).
        Beneficiary = "BENEFICIARY",
        /// The party that guarantees the loan.
        Guarantor = "GUARANTOR",
        /// The partner.
        Partner = "PARTNER",
    }

    /// When interest is recorded for billing. The default is ORIGINATION_DATE.
    pub enum InterestTrackingTime {
        /// Interest is recorded when the loan starts (INFERRED).
        OriginationDate = "ORIGINATION_DATE",
        /// Interest is recorded each month (INFERRED).
        Monthly = "MONTHLY",
    }

    /// Information that a product may demand with a loan request. The meanings are read from the
    /// names (INFERRED).
    pub enum LoanRequestOption {
        /// The receivers of the money.
        Beneficiaries = "beneficiaries",
        /// A contract.
        Contract = "contract",
        /// The trading partner.
        Counterparty = "counterparty",
        /// An invoice to pay.
        PayableInvoice = "payable_invoice",
        /// An invoice to collect.
        ReceivableInvoice = "receivable_invoice",
        /// The agreed payment terms.
        PaymentTerms = "payment_terms",
    }

    /// How payments of a product are combined.
    pub enum AggregationScenario {
        /// Payments in the same direction become one (INFERRED).
        MergeOnly = "MERGE_ONLY",
        /// Opposite payments are offset first, and the rest becomes one (INFERRED).
        NetThenMerge = "NET_THEN_MERGE",
    }

    /// When payments of a product are combined.
    pub enum AggregationTiming {
        /// Once a day (INFERRED).
        Daily = "DAILY",
        /// By the schedule of each loan (INFERRED).
        LoanSchedule = "LOAN_SCHEDULE",
    }

    /// Company that insures a credit risk.
    pub enum InsuranceProvider {
        /// Allianz Trade, a credit insurer.
        AllianzTrade = "ALLIANZ_TRADE",
        /// Credit 360, a credit insurer (INFERRED).
        Credit360 = "CREDIT_360",
        /// Simulated insurer of the sandbox (INFERRED).
        Sandbox = "SANDBOX",
    }

    /// Event that starts a protection against loss.
    pub enum RiskTrigger {
        /// The borrower does not pay (INFERRED).
        BorrowerDefault = "BORROWER_DEFAULT",
        /// The borrower becomes insolvent (INFERRED).
        BorrowerInsolvency = "BORROWER_INSOLVENCY",
    }

    /// How often guarantees are called.
    pub enum GuaranteeCallFrequency {
        /// Each day (INFERRED).
        Daily = "DAILY",
        /// Each week (INFERRED).
        Weekly = "WEEKLY",
    }

    /// Country for which a terms document applies, as a three-letter code.
    pub enum TermsCountry {
        /// Austria.
        Aut = "AUT",
        /// Belgium.
        Bel = "BEL",
        /// Bulgaria.
        Bgr = "BGR",
        /// Switzerland.
        Che = "CHE",
        /// Cyprus.
        Cyp = "CYP",
        /// Czechia.
        Cze = "CZE",
        /// Germany.
        Deu = "DEU",
        /// Denmark.
        Dnk = "DNK",
        /// Spain.
        Esp = "ESP",
        /// Estonia.
        Est = "EST",
        /// Finland.
        Fin = "FIN",
        /// France.
        Fra = "FRA",
        /// United Kingdom.
        Gbr = "GBR",
        /// Greece.
        Grc = "GRC",
        /// French Guiana.
        Guf = "GUF",
        /// Croatia.
        Hrv = "HRV",
        /// Hungary.
        Hun = "HUN",
        /// Ireland.
        Irl = "IRL",
        /// Iceland.
        Isl = "ISL",
        /// Italy.
        Ita = "ITA",
        /// Lithuania.
        Ltu = "LTU",
        /// Luxembourg.
        Lux = "LUX",
        /// Latvia.
        Lva = "LVA",
        /// Saint Martin, French part.
        Maf = "MAF",
        /// Malta.
        Mlt = "MLT",
        /// Netherlands.
        Nld = "NLD",
        /// Poland.
        Pol = "POL",
        /// Portugal.
        Prt = "PRT",
        /// Reunion.
        Reu = "REU",
        /// Romania.
        Rou = "ROU",
        /// Slovakia.
        Svk = "SVK",
        /// Slovenia.
        Svn = "SVN",
        /// Sweden.
        Swe = "SWE",
    }
}
