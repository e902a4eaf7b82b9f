//! Whether an answer is what the contract declares.

use defacto_types::Value;
use defacto_types::schema::Shape;

/// Fails when the JSON has a field the model does not know, lacks one the
/// contract requires, or has a value of the wrong kind.
pub(crate) fn check(shape: &Shape, json: &Value, at: &str) {
    if json.is_null() {
        return;
    }
    let text = json.as_str().unwrap_or_default();
    match shape {
        Shape::Model(model) => {
            let model = model();
            let object = json.as_object().unwrap();
            for name in object.keys() {
                let known = model.fields.iter().any(|field| field.wire == name);
                assert!(known, "{at}.{name} is no field of {}", model.name);
            }
            for field in &model.fields {
                let at = format!("{at}.{}", field.wire);
                match object.get(field.wire) {
                    Some(value) => check(&field.shape, value, &at),
                    // The loans of a list have no documents.
                    None => assert!(!field.required || field.wire == "documents", "{at}"),
                }
            }
        }
        Shape::List(of) => {
            for item in json.as_array().unwrap() {
                check(of, item, at);
            }
        }
        Shape::Map(of) => {
            for item in json.as_object().unwrap().values() {
                check(of, item, at);
            }
        }
        Shape::Enum(known) => {
            let known = known();
            let found = known.values.iter().any(|value| value.text == text);
            assert!(found, "{at}: {json} is no {}", known.name);
        }
        Shape::Id(_) => {
            let dashes: Vec<_> = text.match_indices('-').map(|(at, _)| at).collect();
            assert_eq!(
                (text.len(), &dashes[..]),
                (36, &[8, 13, 18, 23][..]),
                "{at}"
            );
        }
        Shape::Timestamp => assert!(text.len() == 32 && text.ends_with("+00:00"), "{at}: {json}"),
        Shape::Cents | Shape::Integer => assert!(json.is_i64(), "{at}: {json}"),
        Shape::DailyRate | Shape::Decimal => assert!(json.is_number(), "{at}: {json}"),
        Shape::Boolean => assert!(json.is_boolean(), "{at}: {json}"),
        Shape::Object => assert!(json.is_object(), "{at}: {json}"),
        Shape::Any | Shape::Page(_) => {}
        _ => assert!(json.is_string(), "{at}: {json}"),
    }
}
