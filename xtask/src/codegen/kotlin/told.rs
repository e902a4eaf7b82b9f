//! `Told.kt`: what a client, a call and a tracker can be told.

use std::fmt::Write as _;

use defacto_types::{OPTIONS, SETTINGS, SettingKind, TRACKER_SETTINGS};

use super::{MARK, camel, comment, plain, quoted};

pub(super) fn classes() -> String {
    let mut text = format!("{MARK}package defacto.sdk\n\nimport java.time.Duration\n");
    for (class, doc, settings) in [
        (
            "ClientSettings",
            "The settings of a client. A key and either an environment or a base URL are needed.",
            SETTINGS,
        ),
        (
            "CallOptions",
            "The options of one call, or of all calls of a client with Client.withOptions.",
            OPTIONS,
        ),
        (
            "TrackerSettings",
            "The settings of a tracker. A store is needed.",
            TRACKER_SETTINGS,
        ),
    ] {
        let (mut doc, mut params, mut given) = (doc.to_owned(), String::new(), Vec::new());
        for setting in settings {
            let name = camel(setting.name);
            let _ = write!(doc, "\n@param {name} {}", plain(setting.doc));
            if let SettingKind::Word(words) = setting.kind {
                let _ = write!(doc, " One of `{}`.", words.join("`, `"));
            }
            let _ = writeln!(params, "        {name}: {}? = null,", ty(setting.kind));
            given.push(format!("{} to {name}", quoted(setting.name)));
        }
        let _ = write!(
            text,
            "\n{}public class {class} private constructor(told: Map<String, Any?>) : Told(told) {{\n    \
             public constructor(\n{params}    ) : this(given({}))\n\n    \
             /** Other ways to make them. */\n    public companion object {{\n        \
             /** By the names that every language has, such as `api_key`, for a configuration file; times in seconds. */\n        \
             @JvmStatic public fun of(values: Map<String, Any?>): {class} = {class}(values)\n    }}\n}}\n",
            comment(&doc, 0),
            given.join(", ")
        );
    }
    text
}

/// The type of a setting.
pub(super) fn ty(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Seconds => "Duration",
        SettingKind::Count => "Int",
        SettingKind::Flag => "Boolean",
        SettingKind::Texts => "Map<String, String>",
        SettingKind::Values => "Map<String, Any?>",
        SettingKind::Secrets => "List<String>",
        _ => "String",
    }
}
