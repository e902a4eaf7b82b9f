//! `model!`: one declaration of a wire object gives the struct, its setters,
//! its JSON in both directions, a `Debug` that shows no secret, and (feature
//! `schema`) its description as data.
//!
//! Written by hand rather than derived because of three promises that serde's
//! derive cannot keep together: unknown fields survive a round trip without
//! the buffering of `flatten`; a null or missing field never fails the object
//! unless it is its `id` or `status`; and a field set to null is told apart
//! from one left out, which is what a PATCH body means.

use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, MapAccess};
use serde_json::{Map, Value};

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
}

impl<T: Wire> Wire for BTreeMap<String, T> {
    #[cfg(feature = "schema")]
    fn shape() -> crate::schema::Shape {
        crate::schema::Shape::Map(Box::new(T::shape()))
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
}

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

/// A declared field's slot, filled from a JSON object's next value.
pub(crate) fn read<'de, S: Slot, A: MapAccess<'de>>(
    slot: &mut S,
    extra: &mut Extra,
    index: u32,
    map: &mut A,
) -> Result<(), A::Error> {
    match map.next_value::<Option<S::Value>>()? {
        Some(value) => put(slot, extra, index, value),
        None => extra.mark_null(index),
    }
    Ok(())
}

/// An error with the field it is about in front.
#[cold]
pub(crate) fn at<E: serde::de::Error>(field: &str, error: E) -> E {
    E::custom(format_args!("{field}: {error}"))
}

pub(crate) fn put<S: Slot>(slot: &mut S, extra: &mut Extra, index: u32, value: S::Value) {
    slot.fill(value);
    if slot.view().is_some() {
        extra.mark_set(index);
    } else {
        extra.mark_empty(index);
    }
}

/// A setter's effect.
pub(crate) fn set<S: Slot>(slot: &mut S, extra: &mut Extra, index: u32, value: Field<S::Value>) {
    match value {
        Field::Unset => {}
        Field::Null => {
            *slot = S::vacant();
            extra.mark_null(index);
        }
        Field::Value(value) => put(slot, extra, index, value),
    }
}

/// What a field writes: a value, an explicit null or empty list, or nothing.
pub(crate) fn write<S: Slot, M: serde::ser::SerializeMap>(
    slot: &S,
    extra: &Extra,
    index: u32,
    name: &'static str,
    map: &mut M,
) -> Result<(), M::Error> {
    match slot.view() {
        Some(value) => map.serialize_entry(name, value),
        None if extra.is_null(index) => map.serialize_entry(name, &()),
        None if extra.is_empty_value(index) => map.serialize_entry(name, &S::empty()),
        None => Ok(()),
    }
}

/// Reports a required field that is neither set nor explicitly null, and what
/// is missing below it.
pub(crate) fn check<S: Slot>(
    slot: &S,
    extra: &Extra,
    index: u32,
    required: bool,
    at: &str,
    name: &str,
    missing: &mut Vec<String>,
) {
    let path = || {
        if at.is_empty() {
            name.to_owned()
        } else {
            format!("{at}.{name}")
        }
    };
    match slot.view() {
        Some(value) => {
            let known = missing.len();
            value.missing("", missing);
            prefix(&mut missing[known..], path);
        }
        None if required && !extra.is_null(index) && !extra.is_empty_value(index) => {
            missing.push(path());
        }
        None => {}
    }
}

/// Puts the path of a value before the paths found below it; it is made only
/// when there are some, which is hardly ever.
fn prefix(found: &mut [String], path: impl Fn() -> String) {
    for below in found {
        let dot = if below.starts_with('[') { "" } else { "." };
        *below = format!("{}{dot}{below}", path());
    }
}

/// A key of a JSON object, borrowed from the input where it has no escapes.
pub(crate) struct Key<'de>(pub(crate) std::borrow::Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> serde::de::Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Key(text.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Key(text.to_owned().into()))
            }
            fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
                Ok(Key(text.into()))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// The name a field has on the wire: its own, unless Rust reserves it.
macro_rules! wire_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $wire:literal) => {
        $wire
    };
}

/// Whether the contract requires the field.
macro_rules! is_required {
    () => {
        false
    };
    (required) => {
        true
    };
}

/// See the module's documentation. A field is written
/// `/// doc` `name [as "wire name"]: Type [= required],`.
macro_rules! model {
    ($(
        $(#[doc = $doc:expr])*
        pub struct $name:ident = $schema:literal {
            $(
                $(#[doc = $field_doc:expr])*
                $field:ident $(as $wire:literal)? : $ty:ty $(= $required:ident)?,
            )*
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, PartialEq)]
        #[non_exhaustive]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $ty, )*
            /// Fields the server sent that this version does not know.
            pub extra: $crate::wire::Extra,
        }

        const _: () = {
            use $crate::wire::model as m;

            #[allow(non_camel_case_types, dead_code)]
            #[derive(Clone, Copy)]
            enum Index { $($field,)* End }

            // `Extra` keeps one bit a field.
            const _: () = assert!((Index::End as u32) <= 64);

            impl $name {
                /// An object with no field set; the setters fill it.
                #[must_use]
                pub fn new() -> Self {
                    Self {
                        $( $field: <$ty as m::Slot>::vacant(), )*
                        extra: m::Extra::NONE,
                    }
                }

                $(
                    $(#[doc = $field_doc])*
                    ///
                    /// Sets the field; `Null` sends an explicit `null`, `None`
                    /// leaves the field as it is.
                    #[must_use]
                    pub fn $field(
                        mut self,
                        value: impl m::IntoField<<$ty as m::Slot>::Value>,
                    ) -> Self {
                        m::set(
                            &mut self.$field,
                            &mut self.extra,
                            Index::$field as u32,
                            value.into_field(),
                        );
                        self
                    }
                )*
            }

            impl Default for $name {
                fn default() -> Self {
                    Self::new()
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    #[allow(unused_mut)]
                    let mut out = f.debug_struct(stringify!($name));
                    $( if let Some(value) = m::Slot::view(&self.$field) {
                        out.field(stringify!($field), value);
                    } )*
                    if !self.extra.is_empty() {
                        out.field("extra", &self.extra);
                    }
                    out.finish()
                }
            }

            impl serde::Serialize for $name {
                fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                    let mut map = serializer.serialize_map(None)?;
                    $( m::write(
                        &self.$field,
                        &self.extra,
                        Index::$field as u32,
                        m::wire_name!($field $($wire)?),
                        &mut map,
                    )?; )*
                    for (name, value) in self.extra.iter() {
                        serde::ser::SerializeMap::serialize_entry(&mut map, name, value)?;
                    }
                    serde::ser::SerializeMap::end(map)
                }
            }

            struct Visitor;

            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = $name;

                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!("a ", stringify!($name), " object"))
                }

                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                    let mut this = $name::new();
                    #[allow(unused_mut)]
                    let mut seen: u64 = 0;
                    while let Some(key) = map.next_key::<m::Key<'de>>()? {
                        match key.0.as_ref() {
                            $( m::wire_name!($field $($wire)?) => {
                                m::read(&mut this.$field, &mut this.extra, Index::$field as u32, &mut map)
                                    .map_err(|error| m::at(m::wire_name!($field $($wire)?), error))?;
                                seen |= 1 << (Index::$field as u32);
                            } )*
                            other => {
                                let value = map.next_value()?;
                                this.extra.insert(other, value);
                            }
                        }
                    }
                    $( if <$ty as m::Slot>::REQUIRED
                        && (seen & (1 << (Index::$field as u32)) == 0
                            || this.extra.is_null(Index::$field as u32))
                    {
                        return Err(serde::de::Error::missing_field(m::wire_name!($field $($wire)?)));
                    } )*
                    let _ = seen;
                    Ok(this)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_map(Visitor)
                }
            }

            impl m::Wire for $name {
                #[cfg(feature = "schema")]
                fn shape() -> $crate::schema::Shape {
                    $crate::schema::Shape::Model(Self::reflect)
                }

                fn missing(&self, at: &str, missing: &mut Vec<String>) {
                    let _ = (at, &missing);
                    $( m::check(
                        &self.$field,
                        &self.extra,
                        Index::$field as u32,
                        m::is_required!($($required)?),
                        at,
                        m::wire_name!($field $($wire)?),
                        missing,
                    ); )*
                }
            }

            impl m::IntoField<$name> for $name {
                fn into_field(self) -> m::Field<Self> {
                    m::Field::Value(self)
                }
            }

            #[cfg(feature = "schema")]
            impl $name {
                /// The model as data.
                #[must_use]
                pub fn reflect() -> $crate::schema::Model {
                    $crate::schema::Model {
                        name: stringify!($name),
                        schema: $schema,
                        round_trip: |value| {
                            let this: Self = serde_json::from_value(value)?;
                            serde_json::to_value(this)
                        },
                        doc: concat!($($doc, "\n"),*),
                        fields: vec![ $( $crate::schema::FieldShape {
                            name: stringify!($field),
                            wire: m::wire_name!($field $($wire)?),
                            doc: concat!($($field_doc, "\n"),*),
                            shape: <<$ty as m::Slot>::Value as m::Wire>::shape(),
                            required: m::is_required!($($required)?) || <$ty as m::Slot>::REQUIRED,
                            essential: <$ty as m::Slot>::REQUIRED,
                        }, )* ],
                    }
                }
            }
        };
    )*};
}

pub(crate) use {is_required, model, wire_name};
