//! A set of ids that takes little room: a pass over a large account holds those of
//! all its loans.

use std::collections::HashSet;

use uuid::Uuid;

/// A set of ids.
#[derive(Debug, Default)]
pub(super) struct Ids {
    /// Those that are UUIDs, as the API's are (documented), at 16 bytes each.
    short: HashSet<u128>,
    /// Any others.
    long: HashSet<Box<str>>,
}

impl Ids {
    pub(super) fn insert(&mut self, id: &str) {
        match compact(id) {
            Some(short) => self.short.insert(short),
            None => self.long.insert(id.into()),
        };
    }

    pub(super) fn contains(&self, id: &str) -> bool {
        match compact(id) {
            Some(short) => self.short.contains(&short),
            None => self.long.contains(id),
        }
    }
}

/// The number of an id that is written as a UUID is; another way to write the same
/// number would be another id.
pub(super) fn compact(id: &str) -> Option<u128> {
    let uuid = Uuid::try_parse(id).ok()?;
    let mut buffer = Uuid::encode_buffer();
    let written = uuid.hyphenated().encode_lower(&mut buffer);
    (*written == *id).then(|| uuid.as_u128())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_what_was_put_in_and_nothing_else() {
        let ids = [
            "0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b70",
            "0197A3C2-6D1E-7C41-9A53-5F2F6C1E8B71",
            "0197a3c26d1e7c419a535f2f6c1e8b72",
            "l1",
            "",
        ];
        let mut set = Ids::default();
        for id in ids {
            assert!(!set.contains(id));
            set.insert(id);
            assert!(set.contains(id));
        }
        assert_eq!((set.short.len(), set.long.len()), (1, 4));
        // The same number, written otherwise.
        assert!(!set.contains("0197A3C2-6D1E-7C41-9A53-5F2F6C1E8B70"));
        assert!(!set.contains("0197a3c2-6d1e-7c41-9a53-5f2f6c1e8b72"));
    }
}
