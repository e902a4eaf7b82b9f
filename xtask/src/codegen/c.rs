//! The C face: the statuses, and an extern an operation and a library verb.

use std::fmt::Write as _;

use defacto_types::function::Kind;
use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::{ErrorKind, FUNCTIONS, OPERATIONS};

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
        "{MARK}//! A function an operation and a library verb.\n\n\
         use std::ffi::c_char;\nuse std::ptr::null;\n\nuse serde_json::json;\n\nuse crate::client::{{Call, Client, function}};\n\
         use crate::error::Failure;\nuse crate::file::File;\nuse crate::pages::Pages;\nuse crate::pointer;\n\
         use crate::status::Status;\nuse crate::value::Value;\n"
    );
    for operation in OPERATIONS {
        text.push_str(&call(operation));
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

fn call(operation: &Operation) -> String {
    let arguments = arguments(operation);
    let given = |name: &str| {
        if arguments.iter().any(|(argument, _)| argument == name) {
            name.to_owned()
        } else {
            format!("{name}: null()")
        }
    };
    let mut path = String::new();
    for param in operation.path_params {
        let _ = write!(path, "(\"{0}\", {0}, {0}_length), ", param.name);
    }
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
