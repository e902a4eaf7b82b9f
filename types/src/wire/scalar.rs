//! The plain JSON scalars and free-form values as field types.

use serde_json::{Map, Value};

use super::{Field, IntoField, Wire};

macro_rules! scalars {
    ($( $ty:ty => $shape:ident; )*) => {$(
        impl Wire for $ty {
            #[cfg(feature = "schema")]
            fn shape() -> crate::schema::Shape {
                crate::schema::Shape::$shape
            }
        }

        impl IntoField<$ty> for $ty {
            fn into_field(self) -> Field<$ty> {
                Field::Value(self)
            }
        }
    )*};
}

scalars! {
    String => String;
    bool => Boolean;
    i64 => Integer;
    Value => Any;
    Map<String, Value> => Object;
}

impl IntoField<String> for &str {
    fn into_field(self) -> Field<String> {
        Field::Value(self.to_owned())
    }
}

impl IntoField<String> for &String {
    fn into_field(self) -> Field<String> {
        Field::Value(self.clone())
    }
}

impl IntoField<Map<String, Value>> for Value {
    /// An object as it is; any other value is no object and stays unset.
    fn into_field(self) -> Field<Map<String, Value>> {
        match self {
            Self::Object(map) => Field::Value(map),
            Self::Null => Field::Null,
            _ => Field::Unset,
        }
    }
}
