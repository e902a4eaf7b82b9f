//! Schemas of the control API's OpenAPI file, in few words.

use serde_json::{Map, Value, json};

/// One of the file's named schemas.
pub(crate) fn named(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

pub(crate) fn text() -> Value {
    json!({ "type": "string" })
}

pub(crate) fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

/// An ISO 8601 duration.
pub(crate) fn span() -> Value {
    json!({ "type": "string", "format": "duration" })
}

pub(crate) fn id() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

pub(crate) fn truth() -> Value {
    json!({ "type": "boolean" })
}

/// A whole number from this one on.
pub(crate) fn whole(from: i64) -> Value {
    json!({ "type": "integer", "minimum": from })
}

/// A whole number from and to these.
pub(crate) fn between(from: i64, to: i64) -> Value {
    json!({ "type": "integer", "minimum": from, "maximum": to })
}

pub(crate) fn number() -> Value {
    json!({ "type": "number" })
}

pub(crate) fn cents() -> Value {
    json!({ "type": "integer", "description": "In cents" })
}

/// One of these words.
pub(crate) fn one_of<'a>(words: impl IntoIterator<Item = &'a str>) -> Value {
    json!({ "type": "string", "enum": words.into_iter().collect::<Vec<_>>() })
}

pub(crate) fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

/// Any names, with values of this kind.
pub(crate) fn map(of: Value) -> Value {
    json!({ "type": "object", "additionalProperties": of })
}

pub(crate) fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

pub(crate) fn any() -> Value {
    json!({})
}

/// A thing as the lending API shows it, whose contract describes it.
pub(crate) fn of_lending() -> Value {
    json!({
        "type": "object",
        "description": "As the lending API shows it",
        "required": ["id"],
        "properties": { "id": text() },
    })
}

/// What a form of a page sends.
pub(super) fn form() -> Value {
    map(text())
}

/// An object with these fields and no other; a name that ends in `?` may be
/// missing.
pub(crate) fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema) in fields {
        let given = name.strip_suffix('?');
        if given.is_none() {
            required.push(name);
        }
        properties.insert(given.unwrap_or(name).to_owned(), schema);
    }
    let mut object = json!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        object["required"] = json!(required);
    }
    object
}

/// The same for a request, in which null is the same as nothing.
pub(crate) fn request<'a>(fields: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let fields = fields.into_iter().map(|(name, schema)| {
        let is_optional = name.ends_with('?');
        (name, if is_optional { or_null(schema) } else { schema })
    });
    object(fields)
}
