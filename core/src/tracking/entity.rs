//! What is followed.

use std::fmt;

use serde::{Deserialize, Serialize};

#[cfg(feature = "client")]
use super::machine::{Machine, Status};

/// A kind of object that is followed.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Entity {
    /// A loan.
    Loan,
    /// An actual movement of money.
    Payment,
    /// An invoice.
    Invoice,
    /// A planned movement of money.
    Installment,
    /// A credit line, or a borrower's financial product, which took its place.
    CreditLine,
    /// Anything else the server tells of.
    Other,
}

impl Entity {
    /// Every kind, in the order of their numbers.
    pub const ALL: &[Self] = &[
        Self::Loan,
        Self::Payment,
        Self::Invoice,
        Self::Installment,
        Self::CreditLine,
        Self::Other,
    ];

    /// Its name in stores and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Payment => "payment",
            Self::Invoice => "invoice",
            Self::Installment => "installment",
            Self::CreditLine => "credit_line",
            Self::Other => "other",
        }
    }

    /// Whether some moves lead from one of its statuses to the other, or nothing rules
    /// it out.
    #[cfg(feature = "client")]
    pub(super) fn can_become(self, from: &Status, to: &Status) -> bool {
        Machine::of(self).can_reach(from, to)
    }

    /// The kind of this name; [`Entity::Other`] for one not known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|entity| entity.as_str() == name)
            .unwrap_or(Self::Other)
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One object that is followed.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Subject {
    /// Its kind.
    pub entity: Entity,
    /// Its id at Defacto.
    pub id: String,
}

impl Subject {
    /// A loan.
    #[must_use]
    pub fn loan(id: impl fmt::Display) -> Self {
        Self::new(Entity::Loan, id)
    }

    /// An object of a kind.
    #[must_use]
    pub fn new(entity: Entity, id: impl fmt::Display) -> Self {
        Self {
            entity,
            id: id.to_string(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.entity, self.id)
    }
}
