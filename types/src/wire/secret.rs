//! Values that must not show: the caller reads them on purpose, `Debug` and
//! `Display` never print them.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::model::Key;
use super::{Field, IntoField, Wire};

/// An account number shortened for people and logs: country and last four
/// characters (`FR…0926`), or nothing of a short one.
#[must_use]
pub fn mask_account(text: &str) -> String {
    let compact: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    if compact.len() < 12 {
        return "…".to_owned();
    }
    let country: String = compact
        .iter()
        .take(2)
        .filter(|c| c.is_ascii_alphabetic())
        .collect();
    let tail: String = compact.iter().skip(compact.len() - 4).collect();
    format!("{country}…{tail}")
}

macro_rules! hidden {
    ($( $(#[doc = $doc:expr])* $name:ident, $shape:ident, $show:expr; )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Box<str>);

        impl $name {
            /// The real value. Do not log it.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = Key::deserialize(deserializer)?;
                Ok(Self(text.0.as_ref().into()))
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let show: fn(&str) -> String = $show;
                f.pad(&show(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl Wire for $name {
            #[cfg(feature = "schema")]
            fn shape() -> crate::schema::Shape {
                crate::schema::Shape::$shape
            }
        }

        impl IntoField<$name> for $name {
            fn into_field(self) -> Field<$name> {
                Field::Value(self)
            }
        }

        impl IntoField<$name> for &$name {
            fn into_field(self) -> Field<$name> {
                Field::Value(self.clone())
            }
        }

        impl IntoField<$name> for &str {
            fn into_field(self) -> Field<$name> {
                Field::Value(self.into())
            }
        }

        impl IntoField<$name> for String {
            fn into_field(self) -> Field<$name> {
                Field::Value(self.into())
            }
        }
    )*};
}

hidden! {
    /// An IBAN or other account number. Shows as country and last four
    /// characters; [`expose`](Self::expose) gives all of it.
    AccountNumber, AccountNumber, mask_account;
    /// A secret: a card's ephemeral key, a password-reset token, a nonce.
    Secret, Secret, |_| "[secret]".to_owned();
    /// An address that carries its own authorisation (a pre-signed link, a
    /// webhook callback with a token). It expires: follow it, do not store it.
    SecretUrl, SecretUrl, |text| {
        let end = text.find(['?', '#']).unwrap_or(text.len());
        // A path segment can be a token too, so only scheme and host show.
        let host = text.find("://").map_or(0, |at| at + 3);
        let stop = text[host..end].find('/').map_or(end, |at| host + at);
        let host_only = text[host..stop].rfind('@').map_or(host, |at| host + at + 1);
        format!("{}{}/…", &text[..host], &text[host_only..stop])
    };
    /// A file in base64, as the API takes and gives it. Shows only its length.
    Base64Document, Base64Document, |text| format!("[{} base64 characters]", text.len());
}
