//! Test data generators.

use super::{BusinessIdentifier, CounterpartyInput, CreateInvoice};
use crate::wire::model::model;
use crate::wire::open_enum;
use crate::wire::{AccountNumber, SecretUrl};

model! {
    /// Sandbox request that makes a test company pass or fail the eligibility checks.
    pub struct SetBusinessEligibility = "BusinessEligibleParams" {
        /// Test company to act on.
        business_identifier: Option<BusinessIdentifier> = required,
        /// Wanted outcome: `OK` or `NOT_ELIGIBLE`.
        scenario: Option<EligibilityScenario> = required,
    }

    /// Test IBAN produced by the sandbox.
    pub struct GeneratedIban = "GenerateIbanResponse" {
        /// Well-formed IBAN for use in the sandbox only.
        iban: Option<AccountNumber> = required,
    }

    /// Sandbox request for a fake invoice that drives a chosen scenario.
    pub struct GenerateInvoice = "GenerateInvoiceRequest" {
        /// Company that owes the invoice.
        buyer: Option<CounterpartyInput>,
        /// Country of the fake invoice, as a three-letter code.
        country: Option<SandboxCountry>,
        /// What should happen to the loan made from the invoice, such as `SUCCESS` (INFERRED).
        scenario: Option<Scenario>,
        /// Company that issues the invoice.
        seller: Option<CounterpartyInput>,
    }

    /// Fake invoice produced by the sandbox, ready to be submitted.
    pub struct GeneratedInvoice = "GeneratedInvoice" {
        /// Body to send as is when creating the invoice or the loan.
        invoice_creation_payload: Option<CreateInvoice> = required,
        /// Where to download the PDF of the fake invoice.
        pdf_download_url: Option<SecretUrl> = required,
    }

    /// Query parameters of `testing.generate_iban`.
    pub struct GenerateIban = "" {
        /// Country of the IBAN, as a three-letter code. The default is FRA.
        country: Option<SandboxCountry>,
        /// What shall happen to loans paid to this IBAN. The default is SUCCESS.
        scenario: Option<Scenario>,
    }

    /// Query parameters of `testing.generate_business`.
    pub struct GenerateBusiness = "" {
        /// Country of the fake company, as a three-letter code. The default is FRA.
        country: Option<SandboxCountry>,
        /// Whether the fake company is meant to borrow. The default is true.
        is_borrower: Option<bool>,
    }
}

open_enum! {
    /// Country of generated test data, as a three-letter code. The default is FRA.
    pub enum SandboxCountry {
        /// Belgium.
        Bel = "BEL",
        /// Germany.
        Deu = "DEU",
        /// Spain.
        Esp = "ESP",
        /// France.
        Fra = "FRA",
        /// French Guiana.
        Guf = "GUF",
        /// Iceland.
        Isl = "ISL",
        /// Saint Martin, French part.
        Maf = "MAF",
        /// Netherlands.
        Nld = "NLD",
        /// Reunion.
        Reu = "REU",
    }

    /// What happens to a sandbox loan paid to a generated IBAN. The default is SUCCESS.
    pub enum Scenario {
        /// The loan is accepted, paid out and repaid at once.
        Success = "SUCCESS",
        /// The loan is accepted and paid out, and repaid the day after.
        SuccessOneDayLater = "SUCCESS_ONE_DAY_LATER",
        /// The loan is accepted, but its payout fails.
        Fail = "FAIL",
        /// The loan is declined.
        Reject = "REJECT",
        /// The loan or its payment is cancelled (INFERRED).
        Cancel = "CANCEL",
    }

    /// Eligibility to set for a sandbox company.
    pub enum EligibilityScenario {
        /// The company is eligible again.
        Ok = "OK",
        /// Requests that involve the company fail.
        NotEligible = "NOT_ELIGIBLE",
    }
}
