//! Ids, UUID-shaped and drawn from the seed.

use std::fmt;

use rand::{Rng, RngExt};

/// A random UUID.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Id(u128);

impl Id {
    pub(crate) fn random(rng: &mut impl Rng) -> Self {
        let bits: u128 = rng.random();
        // Version 4, variant 1.
        Self(bits & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| *c != '-').collect();
        (digits.len() == 32)
            .then(|| u128::from_str_radix(&digits, 16).ok())
            .flatten()
            .map(Self)
    }

    /// Eight characters of it, for a reference.
    pub(crate) fn short(self) -> String {
        format!("{:08X}", self.0 >> 96)
    }

    /// Another id that always goes with this one.
    pub(crate) fn sibling(self, salt: u128) -> Self {
        let mixed = (self.0 ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        Self(mixed & !(0xf << 76) & !(0x3 << 62) | (0x4 << 76) | (0x2 << 62))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = *b"00000000-0000-0000-0000-000000000000";
        let mut left = self.0;
        for digit in text.iter_mut().rev().filter(|digit| **digit != b'-') {
            *digit = b"0123456789abcdef"[(left & 0xf) as usize];
            left >>= 4;
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn reads_what_it_writes() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(1);
        for _ in 0..100 {
            let id = Id::random(&mut rng);
            let text = id.to_string();
            assert_eq!(text.len(), 36);
            assert_eq!(text.as_bytes()[14], b'4');
            assert!(b"89ab".contains(&text.as_bytes()[19]));
            assert_eq!(Id::parse(&text), Some(id));
        }
        assert_eq!(Id::parse("nonsense"), None);
    }
}
