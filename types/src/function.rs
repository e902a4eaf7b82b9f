//! What a verb of the library that is not HTTP is, as data: the second table,
//! beside that of the [operations](crate::operations).
//!
//! The rows are here rather than beside the code they describe, so that what
//! generates from them never needs what it generates in order to be built.

use std::fmt;

/// What a parameter or a result holds, with its unit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Kind {
    /// An amount in cents.
    Cents,
    /// A number of calendar days.
    Days,
    /// A rate in percent per day, an exact decimal.
    DailyRate,
}

impl Kind {
    /// The unit, for documentation.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Cents => "cents",
            Self::Days => "calendar days",
            Self::DailyRate => "percent per day",
        }
    }

    /// The Rust type that holds it.
    #[must_use]
    pub const fn rust(self) -> &'static str {
        match self {
            Self::Cents => "Cents",
            Self::Days => "i64",
            Self::DailyRate => "DailyRate",
        }
    }
}

/// A parameter of a [`Function`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Param {
    /// Its name, the same in every language.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What it means.
    pub doc: &'static str,
}

/// One verb of the library.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Function {
    /// The module: `money`.
    pub group: &'static str,
    /// The verb inside the module: `interest`.
    pub name: &'static str,
    /// The parameters, in order. All are needed.
    pub params: &'static [Param],
    /// What it gives.
    pub returns: Kind,
    /// What it does.
    pub doc: &'static str,
}

impl Function {
    /// The function of this name (`money.interest`), if there is one.
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        let (group, name) = id.split_once('.')?;
        crate::FUNCTIONS
            .iter()
            .copied()
            .find(|function| function.group == group && function.name == name)
    }

    pub(crate) const fn new(group: &'static str, name: &'static str, returns: Kind) -> Self {
        Self {
            group,
            name,
            params: &[],
            returns,
            doc: "",
        }
    }

    pub(crate) const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    pub(crate) const fn params(mut self, params: &'static [Param]) -> Self {
        self.params = params;
        self
    }
}

/// `money.interest`: the whole row would drown what it is printed in.
impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `money.interest`.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.group, self.name)
    }
}

pub(crate) const fn param(name: &'static str, kind: Kind, doc: &'static str) -> Param {
    Param { name, kind, doc }
}
