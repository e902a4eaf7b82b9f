//! The API key, kept out of sight.

use std::fmt;

use http::HeaderValue;
use uuid::Uuid;

use crate::{Error, ErrorKind};

/// Below this length a key is a word (the simulator's is `sandbox`), and
/// masking it would only garble what the server says.
const SHORTEST_SECRET: usize = 8;

/// A key that can be sent. `Debug` does not show it and there is no `Display`.
#[derive(Clone)]
pub(crate) struct Key {
    text: Box<str>,
    header: HeaderValue,
}

impl Key {
    pub(crate) fn new(text: &str) -> Result<Self, Error> {
        // Some editors begin a file with a mark of its encoding.
        let text = text.trim_start_matches('\u{feff}');
        if text.chars().any(char::is_control) {
            return Err(refused(
                "contains a control character: remove line breaks and tabs from it",
            ));
        }
        if !text.is_ascii() {
            return Err(refused(
                "contains a character outside ASCII: copy it again from the Defacto dashboard",
            ));
        }
        let text = without_scheme(text.trim());
        if text.is_empty() {
            return Err(refused(
                "is empty: pass the key or set DEFACTO_API_KEY to it",
            ));
        }
        let mut header = HeaderValue::from_str(&format!("Bearer {text}"))
            .map_err(|_| refused("cannot be sent in a header: copy it again"))?;
        header.set_sensitive(true);
        Ok(Self {
            text: text.into(),
            header,
        })
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// What tells this key from others without showing it: a digest of it with a
    /// salt, and with the server it is for.
    pub(crate) fn digest(&self, salt: &Uuid, server: &str) -> Uuid {
        Uuid::new_v5(salt, format!("{server} {}", self.text).as_bytes())
    }

    /// `text` without this key in it.
    pub(crate) fn mask(&self, text: &str) -> String {
        if self.text.len() < SHORTEST_SECRET {
            return text.to_owned();
        }
        text.replace(&*self.text, "[secret]")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

fn refused(why: &str) -> Error {
    Error::new(ErrorKind::Configuration, format!("api_key {why}"))
}

/// Dashboards and documentation show the key with its scheme in front.
fn without_scheme(text: &str) -> &str {
    match text.split_at_checked("Bearer".len()) {
        Some((word, rest))
            if word.eq_ignore_ascii_case("Bearer")
                && (rest.is_empty() || rest.starts_with(' ')) =>
        {
            rest.trim_start()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn adds_the_scheme_once() {
        for text in ["k-123456789", "Bearer k-123456789", " bearer  k-123456789 "] {
            let key = Key::new(text).unwrap();
            assert_eq!(key.header().to_str().unwrap(), "Bearer k-123456789");
            assert_eq!(format!("{key:?} {:?}", key.header()), "[secret] Sensitive");
        }
    }

    #[test]
    fn refuses_what_cannot_be_sent() {
        for text in ["", "  ", "Bearer", "Bearer ", "abc\n", "a\tb", "clé"] {
            let error = Key::new(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration, "{text:?}");
            assert!(error.to_string().starts_with("api_key "), "{error}");
        }
    }
}
