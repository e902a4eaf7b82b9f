//! What a shape is in Swift, and how it is read from JSON.

use defacto_types::function::Kind;
use defacto_types::schema::Shape;

/// The type of a value. A calendar day is its text: Foundation has no type for
/// it.
pub(super) fn ty(shape: &Shape) -> String {
    match shape {
        Shape::Integer | Shape::Cents => "Int64".to_owned(),
        Shape::DailyRate | Shape::Decimal => "Decimal".to_owned(),
        Shape::Boolean => "Bool".to_owned(),
        Shape::Timestamp => "Date".to_owned(),
        Shape::Base64Document => "Data".to_owned(),
        Shape::Enum(reflect) => reflect().name.to_owned(),
        Shape::Model(reflect) => reflect().name.to_owned(),
        Shape::List(item) => format!("[{}]", ty(item)),
        Shape::Map(item) => format!("[String: {}]", ty(item)),
        Shape::Object => "[String: JSON]".to_owned(),
        Shape::Page(_) | Shape::Any => "JSON".to_owned(),
        _ => "String".to_owned(),
    }
}

/// Whether a value must not show.
pub(super) fn is_secret(shape: &Shape) -> bool {
    matches!(
        shape,
        Shape::AccountNumber | Shape::Secret | Shape::SecretUrl | Shape::Base64Document
    )
}

/// The type of a library verb's parameter or result.
pub(super) fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::DailyRate => "Decimal",
        _ => "Int64",
    }
}
