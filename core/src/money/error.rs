//! Why a cost cannot be computed.

use std::fmt;

use defacto_types::Cents;

/// Why a cost cannot be computed.
///
/// ```
/// use defacto::money::MoneyError;
///
/// let error = MoneyError::Invalid {
///     field: "principal",
///     value: "-1".to_owned(),
///     fix: "give zero or more cents",
/// };
/// assert_eq!(error.to_string(), "invalid principal `-1`: give zero or more cents");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum MoneyError {
    /// An argument contradicts the others or makes no sense.
    Invalid {
        /// The argument or field at fault, by its name in this module.
        field: &'static str,
        /// What was given: cents, an ISO date or percent per day.
        value: String,
        /// What to give instead.
        fix: &'static str,
    },
    /// The exact cost does not fit: no loan comes near that amount.
    Overflow {
        /// The principal given.
        principal: Cents,
    },
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid { field, value, fix } => write!(f, "invalid {field} `{value}`: {fix}"),
            Self::Overflow { principal } => write!(
                f,
                "the cost of principal `{}` overflows: check the amounts (cents), dates and rates (percent per day)",
                principal.get()
            ),
        }
    }
}

impl std::error::Error for MoneyError {}
