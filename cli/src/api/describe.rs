//! What an operation takes.

use defacto::types::Operation;
use defacto::types::operation::Body;
use serde_json::{Map, Value, json};

use super::field::{Field, fields};
use crate::failure::{Failure, print};
use crate::show::{lines, table};

/// The values of an enum that are shown in a line.
const SHOWN: usize = 12;

/// What an operation takes, in the parts of `--input`.
struct Takes {
    path: Vec<Field>,
    query: Vec<Field>,
    body: Vec<Field>,
    /// Whether it may be given a file, and whether it must.
    file: (bool, bool),
}

impl Takes {
    fn of(operation: &Operation) -> Self {
        let path = operation.path_params.iter().map(|param| Field {
            name: param.name.to_owned(),
            kind: if param.ty.ends_with("Id") {
                "id"
            } else {
                "text"
            }
            .to_owned(),
            required: true,
            depth: 1,
            doc: "",
            values: Vec::new(),
        });
        Self {
            path: path.collect(),
            query: operation.query.map(fields).unwrap_or_default(),
            body: match operation.body {
                Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => fields(ty),
                _ => Vec::new(),
            },
            file: match operation.body {
                Body::Multipart(_) => (true, true),
                Body::Undeclared => (true, false),
                _ => (false, false),
            },
        }
    }

    fn parts(&self) -> [(&'static str, &[Field]); 3] {
        [
            ("path", &self.path),
            ("query", &self.query),
            ("body", &self.body),
        ]
    }
}

/// Whether it cannot be called with nothing.
pub(super) fn needs_input(operation: &Operation) -> bool {
    let takes = Takes::of(operation);
    let required = |field: &Field| field.required && field.depth == 1;
    takes.file.1
        || takes
            .parts()
            .iter()
            .any(|(_, fields)| fields.iter().any(required))
}

/// What is said where nothing was given.
pub(super) fn missing(operation: &Operation) -> String {
    format!(
        "{operation} needs input: pass --input '{}'\n\n{}",
        example(&Takes::of(operation)),
        text(operation, 1)
    )
}

/// Prints what it takes.
pub(super) fn show(operation: &Operation, json: bool) -> Result<(), Failure> {
    if !json {
        return print(&text(operation, 2));
    }
    let takes = Takes::of(operation);
    let mut input = Map::new();
    for (part, fields) in takes.parts() {
        let fields: Vec<_> = fields.iter().map(Field::to_json).collect();
        input.insert(part.to_owned(), fields.into());
    }
    input.insert("files".to_owned(), takes.file.0.into());
    let object = json!({
        "group": operation.group,
        "operation": operation.name,
        "method": operation.method.as_str(),
        "path": operation.path,
        "retry_class": operation.retry.class(),
        "deprecated": operation.deprecated,
        "doc": operation.doc,
        "needs_input": needs_input(operation),
        "example": example(&takes),
        "input": input,
    });
    print(&object.to_string())
}

/// It for people: the fields down to this depth.
fn text(operation: &Operation, depth: usize) -> String {
    let takes = Takes::of(operation);
    let mut text = format!(
        "{operation}: {} {}\n{}",
        operation.method, operation.path, operation.doc
    );
    let mut table = table(&["Part", "Name", "Type", "", ""]);
    let mut rows = 0;
    let mut hidden = false;
    for (part, fields) in takes.parts() {
        for field in fields {
            if field.depth > depth {
                hidden = true;
                continue;
            }
            rows += 1;
            table.add_row([
                part,
                &field.name,
                &field.kind,
                if field.required { "required" } else { "" },
                &explained(field),
            ]);
        }
    }
    if takes.file.0 {
        rows += 1;
        let must = if takes.file.1 { "required" } else { "" };
        table.add_row([
            "files",
            "file",
            "path",
            must,
            "The file on this machine to upload.",
        ]);
    }
    if rows == 0 {
        text.push_str("\n\nIt takes no input.");
    } else {
        text.push_str(&format!("\n\n{}", lines(&table)));
    }
    if hidden {
        let (group, name) = (operation.group, operation.name);
        let more = if depth == 1 { "" } else { " --json" };
        text.push_str(&format!(
            "\n\n`defacto api --describe {group} {name}{more}` shows what is inside of objects."
        ));
    }
    text
}

fn explained(field: &Field) -> String {
    // Line ends are those of the source.
    let doc = field.doc.split_whitespace().collect::<Vec<_>>().join(" ");
    if field.values.is_empty() {
        return doc;
    }
    let shown = field.values.get(..SHOWN);
    let more = if shown.is_some() && field.values.len() > SHOWN {
        ", ..."
    } else {
        ""
    };
    let values = shown.unwrap_or(&field.values).join(", ");
    format!("{doc} ({values}{more})").trim_start().to_owned()
}

/// An input with what is required, to be filled in.
fn example(takes: &Takes) -> Value {
    let mut input = Map::new();
    for (part, fields) in takes.parts() {
        let mut object = Map::new();
        let top = fields
            .iter()
            .filter(|field| field.required && field.depth == 1);
        for field in top {
            object.insert(field.name.clone(), placeholder(field, fields));
        }
        if !object.is_empty() {
            input.insert(part.to_owned(), object.into());
        }
    }
    if takes.file.0 {
        input.insert("files".to_owned(), json!({ "file": "invoice.pdf" }));
    }
    input.into()
}

/// Stands for a value; an object with what is required in it.
fn placeholder(field: &Field, all: &[Field]) -> Value {
    if field.kind != "object" {
        return match field.kind.as_str() {
            "cents" | "whole number" => 1.into(),
            "true or false" => true.into(),
            kind if kind.starts_with("list") => Value::Array(Vec::new()),
            _ => "...".into(),
        };
    }
    let mut object = Map::new();
    let prefix = format!("{}.", field.name);
    for inner in all {
        if let Some(name) = inner.name.strip_prefix(&prefix)
            && inner.required
            && inner.depth == field.depth + 1
        {
            object.insert(name.to_owned(), placeholder(inner, all));
        }
    }
    object.into()
}
