//! Compares the declarations in `defacto-types` with the contract's facts:
//! every operation, parameter, success status, field, required flag and enum
//! value is present, or listed with a reason in contract/exceptions.json.

use std::collections::{BTreeMap, BTreeSet};

use defacto_types::OPERATIONS;
use defacto_types::catalogue;
use defacto_types::schema::{Enum, Model, Shape};
use serde_json::{Map, Value};

use crate::facts::{self, reference};

/// What our side declares, in a form a test can take things out of.
pub(crate) struct Declared {
    operations: BTreeMap<String, Vec<u16>>,
    queries: BTreeMap<String, Option<&'static str>>,
    models: Vec<Model>,
}

impl Declared {
    /// What `defacto-types` declares.
    pub(crate) fn ours() -> Self {
        let key = |operation: &defacto_types::Operation| {
            format!("{} {}", operation.method, operation.path)
        };
        Self {
            operations: OPERATIONS
                .iter()
                .map(|operation| (key(operation), operation.success.to_vec()))
                .collect(),
            queries: OPERATIONS
                .iter()
                .map(|operation| (key(operation), operation.query))
                .collect(),
            models: catalogue::models(),
        }
    }
}

/// Runs the check against the committed facts.
pub(crate) fn run() -> Result<String, String> {
    let contract = facts::read(facts::FILE)?;
    let exceptions = facts::read(facts::EXCEPTIONS)?;
    let report = compare(&Declared::ours(), &contract, &exceptions);
    let summary = format!(
        "spec-check: {} operations, {} parameters, {} schemas, {} fields, {} enum values; {} exceptions, {} differences",
        report.operations,
        report.parameters,
        report.schemas,
        report.fields,
        report.values,
        exceptions.len(),
        report.differences.len(),
    );
    if report.differences.is_empty() {
        Ok(summary)
    } else {
        let lines: Vec<String> = report.differences.into_iter().collect();
        Err(format!("{}\n{summary}", lines.join("\n")))
    }
}

/// What was compared and what differs.
#[derive(Default)]
pub(crate) struct Report {
    operations: usize,
    parameters: usize,
    schemas: usize,
    fields: usize,
    values: usize,
    differences: BTreeSet<String>,
}

pub(crate) fn compare(
    ours: &Declared,
    contract: &Map<String, Value>,
    exceptions: &Map<String, Value>,
) -> Report {
    let mut report = Report::default();
    let by_name: BTreeMap<&str, &Model> = ours.models.iter().map(|m| (m.name, m)).collect();
    let by_schema: BTreeMap<&str, &Model> = ours
        .models
        .iter()
        .filter(|model| model.is_of_contract())
        .map(|model| (model.schema, model))
        .collect();
    let mut seen = BTreeSet::new();
    let paths = contract.get("paths").and_then(Value::as_object);
    for (path, methods) in paths.into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let key = format!("{} {path}", method.to_uppercase());
            report.operations += 1;
            seen.insert(key.clone());
            let Some(success) = ours.operations.get(&key) else {
                report
                    .differences
                    .insert(format!("{key}: operation missing"));
                continue;
            };
            check_success(&key, operation, success, &mut report);
            let query = ours.queries.get(&key).copied().flatten();
            let query = query.and_then(|name| by_name.get(name).copied());
            check_parameters(&key, operation, query, &mut report);
        }
    }
    for key in ours.operations.keys().filter(|key| !seen.contains(*key)) {
        report
            .differences
            .insert(format!("{key}: not in the contract"));
    }
    let schemas = contract
        .get("components")
        .and_then(|components| components.get("schemas"))
        .and_then(Value::as_object);
    for (name, schema) in schemas.into_iter().flatten() {
        if name.starts_with("TypedApiPage") {
            continue;
        }
        report.schemas += 1;
        let alias = exceptions
            .get(name)
            .and_then(|why| why.get("same_as"))
            .and_then(Value::as_str);
        match by_schema.get(alias.unwrap_or(name)) {
            Some(model) => check_fields(name, schema, model, &mut report),
            None => {
                report.differences.insert(format!("{name}: schema missing"));
            }
        }
    }
    report.differences.retain(|difference| {
        let place = difference.split(": ").next().unwrap_or_default();
        !exceptions.contains_key(place)
    });
    report
}

fn check_success(key: &str, operation: &Value, ours: &[u16], report: &mut Report) {
    let statuses = operation.get("responses").and_then(Value::as_object);
    for status in statuses.into_iter().flat_map(|map| map.keys()) {
        if let Ok(code) = status.parse::<u16>()
            && code < 300
            && !ours.contains(&code)
        {
            report
                .differences
                .insert(format!("{key}: success status {code} missing"));
        }
    }
}

fn check_parameters(key: &str, operation: &Value, query: Option<&Model>, report: &mut Report) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    for parameter in parameters.into_iter().flatten() {
        if parameter.get("in").and_then(Value::as_str) != Some("query") {
            continue;
        }
        let name = parameter
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        report.parameters += 1;
        let field = query.and_then(|model| model.fields.iter().find(|field| field.wire == name));
        let Some(field) = field else {
            report
                .differences
                .insert(format!("{key}?{name}: parameter missing"));
            continue;
        };
        let required = parameter
            .get("required")
            .and_then(Value::as_bool)
            .unwrap_or_default();
        if required != field.required {
            report.differences.insert(format!(
                "{key}?{name}: required is {required} in the contract"
            ));
        }
        if let Some(schema) = parameter.get("schema") {
            check_values(&format!("{key}?{name}"), schema, &field.shape, report);
        }
    }
}

fn check_fields(name: &str, schema: &Value, model: &Model, report: &mut Report) {
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    for (property, value) in properties.into_iter().flatten() {
        report.fields += 1;
        let place = format!("{name}.{property}");
        let Some(field) = model.fields.iter().find(|field| field.wire == property) else {
            report.differences.insert(format!("{place}: field missing"));
            continue;
        };
        if required.contains(&property.as_str()) != field.required {
            report.differences.insert(format!(
                "{place}: required is {} in the contract",
                required.contains(&property.as_str())
            ));
        }
        if !fits(value, &field.shape) {
            report
                .differences
                .insert(format!("{place}: holds another type in the contract"));
        }
        check_values(&place, value, &field.shape, report);
    }
}

/// Whether our type can hold what the contract says.
fn fits(schema: &Value, shape: &Shape) -> bool {
    if let Some(inner) = schema
        .get("allOf")
        .and_then(Value::as_array)
        .and_then(|all| all.first())
    {
        return fits(inner, shape);
    }
    if reference(schema).is_some() {
        return matches!(shape, Shape::Model(_));
    }
    match schema.get("type").and_then(Value::as_str) {
        None => true,
        Some("boolean") => matches!(shape, Shape::Boolean),
        Some("integer") => matches!(shape, Shape::Integer | Shape::Cents),
        Some("number") => matches!(shape, Shape::Decimal | Shape::DailyRate),
        Some("array") => match (schema.get("items"), shape) {
            (Some(items), Shape::List(inner)) => fits(items, inner),
            _ => false,
        },
        Some("object") => matches!(shape, Shape::Object | Shape::Map(_) | Shape::Model(_)),
        Some(_) => !matches!(
            shape,
            Shape::Boolean
                | Shape::Integer
                | Shape::Cents
                | Shape::List(_)
                | Shape::Object
                | Shape::Model(_)
        ),
    }
}

fn check_values(place: &str, schema: &Value, shape: &Shape, report: &mut Report) {
    if let (Some(items), Shape::List(inner)) = (schema.get("items"), shape) {
        return check_values(place, items, inner, report);
    }
    let values = schema.get("enum").and_then(Value::as_array);
    let known: Option<Enum> = match shape {
        Shape::Enum(reflect) => Some(reflect()),
        _ => None,
    };
    for value in values.into_iter().flatten().filter_map(Value::as_str) {
        report.values += 1;
        let present = known
            .as_ref()
            .is_some_and(|known| known.values.iter().any(|ours| ours.text == value));
        if !present {
            report
                .differences
                .insert(format!("{place}: value {value} missing"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(change: impl FnOnce(&mut Declared)) -> Vec<String> {
        let contract = facts::read(facts::FILE).unwrap();
        let exceptions = facts::read(facts::EXCEPTIONS).unwrap();
        let mut ours = Declared::ours();
        change(&mut ours);
        compare(&ours, &contract, &exceptions)
            .differences
            .into_iter()
            .collect()
    }

    #[test]
    fn the_declarations_cover_the_contract() {
        assert_eq!(differences(|_| {}), Vec::<String>::new());
    }

    #[test]
    fn a_removed_operation_is_noticed() {
        let found = differences(|ours| {
            ours.operations.remove("POST /loans");
        });
        assert_eq!(found, ["POST /loans: operation missing"]);
    }

    #[test]
    fn every_removed_field_is_noticed() {
        let models = catalogue::models();
        for (at, model) in models
            .iter()
            .enumerate()
            .filter(|(_, m)| m.is_of_contract())
        {
            // Ours alone: the body of an error answer is not in the contract.
            if matches!(model.name, "Problem" | "InvalidParam") {
                continue;
            }
            for (index, field) in model.fields.iter().enumerate() {
                let found = differences_without(&models, at, index);
                assert!(
                    found,
                    "{}.{} was removed unnoticed",
                    model.schema, field.wire
                );
            }
        }
    }

    fn differences_without(models: &[Model], at: usize, index: usize) -> bool {
        let mut model = models[at].clone();
        let field = model.fields.remove(index);
        let contract = facts::read_cached();
        let schema = &contract["components"]["schemas"][model.schema];
        let mut report = Report::default();
        check_fields(model.schema, schema, &model, &mut report);
        report
            .differences
            .contains(&format!("{}.{}: field missing", model.schema, field.wire))
    }

    #[test]
    fn a_removed_parameter_is_noticed() {
        let found = differences(|ours| {
            ours.models.retain(|model| model.name != "ListPayments");
        });
        assert!(found.contains(&"GET /payments?updated_after: parameter missing".to_owned()));
    }
}
