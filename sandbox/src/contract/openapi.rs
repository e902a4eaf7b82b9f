//! The documents, with schemas as JSON Schema has them.

use std::path::Path;

use serde_json::{Map, Value, json};

use crate::control;

/// The lending API's: the facts, with what is declared elsewhere put in.
///
/// The contract is of OpenAPI 3.0, whose schemas say `nullable`. What it only
/// points at is taken for anything.
pub(super) fn lending(folder: &Path) -> Result<Value, String> {
    let mut document = read(&folder.join("facts.json"))?;
    let exceptions = read(&folder.join("answers.json"))?;
    let problem = read(&folder.join("problem.json"))?;
    // The only `default` answer is that of 200.
    for operation in operations_mut(&mut document) {
        let answers = &mut operation["responses"];
        // Nothing comes with 204, of whatever type.
        if let Some(Value::Object(nothing)) = answers.get_mut("204") {
            nothing.remove("content");
        }
        let Value::Object(answers) = answers else {
            continue;
        };
        if let Some(usual) = answers.remove("default") {
            answers.entry("200").or_insert(usual);
        }
    }
    for place in exceptions.as_object().into_iter().flatten() {
        except(&mut document, place.0)
            .ok_or_else(|| format!("answers.json: the contract has no {}", place.0))?;
    }
    let schemas = document["components"]["schemas"].as_object_mut();
    let schemas = schemas.ok_or("facts.json: there are no schemas")?;
    let names: Vec<String> = schemas.keys().cloned().collect();
    for schema in schemas.values_mut() {
        translate(schema, &names);
    }
    schemas.insert("Problem".to_owned(), problem);
    for operation in operations_mut(&mut document) {
        // The control API's are checked, and these are the operations' own.
        if let Some(operation) = operation.as_object_mut() {
            operation.remove("requestBody");
        }
        for answer in values(&mut operation["responses"]) {
            for content in values(&mut answer["content"]) {
                translate(&mut content["schema"], &names);
            }
        }
    }
    Ok(document)
}

/// The control API's, which is JSON Schema already.
pub(super) fn control() -> Result<Value, String> {
    serde_json::from_str(control::control_openapi()).map_err(|error| error.to_string())
}

fn read(path: &Path) -> Result<Value, String> {
    let text = std::fs::read_to_string(path);
    let text = text.map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{} is no JSON: {error}", path.display()))
}

/// Makes the exception that a line of `answers.json` names: `Schema.field` may
/// be there and null, `POST /loans 200` is declared as the operation's success is.
fn except(document: &mut Value, place: &str) -> Option<()> {
    if let Some((schema, field)) = place.split_once('.') {
        let schema = document["components"]["schemas"].get_mut(schema)?;
        let fields = schema["properties"].as_object_mut()?;
        let field = fields.entry(field).or_insert_with(|| json!({}));
        field["nullable"] = true.into();
        return Some(());
    }
    let mut words = place.split(' ');
    let (method, path, status) = (words.next()?, words.next()?, words.next()?);
    let operation = document["paths"].get_mut(path)?;
    let answers = operation.get_mut(method.to_ascii_lowercase())?["responses"].as_object_mut()?;
    let success = answers.iter().find(|(status, _)| status.starts_with('2'));
    let success = success?.1.clone();
    answers.insert(status.to_owned(), success);
    Some(())
}

fn operations_mut(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    values(&mut document["paths"]).flat_map(values)
}

fn values(of: &mut Value) -> impl Iterator<Item = &mut Value> {
    of.as_object_mut().into_iter().flat_map(Map::values_mut)
}

/// A schema of OpenAPI 3.0 as JSON Schema. An object with fields has no other
/// ones: what the simulator adds must be declared.
fn translate(schema: &mut Value, names: &[String]) {
    let Value::Object(fields) = schema else {
        return;
    };
    if let Some(Value::String(to)) = fields.get("$ref") {
        let name = to.rsplit('/').next().unwrap_or_default();
        if !names.iter().any(|known| known == name) {
            *schema = json!({});
        }
        return;
    }
    for (name, inner) in fields.iter_mut() {
        match name.as_str() {
            "items" | "additionalProperties" => translate(inner, names),
            "properties" => values(inner).for_each(|field| translate(field, names)),
            "allOf" | "anyOf" | "oneOf" => {
                let all = inner.as_array_mut().into_iter().flatten();
                all.for_each(|one| translate(one, names));
            }
            _ => {}
        }
    }
    if fields.contains_key("properties") && !fields.contains_key("additionalProperties") {
        fields.insert("additionalProperties".to_owned(), false.into());
    }
    let is_nullable = fields.remove("nullable") == Some(Value::Bool(true));
    if is_nullable && !fields.is_empty() {
        let inner = std::mem::take(fields);
        *schema = json!({ "anyOf": [{ "type": "null" }, inner] });
    }
}
