//! The C face: the statuses, and an extern an operation and a library verb.

use std::fmt::Write as _;

use defacto_types::function::Kind;
use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS, OPERATIONS, SettingKind, TRACKER, WAITERS, Waiter};

use super::Files;
use super::rust::{MARK, wrapped};

/// The statuses of the boundary itself, which no error kind is. The numbers
/// are stable.
pub(super) const BOUNDARY: [(&str, u8, &str); 13] = [
    ("NullArgument", 100, "An argument that is needed is NULL."),
    ("NotUtf8", 101, "A text is not UTF-8."),
    ("BadLength", 102, "A length is not possible."),
    ("NotJson", 103, "A text is not JSON."),
    ("Absent", 104, "There is no such member, or it is null."),
    ("WrongType", 105, "The member is of another type."),
    ("End", 106, "A list has no more pages."),
    ("Panic", 107, "A bug of the library."),
    (
        "Other",
        108,
        "An error of a kind this version does not know.",
    ),
    (
        "WrongHandle",
        109,
        "A handle is of another type, or known to be freed.",
    ),
    ("Running", 110, "A submitted call has not ended yet."),
    (
        "Taken",
        111,
        "The result of a submitted call was taken before.",
    ),
    (
        "System",
        112,
        "The operating system refuses what is needed.",
    ),
];

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    files.insert("bindings-c/src/status.rs".to_owned(), statuses());
    let mut text = format!(
        "{MARK}//! A function an operation, a waiter and a library verb.\n\n\
         use std::ffi::c_char;\nuse std::ptr::null;\n\nuse serde_json::json;\n\nuse crate::client::{{Call, Client, function}};\n\
         use crate::error::Failure;\nuse crate::file::File;\nuse crate::pages::Pages;\nuse crate::pointer;\n\
         use crate::status::Status;\nuse crate::value::Value;\n"
    );
    // A header is read group by group.
    for (group, _) in GROUPS {
        for operation in OPERATIONS.iter().filter(|row| row.group == *group) {
            text.push_str(&call(operation));
        }
        for waiter in WAITERS.iter().filter(|row| row.group == *group) {
            text.push_str(&wait(waiter)?);
        }
    }
    for verb in TRACKER {
        text.push_str(&call(verb));
    }
    for row in FUNCTIONS {
        text.push_str(&verb(row)?);
    }
    files.insert("bindings-c/src/generated.rs".to_owned(), text);
    Ok(())
}

fn statuses() -> String {
    let mut variants = "/// It was done.\nOk = 0,\n".to_owned();
    let mut arms = String::new();
    for kind in ErrorKind::ALL {
        let _ = writeln!(
            variants,
            "///{}\n{} = {},",
            kind.doc(),
            kind.name(),
            kind.code()
        );
        let _ = writeln!(arms, "ErrorKind::{0} => Self::{0},", kind.name());
    }
    for (name, code, doc) in BOUNDARY {
        let _ = writeln!(variants, "/// {doc}\n{name} = {code},");
    }
    format!(
        "{MARK}//! How a call ended.\n\nuse defacto::ErrorKind;\n\n\
         /// How a call ended. The numbers are stable; more may come.\n\
         #[derive(Clone, Copy, Debug, Eq, PartialEq)]\n#[repr(i32)]\npub enum Status {{\n{variants}}}\n\n\
         impl From<ErrorKind> for Status {{\nfn from(kind: ErrorKind) -> Self {{\nmatch kind {{\n{arms}_ => Self::Other,\n}}\n}}\n}}\n"
    )
}

/// A documented extern.
fn export(doc: &str, name: &str, arguments: &[(String, &str)], body: &str) -> String {
    let mut text = "\n".to_owned();
    for line in wrapped(doc) {
        let _ = writeln!(text, "/// {line}");
    }
    let _ = write!(
        text,
        "#[unsafe(no_mangle)]\npub extern \"C\" fn defacto_{name}("
    );
    for (argument, ty) in arguments {
        let _ = write!(text, "{argument}: {ty}, ");
    }
    let _ = writeln!(text, ") -> Status {{ {body} }}");
    text
}

/// What an operation's function takes, with the types of Rust.
pub(super) fn arguments(operation: &Operation) -> Vec<(String, &'static str)> {
    let mut arguments = vec![("client".to_owned(), "*const Client")];
    for param in operation.path_params {
        arguments.push((param.name.to_owned(), "*const c_char"));
        arguments.push((format!("{}_length", param.name), "usize"));
    }
    if operation.query.is_some() {
        arguments.push(("query".to_owned(), "*const Value"));
    }
    if body(operation).is_some() {
        arguments.push(("body".to_owned(), "*const Value"));
    }
    if matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        arguments.push(("file".to_owned(), "*const File"));
    }
    let out = if is_list(operation) {
        "*mut *mut Pages"
    } else {
        "*mut *mut Value"
    };
    arguments.push(("out".to_owned(), out));
    arguments.push(("error".to_owned(), "*mut *mut Failure"));
    arguments
}

/// What a waiter's function takes: what its read does, and the terms.
pub(super) fn waiting(waiter: &Waiter) -> Vec<(String, &'static str)> {
    let mut arguments = arguments(waiter.read);
    let end = arguments.len().saturating_sub(2);
    arguments.insert(end, ("wait".to_owned(), "*const Value"));
    arguments
}

/// The type of the body, if there is one.
const fn body(operation: &Operation) -> Option<&'static str> {
    match operation.body {
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => Some(ty),
        _ => None,
    }
}

fn is_list(operation: &Operation) -> bool {
    matches!(operation.answer, Answer::List(_)) && operation.method == Method::Get
}

/// The path parameters, as `Call` takes them.
fn path(operation: &Operation) -> String {
    let mut path = String::new();
    for param in operation.path_params {
        let _ = write!(path, "(\"{0}\", {0}, {0}_length), ", param.name);
    }
    path
}

fn call(operation: &Operation) -> String {
    let arguments = arguments(operation);
    let given = |name: &str| {
        if arguments.iter().any(|(argument, _)| argument == name) {
            name.to_owned()
        } else {
            format!("{name}: null()")
        }
    };
    let path = path(operation);
    let mut doc = operation.doc.to_owned();
    if let Some(ty) = operation.query {
        let _ = write!(doc, " `query` has the members of {ty}; NULL is none.");
    }
    if let Some(ty) = body(operation) {
        let _ = write!(doc, " `body` has the members of {ty}.");
    }
    let (verb, free) = if is_list(operation) {
        doc.push_str(" Nothing is sent before defacto_pages_next.");
        ("list", "pages")
    } else {
        ("send", "value")
    };
    let _ = write!(doc, " Free `*out` with defacto_{free}_free.");
    export(
        &doc,
        &format!("{}_{}", operation.group, operation.name),
        &arguments,
        &format!(
            "Call {{ client, path: vec![{path}], {}, {}, {} }}.{verb}(\"{operation}\", out, error)",
            given("query"),
            given("body"),
            given("file"),
        ),
    )
}

fn wait(waiter: &Waiter) -> Result<String, String> {
    if waiter.read.query.is_some() {
        return Err(format!("{waiter}: no C function takes a query yet"));
    }
    let mut doc = format!(
        "{} `wait` has /statuses, a list of names of {}, and may have the terms:",
        waiter.doc, waiter.statuses
    );
    for term in waiter.terms {
        let unit = match term.kind {
            SettingKind::Seconds => "in seconds",
            SettingKind::Flag => "true or false",
            _ => return Err(format!("{waiter}: {} has no unit yet", term.name)),
        };
        let _ = write!(doc, " /{}, {unit}: {}", term.name, lower(term.doc));
    }
    doc.push_str(" Free `*out` with defacto_value_free.");
    Ok(export(
        &doc,
        &format!("{}_{}", waiter.group, waiter.name),
        &waiting(waiter),
        &format!(
            "Call {{ client, path: vec![{}], query: null(), body: null(), file: null() }}\
             .wait(\"{waiter}\", wait, out, error)",
            path(waiter.read)
        ),
    ))
}

/// A sentence that goes on after a colon.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

fn verb(row: &defacto_types::Function) -> Result<String, String> {
    let mut arguments = Vec::new();
    let mut fields = String::new();
    let mut doc = row.doc.to_owned();
    for param in row.params {
        let name = param.name;
        let _ = write!(doc, " `{name}`: {}, in {}.", param.doc, param.kind.unit());
        match param.kind {
            Kind::Cents | Kind::Days => {
                arguments.push((name.to_owned(), "i64"));
                let _ = write!(fields, "\"{name}\": {name}, ");
            }
            _ => {
                arguments.push((name.to_owned(), "*const c_char"));
                arguments.push((format!("{name}_length"), "usize"));
                let _ = write!(
                    fields,
                    "\"{name}\": pointer::text({name}, {name}_length, \"{name}\")?, "
                );
            }
        }
    }
    if !matches!(row.returns, Kind::Cents | Kind::Days) {
        return Err(format!("{row}: no C function gives this kind yet"));
    }
    arguments.push(("out".to_owned(), "*mut i64"));
    arguments.push(("error".to_owned(), "*mut *mut Failure"));
    Ok(export(
        &doc,
        &format!("{}_{}", row.group, row.name),
        &arguments,
        &format!("function(\"{row}\", || Ok(json!({{{fields}}})), out, error)"),
    ))
}
