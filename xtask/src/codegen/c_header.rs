//! The C header: what cbindgen writes from the sources, in groups with headings.

use std::fmt::Write as _;

use defacto_types::operations::GROUPS;
use defacto_types::{OPERATIONS, TRACKER, TRACKER_DOC, WAITERS};

/// The sources of the header, in its order.
const SOURCES: [&str; 13] = [
    "status",
    "library",
    "value",
    "copy",
    "shape",
    "reply",
    "error",
    "file",
    "log",
    "client",
    "pages",
    "submitted",
    "generated",
];

/// What the functions that no operation has are about, by how their names go on
/// after `defacto_`.
const PARTS: [(&str, &str); 10] = [
    ("tracker_", TRACKER_DOC),
    ("version", "The library."),
    ("value_", "Values: what goes in and what comes out."),
    ("error_", "Errors."),
    ("file_", "Files to upload."),
    ("client_", "Clients, and any operation by its name."),
    ("pages_", "Lists, page by page."),
    ("submitted_", "Submitted calls."),
    ("abi", "The library."),
    ("money_", "Money: the library's own verbs."),
];

/// The names of all that is called by name, as macros: a slip in one does not
/// compile.
fn names() -> String {
    let mut text =
        "\n\n/* The operations, for defacto_client_call, _submit and _list. */\n".to_owned();
    let mut define = |group: &str, name: &str| {
        let macro_name = format!("{group}_{name}").to_uppercase();
        let _ = writeln!(text, "#define DEFACTO_{macro_name} \"{group}.{name}\"");
    };
    for operation in OPERATIONS.iter().chain(TRACKER) {
        define(operation.group, operation.name);
    }
    for waiter in WAITERS {
        define(waiter.group, waiter.name);
    }
    text.push_str("#define DEFACTO_RAW \"raw\"\n");
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
    Ok(("include/defacto.h".to_owned(), grouped(&shortened(&text))))
}

/// Comments of one line on one line.
fn shortened(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut short = String::new();
    let mut rest = lines.as_slice();
    while let [line, more @ ..] = rest {
        rest = more;
        if let ("/**", [said, end, after @ ..]) = (line.trim(), more)
            && let (Some(said), "*/") = (said.trim().strip_prefix("* "), end.trim())
        {
            let _ = writeln!(short, "{line} {said} */");
            rest = after;
        } else {
            let _ = writeln!(short, "{line}");
        }
    }
    short
}

/// The functions with a heading before the first of each group.
fn grouped(text: &str) -> String {
    let mut all = String::new();
    // A function's comment, until its name is known.
    let mut comment = String::new();
    let (mut is_inside, mut current) = (false, None);
    for line in text.lines() {
        is_inside |= line == "extern \"C\" {";
        if is_inside && (line.starts_with("/**") || line.starts_with(" *")) {
            let _ = writeln!(comment, "{line}");
            continue;
        }
        let group = (!comment.is_empty()).then(|| heading(line)).flatten();
        if let Some(heading) = group.filter(|_| group != current) {
            current = group;
            let rule = "-".repeat(74);
            let _ = writeln!(all, "/* {rule}\n * {heading}\n * {rule} */\n");
        }
        all.push_str(&comment);
        comment.clear();
        let _ = writeln!(all, "{line}");
    }
    all
}

/// The heading a declaration belongs under.
fn heading(declaration: &str) -> Option<&'static str> {
    let (before, _) = declaration.split_once('(')?;
    let (_, name) = before.rsplit_once("defacto_")?;
    let group = GROUPS
        .iter()
        .filter(|(group, _)| {
            let rest = name.strip_prefix(group);
            rest.is_some_and(|rest| rest.starts_with('_'))
        })
        .max_by_key(|(group, _)| group.len());
    let part = PARTS.iter().find(|(part, _)| name.starts_with(part));
    group.or(part).map(|(_, doc)| *doc)
}
