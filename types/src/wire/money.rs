//! Money: integer cents and exact decimal rates.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, IntoField, Wire};

/// An amount in minor units of its currency: 10.28 EUR is `Cents(1028)`
/// (docs: standards).
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Cents(pub i64);

impl Cents {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The number of cents.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl From<i64> for Cents {
    fn from(cents: i64) -> Self {
        Self(cents)
    }
}

impl std::ops::Add for Cents {
    type Output = Self;
    /// Saturates, as no sum of loans comes near the limit of an `i64`.
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl std::ops::AddAssign for Cents {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::ops::SubAssign for Cents {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl std::ops::Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| sum + amount)
    }
}

/// Major units with two decimals: `Cents(1028)` shows as `10.28`.
impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        f.pad(&format!("{sign}{}.{:02}", cents / 100, cents % 100))
    }
}

impl Serialize for Cents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }
}

impl<'de> Deserialize<'de> for Cents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct CentsVisitor;
        impl Visitor<'_> for CentsVisitor {
            type Value = Cents;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount in whole cents")
            }
            fn visit_i64<E: de::Error>(self, cents: i64) -> Result<Cents, E> {
                Ok(Cents(cents))
            }
            fn visit_u64<E: de::Error>(self, cents: u64) -> Result<Cents, E> {
                i64::try_from(cents)
                    .map(Cents)
                    .map_err(|_| E::invalid_value(de::Unexpected::Unsigned(cents), &self))
            }
            // Some JSON writers put `.0` behind every number.
            fn visit_f64<E: de::Error>(self, amount: f64) -> Result<Cents, E> {
                const EXACT: f64 = 9_007_199_254_740_992.0;
                if amount.fract() == 0.0 && amount.abs() <= EXACT {
                    #[allow(clippy::cast_possible_truncation)]
                    return Ok(Cents(amount as i64));
                }
                Err(E::invalid_value(de::Unexpected::Float(amount), &self))
            }
        }
        deserializer.deserialize_i64(CentsVisitor)
    }
}

impl Wire for Cents {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Cents
    }
}

impl IntoField<Self> for Cents {
    fn into_field(self) -> Field<Self> {
        Field::Value(self)
    }
}

impl IntoField<Cents> for i64 {
    fn into_field(self) -> Field<Cents> {
        Field::Value(Cents(self))
    }
}

/// The text is not a decimal number of at most 28 digits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParseDecimalError(());

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the text: in the wrong place it may be an account number.
        f.write_str("it is not a decimal number of at most 28 digits")
    }
}

impl std::error::Error for ParseDecimalError {}

macro_rules! decimals {
    ($( $(#[doc = $doc:expr])* $name:ident, $shape:ident; )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(rust_decimal::Decimal);

        impl $name {
            /// From an exact decimal.
            #[must_use]
            pub const fn new(value: rust_decimal::Decimal) -> Self {
                Self(value)
            }

            /// The exact value.
            #[must_use]
            pub const fn get(self) -> rust_decimal::Decimal {
                self.0
            }
        }

        impl FromStr for $name {
            type Err = ParseDecimalError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                rust_decimal::Decimal::from_str(text)
                    .map(Self)
                    .map_err(|_| ParseDecimalError(()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.normalize(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                // The nearest double: its shortest text is the decimal again.
                let text = self.0.normalize().to_string();
                match text.parse::<f64>() {
                    Ok(number) => serializer.serialize_f64(number),
                    Err(_) => serializer.serialize_str(&text),
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct NumberVisitor;
                impl Visitor<'_> for NumberVisitor {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a decimal number")
                    }
                    fn visit_i64<E: de::Error>(self, number: i64) -> Result<$name, E> {
                        Ok($name(number.into()))
                    }
                    fn visit_u64<E: de::Error>(self, number: u64) -> Result<$name, E> {
                        Ok($name(number.into()))
                    }
                    // A double's shortest text is what the server wrote.
                    fn visit_f64<E: de::Error>(self, number: f64) -> Result<$name, E> {
                        self.visit_str(&number.to_string())
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                deserializer.deserialize_any(NumberVisitor)
            }
        }

        impl Wire for $name {
            #[cfg(feature = "schema")]
            fn shape() -> crate::schema::Shape {
                crate::schema::Shape::$shape
            }
        }

        impl IntoField<Self> for $name {
            fn into_field(self) -> Field<Self> {
                Field::Value(self)
            }
        }
    )*};
}

decimals! {
    /// A rate in percent per day: `0.06` is 0.06 % of the outstanding principal
    /// for each day (docs: standards). Exact; read from the shortest text of
    /// the JSON number.
    DailyRate, DailyRate;
    /// Any other decimal number of the API (a share, a VAT rate, a score),
    /// exact.
    Decimal, Decimal;
}
