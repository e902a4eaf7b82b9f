//! How a value is kept in a field of a model.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

/// A value that can stand in a field.
pub trait Wire: Sized + DeserializeOwned + serde::Serialize + std::fmt::Debug {
    /// The value's description.
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape;

    /// Adds to `missing` the path of every required field below this value
    /// that has not been set. `at` is the path of the value itself.
    fn missing(&self, at: &str, missing: &mut Vec<String>) {
        let _ = (at, missing);
    }

    /// Drops what this version does not know of this value and all below it.
    fn forget_unknown(&mut self) {}
}

impl<T: Wire> Wire for Vec<T> {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::List(Box::new(T::shape()))
    }

    fn missing(&self, at: &str, missing: &mut Vec<String>) {
        for (index, item) in self.iter().enumerate() {
            let known = missing.len();
            item.missing("", missing);
            prefix(&mut missing[known..], || format!("{at}[{index}]"));
        }
    }

    fn forget_unknown(&mut self) {
        self.iter_mut().for_each(T::forget_unknown);
    }
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Map(Box::new(T::shape()))
    }

    fn forget_unknown(&mut self) {
        self.values_mut().for_each(T::forget_unknown);
    }
}

/// How a field of a model stores a [`Wire`] value: `Option<T>`, `Vec<T>` and
/// maps may be absent; an id or a status stored bare is required.
pub trait Slot: Sized {
    /// What arrives and leaves.
    type Value: Wire;
    /// Whether an object without it is refused.
    const REQUIRED: bool;
    /// The field before anything was set.
    fn vacant() -> Self;
    /// Stores a value.
    fn fill(&mut self, value: Self::Value);
    /// The value, unless the slot is vacant.
    fn view(&self) -> Option<&Self::Value>;
    /// The empty list or map, for the slots that have one.
    fn empty() -> Option<Self::Value> {
        None
    }
    /// See [`Wire::forget_unknown`].
    fn forget_unknown(&mut self) {}
}

impl<T: Wire> Slot for Option<T> {
    type Value = T;
    const REQUIRED: bool = false;
    fn vacant() -> Self {
        None
    }
    fn fill(&mut self, value: T) {
        *self = Some(value);
    }
    fn view(&self) -> Option<&T> {
        self.as_ref()
    }
    fn forget_unknown(&mut self) {
        if let Some(value) = self {
            value.forget_unknown();
        }
    }
}

impl<T: Wire> Slot for Vec<T> {
    type Value = Self;
    const REQUIRED: bool = false;
    fn vacant() -> Self {
        Self::new()
    }
    fn fill(&mut self, value: Self) {
        *self = value;
    }
    fn view(&self) -> Option<&Self> {
        (!self.is_empty()).then_some(self)
    }
    fn empty() -> Option<Self> {
        Some(Self::new())
    }
    fn forget_unknown(&mut self) {
        Wire::forget_unknown(self);
    }
}

impl<T: Wire> Slot for BTreeMap<String, T> {
    type Value = Self;
    const REQUIRED: bool = false;
    fn vacant() -> Self {
        Self::new()
    }
    fn fill(&mut self, value: Self) {
        *self = value;
    }
    fn view(&self) -> Option<&Self> {
        (!self.is_empty()).then_some(self)
    }
    fn empty() -> Option<Self> {
        Some(Self::new())
    }
    fn forget_unknown(&mut self) {
        Wire::forget_unknown(self);
    }
}

/// Puts the path of a value before the paths found below it; it is made only
/// when there are some, which is hardly ever.
pub(super) fn prefix(found: &mut [String], path: impl Fn() -> String) {
    for below in found {
        let dot = if below.starts_with('[') { "" } else { "." };
        *below = format!("{}{dot}{below}", path());
    }
}
