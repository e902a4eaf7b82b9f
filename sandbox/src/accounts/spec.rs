//! An account to be: its name, its key and what the key may do.

use std::fmt;

use ring::digest;
use serde_json::{Map, Value, json};

use super::DEFAULT;
use crate::fault::Target;
use crate::fields::Fields;
use crate::problem::Problem;

/// What a key is known by. The key itself is kept nowhere, so that no record
/// and no state file holds it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(crate) struct Key([u8; digest::SHA256_OUTPUT_LEN]);

impl Key {
    pub(super) fn of(text: &str) -> Self {
        let mut bytes = [0; digest::SHA256_OUTPUT_LEN];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }

    /// As [`Display`](fmt::Display) writes it.
    fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; digest::SHA256_OUTPUT_LEN];
        if text.len() != 2 * bytes.len() || !text.is_ascii() {
            return None;
        }
        for (place, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A short key can be guessed from what it is known by.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// An account to be.
#[derive(Clone, Debug)]
pub(crate) struct Spec {
    pub(super) name: String,
    pub(super) key: Option<Key>,
    /// What its key may do; everything when nothing is said.
    pub(super) permissions: Option<Vec<Target>>,
}

impl Spec {
    /// The only account where none is named: any key is its.
    pub(super) fn open() -> Self {
        Self {
            name: DEFAULT.to_owned(),
            key: None,
            permissions: None,
        }
    }

    /// Whether both cannot be.
    pub(crate) fn clashes(&self, other: &Self) -> bool {
        self.name == other.name || self.key == other.key
    }

    pub(crate) fn of(mut fields: Fields) -> Result<Self, Problem> {
        let spec = Self::read(&mut fields);
        fields.finish()?;
        Ok(spec)
    }

    /// Reads it; what is wrong is remembered in the fields.
    pub(crate) fn read(fields: &mut Fields) -> Self {
        let expected = "must be 1 to 64 letters, digits, dashes and underscores";
        let name = fields.take("name", expected, |value| {
            let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            let name = value.as_str()?;
            ((1..=64).contains(&name.len()) && name.bytes().all(is_plain)).then(|| name.to_owned())
        });
        let expected = "must be the text that comes after `Bearer`";
        let key = fields.take("key", expected, |value| {
            let key = value.as_str()?;
            let is_plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
            is_plain.then(|| Key::of(key))
        });
        // What is recorded in its place.
        let digest = fields.take(DIGEST, "must be 64 hexadecimal digits", |value| {
            Key::parse(value.as_str()?)
        });
        let expected = "must be a list of operations or patterns of them, such as loans.*";
        let permissions = fields.take("permissions", expected, |value| {
            let texts = value.as_array()?.iter();
            texts.map(|text| Target::parse(text.as_str()?)).collect()
        });
        let key = key.or(digest);
        for (field, is_given) in [("name", name.is_some()), ("key", key.is_some())] {
            if !is_given && !fields.is_refused(field) {
                fields.refuse(field, "is needed");
            }
        }
        Self {
            name: name.unwrap_or_default(),
            key,
            permissions,
        }
    }

    /// The account without its key.
    pub(crate) fn to_json(&self) -> Value {
        let mut shown = json!({ "name": self.name });
        if let Some(permissions) = &self.permissions {
            let texts = permissions.iter().map(ToString::to_string);
            shown["permissions"] = texts.collect();
        }
        shown
    }
}

/// What a recorded account has in the place of its `key`.
const DIGEST: &str = "key_sha256";

/// Puts what keys are known by in the place of the keys of a request that
/// makes accounts: `key`, and that of each of `accounts`.
pub(crate) fn without_keys(body: &mut Map<String, Value>) {
    each_account(body, |account| {
        if let Some(key) = account.remove("key") {
            let known = key.as_str().map(|key| Key::of(key).to_string());
            account.insert(DIGEST.to_owned(), known.into());
        }
    });
}

/// Puts invented keys in the place of what keys are known by.
pub(crate) fn with_invented_keys(body: &mut Map<String, Value>) {
    each_account(body, |account| {
        let name = account.get("name").and_then(Value::as_str);
        let key = name.map(invented_key);
        if account.remove(DIGEST).is_some() {
            account.insert("key".to_owned(), key.into());
        }
    });
}

/// The key of an account of this name where the real one is not told.
pub(crate) fn invented_key(name: &str) -> String {
    format!("key-of-{name}")
}

fn each_account(body: &mut Map<String, Value>, act: impl Fn(&mut Map<String, Value>)) {
    let listed = body.get_mut("accounts").and_then(Value::as_array_mut);
    for account in listed.into_iter().flatten() {
        if let Value::Object(account) = account {
            act(account);
        }
    }
    act(body);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest() {
        let known = Key::of("k").to_string();
        assert!(known.starts_with("8254c329a92850f6d539dd376f4816ee"));
        assert!(Key::parse(&known) == Some(Key::of("k")));
        for wrong in [
            "",
            &known[1..],
            &format!("{}g", &known[1..]),
            &"é".repeat(32),
        ] {
            assert!(Key::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn what_is_recorded_makes_the_same_account() {
        let Value::Object(mut body) = json!({ "name": "anna", "key": "k" }) else {
            unreachable!()
        };
        without_keys(&mut body);
        assert!(!body.contains_key("key"));
        let again = Spec::of(Fields::of_object(body.clone())).map(|spec| spec.key);
        assert!(again.is_ok_and(|key| key == Some(Key::of("k"))));
        with_invented_keys(&mut body);
        assert_eq!(
            Value::Object(body),
            json!({ "name": "anna", "key": "key-of-anna" })
        );
    }
}
