//! Eligibility.

use super::{EligibilityDenialReason, IdentifierType, Translations};
use crate::wire::model::model;

model! {
    /// Names the company whose eligibility is being examined.
    pub struct CheckBorrower = "APIBorrowerEligibility" {
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
    }

    /// A denial code with its translated text.
    pub struct DenialCodeTexts = "ListDenialCode" {
        /// Denial code, as found in the `denial_reason` of a loan.
        denial_code_name: Option<String> = required,
        /// Text of the denial in the supported languages.
        translations: Option<Translations> = required,
    }

    /// Answer to an eligibility check: yes, or no with the reasons.
    pub struct Eligibility = "SimpleEligibilityResponse" {
        /// True when the request passes the check.
        is_eligible: Option<bool> = required,
        /// Every reason for a refusal; empty when the request passes.
        reasons: Vec<EligibilityDenialReason>,
    }
}
