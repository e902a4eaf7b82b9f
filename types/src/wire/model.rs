//! `model!`: one declaration of a wire object gives the struct, its setters,
//! its JSON in both directions, a `Debug` that shows no secret, and (feature
//! `schema`) its description as data.
//!
//! Written by hand rather than derived because of three promises that serde's
//! derive cannot keep together: unknown fields survive a round trip without
//! the buffering of `flatten`; a null or missing field never fails the object
//! unless it is its `id` or `status`; and a field set to null is told apart
//! from one left out, which is what a PATCH body means.

use serde::de::MapAccess;

use super::slot::prefix;
use super::{Extra, Field, Slot, Wire};

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
            use $crate::wire::{self as w, model as m};

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
                        $( $field: <$ty as w::Slot>::vacant(), )*
                        extra: w::Extra::NONE,
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
                        value: impl w::IntoField<<$ty as w::Slot>::Value>,
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
                    $( if let Some(value) = w::Slot::view(&self.$field) {
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
                    $( if <$ty as w::Slot>::REQUIRED
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

            impl w::Wire for $name {
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

                fn forget_unknown(&mut self) {
                    $( w::Slot::forget_unknown(&mut self.$field); )*
                    self.extra.forget();
                }
            }

            impl w::IntoField<$name> for $name {
                fn into_field(self) -> w::Field<Self> {
                    w::Field::Value(self)
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
                            shape: <<$ty as w::Slot>::Value as w::Wire>::shape(),
                            required: m::is_required!($($required)?) || <$ty as w::Slot>::REQUIRED,
                            essential: <$ty as w::Slot>::REQUIRED,
                        }, )* ],
                    }
                }
            }
        };
    )*};
}

pub(crate) use {is_required, model, wire_name};
