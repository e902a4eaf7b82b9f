//! The fields of an object that are kept.

use std::fmt;

use defacto_types::{Cents, Timestamp};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Facts(
    /// By name, which takes less room than a map would.
    Vec<(Box<str>, Fact)>,
);

impl Facts {
    /// A field's value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Fact> {
        let place = self.place(name).ok()?;
        self.0.get(place).map(|(_, fact)| fact)
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }

    fn set(&mut self, name: Box<str>, value: Fact) {
        match self.place(&name) {
            Ok(at) => self.0[at].1 = value,
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// A number: cents, where the field is an amount.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        match self.get(name) {
            Some(Fact::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// An amount of money.
    #[must_use]
    pub fn cents(&self, name: &str) -> Option<Cents> {
        self.number(name).map(Cents)
    }

    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Fact::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// An instant.
    #[must_use]
    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name)?.parse().ok()
    }

    /// Every field, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Fact)> {
        self.0.iter().map(|(name, fact)| (&**name, fact))
    }

    /// Of a loan: principal that is not repaid; nothing before the payout
    /// (INFERRED: the amount less what is repaid of it).
    pub(crate) fn outstanding(&self) -> Option<Cents> {
        self.text("paid_at")?;
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
        self.iter().filter_map(move |(name, fact)| {
            let kind = name.strip_prefix("share.")?.strip_prefix(loan)?;
            match fact {
                Fact::Number(cents) => Some((kind.strip_prefix('.')?, Cents(*cents))),
                Fact::Text(_) => None,
            }
        })
    }

    /// The loans a payment is for; one more often where its shares have several
    /// types.
    pub fn shared_loans(&self) -> impl Iterator<Item = &str> {
        self.iter().filter_map(|(name, _)| {
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
    pub fn with(mut self, name: &str, value: Option<impl Into<Fact>>) -> Self {
        if let Some(value) = value {
            self.set(name.into(), value.into());
        }
        self
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Facts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = Facts;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("fields by name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Facts, A::Error> {
                let mut facts = Facts::default();
                while let Some((name, value)) = map.next_entry()? {
                    facts.set(name, value);
                }
                facts.0.shrink_to_fit();
                Ok(facts)
            }
        }

        deserializer.deserialize_map(Fields)
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
