//! What a shape is in TypeScript, and in the tables that `wire.js` reads.

use defacto_types::function::Kind;
use defacto_types::schema::Shape;

/// The type of a value that came from the server.
pub(super) fn read(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "number".to_owned(),
        Shape::Boolean => "boolean".to_owned(),
        Shape::Timestamp => "Date".to_owned(),
        Shape::Enum(reflect) => reflect().name.to_owned(),
        Shape::Model(reflect) => reflect().name.to_owned(),
        Shape::List(item) => format!("{}[]", grouped(&read(item))),
        Shape::Map(item) => format!("Record<string, {}>", read(item)),
        Shape::Object => "Record<string, unknown>".to_owned(),
        Shape::Page(_) | Shape::Any => "unknown".to_owned(),
        _ => "string".to_owned(),
    }
}

/// The type of a value given by the caller.
pub(super) fn written(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "number | bigint".to_owned(),
        Shape::DailyRate | Shape::Decimal => "string | number".to_owned(),
        Shape::Timestamp => "Date | string".to_owned(),
        Shape::Base64Document => "string | Uint8Array".to_owned(),
        Shape::Model(reflect) => format!("{}Params | Model", reflect().name),
        Shape::List(item) => format!("readonly {}[]", grouped(&written(item))),
        Shape::Map(item) => format!("Readonly<Record<string, {}>>", written(item)),
        Shape::Object => "Readonly<Record<string, unknown>>".to_owned(),
        other => read(other),
    }
}

fn grouped(ty: &str) -> String {
    if ty.contains(" | ") || ty.starts_with("readonly") {
        format!("({ty})")
    } else {
        ty.to_owned()
    }
}

/// The shape as the tables have it: `""` for what is the same in JSON,
/// `@Name` for an object, `[]` and `{}` before what a list or a map holds.
pub(super) fn tag(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "whole".to_owned(),
        Shape::DailyRate | Shape::Decimal => "decimal".to_owned(),
        Shape::Timestamp => "time".to_owned(),
        Shape::Date => "day".to_owned(),
        Shape::Base64Document => "file".to_owned(),
        Shape::AccountNumber | Shape::Secret | Shape::SecretUrl => "secret".to_owned(),
        Shape::Model(reflect) => format!("@{}", reflect().name),
        Shape::List(item) => format!("[]{}", tag(item)),
        Shape::Map(item) => format!("{{}}{}", tag(item)),
        _ => String::new(),
    }
}

/// The types of a library verb's parameter and result.
pub(super) fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::DailyRate => ("string | number", "string"),
        _ => ("number | bigint", "number"),
    }
}
