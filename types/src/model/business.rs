//! Companies as the registers know them.

use super::{Address, BusinessIdentifierRequired, DefactoSegment, IdentifierType};
use crate::wire::BusinessId;
use crate::wire::model::model;

model! {
    /// One company found by a search of public registers.
    pub struct PublicBusinessData = "ApiBusinessDataSearchOutput" {
        /// Postal address on record.
        address: Option<Address>,
        /// Official registration number of the company, sent without spaces.
        identifier: Option<String> = required,
        /// Scheme the registration number follows, such as `siren` or `vat_number`.
        identifier_type: Option<IdentifierType> = required,
        /// Registered company name.
        name: Option<String>,
    }

    /// Segment in which Defacto has placed a company.
    pub struct BusinessSegment = "BusinessSegment" {
        /// Internal id of the company, distinct from its borrower id.
        business_id: Option<BusinessId> = required,
        /// Registration number of the company.
        business_identifier: Option<BusinessIdentifierRequired> = required,
        /// Segment from `CAT1` to `CAT4`, or nothing when unclassified (INFERRED).
        defacto_segment: Option<DefactoSegment>,
    }

    /// Query parameters of `businesses.search_public_data`.
    pub struct SearchPublicData = "" {
        /// City of the company, to narrow the search (INFERRED).
        city: Option<String>,
        /// Country of the company, to narrow the search (INFERRED).
        country: Option<String>,
        /// Company number to search for.
        identifier: Option<String> = required,
        /// Kind of number given in identifier. Only hr_nummer is accepted.
        identifier_type: Option<IdentifierType>,
        /// Name of the company, to narrow the search (INFERRED).
        name: Option<String>,
        /// Postal code of the company, to narrow the search (INFERRED).
        postal_code: Option<String>,
        /// Street of the company, to narrow the search (INFERRED).
        street: Option<String>,
    }
}
