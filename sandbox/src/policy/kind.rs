//! The kinds of values that decisions have.

use std::fmt;

use serde_json::Value;

use super::{SaltReplay, Timing};

/// Which values a decision takes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values {
    /// Whole numbers of something, from and to these.
    Whole(&'static str, i64, i64),
    /// Percent with four digits after the point at most.
    Percent,
    /// One of these.
    Words(&'static [&'static str]),
    /// True or false.
    Truth,
    /// A denial code of the API.
    Denial,
    /// Pauses in seconds, with commas between.
    Pauses,
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(what, from, to) => write!(f, "{from} to {to} {what}"),
            Self::Percent => f.write_str("percent, 0 to 100"),
            Self::Words(words) => f.write_str(&words.join(" or ")),
            Self::Truth => f.write_str("true or false"),
            Self::Denial => f.write_str("a denial code of the API"),
            Self::Pauses => f.write_str("up to 10 numbers of seconds with commas between"),
        }
    }
}

/// A value of a decision, read from JSON or from text.
pub(crate) trait Kind: Copy {
    fn read(value: &Value, values: &Values) -> Option<Self>;
    fn show(self) -> Value;
}

impl Kind for i64 {
    fn read(value: &Value, values: &Values) -> Option<Self> {
        let number = match value {
            Value::String(text) => text.parse().ok()?,
            other => other.as_i64()?,
        };
        match values {
            Values::Whole(_, from, to) => (*from..=*to).contains(&number).then_some(number),
            _ => None,
        }
    }

    fn show(self) -> Value {
        self.into()
    }
}

impl Kind for bool {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        match value {
            Value::String(text) => text.parse().ok(),
            other => other.as_bool(),
        }
    }

    fn show(self) -> Value {
        self.into()
    }
}

/// A daily rate, in millionths.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Rate(pub(crate) i64);

/// As the API writes it, in percent.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 10_000, self.0 % 10_000);
        let part = format!("{part:04}");
        match part.trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            part => write!(f, "{whole}.{part}"),
        }
    }
}

impl Kind for Rate {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || part.len() > 4 || !is_number(whole) || !is_number(part) {
            return None;
        }
        let whole: i64 = whole.parse().ok()?;
        let part: i64 = format!("{part:0<4}").parse().ok()?;
        let millionths = whole.checked_mul(10_000)?.checked_add(part)?;
        (millionths <= 1_000_000).then_some(Self(millionths))
    }

    fn show(self) -> Value {
        self.to_string().into()
    }
}

/// The number of a word, if it is one of these.
pub(super) fn place(value: &Value, words: &[&str]) -> Option<usize> {
    let number;
    let word = match value {
        Value::String(text) => text,
        Value::Number(given) => {
            number = given.to_string();
            &number
        }
        _ => return None,
    };
    words.iter().position(|known| known == word)
}

impl Timing {
    pub(super) const NAMES: &'static [&'static str] = &["guide", "calendar"];
}

impl Kind for Timing {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        [Self::Guide, Self::Calendar]
            .get(place(value, Self::NAMES)?)
            .copied()
    }

    fn show(self) -> Value {
        let name = match self {
            Self::Guide => "guide",
            Self::Calendar => "calendar",
        };
        name.into()
    }
}

impl SaltReplay {
    pub(super) const NAMES: &'static [&'static str] = &["existing", "refuse"];
}

impl Kind for SaltReplay {
    fn read(value: &Value, _: &Values) -> Option<Self> {
        [Self::ReturnExisting, Self::Refuse]
            .get(place(value, Self::NAMES)?)
            .copied()
    }

    fn show(self) -> Value {
        let name = match self {
            Self::ReturnExisting => "existing",
            Self::Refuse => "refuse",
        };
        name.into()
    }
}

/// The status of a request with a known salt.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct ReplayStatus(pub(crate) u16);

/// The status of an operation that does not go with the present state.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct StateStatus(pub(crate) u16);

macro_rules! status {
    ($kind:ident, $($code:literal $name:literal),+) => {
        impl $kind {
            pub(super) const NAMES: &'static [&'static str] = &[$($name),+];
        }

        impl Kind for $kind {
            fn read(value: &Value, _: &Values) -> Option<Self> {
                [$($code),+].get(place(value, Self::NAMES)?).copied().map(Self)
            }

            fn show(self) -> Value {
                self.0.into()
            }
        }
    };
}

status!(ReplayStatus, 201 "201", 200 "200");
status!(StateStatus, 400 "400", 409 "409", 422 "422");

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_rate_is_percent_to_four_digits() {
        let read = |value: Value| Rate::read(&value, &Values::Percent);
        for (value, millionths, text) in [
            (json!("0.05"), 500, "0.05"),
            (json!(0.1), 1_000, "0.1"),
            (json!(1), 10_000, "1"),
            (json!("0.0525"), 525, "0.0525"),
            (json!("100"), 1_000_000, "100"),
        ] {
            assert_eq!(read(value), Some(Rate(millionths)));
            assert_eq!(Rate(millionths).to_string(), text);
        }
        for value in [
            json!("0.00001"),
            json!(-1),
            json!("101"),
            json!(".5"),
            json!("x"),
            json!(null),
        ] {
            assert_eq!(read(value.clone()), None, "{value}");
        }
    }
}
