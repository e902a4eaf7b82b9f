//! Documents and attachments of loans.

use serde_json::{Map, Value};

use super::{
    AccountInput, AmountWithCurrency, BusinessIdentifierRequired, CounterpartyInput, Currency,
};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Base64Document, Cents, LoanId, SecretUrl, Timestamp};

model! {
    /// One card expense backing a loan request.
    pub struct CreditCardExpenseDetail = "APICreditCardExpenseDetail" {
        /// Value of the expense, in cents.
        amount: Option<Cents> = required,
        /// What identifies the card, such as its last four digits.
        card_identification: Option<Map<String, Value>>,
        /// When the expense took place.
        date_time: Option<Timestamp> = required,
        /// What identifies the place of purchase.
        merchant: Option<Map<String, Value>>,
        /// What identifies the card user, such as a name and email.
        user: Option<Map<String, Value>>,
    }

    /// Card expenses attached to a loan request, all made with the same counterparty.
    pub struct CreditCardExpensesInformation = "APICreditCardExpensesInformation" {
        /// The single counterparty common to all expenses.
        counterparty: Option<CounterpartyInput> = required,
        /// The expenses, one entry each.
        expenses: Vec<CreditCardExpenseDetail> = required,
    }

    /// Invoice or pro forma sent as a loan attachment, file included.
    pub struct InvoiceAttachmentInformation = "APIInvoiceAttachmentInformation" {
        /// Company that owes the invoice.
        buyer: Option<CounterpartyInput>,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<Currency>,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document> = required,
        /// File name, extension included.
        document_name: Option<String> = required,
        /// Date by which the buyer has to pay.
        due_at: Option<Timestamp>,
        /// Number printed on the invoice.
        invoice_number: Option<String>,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp>,
        /// Invoice amount excluding tax, in cents.
        net_amount: Option<Cents>,
        /// Company that issued the invoice.
        seller: Option<CounterpartyInput>,
        /// Tax part of the invoice, in cents.
        tax_amount: Option<Cents>,
        /// Account printed on the invoice for payment; it does not steer the loan payout.
        to_account: Option<AccountInput>,
        /// What the buyer still owes the seller, in cents; zero once settled.
        to_pay_amount: Option<Cents>,
        /// Invoice amount including tax, in cents.
        total_amount: Option<Cents>,
    }

    /// Whatever is known about an invoice sent as a loan document; nothing is mandatory.
    pub struct InvoiceDetails = "APIInvoiceInformationAllOptional" {
        /// Company that owes the invoice.
        buyer: Option<CounterpartyInput>,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Date by which the buyer has to pay.
        due_at: Option<Timestamp>,
        /// Number printed on the invoice.
        invoice_number: Option<String>,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp>,
        /// Invoice amount excluding tax, in cents.
        net_amount: Option<Cents>,
        /// Company that issued the invoice.
        seller: Option<CounterpartyInput>,
        /// Tax part of the invoice, in cents.
        tax_amount: Option<Cents>,
        /// Account printed on the invoice for payment; it does not steer the loan payout.
        to_account: Option<AccountInput>,
        /// What the buyer still owes the seller, in cents; zero once settled.
        to_pay_amount: Option<Cents>,
        /// Invoice amount including tax, in cents.
        total_amount: Option<Cents>,
    }

    /// Supporting context for a loan request. Fill in the one object named after the document type.
    pub struct LoanAttachmentInput = "APILoanAttachmentToCreate" {
        /// Extra machine-readable data about the file.
        additional_document_data: Option<Map<String, Value>>,
        /// Card expenses, for type `credit_card_expenses`.
        credit_card_expenses: Option<CreditCardExpensesInformation>,
        /// Plain-language remark on the file.
        description: Option<String>,
        /// Kind of document; tells which detail object to fill in.
        document_type: Option<LoanDocumentType> = required,
        /// Invoice file and data, for type `invoice`.
        invoice: Option<InvoiceAttachmentInformation>,
        /// Pro forma file and data, for type `pro_forma`.
        pro_forma: Option<InvoiceAttachmentInformation>,
        /// Ownership act, for type `public_procurement_ownership_act`.
        public_procurement_ownership_act: Option<PublicProcurementOwnershipActInformation>,
        /// Single copy, for type `public_procurement_single_copy`.
        public_procurement_single_copy: Option<PublicProcurementSingleCopyInformation>,
        /// Agreement, for type `sale_purchase_agreement`.
        sale_purchase_agreement: Option<SalePurchaseAgreementAttachmentInformation>,
        /// Time sheet, for type `time_sheet`.
        time_sheet: Option<TimeSheetInformation>,
    }

    /// A file supporting a loan request. Fill in the one object named after the document type.
    pub struct LoanDocumentInput = "APILoanDocumentToCreate" {
        /// Extra machine-readable data about the file.
        additional_document_data: Option<Map<String, Value>>,
        /// Plain-language remark on the file.
        description: Option<String>,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document> = required,
        /// File name, extension included.
        document_name: Option<String> = required,
        /// Kind of document; tells which detail object to fill in.
        document_type: Option<LoanDocumentType> = required,
        /// Invoice data, for type `invoice`.
        invoice: Option<InvoiceDetails>,
        /// Pro forma data, for type `pro_forma`.
        pro_forma: Option<InvoiceDetails>,
        /// Single copy data, for type `public_procurement_single_copy`.
        public_procurement_single_copy: Option<PublicProcurementSingleCopyInformation>,
        /// Agreement data, for type `sale_purchase_agreement`.
        sale_purchase_agreement: Option<SalePurchaseAgreementInformation>,
    }

    /// Ownership act of a public procurement contract, attached to a loan request.
    pub struct PublicProcurementOwnershipActInformation = "APIPublicProcurementOwnershipActInformation" {
        /// Issue date of the act.
        act_date: Option<Timestamp> = required,
        /// Reference of the procurement contract.
        contract_identifier: Option<String> = required,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document>,
        /// File name, extension included.
        document_name: Option<String>,
    }

    /// Single copy of a public procurement contract, attached to a loan request.
    pub struct PublicProcurementSingleCopyInformation = "APIPublicProcurementSingleCopyInformation" {
        /// Reference of the procurement contract.
        contract_identifier: Option<String> = required,
        /// When the contract was published.
        contract_publication_date: Option<Timestamp>,
        /// When the contract was entered into.
        contract_undertaking_date: Option<Timestamp> = required,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document>,
        /// File name, extension included.
        document_name: Option<String>,
    }

    /// A document held on a loan.
    pub struct LoanDocument = "APIReadLoanDocument" {
        /// Company the document concerns (INFERRED).
        about_business: Option<BusinessIdentifierRequired>,
        /// File name, extension included.
        document_name: Option<String>,
        /// Kind of document, such as `invoice`.
        document_type: Option<LoanDocumentType> = required,
        /// Temporary download link; do not store it.
        document_url: Option<SecretUrl> = required,
        /// When the file was received.
        uploaded_at: Option<Timestamp>,
        /// Data supplied along with the file (INFERRED).
        user_input: Option<Map<String, Value>>,
    }

    /// Sale and purchase agreement attached to a loan request, file included.
    pub struct SalePurchaseAgreementAttachmentInformation = "APISalePurchaseAgreementAttachmentInformation" {
        /// What is being sold, in plain words.
        asset_description: Option<String>,
        /// Company buying the asset.
        buyer: Option<CounterpartyInput>,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document> = required,
        /// File name, extension included.
        document_name: Option<String> = required,
        /// Date the sale is to complete.
        sale_date: Option<Timestamp>,
        /// Company selling the asset.
        seller: Option<CounterpartyInput>,
        /// Other company taking part in the deal (INFERRED).
        third_party: Option<CounterpartyInput>,
        /// Price of the sale, in cents, with its currency.
        transaction_price: Option<AmountWithCurrency>,
    }

    /// Data of a sale and purchase agreement supporting a loan request.
    pub struct SalePurchaseAgreementInformation = "APISalePurchaseAgreementInformation" {
        /// What is being sold, in plain words.
        asset_description: Option<String>,
        /// Company buying the asset.
        buyer: Option<CounterpartyInput>,
        /// Date the sale is to complete.
        sale_date: Option<Timestamp>,
        /// Company selling the asset.
        seller: Option<CounterpartyInput>,
        /// Other company taking part in the deal (INFERRED).
        third_party: Option<CounterpartyInput>,
        /// Price of the sale, in cents, with its currency.
        transaction_price: Option<AmountWithCurrency>,
    }

    /// Time sheet attached to a loan request.
    pub struct TimeSheetInformation = "APITimeSheetInformation" {
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document> = required,
        /// File name, extension included.
        document_name: Option<String> = required,
    }

    /// Selects the loans whose documents are to be bundled for download.
    pub struct FetchLoanDocuments = "ApiFetchLoanDocuments" {
        /// Loans to include.
        loan_ids: Vec<LoanId>,
        /// Earliest disbursement date, inclusive.
        to_pay_at_from: Option<Timestamp>,
        /// Latest disbursement date, exclusive.
        to_pay_at_to: Option<Timestamp>,
    }

    /// Where to download the requested loan documents.
    pub struct LoanDocuments = "ApiLoanDocuments" {
        /// Download address for the bundle (INFERRED).
        link: Option<SecretUrl> = required,
    }
}

open_enum! {
    /// Kind of a document attached to a loan.
    pub enum LoanDocumentType {
        /// An invoice.
        Invoice = "invoice",
        /// A pro forma invoice, issued before the sale.
        ProForma = "pro_forma",
        /// A contract of sale.
        SalePurchaseAgreement = "sale_purchase_agreement",
        /// A record of hours worked.
        TimeSheet = "time_sheet",
        /// A statement of card spending.
        CreditCardExpenses = "credit_card_expenses",
        /// The deed of commitment of a public contract (INFERRED).
        PublicProcurementOwnershipAct = "public_procurement_ownership_act",
        /// The single copy of a public contract, used to pledge it (INFERRED).
        PublicProcurementSingleCopy = "public_procurement_single_copy",
    }
}
