//! The two places the API is served from.

use std::fmt;
use std::str::FromStr;

use crate::{Error, ErrorKind};

/// Which of Defacto's servers to talk to.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Environment {
    /// Test data, no money moves.
    Sandbox,
    /// Real loans and real money.
    Production,
}

impl Environment {
    /// The address of this environment.
    #[must_use]
    pub const fn base_url(self) -> &'static str {
        match self {
            Self::Sandbox => "https://api-sandbox.getdefacto.com",
            Self::Production => "https://api.getdefacto.com",
        }
    }

    /// The name used in `DEFACTO_ENV`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "sandbox" => Ok(Self::Sandbox),
            "production" => Ok(Self::Production),
            // The text is not repeated: a key pasted into the wrong variable
            // would end up in a log.
            _ => Err(Error::new(
                ErrorKind::Configuration,
                "environment is not known: use `sandbox` or `production`",
            )),
        }
    }
}
