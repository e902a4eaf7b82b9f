//! What a shape is in Python: when read, when written, and how it is decoded.

use defacto_types::function::Kind;
use defacto_types::schema::Shape;

/// The type of a value that came from the server.
pub(super) fn read(shape: &Shape, module: &str) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "int".to_owned(),
        Shape::Boolean => "bool".to_owned(),
        Shape::DailyRate | Shape::Decimal => "_decimal.Decimal".to_owned(),
        Shape::Timestamp => "_dt.datetime".to_owned(),
        Shape::Date => "_dt.date".to_owned(),
        Shape::Enum(reflect) => format!("{module}{}", reflect().name),
        Shape::Model(reflect) => format!("{module}{}", reflect().name),
        Shape::List(item) => format!("list[{}]", read(item, module)),
        Shape::Map(item) => format!("dict[str, {}]", read(item, module)),
        Shape::Object => "dict[str, Any]".to_owned(),
        Shape::Page(_) | Shape::Any => "Any".to_owned(),
        _ => "str".to_owned(),
    }
}

/// The type of a value given by the caller.
pub(super) fn written(shape: &Shape, module: &str) -> String {
    match shape {
        Shape::DailyRate | Shape::Decimal => "_decimal.Decimal | str".to_owned(),
        Shape::Model(reflect) => {
            let name = reflect().name;
            if module.is_empty() {
                format!("{name} | t.{name}")
            } else {
                format!("params.{name} | {module}{name}")
            }
        }
        Shape::Enum(reflect) => format!("t.{}", reflect().name),
        Shape::List(item) => format!("Sequence[{}]", written(item, module)),
        Shape::Map(item) => format!("Mapping[str, {}]", written(item, module)),
        Shape::Object => "Mapping[str, Any]".to_owned(),
        other => read(other, module),
    }
}

/// The function that makes the Python value of a JSON value; `None` when they
/// are the same.
pub(super) fn decoder(shape: &Shape, module: &str) -> Option<String> {
    match shape {
        Shape::DailyRate | Shape::Decimal => Some("_wire.decimal".to_owned()),
        Shape::Timestamp => Some("_wire.timestamp".to_owned()),
        Shape::Date => Some("_wire.day".to_owned()),
        Shape::Model(reflect) => Some(format!("{module}{}", reflect().name)),
        _ => None,
    }
}

/// The types of a library verb's parameter and result.
pub(super) fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::DailyRate => ("_decimal.Decimal | str", "_decimal.Decimal"),
        _ => ("int", "int"),
    }
}

/// Whether the value is shown masked.
pub(super) fn is_secret(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::AccountNumber | Shape::Secret | Shape::SecretUrl | Shape::Base64Document
    )
}
