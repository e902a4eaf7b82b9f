//! What a shape is in Kotlin, and how it is read from JSON.

use defacto_types::function::Kind;
use defacto_types::schema::Shape;

/// The type of a value.
pub(super) fn ty(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "Long".to_owned(),
        Shape::DailyRate | Shape::Decimal => "BigDecimal".to_owned(),
        Shape::Boolean => "Boolean".to_owned(),
        Shape::Timestamp => "Instant".to_owned(),
        Shape::Date => "LocalDate".to_owned(),
        Shape::Base64Document => "ByteArray".to_owned(),
        Shape::Enum(reflect) => reflect().name.to_owned(),
        Shape::Model(reflect) => reflect().name.to_owned(),
        Shape::List(item) => format!("List<{}>", ty(item)),
        Shape::Map(item) => format!("Map<String, {}>", ty(item)),
        Shape::Object => "Map<String, Any?>".to_owned(),
        Shape::Page(_) | Shape::Any => "Any".to_owned(),
        _ => "String".to_owned(),
    }
}

/// What reads a value of this shape: a function of `Read.kt`, which takes the
/// JSON value and the field's name.
pub(super) fn reader(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "::whole".to_owned(),
        Shape::DailyRate | Shape::Decimal => "::decimal".to_owned(),
        Shape::Boolean => "::flag".to_owned(),
        Shape::Timestamp => "::instant".to_owned(),
        Shape::Date => "::day".to_owned(),
        Shape::Base64Document => "::bytes".to_owned(),
        Shape::Enum(reflect) => format!("{}::read", reflect().name),
        Shape::Model(reflect) => format!("{}::read", reflect().name),
        Shape::List(item) => format!("listOf({})", reader(item)),
        Shape::Map(item) => format!("mapOf({})", reader(item)),
        Shape::Object => "::free".to_owned(),
        Shape::Page(_) | Shape::Any => "::any".to_owned(),
        _ => "::text".to_owned(),
    }
}

/// A named argument as `Raw` takes it.
pub(super) fn sent(shape: &Shape, name: &str) -> String {
    match shape {
        Shape::DailyRate | Shape::Decimal => format!("digits({name})"),
        _ => name.to_owned(),
    }
}

/// Whether a value must not show.
pub(super) fn is_secret(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::AccountNumber | Shape::Secret | Shape::SecretUrl | Shape::Base64Document
    )
}

/// The type of a library verb's parameter or result, and what reads it.
pub(super) fn kind(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::DailyRate => ("BigDecimal", "decimal"),
        _ => ("Long", "whole"),
    }
}
