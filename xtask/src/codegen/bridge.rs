//! The table of body types for the bridge: `core/src/bridge/bodies.rs`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use defacto_types::operation::{Answer, Body};
use defacto_types::{FUNCTIONS, OPERATIONS};

use super::Files;
use super::rust::MARK;

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let mut json = BTreeSet::new();
    let mut form = BTreeSet::new();
    let mut multipart = BTreeSet::new();
    for operation in OPERATIONS {
        match operation.body {
            Body::Json(ty) => json.insert(ty),
            Body::Form(ty) => form.insert(ty),
            Body::Multipart(ty) => multipart.insert(ty),
            _ => continue,
        };
    }
    let mut names: BTreeSet<&str> = json.clone();
    names.extend(&form);
    names.extend(&multipart);
    let mut text = format!(
        "{MARK}//! How a body given as JSON is read, by the name of its type.\n\n\
         use defacto_types::{{{}, Value}};\n\n\
         use super::body::{{form, json, multipart}};\nuse crate::http::{{File, Request}};\n\n\
         /// The request with its body; `None` when no operation has a body of this\n\
         /// type. What cannot be read says where.\n\
         pub(super) fn fill(ty: &str, request: Request, body: Value, file: Option<File>) -> Option<Result<Request, String>> {{\n\
         Some(match ty {{\n",
        names.iter().copied().collect::<Vec<_>>().join(", ")
    );
    for (kind, types) in [("json", &json), ("form", &form)] {
        for ty in types {
            let _ = writeln!(text, "\"{ty}\" => {kind}::<{ty}>(request, body),");
        }
    }
    for ty in &multipart {
        let _ = writeln!(text, "\"{ty}\" => multipart::<{ty}>(request, body, file),");
    }
    text.push_str("_ => return None,\n})\n}\n");
    files.insert("core/src/bridge/bodies.rs".to_owned(), text);
    Ok(())
}

/// What an answered object must have to be of use: `core/src/bridge/essential.rs`.
pub(super) fn essential(files: &mut Files) {
    let mut arms = String::new();
    for model in defacto_types::catalogue::models() {
        let answered = OPERATIONS
            .iter()
            .any(|operation| matches!(operation.answer, Answer::Json(ty) if ty == model.name));
        let names: Vec<_> = model
            .fields
            .iter()
            .filter(|field| field.essential)
            .map(|field| format!("\"{}\"", field.wire))
            .collect();
        if answered && !names.is_empty() {
            let _ = writeln!(arms, "\"{}\" => &[{}],", model.name, names.join(", "));
        }
    }
    files.insert(
        "core/src/bridge/essential.rs".to_owned(),
        format!(
            "{MARK}//! The fields without which an answered object is of no use.\n\n\
             /// Their names on the wire.\n\
             pub(super) fn essential(ty: &str) -> &'static [&'static str] {{\n\
             match ty {{\n{arms}_ => &[],\n}}\n}}\n"
        ),
    );
}

/// The calls of the library's verbs: `core/src/bridge/functions.rs`. Each
/// argument is read as the type its row says, so that the compiler compares
/// row and function.
pub(super) fn functions(files: &mut Files) {
    let mut types = BTreeSet::from(["Value"]);
    let mut arms = String::new();
    for function in FUNCTIONS {
        let mut arguments = Vec::new();
        for param in function.params {
            let ty = param.kind.rust();
            if ty.starts_with(char::is_uppercase) {
                types.insert(ty);
            }
            arguments.push(format!("arguments.get::<{ty}>(\"{}\")?", param.name));
        }
        let _ = writeln!(
            arms,
            "\"{function}\" => (|| {}::{}({}).value())(),",
            function.group,
            function.name,
            arguments.join(", ")
        );
    }
    let groups: BTreeSet<_> = FUNCTIONS.iter().map(|function| function.group).collect();
    files.insert(
        "core/src/bridge/functions.rs".to_owned(),
        format!(
            "{MARK}//! The library's verbs by name.\n\nuse defacto_types::{{{}}};\n\n\
             use super::function::{{Arguments, Outcome as _}};\nuse crate::{{Error, {}}};\n\n\
             /// What the verb gives; `None` when there is none of this name.\n\
             pub(super) fn dispatch(name: &str, arguments: &Arguments) -> Option<Result<Value, Error>> {{\n\
             Some(match name {{\n{arms}_ => return None,\n}})\n}}\n",
            types.into_iter().collect::<Vec<_>>().join(", "),
            groups.into_iter().collect::<Vec<_>>().join(", "),
        ),
    );
}
