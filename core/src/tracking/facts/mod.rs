//! The fields of an object that are kept.

mod name;
mod packed;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

use defacto_types::{Cents, Timestamp};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) use self::name::Name;
use self::packed::{Fields, Packing, Value};
use super::moment;

/// The value of a field.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// Cents, or a count.
    Number(i64),
    /// A text; an instant as the API writes it.
    Text(Box<str>),
}

/// The fields of an object, by their names on the wire. What may name a person
/// or an account is not among them.
///
/// Cloning is cheap: the fields are shared.
#[derive(Clone, Default, Eq, Hash, PartialEq)]
pub struct Facts(Arc<[u8]>);

impl Facts {
    fn fields(&self) -> Fields<'_> {
        Fields(&self.0)
    }

    fn value(&self, name: &str) -> Option<Value<'_>> {
        let mut from = self.fields().skip_while(|(known, _)| *known < name);
        let (known, value) = from.next()?;
        (known == name).then_some(value)
    }

    /// A field's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Fact> {
        self.value(name).map(Fact::from)
    }

    /// Whether a field has a value.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// A number: cents, where the field is an amount.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// An amount of money.
    #[must_use]
    pub fn cents(&self, name: &str) -> Option<Cents> {
        self.number(name).map(Cents)
    }

    /// A text that is not an instant.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// An instant.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        match self.value(name)? {
            Value::Instant(micros) => Some(moment::instant(micros)),
            Value::Text(text) => text.parse().ok(),
            Value::Number(_) => None,
        }
    }

    /// Every field, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Fact)> {
        self.fields().map(|(name, value)| (name, value.into()))
    }

    /// Of a loan: principal that is not repaid; nothing before the payout
    /// (INFERRED: the amount less what is repaid of it).
    pub(crate) fn outstanding(&self) -> Option<Cents> {
        self.value("paid_at")?;
        let Cents(repaid) = self.cents("repaid_nominal_amount").unwrap_or_default();
        Some(Cents(self.number("amount")?.saturating_sub(repaid)))
    }

    /// Of a loan: the date after which it is late as long as it owes, which is
    /// the contractual one.
    pub(crate) fn late_basis(&self) -> Option<Timestamp> {
        self.instant("contractual_repayment_date")
            .or_else(|| self.instant("to_repay_at"))
    }

    /// What of a payment is for a loan: the type of each share, and its cents.
    pub(crate) fn shares_of<'a>(&'a self, loan: &str) -> impl Iterator<Item = (&'a str, Cents)> {
        self.fields().filter_map(move |(name, value)| {
            let kind = name.strip_prefix("share.")?.strip_prefix(loan)?;
            match value {
                Value::Number(cents) => Some((kind.strip_prefix('.')?, Cents(cents))),
                _ => None,
            }
        })
    }

    /// The loans a payment is for; one more often where its shares have several
    /// types.
    pub fn shared_loans(&self) -> impl Iterator<Item = &str> {
        self.fields().filter_map(|(name, _)| {
            let (loan, _) = name.strip_prefix("share.")?.rsplit_once('.')?;
            Some(loan)
        })
    }

    /// The loans that what is no loan itself belongs to.
    #[cfg(feature = "client")]
    pub(crate) fn loans(&self) -> impl Iterator<Item = &str> {
        let loans = self.shared_loans().chain(self.text("loan_id"));
        loans.filter(|loan| !loan.is_empty())
    }

    /// Sets a field; nothing where there is no value.
    #[must_use]
    pub fn with(self, name: &str, value: Option<impl Into<Fact>>) -> Self {
        let Some(value) = value else { return self };
        let mut fields = Packing::again(&self.0);
        fields.set_named(name, Value::from(&value.into()));
        Self(fields.bytes().into())
    }
}

/// Fields that are being put together; quickest in the order of their names.
#[derive(Debug)]
pub(super) struct Gathered(Packing);

impl Gathered {
    pub(super) fn new() -> Self {
        Self(Packing::new())
    }

    pub(super) fn number(mut self, name: Name, value: Option<i64>) -> Self {
        if let Some(value) = value {
            self.0.set(name, Value::Number(value));
        }
        self
    }

    pub(super) fn cents(self, name: Name, value: Option<Cents>) -> Self {
        self.number(name, value.map(|cents| cents.0))
    }

    /// Cents of something for which there is no name beforehand.
    pub(super) fn cents_named(mut self, name: &str, Cents(value): Cents) -> Self {
        self.0.set_named(name, Value::Number(value));
        self
    }

    pub(super) fn text(mut self, name: Name, value: Option<&str>) -> Self {
        if let Some(value) = value {
            self.0.set(name, Value::Text(value));
        }
        self
    }

    pub(super) fn instant(mut self, name: Name, value: Option<Timestamp>) -> Self {
        let Some(value) = value else { return self };
        let micros = value.get().as_microsecond();
        if moment::instant(micros) == value {
            self.0.set(name, Value::Instant(micros));
            return self;
        }
        // Finer than the API writes them: what of it is written is kept.
        let text = value.to_string();
        self.0.set_named(name.as_str(), Value::Text(&text));
        self
    }

    pub(super) fn facts(self) -> Facts {
        Facts(self.0.bytes().into())
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl Ord for Facts {
    fn cmp(&self, other: &Self) -> Ordering {
        self.iter().cmp(other.iter())
    }
}

impl PartialOrd for Facts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;

        impl<'de> Visitor<'de> for All {
            type Value = Facts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
                let mut fields = Packing::new();
                while let Some((name, value)) = map.next_entry::<Cow<'de, str>, Fact>()? {
                    fields.set_named(&name, Value::from(&value));
                }
                Ok(Facts(fields.bytes().into()))
            }
        }

        deserializer.deserialize_map(All)
    }
}

impl<'a> From<&'a Fact> for Value<'a> {
    fn from(fact: &'a Fact) -> Self {
        match fact {
            Fact::Number(number) => Self::Number(*number),
            Fact::Text(text) => Self::Text(text),
        }
    }
}

impl From<Value<'_>> for Fact {
    fn from(value: Value<'_>) -> Self {
        match value {
            Value::Number(number) => Self::Number(number),
            Value::Instant(micros) => moment::instant(micros).into(),
            Value::Text(text) => text.into(),
        }
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.pad(text),
        }
    }
}

impl From<i64> for Fact {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<Cents> for Fact {
    fn from(cents: Cents) -> Self {
        Self::Number(cents.0)
    }
}

impl From<&str> for Fact {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<Timestamp> for Fact {
    fn from(instant: Timestamp) -> Self {
        Self::Text(instant.to_string().into())
    }
}
