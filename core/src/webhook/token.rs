//! The secret in a subscription's address.

use std::fmt;

/// The parameters of the query a token may stand in (docs:
/// how-to-secure-my-webhooks shows `apikey` and `token`).
const NAMES: [&str; 2] = ["token", "apikey"];

/// The tokens a receiver accepts: one, or two while the address is being
/// changed from the old to the new.
#[derive(Clone)]
pub struct Tokens(Vec<Box<[u8]>>);

impl Tokens {
    /// Accepts these. Empty ones are left out: an address without a token is
    /// never accepted.
    pub fn new<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> Self {
        Self(
            tokens
                .into_iter()
                .filter(|token| !token.as_ref().is_empty())
                .map(|token| token.as_ref().as_bytes().into())
                .collect(),
        )
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the query of a request's address (what follows `?`, as it came)
    /// holds an accepted token as `token` or `apikey`. Takes as long for a wrong
    /// token as for the right one of the same length.
    #[must_use]
    pub fn accept(&self, query: &str) -> bool {
        let mut accepted = false;
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            if NAMES.contains(&name) {
                let value = decoded(value);
                for token in &self.0 {
                    accepted |= same(token, &value);
                }
            }
        }
        accepted
    }
}

/// How many there are: a token is a secret.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tokens({})", self.0.len())
    }
}

/// Compares without telling by its time where two texts differ.
fn same(one: &[u8], other: &[u8]) -> bool {
    let mut difference = u8::from(one.len() != other.len());
    for (at, byte) in one.iter().enumerate() {
        difference |= byte ^ other.get(at).copied().unwrap_or(!byte);
    }
    // Read as a volatile value would be: the compiler may not end the loop early.
    std::hint::black_box(difference) == 0
}

/// Percent-encoding and `+` undone; what is not valid stays as it is.
fn decoded(text: &str) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(text.len());
    while let [first, after @ ..] = rest {
        let hex = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = after.get(2..).unwrap_or_default();
            }
            (byte, ..) => {
                out.push(if *byte == b'+' { b' ' } else { *byte });
                rest = after;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_accepted_token_is_accepted() {
        let tokens = Tokens::new(["old secret", "new"]);
        for query in [
            "token=new",
            "source=defacto&token=old%20secret",
            "apikey=old+secret",
            "token=wrong&token=new",
        ] {
            assert!(tokens.accept(query), "{query}");
        }
        for query in [
            "",
            "token",
            "token=",
            "token=ne",
            "token=newer",
            "key=new",
            "token=%6",
            "Token=new",
            "token=new%",
        ] {
            assert!(!tokens.accept(query), "{query}");
        }
        assert!(!Tokens::new([""]).accept("token="));
        assert!(!Tokens::new(Vec::<String>::new()).accept("token="));
        assert_eq!(format!("{tokens:?}"), "Tokens(2)");
    }
}
