//! Invoices.

use serde_json::{Map, Value};

use super::{Account, AccountInput, Address, Currency, DenialCode, IdentifierType};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{
    Base64Document, BusinessId, Cents, CounterpartyId, InvoiceId, LoanId, SecretUrl, Timestamp,
};

model! {
    /// Buyer or seller as shown on an invoice.
    pub struct InvoiceParty = "APIBusinessCounterparty" {
        /// Id of the underlying business, not of the counterparty.
        business_id: Option<BusinessId>,
        /// Id of the counterparty.
        id: Option<CounterpartyId>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Registered company name.
        name: Option<String>,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
    }

    /// Person to reach at a counterparty.
    pub struct CounterpartyContact = "APICounterpartyContact" {
        /// Email address of the contact.
        email: Option<String> = required,
        /// Given name of the contact.
        first_name: Option<String> = required,
        /// Family name of the contact.
        last_name: Option<String> = required,
        /// Telephone number of the contact.
        phone_number: Option<String> = required,
    }

    /// Counterparty described inside another request, such as the buyer or seller of an invoice.
    pub struct CounterpartyInput = "APICounterpartyCreation" {
        /// Postal address of the counterparty.
        address: Option<Address>,
        /// Person to reach at the counterparty.
        contact: Option<CounterpartyContact>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String>,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// Registered company name.
        name: Option<String>,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
    }

    /// Request creating an invoice, either as a draft or submitted at once.
    pub struct CreateInvoice = "APIDraftableInvoiceCreation" {
        /// Company that owes the invoice.
        buyer: Option<CounterpartyInput>,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Invoice PDF, encoded in Base64.
        document: Option<Base64Document> = required,
        /// Date by which the buyer has to pay.
        due_at: Option<Timestamp>,
        /// Number printed on the invoice.
        invoice_number: Option<String>,
        /// Whether to keep the invoice as a draft; send `false` to submit it at once.
        is_draft: Option<bool>,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
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

    /// An invoice known to Defacto, possibly financed by a loan.
    pub struct Invoice = "APIInvoice" {
        /// Company that owes the invoice.
        buyer: Option<InvoiceParty>,
        /// Currency the invoice amounts are in, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Temporary link to the invoice document; do not store it.
        document_url: Option<SecretUrl>,
        /// Date by which the buyer has to pay.
        due_at: Option<Timestamp>,
        /// Unique id of the invoice.
        id: InvoiceId,
        /// Number printed on the invoice.
        invoice_number: Option<String> = required,
        /// Whether the invoice is still a draft.
        is_draft: Option<bool>,
        /// Date the invoice was issued.
        issued_at: Option<Timestamp>,
        /// Loans financing the invoice; at most one is supported.
        loan_ids: Vec<LoanId>,
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
        /// Invoice amount excluding tax, in cents.
        net_amount: Option<Cents> = required,
        /// Company that issued the invoice.
        seller: Option<InvoiceParty>,
        /// Progress of the invoice; a loan needs it to be `VERIFIED`.
        status: Option<InvoiceStatus>,
        /// Denial code explaining the current status.
        status_reason: Option<DenialCode>,
        /// Tax part of the invoice, in cents.
        tax_amount: Option<Cents>,
        /// Account on which the invoice is to be paid.
        to_account_details: Option<Account>,
        /// What the buyer still owes the seller, in cents; zero once settled.
        to_pay_amount: Option<Cents>,
        /// Invoice amount including tax, in cents.
        total_amount: Option<Cents>,
    }

    /// Corrections to an invoice in `TO_SUBMIT` or `TO_EDIT`; only the fields sent are changed.
    pub struct UpdateInvoice = "APIPatchInvoice" {
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
        /// Free-form data of your own, stored alongside and returned unchanged (INFERRED).
        metadata: Option<Map<String, Value>>,
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

    /// Query parameters of `invoices.upload`.
    pub struct UploadInvoiceParties = "" {
        /// Buyer as identifier type, dash and identifier, such as SIREN-899021021.
        buyer: Option<String>,
        /// Seller as identifier type, dash and identifier, such as SIREN-899021021.
        seller: Option<String>,
    }

    /// Query parameters of `invoices.list`.
    pub struct ListInvoices = "" {
        /// Keeps invoices addressed to these buyers.
        buyer: Vec<String>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps invoices with these identifiers (UUID).
        invoice_id: Vec<InvoiceId>,
        /// Keeps invoices by whether a loan uses or requested them.
        linked_to_loan: Option<bool>,
        /// Keeps invoices whose loan was paid out after this moment. It works only with
        /// linked_to_loan set to true.
        linked_to_loan_paid_after: Option<Timestamp>,
        /// Keeps invoices whose loan was paid out before this moment. It works only with
        /// linked_to_loan set to true.
        linked_to_loan_paid_before: Option<Timestamp>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Free text to search invoices by.
        query: Option<String>,
        /// Keeps invoices issued by these sellers.
        seller: Vec<String>,
        /// Keeps invoices in any of these statuses.
        status: Vec<InvoiceStatus>,
    }
}

open_enum! {
    /// Stage of an invoice, from draft to verification and payment. A loan on a stored invoice
    /// needs VERIFIED.
    pub enum InvoiceStatus {
        /// The invoice is a draft that can be changed and then submitted.
        ToSubmit = "TO_SUBMIT",
        /// Defacto is checking the invoice.
        Submitted = "SUBMITTED",
        /// The check failed, so correct the invoice and submit it again.
        ToEdit = "TO_EDIT",
        /// The check passed and a loan can be requested.
        Verified = "VERIFIED",
        /// Defacto refused the invoice and gives a reason. It is final (INFERRED).
        Declined = "DECLINED",
        /// The invoice was removed. It is final (INFERRED).
        Deleted = "DELETED",
        /// The invoice is settled. It is final (INFERRED).
        Paid = "PAID",
    }
}

model! {
    /// The text part that goes with the file in `invoices.upload`.
    pub struct UploadInvoiceFile = "" {
        /// Free-form JSON, as text, kept with the invoice.
        metadata: Option<String>,
    }
}
