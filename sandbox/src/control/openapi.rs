//! The control API's own OpenAPI file, made from its routes.

use serde_json::{Map, Value, json};

use super::routes::{Route, Routes};
use super::{PREFIX, components, shapes};

/// The document as it is committed and served, with a line feed at its end.
pub(super) fn document(routes: &Routes) -> String {
    let mut paths = Map::new();
    for route in routes.all() {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method] = operation(route);
    }
    let components: Map<_, _> = components::all()
        .into_iter()
        .map(|(name, schema)| (name.to_owned(), schema))
        .collect();
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of the Defacto sandbox",
            "summary": "Time, faults, webhooks, snapshots and a look at what is simulated.",
            "description": "It asks for no key. Every request may name an account, with the \
                parameter `account` or the header `X-Sandbox-Account`; it is for the first one \
                otherwise. What it does not take is answered 422, and nothing is changed.",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{ "url": PREFIX }],
        "paths": paths,
        "components": { "schemas": components },
    });
    // What is read has no numbers that JSON lacks.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn operation(route: &Route) -> Value {
    let says = &route.says;
    let in_path = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        let schema = json!({ "type": "string" });
        Some(json!({ "name": name, "in": "path", "required": true, "schema": schema }))
    });
    let in_query = says.query.iter().map(|(name, schema, text)| {
        json!({ "name": name, "in": "query", "description": text, "schema": schema })
    });
    let parameters: Vec<_> = in_path.chain(in_query).collect();
    let (status, kinds) = &says.success;
    let mut success = json!({ "description": described(*status) });
    for (kind, schema) in kinds {
        success["content"][kind] = match schema {
            Some(schema) => json!({ "schema": schema }),
            None => json!({}),
        };
    }
    let refusal = if says.is_page {
        json!({ "text/html": {} })
    } else {
        json!({ "application/problem+json": { "schema": shapes::named("Problem") } })
    };
    let mut operation = json!({
        "operationId": says.id,
        "summary": says.summary,
        "responses": {
            (status.to_string()): success,
            "default": { "description": "Refused", "content": refusal },
        },
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some((kind, schema)) = &says.body {
        operation["requestBody"] = json!({ "content": { *kind: { "schema": schema } } });
    }
    operation
}

fn described(status: u16) -> &'static str {
    match status {
        201 => "Made",
        204 => "Done",
        _ => "What was asked for, or how it is now",
    }
}
