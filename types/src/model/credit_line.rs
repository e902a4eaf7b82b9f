//! Credit lines.

use super::{Account, LightBusiness, PaymentMethod};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Cents, CreditLineId, DailyRate, Decimal, EntityId, Timestamp};

model! {
    /// Lending facility of a borrower. Financial products are taking its place.
    pub struct CreditLine = "APICreditLine" {
        /// Room left for new loans, in cents (INFERRED).
        balance_available: Option<Cents>,
        /// Part tied up by loans not yet paid out, in cents (INFERRED).
        balance_pending: Option<Cents>,
        /// Part held back for loans awaiting a decision, in cents (INFERRED).
        balance_pending_validation: Option<Cents>,
        /// Number of the underlying contract.
        contract_number: Option<String>,
        /// Currency of the line, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Borrower assumed when a loan names none (INFERRED).
        default_borrower: Option<LightBusiness>,
        /// Which side of the invoice borrows by default, `BUYER` or `SELLER` (INFERRED).
        default_borrower_strategy: Option<BorrowerStrategy>,
        /// Company guaranteeing the loans by default (INFERRED).
        default_guarantor: Option<LightBusiness>,
        /// Account that funds payouts by default (INFERRED).
        default_loan_from: Option<Account>,
        /// Account repayments are taken from by default (INFERRED).
        default_repayment_from: Option<Account>,
        /// How loans are repaid unless stated otherwise (INFERRED).
        default_repayment_method: Option<PaymentMethod>,
        /// Account repayments are sent to by default (INFERRED).
        default_repayment_to: Option<Account>,
        /// Channel the line was sold through, `DIRECT` or `PARTNER` (INFERRED).
        distribution: Option<Distribution> = required,
        /// Date the line stops being usable (INFERRED).
        end_date: Option<Timestamp>,
        /// Interest on the outstanding amount, in percent per day.
        fees_daily_rate: Option<DailyRate>,
        /// Interest share of the older split rate, in percent per day.
        fees_interest_daily_rate: Option<DailyRate> = required,
        /// Operating share of the older split rate, in percent per day.
        fees_operating_daily_rate: Option<DailyRate> = required,
        /// Company bearing the fees (INFERRED).
        fees_payer: Option<LightBusiness>,
        /// Unique id of the credit line.
        id: Option<CreditLineId>,
        /// Legal nature of the loans drawn on the line (INFERRED).
        loan_contract_type: Option<LoanContractType> = required,
        /// Ceiling of the line, in cents (INFERRED).
        pool_amount: Option<Cents>,
        /// When the contract of the line was signed (INFERRED).
        signed_at: Option<Timestamp>,
        /// Date the line becomes usable (INFERRED).
        start_date: Option<Timestamp> = required,
        /// VAT rate on operating fees, from the older pricing; unit unstated (INFERRED).
        vat: Option<Decimal>,
    }

    /// Credit line as seen for the whole account, with its running totals (INFERRED).
    pub struct TenantCreditLine = "APITenantCreditLine" {
        /// Total still to be repaid, in cents (INFERRED).
        amount_to_repay: Option<Cents>,
        /// Room left for new loans, in cents (INFERRED).
        balance_available: Option<Cents>,
        /// Part tied up by loans not yet paid out, in cents (INFERRED).
        balance_pending: Option<Cents>,
        /// Part held back for loans awaiting a decision, in cents (INFERRED).
        balance_pending_validation: Option<Cents>,
        /// Fees of the next monthly bill, in cents (INFERRED).
        coming_up_monthly_fees: Option<Cents>,
        /// Number of the underlying contract.
        contract_number: Option<String>,
        /// Currency of the line, as an ISO 4217 code.
        currency: Option<Currency>,
        /// Borrower assumed when a loan names none (INFERRED).
        default_borrower: Option<LightBusiness>,
        /// Which side of the invoice borrows by default, `BUYER` or `SELLER` (INFERRED).
        default_borrower_strategy: Option<BorrowerStrategy>,
        /// Company guaranteeing the loans by default (INFERRED).
        default_guarantor: Option<LightBusiness>,
        /// Account that funds payouts by default (INFERRED).
        default_loan_from: Option<Account>,
        /// Account repayments are taken from by default (INFERRED).
        default_repayment_from: Option<Account>,
        /// How loans are repaid unless stated otherwise (INFERRED).
        default_repayment_method: Option<PaymentMethod>,
        /// Account repayments are sent to by default (INFERRED).
        default_repayment_to: Option<Account>,
        /// Channel the line was sold through, `DIRECT` or `PARTNER` (INFERRED).
        distribution: Option<Distribution> = required,
        /// Date the line stops being usable (INFERRED).
        end_date: Option<Timestamp>,
        /// Interest on the outstanding amount, in percent per day.
        fees_daily_rate: Option<DailyRate>,
        /// Interest share of the older split rate, in percent per day.
        fees_interest_daily_rate: Option<DailyRate> = required,
        /// Operating share of the older split rate, in percent per day.
        fees_operating_daily_rate: Option<DailyRate> = required,
        /// Company bearing the fees (INFERRED).
        fees_payer: Option<LightBusiness>,
        /// Unique id of the credit line.
        id: Option<EntityId>,
        /// Legal nature of the loans drawn on the line (INFERRED).
        loan_contract_type: Option<LoanContractType> = required,
        /// Ceiling of the line, in cents (INFERRED).
        pool_amount: Option<Cents>,
        /// When the contract of the line was signed (INFERRED).
        signed_at: Option<Timestamp>,
        /// Date the line becomes usable (INFERRED).
        start_date: Option<Timestamp> = required,
        /// VAT rate on operating fees, from the older pricing; unit unstated (INFERRED).
        vat: Option<Decimal>,
    }

    /// Query parameters of `credit_lines.list`.
    pub struct ListCreditLines = "" {
        /// Keeps credit lines of borrowers with these company numbers, such as a SIREN or NIF.
        borrower: Vec<String>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps credit lines with these identifiers (UUID).
        id: Vec<CreditLineId>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
    }

    /// Query parameters of `credit_lines.get`.
    pub struct GetCreditLine = "" {
        /// Moment for which the balances shall be given (INFERRED).
        at: Option<Timestamp>,
    }
}

open_enum! {
    /// Currency of loans, invoices and payments. Amounts are in cents or pence.
    pub enum Currency {
        /// Euro.
        Eur = "EUR",
        /// Pound sterling.
        Gbp = "GBP",
    }

    /// Which party of an invoice borrows by default on a credit line (INFERRED).
    pub enum BorrowerStrategy {
        /// The buyer borrows (INFERRED).
        Buyer = "BUYER",
        /// The seller borrows (INFERRED).
        Seller = "SELLER",
    }

    /// Channel through which a credit line is sold (INFERRED).
    pub enum Distribution {
        /// Defacto deals with the borrower itself (INFERRED).
        Direct = "DIRECT",
        /// A partner brings the borrower (INFERRED).
        Partner = "PARTNER",
    }

    /// Legal form of a loan contract. The meanings are read from the names (INFERRED).
    pub enum LoanContractType {
        /// Plain credit.
        CreditOperation = "CREDIT_OPERATION",
        /// Credit secured by trade receivables.
        CreditOperationWithTradeReceivableGuarantee = "CREDIT_OPERATION_WITH_TRADE_RECEIVABLE_GUARANTEE",
        /// Loan that counts as equity.
        EquityLoan = "EQUITY_LOAN",
        /// Purchase of trade receivables.
        TradeReceivable = "TRADE_RECEIVABLE",
    }
}
