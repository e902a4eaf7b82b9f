//! Instants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::{Field, IntoField, Key, Wire};

/// A point in time. Reads RFC 3339 with any offset, and text without an offset
/// as UTC (the API has such a default); writes microseconds and `+00:00`, as
/// Defacto does (docs: standards).
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(pub jiff::Timestamp);

impl Timestamp {
    /// The same instant for `jiff`.
    #[must_use]
    pub const fn get(self) -> jiff::Timestamp {
        self.0
    }
}

impl From<jiff::Timestamp> for Timestamp {
    fn from(instant: jiff::Timestamp) -> Self {
        Self(instant)
    }
}

impl FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse::<jiff::Timestamp>() {
            Ok(instant) => Ok(Self(instant)),
            // Only text without an offset parses as a civil date and time
            // here; anything else keeps the first, more telling, error.
            Err(first) => text
                .parse::<jiff::civil::DateTime>()
                .ok()
                .and_then(|civil| jiff::tz::Offset::UTC.to_timestamp(civil).ok())
                .map(Self)
                .ok_or(first),
        }
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = jiff::tz::Offset::UTC.to_datetime(self.0);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}+00:00",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second(),
            civil.subsec_nanosecond() / 1000,
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Key::deserialize(deserializer)?;
        text.0.parse().map_err(serde::de::Error::custom)
    }
}

impl Wire for Timestamp {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Timestamp
    }
}

impl IntoField<Self> for Timestamp {
    fn into_field(self) -> Field<Self> {
        Field::Value(self)
    }
}

impl IntoField<Timestamp> for jiff::Timestamp {
    fn into_field(self) -> Field<Timestamp> {
        Field::Value(Timestamp(self))
    }
}

impl Wire for jiff::civil::Date {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Date
    }
}

impl IntoField<Self> for jiff::civil::Date {
    fn into_field(self) -> Field<Self> {
        Field::Value(self)
    }
}
