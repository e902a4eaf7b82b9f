//! Loans.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    Account, AccountInput, AccountNumberType, Address, BankIdentifierType, BusinessIdentifier,
    CounterpartyContact, Currency, DenialCode, EntityType, IdentifierType, LightBusiness,
    LoanAttachmentInput, LoanDocument, LoanDocumentInput, PaymentMethod, RepaymentAccountInput,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    AccountNumber, Base64Document, BorrowerFinancialProductId, Cents, DepositId, EntityId,
    InvoiceId, LoanId, SecretUrl, Timestamp,
};

model! {
    /// Request changing how and when loans are repaid.
    pub struct SetRepaymentTerms = "APILoanSetRepaymentTerms" {
        /// New terms, one entry per change.
        repayment_terms: Vec<RepaymentTerms> = required,
    }

    /// Changes to a loan; which fields are accepted depends on its status.
    pub struct UpdateLoan = "APIPatchLoan" {
        /// Principal, in cents; at most 20,000,000.
        amount: Option<Cents>,
        /// Entity funding the loan, by its Defacto id.
        lender_id: Option<EntityId>,
        /// Account the loan is paid out to.
        loan_to: Option<RepaymentAccountInput>,
        /// Wording on the payout, as the receiving account sees it.
        loan_to_references: Vec<String>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// How the loan is repaid, `DIRECT_DEBIT` or `SCT`.
        repayment_method: Option<PaymentMethod>,
        /// Wording on the repayment, as the receiving account sees it.
        repayment_to_references: Vec<String>,
        /// Planned disbursement date.
        to_pay_at: Option<Timestamp>,
        /// Planned repayment date.
        to_repay_at: Option<Timestamp>,
        /// Link to the contract by which another lender took the loan over.
        transfer_contract_url: Option<SecretUrl>,
    }

    /// Request for a loan. It finances one invoice at most, either referenced or created inline.
    pub struct CreateLoan = "APIPostLoan" {
        /// Principal, in cents; at most 20,000,000.
        amount: Option<Cents> = required,
        /// Supporting context, with or without files.
        attachments: Vec<LoanAttachmentInput>,
        /// Whether an accepted offer goes ahead without your validation.
        auto_validate: Option<bool>,
        /// Company taking the loan; omit it when it is your own.
        borrower: Option<BusinessIdentifier>,
        /// Product to draw on; needed only when several are offered.
        borrower_financial_product_id: Option<BorrowerFinancialProductId>,
        /// Currency of the loan, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Supporting files, each with its structured data.
        documents: Vec<LoanDocumentInput>,
        /// One repayment at the end (`IN_FINE`) or several (`INSTALLMENTS`).
        installment_plan_type: Option<InstallmentPlanType>,
        /// Custom schedule; sums to the principal and ends on the repayment date.
        installments: Vec<LoanInstallment>,
        /// Existing invoices to finance; at most one is supported.
        invoice_ids: Vec<InvoiceId>,
        /// Invoices to create and finance; at most one is supported.
        invoices: Vec<CreateLoanInvoice>,
        /// Account the loan is paid out to.
        loan_to: Option<AccountInput> = required,
        /// Wording on the payout, as the receiving account sees it.
        loan_to_references: Vec<String>,
        /// Deprecated; choose a borrower financial product instead.
        loan_type: Option<LoanType>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// Mailboxes to keep informed about the loan (INFERRED).
        notification_emails: Vec<String>,
        /// Wording on the repayment, as the sending account sees it.
        repayment_from_references: Vec<String>,
        /// Your idempotency key; repeating it does not create a second loan (INFERRED).
        salt_id: Option<String>,
        /// Planned disbursement date.
        to_pay_at: Option<Timestamp> = required,
        /// Planned repayment date.
        to_repay_at: Option<Timestamp> = required,
        /// Whether to wait up to 30 seconds for the decision.
        wait_for_validation: Option<bool>,
    }

    /// Invoice created inline by a loan request, with the data needed for financing.
    pub struct CreateLoanInvoice = "APIRequiredInvoiceCreation" {
        /// Postal address given with the invoice; whose it is goes unstated.
        address: Option<Address>,
        /// Company that owes the invoice.
        buyer: Option<SharedCounterparty> = required,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Invoice PDF, encoded in Base64.
        document: Option<Base64Document> = required,
        /// Date by which the buyer has to pay.
        due_at: Option<Timestamp> = required,
        /// Number printed on the invoice.
        invoice_number: Option<String> = required,
        /// Who issued the record, `USER` or `DEFACTO` (INFERRED).
        invoice_type: Option<InvoiceType>,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp> = required,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// Invoice amount excluding tax, in cents.
        net_amount: Option<Cents>,
        /// Company that issued the invoice.
        seller: Option<SharedCounterparty> = required,
        /// Tax part of the invoice, in cents.
        tax_amount: Option<Cents>,
        /// Account printed on the invoice for payment; it does not steer the loan payout.
        to_account: Option<AccountInput>,
        /// What the buyer still owes the seller, in cents; zero once settled.
        to_pay_amount: Option<Cents>,
        /// Invoice amount including tax, in cents.
        total_amount: Option<Cents> = required,
    }

    /// A sum of money and its currency.
    pub struct AmountWithCurrency = "AmountWithCurrency" {
        /// Value, in cents.
        amount: Option<Cents> = required,
        /// ISO 4217 code, `EUR` or `GBP`.
        currency: Option<Currency> = required,
    }

    /// Buyer or seller to be created, identified by its registration number.
    pub struct SharedCounterparty = "CounterpartyCreation" {
        /// Postal address of the counterparty.
        address: Option<Address>,
        /// Person to reach at the counterparty.
        contact: Option<CounterpartyContact>,
        /// Company registration number, written without spaces.
        identifier: Option<String>,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Registered name of the counterparty.
        name: Option<String>,
        /// VAT number: country prefix followed by the national part.
        vat_number: Option<String>,
    }

    /// Bank account that receives a transfer.
    pub struct CreditedAccountNumber = "CreditedAccountNumber" {
        /// IBAN of the account receiving the money.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String> = required,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType> = required,
    }

    /// Bank account from which a direct debit is taken.
    pub struct DebitedAccountNumber = "DebitedAccountNumber" {
        /// IBAN of the account being debited.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String> = required,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType> = required,
    }

    /// Direct debit details for the repayment of a loan.
    pub struct DirectDebitRepaymentMethod = "DirectDebitRepaymentMethod" {
        /// Account the repayment will be collected from.
        from_account: Option<DebitedAccountNumber> = required,
    }

    /// A loan in full: parties, dates, amounts, accounts and supporting documents.
    pub struct Loan = "LoanAPI" {
        /// Principal of the loan, in cents; at most 20,000,000.
        amount: Option<Cents> = required,
        /// Company that is paid the money.
        beneficiary: Option<LightBusiness> = required,
        /// Company that takes out the loan and owes it.
        borrower: Option<LightBusiness> = required,
        /// Borrower's financial product used; only needed when several are on offer.
        borrower_financial_product_id: Option<BorrowerFinancialProductId>,
        /// When everything was repaid, fees included.
        closed_at: Option<Timestamp>,
        /// Pre-signed link to the loan contract; it expires, so do not store it.
        contract_url: Option<SecretUrl>,
        /// Repayment date as signed; it never moves and is the basis for lateness.
        contractual_repayment_date: Option<Timestamp>,
        /// ISO 4217 code of the amounts.
        currency: Option<Currency> = required,
        /// Why the loan was declined; set with status `DECLINED`.
        denial_reason: Option<DenialCode>,
        /// Deposits set aside for the loan, funded or still expected, by an unnamed key.
        deposits: BTreeMap<String, LoanDepositedAmounts> = required,
        /// Supporting documents joined to the loan request, with any structured data about them.
        documents: Vec<LoanDocument> = required,
        /// Lower bound when bringing the repayment date forward.
        earliest_to_repay_at: Option<Timestamp> = required,
        /// Interest if the loan is repaid on time, in cents; known once approved.
        fees_estimated: Option<Cents>,
        /// Interest if the loan were repaid today, in cents.
        fees_ongoing: Option<Cents>,
        /// Company that must repay if it comes to that.
        guarantor: Option<LightBusiness>,
        /// Unique id of the loan.
        id: LoanId = required,
        /// Invoice financed by the loan; one at most.
        invoice_ids: Vec<InvoiceId> = required,
        /// Account the disbursement leaves from.
        loan_from: Option<Account> = required,
        /// Transfer references of the disbursement as seen by its sender.
        loan_from_references: Vec<String> = required,
        /// Account the disbursement goes to.
        loan_to: Option<Account> = required,
        /// Transfer references of the disbursement as seen by its recipient.
        loan_to_references: Vec<String> = required,
        /// Family of financing the loan belongs to.
        loan_type: Option<LoanType> = required,
        /// Free data of your own kept with the loan.
        metadata: Option<Map<String, Value>>,
        /// Addresses emailed about the loan (INFERRED).
        notification_emails: Vec<String>,
        /// When the money was actually paid out.
        paid_at: Option<Timestamp>,
        /// Interest paid so far, in cents.
        paid_interests_amount: Option<Cents> = required,
        /// Principal and interest repaid so far, in cents.
        repaid_amount: Option<Cents> = required,
        /// Principal repaid so far, in cents.
        repaid_nominal_amount: Option<Cents> = required,
        /// When the principal was fully repaid (INFERRED).
        repaid_nominal_at: Option<Timestamp>,
        /// Account the repayment comes from.
        repayment_from: Option<Account>,
        /// Transfer references of the repayment as seen by its sender.
        repayment_from_references: Vec<String> = required,
        /// How the loan is repaid: direct debit or transfer.
        repayment_method: Option<PaymentMethod> = required,
        /// Account to which the repayment must be paid.
        repayment_to: Option<Account> = required,
        /// References to quote so that the repayment is recognised by its recipient.
        repayment_to_references: Vec<String> = required,
        /// Step of the loan's life; expect values that are new to you.
        status: LoanStatus = required,
        /// When the loan was requested.
        submitted_at: Option<Timestamp> = required,
        /// Planned disbursement date.
        to_pay_at: Option<Timestamp> = required,
        /// Planned repayment date; moves when brought forward or postponed.
        to_repay_at: Option<Timestamp> = required,
        /// Link to the contract that transfers the receivable (INFERRED).
        transfer_contract_url: Option<SecretUrl>,
    }

    /// One step in the history of a loan.
    pub struct LoanEvent = "LoanApiEvent" {
        /// Kind of object the event is about; `loan` here.
        entity_type: Option<EntityType> = required,
        /// Extra data of the event; its content is not documented.
        payload: Option<Map<String, Value>>,
        /// Status of the loan after the event (INFERRED).
        status: LoanStatus = required,
        /// When the event happened.
        timestamp: Option<Timestamp>,
        /// Name of the transition, such as `SUBMIT`; treat it as opaque.
        transition_name: Option<String>,
    }

    /// Expected and funded amounts of one deposit of a loan.
    pub struct LoanDepositedAmounts = "LoanDepositedAmounts" {
        /// Amount the deposit should reach, in cents (INFERRED).
        amount: Option<Cents> = required,
        /// Deposit concerned, once it exists.
        deposit_id: Option<DepositId>,
        /// Amount already funded, in cents (INFERRED).
        paid_amount: Option<Cents> = required,
    }

    /// One repayment of a loan that is repaid in several parts.
    pub struct LoanInstallment = "LoanInstallment" {
        /// Part of the principal repaid, in cents; all parts add up to the loan amount.
        amount: Option<Cents> = required,
        /// Planned date of this repayment; the last one equals `to_repay_at`.
        date: Option<Timestamp> = required,
    }

    /// New repayment date or method for one loan that is being repaid.
    pub struct RepaymentTerms = "RepaymentTerms" {
        /// Direct debit details; needed with `DIRECT_DEBIT`, absent otherwise.
        direct_debit: Option<DirectDebitRepaymentMethod>,
        /// Loan to change; it must be `TO_REPAY` or `TO_REPAY_FEES`.
        loan_id: Option<LoanId> = required,
        /// Why the terms change; may be `LOAN_REPAYMENT_BY_PAY_BY_LINK`.
        reason: Option<RepaymentTermsReason>,
        /// New planned repayment date; a loan can be postponed only once.
        repayment_date: Option<Timestamp> = required,
        /// How the loan will be repaid; only `DIRECT_DEBIT` and `SCT` are accepted.
        repayment_method: Option<PaymentMethod> = required,
        /// Transfer details; needed with `SCT`, absent otherwise.
        sct: Option<SctRepaymentMethod>,
    }

    /// Transfer details for the repayment of a loan.
    pub struct SctRepaymentMethod = "SCTRepaymentMethod" {
        /// Account the repayment must be paid into.
        to_account: Option<CreditedAccountNumber> = required,
    }

    /// Query parameters of `loans.list`.
    pub struct ListLoans = "" {
        /// Keeps loans of borrowers with these company numbers, such as a SIREN or NIF.
        borrower: Vec<String>,
        /// Keeps loans whose signed repayment date is at or after this moment.
        contractual_repayment_date_from: Option<Timestamp>,
        /// Keeps loans whose signed repayment date is before this moment.
        contractual_repayment_date_to: Option<Timestamp>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps loans by whether their guarantee was called.
        guarantee_called: Option<bool>,
        /// Keeps loans for which this party must pay if the borrower does not.
        guarantor: Option<String>,
        /// Keeps loans with these identifiers (UUID).
        id: Vec<LoanId>,
        /// Keeps loans of these types.
        loan_type: Vec<LoanType>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps loans by whether their repayment date was postponed.
        postponed: Option<bool>,
        /// Free text search over loan id, invoice number, amount, estimated fees, status and
        /// counterparty name.
        query: Option<String>,
        /// Field and direction of the order. Without it the newest loans come first.
        sort_by: Option<LoanSort>,
        /// Keeps loans in any of these statuses.
        status: Vec<LoanStatus>,
        /// Keeps loans with a planned payout at or after this moment.
        to_pay_at_from: Option<Timestamp>,
        /// Keeps loans with a planned payout before this moment.
        to_pay_at_to: Option<Timestamp>,
        /// Keeps loans with a planned repayment at or after this moment.
        to_repay_at_from: Option<Timestamp>,
        /// Keeps loans with a planned repayment before this moment.
        to_repay_at_to: Option<Timestamp>,
        /// Keeps loans to be repaid between now and this number of days ahead. It cannot be
        /// combined with to_repay_at_from or to_repay_at_to.
        to_repay_at_within_days: Option<i64>,
    }
}

open_enum! {
    /// Stage of a loan, from request to full repayment. Lateness is not a stage, so compare the
    /// dates instead.
    pub enum LoanStatus {
        /// The request is recorded and its evaluation is not finished (INFERRED).
        Submitted = "SUBMITTED",
        /// Defacto is reviewing the request, which takes up to 2 business days.
        PendingValidation = "PENDING_VALIDATION",
        /// Defacto accepted the request and waits for the borrower's consent.
        ToValidate = "TO_VALIDATE",
        /// Defacto refused the request and gives a denial reason. It is final (INFERRED).
        Declined = "DECLINED",
        /// The borrower accepted the offer, by hand or automatically.
        Validated = "VALIDATED",
        /// The loan was withdrawn before its money left. It is final (INFERRED).
        Canceled = "CANCELED",
        /// The payout is planned and can still be cancelled.
        Scheduled = "SCHEDULED",
        /// The payout is on its way to the bank and not yet confirmed (INFERRED).
        Initiated = "INITIATED",
        /// The money was paid out and principal is still owed.
        ToRepay = "TO_REPAY",
        /// The principal is repaid and interest is still owed (INFERRED).
        ToRepayFees = "TO_REPAY_FEES",
        /// Everything is repaid.
        Closed = "CLOSED",
        /// A problem, such as a failed payout, waits for Defacto (INFERRED).
        IssueDetected = "ISSUE_DETECTED",
        /// Defacto removed the loan. It is final (INFERRED).
        Deleted = "DELETED",
    }

    /// Kind of financing of a loan. On requests it is deprecated in favour of the borrower's
    /// financial product.
    pub enum LoanType {
        /// The loan finances an invoice.
        InvoiceBasedFinancing = "INVOICE_BASED_FINANCING",
        /// The loan finances stock (INFERRED).
        InventoryFinancing = "INVENTORY_FINANCING",
        /// The loan finances card spending (INFERRED).
        CreditCardFinancing = "CREDIT_CARD_FINANCING",
        /// The loan is a deferred debit without an invoice, for at most 45 days.
        WalletFinancing = "WALLET_FINANCING",
        /// The loan merges earlier obligations into one (INFERRED).
        FundingObligationConsolidation = "FUNDING_OBLIGATION_CONSOLIDATION",
    }

    /// Field and direction for sorting loans.
    pub enum LoanSort {
        /// Oldest requests first.
        CreatedAtAsc = "created_at:asc",
        /// Newest requests first, as by default.
        CreatedAtDesc = "created_at:desc",
        /// Earliest planned payouts first.
        ToPayAtAsc = "to_pay_at:asc",
        /// Latest planned payouts first.
        ToPayAtDesc = "to_pay_at:desc",
        /// Earliest planned repayments first.
        ToRepayAtAsc = "to_repay_at:asc",
        /// Latest planned repayments first.
        ToRepayAtDesc = "to_repay_at:desc",
    }

    /// Way in which a loan is repaid.
    pub enum InstallmentPlanType {
        /// All principal is repaid at the end, as by default (INFERRED).
        InFine = "IN_FINE",
        /// The principal is repaid in parts, which sum to the amount and end at to_repay_at.
        Installments = "INSTALLMENTS",
    }

    /// Reason for changing repayment terms.
    pub enum RepaymentTermsReason {
        /// The loan is repaid through a payment link.
        LoanRepaymentByPayByLink = "LOAN_REPAYMENT_BY_PAY_BY_LINK",
    }

    /// Who issued an invoice (INFERRED).
    pub enum InvoiceType {
        /// Defacto issued the invoice (INFERRED).
        Defacto = "DEFACTO",
        /// The user issued the invoice (INFERRED).
        User = "USER",
    }
}
