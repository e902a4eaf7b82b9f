//! What a model keeps beside its fields.

use serde_json::{Map, Value};

/// What a model keeps beside its declared fields, so that nothing the server
/// said is lost: fields this version does not know, and which known fields
/// were sent as `null` or as an empty list.
#[derive(Clone, Default)]
pub struct Extra {
    nulls: u64,
    empties: u64,
    unknown: Option<Box<Map<String, Value>>>,
}

impl Extra {
    pub(crate) const NONE: Self = Self {
        nulls: 0,
        empties: 0,
        unknown: None,
    };

    /// The value of a field this version does not know.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.unknown.as_ref()?.get(name)
    }

    /// Adds a field this version does not know; it is sent as it is.
    pub fn insert(&mut self, name: impl Into<String>, value: Value) {
        self.unknown
            .get_or_insert_default()
            .insert(name.into(), value);
    }

    /// Names and values of the unknown fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.unknown
            .iter()
            .flat_map(|map| map.iter().map(|(name, value)| (name.as_str(), value)))
    }

    /// Whether every field was a known one.
    pub fn is_empty(&self) -> bool {
        self.unknown.is_none()
    }

    /// Drops the unknown fields; which known ones were null stays.
    pub(crate) fn forget(&mut self) {
        self.unknown = None;
    }

    /// The unknown fields alone: which known ones were null is of no use to
    /// another model.
    pub(crate) fn unknown_only(self) -> Self {
        Self {
            unknown: self.unknown,
            ..Self::NONE
        }
    }

    pub(crate) fn mark_null(&mut self, index: u32) {
        self.nulls |= 1 << index;
        self.empties &= !(1 << index);
    }

    pub(crate) fn mark_empty(&mut self, index: u32) {
        self.empties |= 1 << index;
        self.nulls &= !(1 << index);
    }

    pub(crate) fn mark_set(&mut self, index: u32) {
        self.nulls &= !(1 << index);
        self.empties &= !(1 << index);
    }

    pub(crate) fn is_null(&self, index: u32) -> bool {
        self.nulls & (1 << index) != 0
    }

    pub(crate) fn is_empty_value(&self, index: u32) -> bool {
        self.empties & (1 << index) != 0
    }
}

/// Only the names: an unknown field's value may be anything, secrets included.
impl std::fmt::Debug for Extra {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Two objects are equal when their values are; whether an absent field was
/// left out or sent as null does not count.
impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        self.unknown == other.unknown
    }
}
