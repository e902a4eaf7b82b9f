//! What a shape is in Python: when read, when written, and how it is decoded.

use defacto_types::catalogue::STAND_INS;
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
        Shape::Object => "dict[str, _t.Any]".to_owned(),
        Shape::Page(_) | Shape::Any => "_t.Any".to_owned(),
        _ => "str".to_owned(),
    }
}

/// The type of a value given by the caller.
pub(super) fn written(shape: &Shape, module: &str) -> String {
    match shape {
        Shape::DailyRate | Shape::Decimal => "_decimal.Decimal | str".to_owned(),
        Shape::Model(reflect) => {
            let name = reflect().name;
            let own = if module.is_empty() { "" } else { "params." };
            let mut text = format!("{own}{name} | t.{name}");
            for (_, other) in STAND_INS.iter().filter(|(asked, _)| *asked == name) {
                text.push_str(&format!(" | t.{other}"));
            }
            text
        }
        Shape::Enum(reflect) => format!("t.{}", reflect().name),
        Shape::List(item) => format!("Sequence[{}]", written(item, module)),
        Shape::Map(item) => format!("Mapping[str, {}]", written(item, module)),
        Shape::Object => "Mapping[str, _t.Any]".to_owned(),
        other => read(other, module),
    }
}

/// How the native module makes a field's value; empty when it is as JSON has it.
pub(super) fn made(shape: &Shape, is_needed: bool) -> String {
    match shape {
        Shape::DailyRate | Shape::Decimal => "decimal".to_owned(),
        Shape::Timestamp => "time".to_owned(),
        Shape::Date => "day".to_owned(),
        Shape::Model(reflect) => reflect().name.to_owned(),
        Shape::List(item) => format!("list {}", made(item, false)),
        Shape::Map(item) => format!("map {}", made(item, false)),
        Shape::Object | Shape::Page(_) | Shape::Any => "any".to_owned(),
        _ if is_needed => "needed".to_owned(),
        _ => String::new(),
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
