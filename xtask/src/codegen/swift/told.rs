//! `Told.swift`: what a client, a call and a tracker can be told.

use std::fmt::Write as _;

use defacto_types::{OPTIONS, SETTINGS, SettingKind, TRACKER_SETTINGS};

use super::{MARK, camel, comment, plain, quoted};

pub(super) fn structs() -> String {
    let mut text = format!("{MARK}import Foundation\n");
    for (name, doc, settings) in [
        (
            "ClientSettings",
            "The settings of a client. A key and either an environment or a base URL are needed. Times are seconds.",
            SETTINGS,
        ),
        (
            "CallOptions",
            "The options of one call, or of all calls of a client with `withOptions`. Times are seconds.",
            OPTIONS,
        ),
        (
            "TrackerSettings",
            "The settings of a tracker. A store is needed.",
            TRACKER_SETTINGS,
        ),
    ] {
        let (mut doc, mut params, mut given) = (doc.to_owned(), Vec::new(), String::new());
        for setting in settings {
            let own = camel(setting.name);
            let _ = write!(doc, "\n- {own}: {}", plain(setting.doc));
            if let SettingKind::Word(words) = setting.kind {
                let _ = write!(doc, " One of `{}`.", words.join("`, `"));
            }
            params.push(format!("        {own}: {}? = nil", ty(setting.kind)));
            let _ = writeln!(given, "            ({}, {own}),", quoted(setting.name));
        }
        let _ = write!(
            text,
            "\n{}public struct {name}: Sendable, CustomStringConvertible {{\n    let told: [String: JSON]\n\n    public init(\n{}\n    ) {{\n        \
             told = given([:], [\n{given}        ])\n    }}\n\n    \
             /// By the names that every language has, such as `api_key`, for a configuration file.\n    \
             public init(values: [String: JSON]) {{\n        told = values\n    }}\n\n    \
             /// Never the values: a key may be among them.\n    \
             public var description: String {{ \"{name}(\\(told.keys.sorted().joined(separator: \", \")))\" }}\n}}\n",
            comment(&doc, 0),
            params.join(",\n")
        );
    }
    text
}

/// The type of a setting.
pub(super) fn ty(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Seconds => "TimeInterval",
        SettingKind::Count => "Int64",
        SettingKind::Flag => "Bool",
        SettingKind::Texts => "[String: String]",
        SettingKind::Values => "[String: JSON]",
        SettingKind::Secrets => "[String]",
        _ => "String",
    }
}
