//! `Resources/*.swift`: a struct a resource group, a method an operation.

use std::fmt::Write as _;

use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::operations::GROUPS;
use defacto_types::{OPERATIONS, WAITERS, Waiter};

use super::told::ty;
use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::reach::{Models, body};
use crate::codegen::text::class;

pub(super) fn generate(models: &Models) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (group, doc) in GROUPS {
        let class = class(group);
        // Where a wait has times.
        let import = if WAITERS.iter().any(|row| row.group == *group) {
            "import Foundation\n\n"
        } else {
            ""
        };
        let mut text = format!(
            "{MARK}{import}{}public struct {class}: Sendable {{\n    let face: Face\n",
            comment(doc, 0)
        );
        for operation in OPERATIONS.iter().filter(|row| row.group == *group) {
            text.push('\n');
            text.push_str(&method(operation, models)?);
        }
        for waiter in WAITERS.iter().filter(|row| row.group == *group) {
            text.push('\n');
            text.push_str(&wait(waiter)?);
        }
        text.push_str("}\n");
        files.push((format!("Resources/{class}.swift"), text));
    }
    Ok(files)
}

pub(super) fn method(operation: &Operation, models: &Models) -> Result<String, String> {
    let mut doc = plain(operation.doc);
    let (mut params, mut parts, mut path) = (Vec::new(), Vec::new(), Vec::new());
    for param in operation.path_params {
        let name = camel(param.name);
        path.push(format!("{}: {name}", quoted(param.name)));
        params.push(format!("{name}: String"));
    }
    if !path.is_empty() {
        parts.push(format!("path: [{}]", path.join(", ")));
    }
    for (part, ty) in [("query", operation.query), ("body", body(operation))] {
        let Some(ty) = ty else { continue };
        let model = models
            .get(ty)
            .ok_or_else(|| format!("{operation}: there is no model {ty}"))?;
        // A change of nothing is no change: its body must be given.
        let is_needed =
            operation.method == Method::Patch || model.fields.iter().any(|field| field.required);
        let mark = if is_needed { "" } else { "? = nil" };
        params.push(format!("_ {part}: {ty}{mark}"));
        let value = if is_needed { "" } else { "?" };
        parts.push(format!("{part}: {part}{value}.raw"));
    }
    if matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        params.push("file: Upload".to_owned());
        parts.push("file: file".to_owned());
    }
    // A verb of a tracker is no one request.
    if !operation.is_local() {
        params.push("options: CallOptions? = nil".to_owned());
        parts.push("options: options".to_owned());
    }
    let id = quoted(&operation.to_string());
    let input = format!("Input({})", parts.join(", "));
    let is_list = operation.method == Method::Get;
    let (returns, call) = match operation.answer {
        Answer::List(ty) if is_list => (format!("Pager<{ty}>"), "list"),
        Answer::List(ty) => (format!("Page<{ty}>"), "page"),
        Answer::Json(ty) => (ty.to_owned(), "model"),
        Answer::Text | Answer::Csv => ("String".to_owned(), "text"),
        Answer::Empty => ("Void".to_owned(), "nothing"),
        _ => ("JSON".to_owned(), "any"),
    };
    if call == "list" {
        doc.push_str("\nNothing is sent before the list is read.");
    }
    let (throws, marker) = if call == "list" {
        ("", "")
    } else {
        (" throws", "try ")
    };
    let deprecated = if operation.deprecated {
        "    @available(*, deprecated, message: \"The contract calls it so.\")\n"
    } else {
        ""
    };
    // A result of no use to most callers may be left unread: the object that was
    // changed, or a tracker's report of what it did, whose methods say nothing.
    let is_told_only = if operation.is_local() {
        returns.ends_with("Report")
    } else {
        operation.is_write() && returns != "Void"
    };
    let discardable = if is_told_only {
        "    @discardableResult\n"
    } else {
        ""
    };
    Ok(format!(
        "{}{deprecated}{discardable}    public func {}({}){throws} -> {returns} {{\n        {marker}face.{call}({id}, {input})\n    }}\n",
        comment(&doc, 1),
        camel(operation.name),
        params.join(", ")
    ))
}

fn wait(waiter: &Waiter) -> Result<String, String> {
    let Answer::Json(model) = waiter.read.answer else {
        return Err(format!("{waiter}: its read gives no object"));
    };
    let (mut params, mut path) = (Vec::new(), Vec::new());
    for param in waiter.read.path_params {
        let name = camel(param.name);
        path.push(format!("{}: {name}", quoted(param.name)));
        params.push(format!("{name}: String"));
    }
    params.push(format!("statuses: [{}]", waiter.statuses));
    let mut wait = vec!["(\"statuses\", statuses)".to_owned()];
    let mut doc = format!("{} Times are seconds.", plain(waiter.doc));
    for term in waiter.terms {
        let name = camel(term.name);
        let _ = write!(doc, "\n- {name}: {}", plain(term.doc));
        wait.push(format!("({}, {name})", quoted(term.name)));
        params.push(format!("{name}: {}? = nil", ty(term.kind)));
    }
    Ok(format!(
        "{}    @discardableResult\n    public func {}(\n        {},\n        options: CallOptions? = nil\n    ) throws -> {model} {{\n        \
         let wait = given([:], [\n            {},\n        ])\n        \
         return try face.model({}, Input(path: [{}], options: options, wait: wait))\n    }}\n",
        comment(&doc, 1),
        camel(waiter.name),
        params.join(",\n        "),
        wait.join(",\n            "),
        quoted(&waiter.to_string()),
        path.join(", "),
    ))
}
