//! Counterparties: the buyers and sellers on invoices.

use super::{Address, CounterpartyContact, DenialCode, IdentifierType};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{Cents, CounterpartyId};

model! {
    /// Request registering a counterparty on its own, outside any invoice.
    pub struct CreateCounterparty = "APICounterpartyExplicitCreation" {
        /// Postal address of the counterparty.
        address: Option<Address>,
        /// Person to reach at the counterparty.
        contact: Option<CounterpartyContact>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// Registered company name.
        name: Option<String>,
        /// Roles the counterparty plays, such as `CLIENT` or `SUPPLIER`.
        relation_types: Vec<RelationType> = required,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
    }

    /// A counterparty along with how much can still be financed against it.
    pub struct Counterparty = "APICounterpartyWithExposure" {
        /// Postal address of the counterparty.
        address: Option<Address>,
        /// Person to reach at the counterparty.
        contact: Option<CounterpartyContact>,
        /// Financing room left for this counterparty.
        credit_limit: Option<CreditLimit> = required,
        /// Unique id of the counterparty.
        id: CounterpartyId = required,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// Registered company name.
        name: Option<String> = required,
        /// Roles the counterparty plays, such as `CLIENT` or `SUPPLIER`.
        relation_types: Vec<RelationType> = required,
        /// Whether invoices of this counterparty are chosen for financing.
        selected_for_financing: Option<bool>,
        /// Value-added-tax number, led by a two-letter country code.
        vat_number: Option<String>,
    }

    /// How much can be financed on a business. A request above the available amount is declined
    /// automatically.
    pub struct CreditLimit = "APICreditLimit" {
        /// Room left for new loans, in cents (INFERRED).
        available_amount: Option<Cents> = required,
        /// Ceiling on lending to this business, in cents (INFERRED).
        max_amount: Option<Cents> = required,
        /// Denial code explaining how the ceiling came about.
        max_amount_details: Option<DenialCode>,
    }

    /// Query parameters of `counterparties.list`.
    pub struct ListCounterparties = "" {
        /// Keeps counterparties with this legal name.
        business_name: Option<String>,
        /// Cursor from the previous page. Leave it out for the first page.
        cursor: Option<String>,
        /// Keeps the counterparty with this company number, written without spaces.
        identifier: Option<String>,
        /// Kind of company number given in identifier.
        identifier_type: Option<IdentifierType>,
        /// Most items to put on one page. The default is 100.
        page_size: Option<i64>,
        /// Keeps counterparties with any of these relations.
        relation_types: Vec<RelationType>,
        /// Keeps counterparties by whether they were chosen for financing.
        selected_for_financing: Option<bool>,
    }
}

open_enum! {
    /// Role of a counterparty towards your company.
    pub enum RelationType {
        /// The company borrows from Defacto (INFERRED).
        Borrower = "BORROWER",
        /// The company buys from the borrower (INFERRED).
        Client = "CLIENT",
        /// The company sells to the borrower (INFERRED).
        Supplier = "SUPPLIER",
        /// The company owes money (INFERRED).
        Debtor = "DEBTOR",
        /// The company buys on a marketplace (INFERRED).
        MarketplaceBuyer = "MARKETPLACE_BUYER",
        /// The company sells on a marketplace (INFERRED).
        MarketplaceSeller = "MARKETPLACE_SELLER",
        /// The company is your own (INFERRED).
        Itself = "SELF",
    }
}
