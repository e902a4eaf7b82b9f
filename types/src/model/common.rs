//! Companies, addresses and bank accounts, as several resources embed them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::IdentifierType;
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{AccountId, AccountNumber, Base64Document, BusinessId, Cents, EntityId};

model! {
    /// Bank account described in a request, to be used as payout, repayment or invoice account.
    pub struct AccountInput = "APIAccountCreation" {
        /// Company the account belongs to.
        account_holder: Option<TypedBusinessIdentifier>,
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType>,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String>,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType>,
    }

    /// Postal address as returned for a director or a head office.
    pub struct ReturnedAddress = "APIAddress" {
        /// Street and number.
        address_line_1: Option<String>,
        /// Second street line, such as a building or floor.
        address_line_2: Option<String>,
        /// Town or city.
        city: Option<String>,
        /// Country of the address.
        country: Option<String>,
        /// Postal or ZIP code.
        postal_code: Option<String>,
        /// State or region, where the country uses one.
        state: Option<String>,
    }

    /// Points at a company through its official registration number.
    pub struct TypedBusinessIdentifier = "APIBusinessIdentifier" {
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }

    /// One identity document file.
    pub struct IdentityDocument = "APIIdentityDocument" {
        /// Optional remark on what the file shows.
        description: Option<String>,
        /// File content, encoded in Base64.
        document_binary_base64: Option<Base64Document> = required,
        /// File name, extension included.
        filename: Option<String> = required,
    }

    /// Bank account coordinates without holder or label.
    pub struct Account = "APILightAccountDetails" {
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String> = required,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType> = required,
    }

    /// Bank account as recorded by Defacto, with the payment providers that serve it.
    pub struct AccountDetails = "AccountDetails" {
        /// Account this detail record belongs to (INFERRED).
        account_id: Option<AccountId>,
        /// IBAN of the account; other kinds of number are not really supported.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number; in practice `iban`.
        account_number_type: Option<AccountNumberType> = required,
        /// Code or name designating the bank that holds the account.
        bank_identifier: Option<String> = required,
        /// How to read the bank identifier, for instance `bic`.
        bank_identifier_type: Option<BankIdentifierType> = required,
        /// Unique id of this detail record (INFERRED).
        id: Option<EntityId>,
        /// Payment providers serving the account (INFERRED).
        providers: BTreeMap<String, AccountProvider>,
        /// Role of the account, such as `TECHNICAL_WALLET`.
        kind as "type": Option<AccountType>,
    }

    /// Payment provider entry of an account.
    pub struct AccountProvider = "AccountProvider" {
        /// Id of the account at the provider (INFERRED).
        id: Option<String> = required,
        /// Provider concerned, such as `SWAN`.
        provider: Option<PaymentProvider> = required,
    }

    /// Postal address of a company.
    pub struct Address = "Address" {
        /// Street and number.
        address_line_1: Option<String>,
        /// Second street line, such as a building or floor.
        address_line_2: Option<String>,
        /// Town or city.
        city: Option<String>,
        /// Country of the address.
        country: Option<String>,
        /// Postal or ZIP code.
        postal_code: Option<String>,
        /// State or region, where the country uses one.
        state: Option<String>,
    }

    /// Place of birth of a natural person.
    pub struct BirthPlace = "BirthPlace" {
        /// Town of birth.
        city: Option<String>,
        /// Birth country as a three-letter ISO 3166 code, such as `FRA`.
        country: Option<String>,
    }

    /// Postal address of a company.
    pub struct BusinessAddress = "BusinessAddress" {
        /// Street and number.
        address_line_1: Option<String> = required,
        /// Second street line, such as a building or floor.
        address_line_2: Option<String>,
        /// Town or city.
        city: Option<String> = required,
        /// Country of the address.
        country: Option<String> = required,
        /// Postal or ZIP code.
        postal_code: Option<String> = required,
        /// State or region, where the country uses one.
        state: Option<String>,
    }

    /// Registration number of a company, with an optional indication of its kind.
    pub struct BusinessIdentifier = "BusinessIdentifier" {
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
    }

    /// Registration number of a company, with its kind always stated.
    pub struct BusinessIdentifierRequired = "BusinessIdentifierRequired" {
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }

    /// Registration number of a company, with its kind and its name.
    pub struct BusinessIdentifierWithName = "BusinessIdentifierWithName" {
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// Legal or trade name of the company.
        name: Option<String> = required,
    }

    /// Postal address sent in a request.
    pub struct CreateAddress = "CreateAddress" {
        /// Street and number.
        address_line_1: Option<String>,
        /// Second street line, such as a building or floor.
        address_line_2: Option<String>,
        /// Town or city.
        city: Option<String>,
        /// Country of the address.
        country: Option<String>,
        /// Postal or ZIP code.
        postal_code: Option<String>,
        /// State or region, where the country uses one.
        state: Option<String>,
    }

    /// Short company profile shown for the parties of a loan or account.
    pub struct LightBusiness = "LightBusiness" {
        /// Business activity in words.
        activity_description: Option<String>,
        /// Category of the business activity.
        activity_type: Option<String>,
        /// Registered address.
        address: Option<Address>,
        /// Capital of the company; presumably in cents (INFERRED).
        capital: Option<Cents>,
        /// Day the company was founded.
        creation_date: Option<Date>,
        /// True while an insolvency procedure is open.
        has_ongoing_insolvency_procedure: Option<bool>,
        /// Internal id of the company, distinct from borrower and counterparty ids.
        id: Option<BusinessId>,
        /// Company registration number, written without spaces.
        identifier: Option<String> = required,
        /// Kind of company number given, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType>,
        /// True while the company is in business.
        is_active: Option<bool>,
        /// False when the company has opted out of publishing its registry data (INFERRED).
        is_diffusible: Option<bool>,
        /// Day the most recent insolvency procedure ended.
        last_insolvency_procedure_closing_date: Option<Date>,
        /// Day the most recent insolvency procedure began.
        last_insolvency_procedure_open_date: Option<Date>,
        /// Nature of the most recent insolvency procedure.
        last_insolvency_procedure_type: Option<String>,
        /// Legal structure, such as a limited company.
        legal_form: Option<String>,
        /// European NACE code of the activity.
        nace_code: Option<String>,
        /// Registered name of the company.
        name: Option<String>,
        /// Registry that holds the company's record, such as a local RCS in France.
        registration_body: Option<String>,
        /// Day the company entered the registry.
        registration_date: Option<Date>,
        /// Day the company was struck off the registry.
        registry_radiation_date: Option<Date>,
        /// Capital raised by issuing shares, in cents.
        share_capital: Option<Cents>,
        /// Day the company ceased its activity (INFERRED).
        termination_date: Option<Date>,
        /// VAT number: country prefix followed by the national part.
        vat_number: Option<String>,
    }

    /// Bank account given by its IBAN.
    pub struct PublicApiAccountNumber = "PublicApiAccountNumber" {
        /// IBAN of the account; nothing else is accepted for now.
        account_number: Option<AccountNumber> = required,
        /// How to read the account number: always `iban`.
        account_number_type: Option<AccountNumberType>,
        /// BIC of the bank that holds the account.
        bank_identifier: Option<String>,
        /// How to read the bank identifier: always `bic`.
        bank_identifier_type: Option<BankIdentifierType>,
    }
}

open_enum! {
    /// Kind of an account number. Only IBAN is really supported.
    pub enum AccountNumberType {
        /// International bank account number.
        Iban = "iban",
        /// Domestic account number (INFERRED).
        AccountNumber = "account_number",
        /// Identifier used inside Defacto or a provider (INFERRED).
        InternalId = "internal_id",
    }

    /// Kind of a bank identifier.
    pub enum BankIdentifierType {
        /// International bank code, also called SWIFT code.
        Bic = "bic",
        /// Domestic bank routing number (INFERRED).
        RoutingNumber = "routing_number",
        /// Plain name of the bank (INFERRED).
        Name = "name",
        /// The kind is not known (INFERRED).
        Undefined = "undefined",
    }

    /// Nature of a bank account.
    pub enum AccountType {
        /// Ordinary bank account (INFERRED).
        Default = "DEFAULT",
        /// Virtual account with its own IBAN (INFERRED).
        Virtual = "VIRTUAL",
        /// Wallet for internal money flows (INFERRED).
        TechnicalWallet = "TECHNICAL_WALLET",
        /// Account connected through Stripe (INFERRED).
        StripeConnectedAccount = "STRIPE_CONNECTED_ACCOUNT",
    }

    /// Payment partner that moves the money or holds the account.
    pub enum PaymentProvider {
        /// Lemonway, a payment institution.
        Lemonway = "LEMONWAY",
        /// Memo Bank, a bank.
        Memobank = "MEMOBANK",
        /// Numeral, a payment platform.
        Numeral = "NUMERAL",
        /// Swan, a banking platform.
        Swan = "SWAN",
        /// Simulated provider of the sandbox (INFERRED).
        Sandbox = "SANDBOX",
        /// Provider used in tests (INFERRED).
        Test = "TEST",
    }
}
