//! The same objects as plain structs with serde's derive: what somebody writes
//! who uses no client library.
#![allow(missing_docs, reason = "the fields are documented in defacto-types")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

#[derive(Clone, Debug, Deserialize)]
pub struct Page<T> {
    pub data: Vec<T>,
    pub count: Option<i64>,
    pub page_size: Option<i64>,
    pub next_page: Option<String>,
    pub previous_page: Option<String>,
    pub total: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Loan {
    pub amount: Option<i64>,
    pub beneficiary: Option<Business>,
    pub borrower: Option<Business>,
    pub borrower_financial_product_id: Option<String>,
    pub closed_at: Option<Timestamp>,
    pub contract_url: Option<String>,
    pub contractual_repayment_date: Option<Timestamp>,
    pub currency: Option<Currency>,
    pub denial_reason: Option<String>,
    #[serde(default)]
    pub deposits: BTreeMap<String, Deposited>,
    #[serde(default)]
    pub documents: Vec<Document>,
    pub earliest_to_repay_at: Option<Timestamp>,
    pub fees_estimated: Option<i64>,
    pub fees_ongoing: Option<i64>,
    pub guarantor: Option<Business>,
    pub id: String,
    #[serde(default)]
    pub invoice_ids: Vec<String>,
    pub loan_from: Option<Account>,
    #[serde(default)]
    pub loan_from_references: Vec<String>,
    pub loan_to: Option<Account>,
    #[serde(default)]
    pub loan_to_references: Vec<String>,
    pub loan_type: Option<LoanType>,
    pub metadata: Option<Map<String, Value>>,
    #[serde(default)]
    pub notification_emails: Vec<String>,
    pub paid_at: Option<Timestamp>,
    pub paid_interests_amount: Option<i64>,
    pub repaid_amount: Option<i64>,
    pub repaid_nominal_amount: Option<i64>,
    pub repaid_nominal_at: Option<Timestamp>,
    pub repayment_from: Option<Account>,
    #[serde(default)]
    pub repayment_from_references: Vec<String>,
    pub repayment_method: Option<Method>,
    pub repayment_to: Option<Account>,
    #[serde(default)]
    pub repayment_to_references: Vec<String>,
    pub status: Status,
    pub submitted_at: Option<Timestamp>,
    pub to_pay_at: Option<Timestamp>,
    pub to_repay_at: Option<Timestamp>,
    pub transfer_contract_url: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Business {
    pub activity_description: Option<String>,
    pub activity_type: Option<String>,
    pub address: Option<Address>,
    pub capital: Option<i64>,
    pub creation_date: Option<Date>,
    pub has_ongoing_insolvency_procedure: Option<bool>,
    pub id: Option<String>,
    pub identifier: Option<String>,
    pub identifier_type: Option<IdentifierType>,
    pub is_active: Option<bool>,
    pub is_diffusible: Option<bool>,
    pub last_insolvency_procedure_closing_date: Option<Date>,
    pub last_insolvency_procedure_open_date: Option<Date>,
    pub last_insolvency_procedure_type: Option<String>,
    pub legal_form: Option<String>,
    pub nace_code: Option<String>,
    pub name: Option<String>,
    pub registration_body: Option<String>,
    pub registration_date: Option<Date>,
    pub registry_radiation_date: Option<Date>,
    pub share_capital: Option<i64>,
    pub termination_date: Option<Date>,
    pub vat_number: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Address {
    pub address_line_1: Option<String>,
    pub address_line_2: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Account {
    pub account_number: Option<String>,
    pub account_number_type: Option<AccountNumberType>,
    pub bank_identifier: Option<String>,
    pub bank_identifier_type: Option<BankIdentifierType>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Deposited {
    pub amount: Option<i64>,
    pub deposit_id: Option<String>,
    pub paid_amount: Option<i64>,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    pub about_business: Option<Identifier>,
    pub document_name: Option<String>,
    pub document_type: Option<String>,
    pub document_url: Option<String>,
    pub uploaded_at: Option<Timestamp>,
    pub user_input: Option<Map<String, Value>>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Identifier {
    pub identifier: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifier_type: Option<IdentifierType>,
}

/// What is sent; the sample leaves the rest of the fields out, and so does
/// this.
#[derive(Clone, Debug, Serialize)]
pub struct CreateLoan {
    pub amount: i64,
    pub borrower: Identifier,
    pub invoices: Vec<Invoice>,
    pub loan_to: PayoutAccount,
    pub to_pay_at: Timestamp,
    pub to_repay_at: Timestamp,
    pub salt_id: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Invoice {
    pub buyer: Party,
    pub seller: Party,
    pub document: String,
    pub due_at: Timestamp,
    pub invoice_number: String,
    pub issued_at: Timestamp,
    pub net_amount: i64,
    pub tax_amount: i64,
    pub to_account: PayoutAccount,
    pub total_amount: i64,
}

#[derive(Clone, Debug, Serialize)]
pub struct Party {
    pub identifier: String,
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct PayoutAccount {
    pub account_number: String,
    pub bank_identifier: String,
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierType {
    Siren,
    Siret,
    VatNumber,
    Nif,
    Cif,
    Kvk,
    Bsn,
    HrNummer,
    Steuernummer,
    BelgiumRegistrationNumber,
    Name,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountNumberType {
    Iban,
    AccountNumber,
    InternalId,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BankIdentifierType {
    Bic,
    RoutingNumber,
    Name,
    Undefined,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    Eur,
    Gbp,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    Sct,
    DirectDebit,
    P2p,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LoanType {
    InvoiceBasedFinancing,
    InventoryFinancing,
    CreditCardFinancing,
    WalletFinancing,
    FundingObligationConsolidation,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    Submitted,
    PendingValidation,
    ToValidate,
    Declined,
    Validated,
    Canceled,
    Scheduled,
    Initiated,
    ToRepay,
    ToRepayFees,
    Closed,
    IssueDetected,
    Deleted,
}
