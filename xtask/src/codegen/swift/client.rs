//! `Client.swift` and `Tracker.swift`, what both have, the errors, and the
//! library's verbs.

use std::fmt::Write as _;

use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS, TRACKER, TRACKER_DOC};

use super::resources::method;
use super::shape::kind;
use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::reach::Models;
use crate::codegen::rust::pascal;
use crate::codegen::text::class;

/// What a struct of the groups is made of.
const FACE: &str =
    "    public let face: Face\n\n    public init(face: Face) {\n        self.face = face\n    }\n";

/// The protocol of the groups: what is written for a client works with a tracker.
pub(super) fn groups() -> String {
    let groups = GROUPS.iter().map(|(group, doc)| {
        format!(
            "{}    public var {}: {class} {{ {class}(face: face) }}\n",
            comment(doc, 1),
            camel(group),
            class = class(group)
        )
    });
    format!(
        "{MARK}{}public protocol Groups: BaseClient {{}}\n\nextension Groups {{\n{}}}\n",
        comment(
            "What a client and a tracker both have: a group of operations a property.",
            0
        ),
        groups.collect::<Vec<_>>().join("\n")
    )
}

pub(super) fn client() -> String {
    format!(
        "{MARK}{}public struct Client: Groups {{\n{FACE}\n{}    \
         public init(_ settings: ClientSettings, log: Log? = nil) throws {{\n        \
         self.init(face: try Face.open(settings, log))\n    }}\n\n{}    \
         public func tracker(_ settings: TrackerSettings) throws -> Tracker {{\n        \
         Tracker(face: try face.track(settings))\n    }}\n}}\n",
        comment(
            "A client of the Defacto lending API: a group of operations a property. It may be used from many threads, and ends with its last copy.",
            0
        ),
        comment(
            "Opens a client; nothing is sent.\n- log: What is told what happens in the calls, on the thread where it happens.",
            1
        ),
        comment(
            "Opens a tracker of this client's loans, on the same connections. Close it before its store is opened again; the client stays open.",
            1
        ),
    )
}

pub(super) fn tracker(models: &Models) -> Result<String, String> {
    let mut text = format!(
        "{MARK}{}public struct Tracker: Groups {{\n{FACE}\n{}    \
         public func changes(_ consumer: String, follow: Bool = false) -> Changes {{\n        \
         Changes(tracker: self, consumer: consumer, follow: follow)\n    }}\n",
        comment(
            &format!(
                "{TRACKER_DOC} It is a client too: what changes something is written down before it is sent. Closing it closes the store; stop a run first."
            ),
            0
        ),
        comment(
            "The changes that a consumer has not acknowledged, in order.\n- follow: Whether to wait for the next where there is none left, until the task or thread is canceled.",
            1
        ),
    );
    for verb in TRACKER {
        text.push('\n');
        text.push_str(&method(verb, models)?);
    }
    text.push_str("}\n");
    Ok(text)
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
