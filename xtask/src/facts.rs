//! The contract reduced to its facts, and where they are kept.

use serde_json::{Map, Value};

/// The committed facts.
pub(crate) const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../contract/facts.json");
/// What differs from the contract on purpose, each with its reason.
pub(crate) const EXCEPTIONS: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../contract/exceptions.json");

/// Reads a JSON object.
pub(crate) fn read(path: &str) -> Result<Map<String, Value>, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {path}: {error}"))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(format!("{path} holds no JSON object")),
        Err(error) => Err(format!("{path} is not JSON: {error}")),
    }
}

/// The last part of a `$ref`.
pub(crate) fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// The committed facts, read once: the tests ask for them over a thousand
/// times.
#[cfg(test)]
pub(crate) fn read_cached() -> &'static Value {
    static FACTS: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    FACTS.get_or_init(|| Value::Object(read(FILE).unwrap_or_default()))
}
