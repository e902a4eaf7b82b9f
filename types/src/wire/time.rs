//! Instants.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::Key;
use super::{Field, IntoField, Wire};

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

impl Timestamp {
    /// The text on the wire, written in place since an answer has many of them;
    /// `None` before the year 0.
    fn text(self) -> Option<[u8; 32]> {
        let civil = jiff::tz::Offset::UTC.to_datetime(self.0);
        let mut text = *b"0000-00-00T00:00:00.000000+00:00";
        let mut put = |at: std::ops::Range<usize>, number: i32| {
            let mut left = number.unsigned_abs();
            for digit in text[at].iter_mut().rev() {
                *digit += (left % 10) as u8;
                left /= 10;
            }
        };
        put(0..4, (civil.year() >= 0).then(|| civil.year().into())?);
        put(5..7, civil.month().into());
        put(8..10, civil.day().into());
        put(11..13, civil.hour().into());
        put(14..16, civil.minute().into());
        put(17..19, civil.second().into());
        put(20..26, civil.subsec_nanosecond() / 1000);
        Some(text)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.text() {
            Some(text) => serializer.serialize_str(std::str::from_utf8(&text).unwrap_or_default()),
            None => serializer.collect_str(&self.0),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (given, written) in [
            ("2026-03-01T09:05:07Z", "2026-03-01T09:05:07.000000+00:00"),
            (
                "2022-02-11T12:26:59.6313269+01:00",
                "2022-02-11T11:26:59.631326+00:00",
            ),
            (
                "9999-12-30T21:59:59.000001Z",
                "9999-12-30T21:59:59.000001+00:00",
            ),
            (
                "0000-01-01T00:00:00.99Z",
                "0000-01-01T00:00:00.990000+00:00",
            ),
            ("-000044-03-15T12:00:00Z", "-000044-03-15T12:00:00Z"),
        ] {
            let instant: Timestamp = given.parse().unwrap();
            assert_eq!(instant.to_string(), written);
            assert_eq!(serde_json::to_value(instant).unwrap(), written);
            let again: Timestamp = written.parse().unwrap();
            assert_eq!(again.to_string(), written);
        }
    }
}
