//! `open_enum!`: an enum of the values known today, with an arm that keeps the
//! text of tomorrow's.

macro_rules! open_enum {
    ($(
        $(#[doc = $doc:expr])*
        pub enum $name:ident {
            $( $(#[doc = $value_doc:expr])* $variant:ident = $text:literal, )*
        }
    )*) => {$(
        $(#[doc = $doc])*
        #[derive(Clone, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[doc = $value_doc])* $variant, )*
            /// A value this version does not know, kept as the server wrote it.
            Unknown(Box<str>),
        }

        const _: () = {
            use $crate::wire::{self as w, model as m};

            impl $name {
                /// The values known to this version, in the order declared.
                pub const ALL: &[Self] = &[$(Self::$variant),*];

                /// The text on the wire.
                #[must_use]
                pub fn as_str(&self) -> &str {
                    match self {
                        $( Self::$variant => $text, )*
                        Self::Unknown(text) => text,
                    }
                }

                /// Whether this version knows the value.
                #[must_use]
                pub fn is_known(&self) -> bool {
                    !matches!(self, Self::Unknown(_))
                }
            }

            impl From<&str> for $name {
                fn from(text: &str) -> Self {
                    match text {
                        $( $text => Self::$variant, )*
                        other => Self::Unknown(other.into()),
                    }
                }
            }

            impl From<String> for $name {
                fn from(text: String) -> Self {
                    Self::from(text.as_str())
                }
            }

            impl std::str::FromStr for $name {
                type Err = std::convert::Infallible;
                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    Ok(Self::from(text))
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            impl PartialEq<str> for $name {
                fn eq(&self, other: &str) -> bool {
                    self.as_str() == other
                }
            }

            impl PartialEq<&str> for $name {
                fn eq(&self, other: &&str) -> bool {
                    self.as_str() == *other
                }
            }

            impl serde::Serialize for $name {
                fn serialize<Z: serde::Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
                    serializer.serialize_str(self.as_str())
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = m::Key::deserialize(deserializer)?;
                    Ok(Self::from(text.0.as_ref()))
                }
            }

            impl w::Wire for $name {
                #[cfg(feature = "schema")]
                fn shape() -> $crate::schema::Shape {
                    $crate::schema::Shape::Enum(Self::reflect)
                }
            }

            #[cfg(feature = "schema")]
            impl $name {
                /// The enum as data.
                #[must_use]
                pub fn reflect() -> $crate::schema::Enum {
                    $crate::schema::Enum {
                        name: stringify!($name),
                        doc: concat!($($doc, "\n"),*),
                        values: vec![ $( $crate::schema::EnumValue {
                            name: stringify!($variant),
                            text: $text,
                            doc: concat!($($value_doc, "\n"),*),
                        }, )* ],
                    }
                }
            }

            impl w::Slot for $name {
                type Value = Self;
                const REQUIRED: bool = true;
                fn vacant() -> Self {
                    Self::Unknown(Box::default())
                }
                fn fill(&mut self, value: Self) {
                    *self = value;
                }
                fn view(&self) -> Option<&Self> {
                    (!self.as_str().is_empty()).then_some(self)
                }
            }

            impl w::IntoField<$name> for $name {
                fn into_field(self) -> w::Field<Self> {
                    w::Field::Value(self)
                }
            }

            impl w::IntoField<$name> for &str {
                fn into_field(self) -> w::Field<$name> {
                    w::Field::Value($name::from(self))
                }
            }

            impl w::IntoField<$name> for String {
                fn into_field(self) -> w::Field<$name> {
                    w::Field::Value($name::from(self))
                }
            }
        };
    )*};
}

pub(crate) use open_enum;
