//! `Client.swift`, the errors, and the library's verbs.

use std::fmt::Write as _;

use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS};

use super::shape::kind;
use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::rust::pascal;
use crate::codegen::text::class;

pub(super) fn client() -> String {
    let mut text = format!(
        "{MARK}{}public struct Client: BaseClient {{\n    public let face: Face\n\n    \
         public init(face: Face) {{\n        self.face = face\n    }}\n",
        comment(
            "A client of the Defacto lending API: a group of operations a property. It may be used from many threads, and ends with its last copy.",
            0
        ),
    );
    for (group, doc) in GROUPS {
        let class = class(group);
        let _ = write!(
            text,
            "\n{}    public var {}: {class} {{ {class}(face: face) }}\n",
            comment(doc, 1),
            camel(group)
        );
    }
    text.push_str("}\n");
    text
}

pub(super) fn errors() -> String {
    let mut text = MARK.to_owned();
    let mut cases = String::new();
    for kind in ErrorKind::ALL {
        let (name, code) = (kind.name(), kind.code());
        let _ = write!(
            text,
            "{}public final class {name}Error: DefactoError, @unchecked Sendable {{}}\n\n",
            comment(&plain(kind.doc()), 0)
        );
        let _ = writeln!(
            cases,
            "    case {code}: return {name}Error(code: {code}, kind: {}, raw: raw)",
            quoted(name)
        );
    }
    let _ = write!(
        text,
        "/// The error of a failure as the core tells it.\nfunc errorOf(_ code: Int64, _ raw: [String: JSON]) -> DefactoError {{\n    \
         switch code {{\n{cases}    \
         // Of a kind this version does not know.\n    \
         default: return DefactoError(code: code, kind: raw[\"kind\"]?.string ?? \"\", raw: raw)\n    }}\n}}\n"
    );
    text
}

pub(super) fn verbs(group: &str) -> String {
    let mut text = format!(
        "{MARK}import Foundation\n\n/// Verbs of the library that send nothing.\npublic enum {} {{\n",
        pascal(group)
    );
    for function in FUNCTIONS.iter().filter(|row| row.group == group) {
        let mut doc = plain(function.doc);
        let (mut params, mut given) = (Vec::new(), Vec::new());
        for param in function.params {
            let name = camel(param.name);
            let _ = write!(doc, "\n- {name}: {}, in {}.", param.doc, param.kind.unit());
            params.push(format!("{name}: {}", kind(param.kind)));
            given.push(format!("({}, {name})", quoted(param.name)));
        }
        let _ = write!(
            text,
            "{}    public static func {}({}) throws -> {} {{\n        try invoke({}, [{}])\n    }}\n",
            comment(&doc, 1),
            camel(function.name),
            params.join(", "),
            kind(function.returns),
            quoted(&function.to_string()),
            given.join(", "),
        );
    }
    text.push_str("}\n");
    text
}
