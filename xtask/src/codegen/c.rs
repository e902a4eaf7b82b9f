//! The C face: the statuses, an extern an operation and a library verb, and
//! the header that cbindgen writes from them.

use std::fmt::Write as _;

use defacto_types::function::Kind;
use defacto_types::operation::{Answer, Body, Method, Operation};
use defacto_types::{ErrorKind, FUNCTIONS, OPERATIONS};

use super::Files;
use super::rust::{MARK, wrapped};

/// The statuses of the boundary itself, which no error kind is. The numbers
/// are stable.
const BOUNDARY: [(&str, u8, &str); 13] = [
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

/// The sources of the header, in its order.
const SOURCES: [&str; 11] = [
    "status",
    "library",
    "value",
    "shape",
    "reply",
    "error",
    "file",
    "client",
    "pages",
    "submitted",
    "generated",
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

fn call(operation: &Operation) -> String {
    let mut arguments = vec![("client".to_owned(), "*const Client")];
    let mut path = String::new();
    for param in operation.path_params {
        let length = format!("{}_length", param.name);
        let _ = write!(path, "(\"{0}\", {0}, {length}), ", param.name);
        arguments.push((param.name.to_owned(), "*const c_char"));
        arguments.push((length, "usize"));
    }
    let mut doc = operation.doc.to_owned();
    let mut part = |name: &str, ty: Option<&str>, doc: &mut String| match ty {
        Some(ty) => {
            arguments.push((name.to_owned(), "*const Value"));
            let _ = write!(doc, " `{name}` has the members of {ty}");
            doc.push_str(if name == "query" {
                "; NULL is none."
            } else {
                "."
            });
            name.to_owned()
        }
        None => format!("{name}: null()"),
    };
    let query = part("query", operation.query, &mut doc);
    let body = match operation.body {
        Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) => part("body", Some(ty), &mut doc),
        _ => part("body", None, &mut doc),
    };
    let file = if matches!(operation.body, Body::Multipart(_) | Body::Undeclared) {
        arguments.push(("file".to_owned(), "*const File"));
        "file"
    } else {
        "file: null()"
    };
    let is_list = matches!(operation.answer, Answer::List(_)) && operation.method == Method::Get;
    let (verb, out, free) = if is_list {
        ("list", "*mut *mut Pages", "pages")
    } else {
        ("send", "*mut *mut Value", "value")
    };
    if is_list {
        doc.push_str(" Nothing is sent before defacto_pages_next.");
    }
    let _ = write!(doc, " Free `*out` with defacto_{free}_free.");
    arguments.push(("out".to_owned(), out));
    arguments.push(("error".to_owned(), "*mut *mut Failure"));
    export(
        &doc,
        &format!("{}_{}", operation.group, operation.name),
        &arguments,
        &format!(
            "Call {{ client, path: vec![{path}], {query}, {body}, {file} }}.{verb}(\"{operation}\", out, error)",
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

/// The operations' names, as macros that a slip in one does not compile with.
fn names() -> String {
    let mut text =
        "\n\n/* The operations, for defacto_client_call, _submit and _list. */\n".to_owned();
    for operation in OPERATIONS {
        let name = format!("{}_{}", operation.group, operation.name).to_uppercase();
        let _ = writeln!(text, "#define DEFACTO_{name} \"{operation}\"");
    }
    text.truncate(text.trim_end().len());
    text
}

/// The header, from the sources as they are on disk.
pub(super) fn header() -> Result<(String, String), String> {
    let mut config = cbindgen::Config::from_file("bindings-c/cbindgen.toml")?;
    config
        .after_includes
        .get_or_insert_default()
        .push_str(&names());
    let mut builder = cbindgen::Builder::new().with_config(config);
    for source in SOURCES {
        builder = builder.with_src(format!("bindings-c/src/{source}.rs"));
    }
    let bindings = builder.generate().map_err(|error| error.to_string())?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    let text = String::from_utf8(text).map_err(|error| error.to_string())?;
    Ok(("include/defacto.h".to_owned(), text))
}
