//! `resources/*.kt`: a class a resource group, a method an operation.

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
        let mut text = format!(
            "{MARK}package defacto.sdk.resources\n\nimport defacto.sdk.*\nimport defacto.sdk.models.*\n{}\n{}\
             public class {class} internal constructor(private val face: Face) {{\n",
            if WAITERS.iter().any(|row| row.group == *group) {
                "import java.time.Duration\n"
            } else {
                ""
            },
            comment(doc, 0)
        );
        let mut methods = Vec::new();
        for operation in OPERATIONS.iter().filter(|row| row.group == *group) {
            methods.push(method(operation, models)?);
        }
        for waiter in WAITERS.iter().filter(|row| row.group == *group) {
            methods.push(wait(waiter)?);
        }
        text.push_str(&methods.join("\n"));
        text.push_str("}\n");
        files.push((format!("resources/{class}.kt"), text));
    }
    Ok(files)
}

pub(super) fn method(operation: &Operation, models: &Models) -> Result<String, String> {
    let mut doc = plain(operation.doc);
    let mut params: Vec<String> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    let mut path = Vec::new();
    for param in operation.path_params {
        let name = camel(param.name);
        path.push(format!("{} to {name}", quoted(param.name)));
        params.push(format!("{name}: String"));
    }
    if !path.is_empty() {
        parts.push(format!("path = mapOf({})", path.join(", ")));
    }
    for (part, ty) in [("query", operation.query), ("body", body(operation))] {
        let Some(ty) = ty else { continue };
        let model = models
            .get(ty)
            .ok_or_else(|| format!("{operation}: there is no model {ty}"))?;
        // A change of nothing is no change: its body must be given.
        let is_needed =
            operation.method == Method::Patch || model.fields.iter().any(|field| field.required);
        let mark = if is_needed { "" } else { "? = null" };
        params.push(format!("{part}: {ty}{mark}"));
        parts.push(format!("{part} = {part}"));
    }
    if matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        params.push("file: FileInput".to_owned());
        parts.push("file = file".to_owned());
    }
    // A verb of a tracker is no one request.
    if !operation.is_local() {
        params.push("options: CallOptions? = null".to_owned());
        parts.push("options = options".to_owned());
    }
    let id = quoted(&operation.to_string());
    let input = format!("Input({})", parts.join(", "));
    let is_list = operation.method == Method::Get;
    let (returns, call) = match operation.answer {
        Answer::List(ty) if is_list => {
            (format!("Pager<{ty}>"), format!("list({id}, {ty}, {input})"))
        }
        Answer::List(ty) => (format!("Page<{ty}>"), format!("page({id}, {ty}, {input})")),
        Answer::Json(ty) => (ty.to_owned(), format!("model({id}, {ty}, {input})")),
        Answer::Text | Answer::Csv => ("String".to_owned(), format!("text({id}, {input})")),
        Answer::Empty => ("Unit".to_owned(), format!("nothing({id}, {input})")),
        _ => ("Any?".to_owned(), format!("any({id}, {input})")),
    };
    if is_list && returns.starts_with("Pager") {
        doc.push_str("\nNothing is sent before the list is read.");
    }
    let mut out = comment(&doc, 1);
    if operation.deprecated {
        out.push_str("    @Deprecated(\"The contract calls it so.\")\n");
    }
    let _ = write!(
        out,
        "    public fun {}({}): {returns} =\n        face.{call}\n",
        camel(operation.name),
        params.join(", ")
    );
    Ok(out)
}

fn wait(waiter: &Waiter) -> Result<String, String> {
    let Answer::Json(model) = waiter.read.answer else {
        return Err(format!("{waiter}: its read gives no object"));
    };
    let (mut params, mut path) = (Vec::new(), Vec::new());
    for param in waiter.read.path_params {
        let name = camel(param.name);
        path.push(format!("{} to {name}", quoted(param.name)));
        params.push(format!("{name}: String"));
    }
    params.push(format!("statuses: List<{}>", waiter.statuses));
    let mut wait = vec!["\"statuses\" to statuses".to_owned()];
    let mut doc = plain(waiter.doc);
    for term in waiter.terms {
        let name = camel(term.name);
        let _ = write!(doc, "\n@param {name} {}", plain(term.doc));
        wait.push(format!("{} to {name}", quoted(term.name)));
        params.push(format!("{name}: {}? = null", ty(term.kind)));
    }
    Ok(format!(
        "{}    public fun {}(\n        {},\n        options: CallOptions? = null,\n    ): {model} {{\n        \
         val wait = given({})\n        \
         return face.model({}, {model}, Input(path = mapOf({}), wait = wait, options = options))\n    }}\n",
        comment(&doc, 1),
        camel(waiter.name),
        params.join(",\n        "),
        wait.join(", "),
        quoted(&waiter.to_string()),
        path.join(", "),
    ))
}
