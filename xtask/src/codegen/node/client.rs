//! `client.js`, the entry points, and the modules of the library's verbs.

use std::fmt::Write as _;

use defacto_types::function::Kind;
use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS, Function};

use super::shape::kind;
use super::{MARK, camel, comment, plain};
use crate::codegen::rust::pascal;

/// What the entry point gives beside the errors, and the file it is in.
const NAMES: [(&str, &str); 5] = [
    ("Client", "client"),
    ("Tracker", "tracker"),
    ("Call", "call"),
    ("Pager", "pager"),
    ("Page", "model"),
];

pub(super) fn class() -> String {
    let mut text = format!(
        "{MARK}\"use strict\";\n\nconst {{ BaseClient }} = require(\"./base\");\n\nclass Client extends BaseClient {{\n  \
         hello(options) {{\n    return this.testing.hello(options);\n  }}\n"
    );
    for (group, _) in GROUPS {
        // A group is loaded when it is first used, by a name a bundler can follow.
        let _ = write!(
            text,
            "\n  get {}() {{\n    return this._group(\"{group}\", () => require(\"./resources/{group}\").{});\n  }}\n",
            camel(group),
            pascal(group)
        );
    }
    text.push_str("}\n\nmodule.exports = { Client };\n");
    text
}

pub(super) fn declarations() -> String {
    let mut text = format!(
        "{MARK}import {{ BaseClient }} from \"./base\";\nimport type {{ Call }} from \"./call\";\n"
    );
    let mut groups: Vec<_> = GROUPS.iter().map(|(group, _)| *group).collect();
    groups.sort_unstable();
    for group in groups {
        let _ = writeln!(
            text,
            "import type {{ {} }} from \"./resources/{group}\";",
            pascal(group)
        );
    }
    let _ = write!(
        text,
        "import type {{ CallOptions }} from \"./settings\";\n\n\
         {}export declare class Client extends BaseClient {{\n{}  hello(options?: CallOptions): Call<string>;\n",
        comment(
            "A client of the Defacto lending API: a group of operations a property.",
            0
        ),
        comment(
            "Asks the server to greet back: shows that it can be reached and takes the key.",
            1
        )
    );
    for (group, doc) in GROUPS {
        text.push_str(&comment(doc, 1));
        let _ = writeln!(text, "  get {}(): {};", camel(group), pascal(group));
    }
    text.push_str("}\n");
    text
}

fn verbs_of(group: &str) -> impl Iterator<Item = &'static Function> {
    FUNCTIONS
        .iter()
        .copied()
        .filter(move |function| function.group == group)
}

pub(super) fn verbs(group: &str) -> String {
    let mut text = format!("{MARK}\"use strict\";\n\nconst {{ verb }} = require(\"./verb\");\n");
    for function in verbs_of(group) {
        let mut fields = Vec::new();
        for param in function.params {
            let tag = match param.kind {
                Kind::DailyRate => "decimal",
                _ => "whole",
            };
            fields.push(format!(
                "{}: [\"{}\", \"{tag}\"]",
                camel(param.name),
                param.name
            ));
        }
        let _ = write!(
            text,
            "\nexports.{} = function {}(given) {{\n  return verb(\"{function}\", given, {{ {} }});\n}};\n",
            camel(function.name),
            camel(function.name),
            fields.join(", ")
        );
    }
    text
}

pub(super) fn verb_declarations(group: &str) -> String {
    let mut text = MARK.to_owned();
    for function in verbs_of(group) {
        text.push_str(&comment(&plain(function.doc), 0));
        let _ = writeln!(
            text,
            "export declare function {}(given: {{",
            camel(function.name)
        );
        for param in function.params {
            let doc = format!("{}, in {}.", param.doc, param.kind.unit());
            text.push_str(&comment(&doc, 1));
            let _ = writeln!(text, "  {}: {};", camel(param.name), kind(param.kind).0);
        }
        let _ = writeln!(text, "}}): {};", kind(function.returns).1);
    }
    text
}

/// Errors, by the names of their classes.
fn errors() -> Vec<String> {
    let kinds = ErrorKind::ALL
        .iter()
        .map(|kind| format!("{}Error", kind.name()));
    std::iter::once("DefactoError".to_owned())
        .chain(kinds)
        .collect()
}

pub(super) fn entry() -> String {
    let mut text = format!("{MARK}\"use strict\";\n\n");
    for (name, file) in NAMES {
        let _ = writeln!(text, "exports.{name} = require(\"./lib/{file}\").{name};");
    }
    text.push_str(
        "exports.money = require(\"./lib/money\");\n\nconst errors = require(\"./lib/errors\");\n",
    );
    for name in errors() {
        let _ = writeln!(text, "exports.{name} = errors.{name};");
    }
    text
}

pub(super) fn module_entry() -> String {
    let names: Vec<_> = NAMES
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .chain(["money".to_owned()])
        .chain(errors())
        .collect();
    format!(
        "{MARK}import sdk from \"./index.js\";\n\nexport const {{\n  {},\n}} = sdk;\n",
        names.join(",\n  ")
    )
}
