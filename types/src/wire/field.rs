//! What a setter of a model takes.

use std::collections::BTreeMap;

/// What a setter hands to a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Field<T> {
    /// Leave the field as it is.
    Unset,
    /// Send an explicit `null`.
    Null,
    /// Send this value.
    Value(T),
}

/// The explicit `null`: `PatchLoan::new().metadata(Null)` clears the
/// metadata, where leaving the setter out keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Null;

/// Everything a setter of a `T` field accepts: the value itself, the usual
/// literals for it (`&str` for an id or an open enum, `i64` for cents), an
/// `Option` (where `None` leaves the field unset) or [`Null`].
pub trait IntoField<T> {
    /// The conversion; it never fails, bad values are reported when the
    /// request is checked.
    fn into_field(self) -> Field<T>;
}

impl<T> IntoField<T> for Null {
    fn into_field(self) -> Field<T> {
        Field::Null
    }
}

impl<T, I: IntoField<T>> IntoField<T> for Option<I> {
    fn into_field(self) -> Field<T> {
        self.map_or(Field::Unset, IntoField::into_field)
    }
}

fn list<T, I: IntoField<T>>(items: impl IntoIterator<Item = I>) -> Field<Vec<T>> {
    Field::Value(
        items
            .into_iter()
            .filter_map(|item| match item.into_field() {
                Field::Value(value) => Some(value),
                Field::Unset | Field::Null => None,
            })
            .collect(),
    )
}

impl<T, I: IntoField<T>> IntoField<Vec<T>> for Vec<I> {
    fn into_field(self) -> Field<Vec<T>> {
        list(self)
    }
}

impl<T, I: IntoField<T>, const N: usize> IntoField<Vec<T>> for [I; N] {
    fn into_field(self) -> Field<Vec<T>> {
        list(self)
    }
}

impl<T> IntoField<BTreeMap<String, T>> for BTreeMap<String, T> {
    fn into_field(self) -> Field<BTreeMap<String, T>> {
        Field::Value(self)
    }
}
