//! `resources/*.py`: a class a resource group, a method an operation.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use defacto_types::catalogue::models;
use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::operations::GROUPS;
use defacto_types::schema::{FieldShape, Model};
use defacto_types::{OPERATIONS, TRACKER, TRACKER_DOC, WAITERS, Waiter};

use super::client::setting;
use super::shape::written;
use super::{Face, MARK, docstring, identifier, wrapped};
use crate::codegen::rust::pascal;

type Models = BTreeMap<&'static str, Model>;

pub(super) fn generate(face: Face) -> Result<Vec<(String, String)>, String> {
    let models: Models = models()
        .into_iter()
        .map(|model| (model.name, model))
        .collect();
    let mut files = vec![(
        format!("{}/__init__.py", face.package()),
        format!("{MARK}\"\"\"The operations, one module a resource group.\"\"\"\n"),
    )];
    let prefix = face.prefix();
    for (group, doc) in GROUPS {
        let mut methods = String::new();
        for operation in OPERATIONS.iter().filter(|row| row.group == *group) {
            methods.push_str(&method(operation, &models, face)?);
        }
        for waiter in WAITERS.iter().filter(|row| row.group == *group) {
            methods.push_str(&waiting(waiter, face)?);
        }
        files.push((
            format!("{}/{group}.py", face.package()),
            format!(
                "{MARK}\"\"\"{doc}\"\"\"\n\nfrom __future__ import annotations\n\n{}\n\n\
                 class {prefix}{}:\n{}\n    __slots__ = (\"_door\",)\n\n\
                 \x20   def __init__(self, door: {prefix}Door) -> None:\n        self._door = door\n{methods}",
                imports(&methods, face),
                pascal(group),
                docstring(doc, 1),
            ),
        ));
    }
    files.push((
        format!("{}/tracker.py", face.package()),
        tracker(&models, face)?,
    ));
    Ok(files)
}

/// The verbs of a tracker, which is a client itself.
fn tracker(models: &Models, face: Face) -> Result<String, String> {
    let methods: Vec<String> = TRACKER
        .iter()
        .map(|verb| method(verb, models, face))
        .collect::<Result<_, _>>()?;
    let methods = methods.concat();
    let prefix = face.prefix();
    Ok(format!(
        "{MARK}\"\"\"{TRACKER_DOC}\"\"\"\n\nfrom __future__ import annotations\n\n{}\n\n\
         class {prefix}TrackerVerbs:\n{}\n    _door: {prefix}Door\n{methods}",
        imports(&methods, face),
        docstring("What a tracker does beside the operations.", 1),
    ))
}

/// What the methods use; the rest only costs time when the module is loaded.
fn imports(methods: &str, face: Face) -> String {
    let mut text = String::new();
    if [" t.", "[t.", "(t."]
        .iter()
        .any(|used| methods.contains(used))
    {
        text.push_str("from .. import types as t\n");
    }
    text.push_str(match face {
        Face::Blocking => "from .._door import Door\n",
        Face::Async => "from .._async_door import AsyncDoor\n",
    });
    if methods.contains("Pager(") || methods.contains("Page(") {
        let names: Vec<_> = ["AsyncPager", "Page", "Pager"]
            .into_iter()
            .filter(|name| methods.contains(&format!(" {name}(")))
            .collect();
        let _ = writeln!(text, "from .._pager import {}", names.join(", "));
    }
    let mut import = |module: &str, names: &[(&str, &str)]| {
        let used: Vec<_> = names
            .iter()
            .filter_map(|(used, name)| methods.contains(used).then_some(*name))
            .collect();
        if !used.is_empty() {
            let _ = writeln!(text, "from ..{module} import {}", used.join(", "));
        }
    };
    import("_names", &super::NAMES);
    let wire = [
        ("= UNSET", "UNSET"),
        ("| Unset", "Unset"),
        ("decoded(", "decoded"),
        ("given(", "given"),
        ("patch(", "patch"),
    ];
    import("_wire", &wire);
    text
}

struct Argument {
    text: String,
    doc: String,
    required: bool,
}

fn method(operation: &Operation, models: &Models, face: Face) -> Result<String, String> {
    let mut signature = vec!["self".to_owned()];
    let mut arguments = Vec::new();
    let mut call = format!("\"{operation}\"");
    if !operation.path_params.is_empty() {
        call.push_str(", path={");
        for (index, param) in operation.path_params.iter().enumerate() {
            signature.push(format!("{}: str", param.name));
            let comma = if index == 0 { "" } else { ", " };
            let _ = write!(call, "{comma}\"{0}\": {0}", param.name);
        }
        call.push('}');
    }
    let fields = |name: &str| {
        models
            .get(name)
            .map(|model| model.fields.as_slice())
            .ok_or_else(|| format!("{operation}: there is no model {name}"))
    };
    let is_list = matches!(operation.answer, Answer::List(_)) && operation.method == Method::Get;
    if let Some(query) = operation.query {
        call.push_str(", query=");
        call.push_str(&object(fields(query)?, Method::Get, &mut arguments));
    }
    match operation.body {
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => {
            call.push_str(", body=");
            call.push_str(&object(fields(ty)?, operation.method, &mut arguments));
        }
        _ => {}
    }
    if matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        arguments.push(Argument {
            text: "file: bytes".to_owned(),
            doc: "    file: The PDF.\n".to_owned(),
            required: true,
        });
        arguments.push(Argument {
            text: "file_name: str".to_owned(),
            doc: "    file_name: Its name.\n".to_owned(),
            required: true,
        });
        call.push_str(", file=(file_name, file)");
    }
    // What must be given comes first; the order is free behind the star.
    arguments.sort_by_key(|argument| !argument.required);
    let mut doc = wrapped(operation.doc, "");
    if !arguments.is_empty() {
        signature.push("*".to_owned());
        doc.push_str("\nArguments:\n");
    }
    for argument in arguments {
        signature.push(argument.text);
        doc.push_str(&argument.doc);
    }
    let (returns, body) = answer(operation, &call, is_list, face)?;
    let name = identifier(operation.name);
    let signature = match signature.as_slice() {
        [only] => only.clone(),
        many => format!("\n        {},\n    ", many.join(",\n        ")),
    };
    // A list is no call: its pages are awaited one by one.
    let start = if is_list { "" } else { face.words().0 };
    Ok(format!(
        "\n    {start}def {name}({signature}) -> {returns}:\n{}        {body}\n",
        docstring(&doc, 2),
    ))
}

fn waiting(waiter: &Waiter, face: Face) -> Result<String, String> {
    let Answer::Json(ty) = waiter.read.answer else {
        return Err(format!("{waiter}: its read answers with no object"));
    };
    let (mut signature, mut path) = (String::new(), Vec::new());
    for param in waiter.read.path_params {
        let _ = writeln!(signature, "        {}: str,", param.name);
        path.push(format!("\"{0}\": {0}", param.name));
    }
    let _ = write!(
        signature,
        "        statuses: Sequence[t.{}],\n        *,\n",
        waiter.statuses
    );
    let mut doc = format!("{}\nArguments:\n", wrapped(waiter.doc, ""));
    doc.push_str("    statuses: Those that end the wait.\n");
    let mut pairs = "                \"statuses\": statuses,\n".to_owned();
    for term in waiter.terms {
        let name = term.name;
        let _ = writeln!(
            signature,
            "        {name}: {} | None = None,",
            setting(term.kind)
        );
        doc.push_str(&wrapped(&format!("{name}: {}", term.doc), "    "));
        let _ = writeln!(pairs, "                \"{name}\": {name},");
    }
    let (start, wait) = face.words();
    Ok(format!(
        "\n    {start}def {}(\n        self,\n{signature}    ) -> t.{ty}:\n{}\
         \x20       terms = given(\n            {{\n{pairs}            }}\n        )\n\
         \x20       return t.{ty}({wait}self._door.call(\"{waiter}\", path={{{}}}, more={{\"wait\": terms}}))\n",
        waiter.name,
        docstring(&doc, 2),
        path.join(", "),
    ))
}

/// The arguments of an object's fields, and the expression that puts them
/// together. What is left out of a PATCH is told apart from `None`.
fn object(fields: &[FieldShape], method: Method, arguments: &mut Vec<Argument>) -> String {
    let is_patch = method == Method::Patch;
    let mut pairs = Vec::new();
    for field in fields {
        let name = identifier(field.name);
        let ty = written(&field.shape, "t.");
        arguments.push(Argument {
            text: match (field.required, is_patch) {
                (true, _) => format!("{name}: {ty}"),
                (false, true) => format!("{name}: {ty} | None | Unset = UNSET"),
                (false, false) => format!("{name}: {ty} | None = None"),
            },
            doc: wrapped(&format!("{name}: {}", field.doc), "    "),
            required: field.required,
        });
        pairs.push(format!("                \"{}\": {name},\n", field.wire));
    }
    let make = if is_patch { "patch" } else { "given" };
    format!(
        "{make}(\n            {{\n{}            }}\n        )",
        pairs.concat()
    )
}

fn answer(
    operation: &Operation,
    call: &str,
    is_list: bool,
    face: Face,
) -> Result<(String, String), String> {
    let wait = face.words().1;
    let call = if is_list {
        format!("self._door.list({call})")
    } else {
        format!("{wait}self._door.call({call})")
    };
    Ok(match (operation.answer, face) {
        (Answer::List(ty), Face::Blocking) if is_list => (
            format!("Pager[t.{ty}]"),
            format!("return Pager(t.{ty}, {call})"),
        ),
        (Answer::List(ty), Face::Async) if is_list => (
            format!("AsyncPager[t.{ty}]"),
            format!("return AsyncPager(t.{ty}, self._door, {call})"),
        ),
        (Answer::List(ty), _) => (
            format!("Page[t.{ty}]"),
            format!("return Page(t.{ty}, {call})"),
        ),
        (Answer::Json(ty), _) => (format!("t.{ty}"), format!("return t.{ty}({call})")),
        (Answer::Text | Answer::Csv, _) => ("str".to_owned(), format!("return str({call})")),
        (Answer::Empty, _) => ("None".to_owned(), call),
        (Answer::Any, _) => ("_t.Any".to_owned(), format!("return decoded({call})")),
        _ => return Err(format!("{operation}: the answer is of no known kind")),
    })
}
