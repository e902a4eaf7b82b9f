//! Reduces an OpenAPI document to facts: paths, parameters, schemas, enums.
//! Descriptions, titles and examples stay behind; our documentation is in our
//! own words.

use crate::facts;
use serde_json::{Map, Value};

/// Keys that carry prose or presentation. A property may bear such a name, so
/// the children of `properties` are never dropped.
const PROSE: &[&str] = &[
    "description",
    "title",
    "example",
    "examples",
    "summary",
    "info",
    "tags",
    "servers",
];

/// Imports the document at `file`.
pub(crate) fn run(file: &str) -> Result<String, String> {
    let document = facts::read(file)?;
    let reduced = reduce(&Value::Object(document), false);
    let text = serde_json::to_string_pretty(&reduced).map_err(|error| error.to_string())?;
    std::fs::write(facts::FILE, text + "\n")
        .map_err(|error| format!("cannot write {}: {error}", facts::FILE))?;
    Ok(
        "contract/facts.json written; `cargo xtask spec-check` shows what changed for us"
            .to_owned(),
    )
}

fn reduce(value: &Value, names: bool) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(key, _)| names || !PROSE.contains(&key.as_str()))
                .map(|(key, child)| {
                    let named =
                        !names && matches!(key.as_str(), "properties" | "schemas" | "paths");
                    (key.clone(), reduce(child, named))
                })
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| reduce(item, false)).collect()),
        other => other.clone(),
    }
}
