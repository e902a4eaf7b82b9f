//! What a loan costs: exact arithmetic, no clock and no network.
//!
//! Amounts are cents, rates are percent per day and days are calendar days.
//! Which of the rules below are documented and which are inferred is said at
//! each item; the rounding (half up, once per figure) is INFERRED throughout.
//!
//! ```
//! use defacto::money::interest;
//! use defacto::types::Cents;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 100.00 EUR for 60 days at 0.06 % a day.
//! assert_eq!(interest(Cents(10_000), 60, "0.06".parse()?), Some(Cents(360)));
//! # Ok(())
//! # }
//! ```

mod error;
mod exact;
mod interest;

pub use error::MoneyError;
pub use interest::{Repayment, Terms, cost, days_between, default_late_rate, interest, late_start};
