//! `settings.js`: what a client and a call can be told.

use std::fmt::Write as _;

use defacto_types::{OPTIONS, SETTINGS, Setting, SettingKind, TRACKER_SETTINGS, WAITERS, Waiter};

use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::rust::pascal;

/// The name at the face: a time says its unit.
fn name(setting: &Setting) -> String {
    let name = camel(setting.name);
    if setting.kind == SettingKind::Seconds {
        format!("{name}Ms")
    } else {
        name
    }
}

/// The interface of a waiter's terms.
pub(super) fn terms(waiter: &Waiter) -> String {
    format!("{}{}Terms", pascal(waiter.group), pascal(waiter.name))
}

pub(super) fn tables() -> String {
    let mut text =
        format!("{MARK}\"use strict\";\n\n// Our name, the core's, and whether it is a time.\n");
    for (table, settings) in [
        ("SETTINGS", SETTINGS),
        ("OPTIONS", OPTIONS),
        ("TRACKER_SETTINGS", TRACKER_SETTINGS),
    ] {
        let _ = writeln!(text, "exports.{table} = {{\n{}}};", rows(settings, 1));
    }
    text.push_str("exports.TERMS = {\n");
    for waiter in WAITERS {
        let rows = rows(waiter.terms, 2);
        let _ = writeln!(text, "  \"{waiter}\": {{\n{rows}  }},");
    }
    text.push_str("};\n");
    text
}

fn rows(settings: &[Setting], depth: usize) -> String {
    let mut text = String::new();
    for setting in settings {
        let _ = writeln!(
            text,
            "{}{}: [{}, {}],",
            "  ".repeat(depth),
            name(setting),
            quoted(setting.name),
            setting.kind == SettingKind::Seconds
        );
    }
    text
}

pub(super) fn declarations() -> String {
    let mut text = MARK.to_owned();
    text.push_str(LOG_NOTE);
    let mut interfaces = vec![
        (
            "ClientSettings".to_owned(),
            "The settings of a client. A key and either an environment or a base URL are needed."
                .to_owned(),
            SETTINGS,
        ),
        (
            "CallOptions".to_owned(),
            "The options of one call.".to_owned(),
            OPTIONS,
        ),
        (
            "TrackerSettings".to_owned(),
            "The settings of a tracker. A store is needed.".to_owned(),
            TRACKER_SETTINGS,
        ),
    ];
    for waiter in WAITERS {
        let method = format!("{}.{}", camel(waiter.group), camel(waiter.name));
        interfaces.push((
            terms(waiter),
            format!("How `{method}` waits."),
            waiter.terms,
        ));
    }
    for (interface, doc, settings) in interfaces {
        let _ = writeln!(text, "{}export interface {interface} {{", comment(&doc, 0));
        for setting in settings {
            let mut doc = plain(setting.doc);
            if setting.kind == SettingKind::Seconds {
                doc.push_str(" In milliseconds.");
            }
            text.push_str(&comment(&doc, 1));
            let _ = writeln!(text, "  {}?: {} | null;", name(setting), ty(setting.kind));
        }
        if interface == "ClientSettings" {
            text.push_str(
                "  /**\n   * Told of each step of the calls. It runs between other work of the program's, in order\n   \
                 * and before the call ends; a call does not fail for it.\n   */\n  \
                 log?: ((note: LogNote) => void) | null;\n",
            );
        }
        if interface == "CallOptions" {
            text.push_str(
                "  /**\n   * Stops the call. A change that may have been made by then is an OutcomeUnknownError\n   \
                 * whose cause is the signal's reason; anything else is rejected with the reason itself.\n   */\n  \
                 signal?: AbortSignal | null;\n",
            );
        }
        text.push_str("}\n\n");
    }
    text.truncate(text.trim_end().len() + 1);
    text
}

/// What a client's log is told.
const LOG_NOTE: &str = "\
/** A line for a log. It never holds a key, an address, a header or a body. */
export interface LogNote {
  /** How much it matters; the name of the function of `console` and of most loggers. */
  readonly level: \"debug\" | \"info\" | \"warn\";
  /** The operation, such as `loans.create`. */
  readonly operation: string | null;
  /** What happened, for people. */
  readonly message: string;
}

";

fn ty(kind: SettingKind) -> String {
    match kind {
        SettingKind::Word(words) => words
            .iter()
            .map(|word| quoted(word))
            .collect::<Vec<_>>()
            .join(" | "),
        SettingKind::Seconds | SettingKind::Count => "number".to_owned(),
        SettingKind::Flag => "boolean".to_owned(),
        SettingKind::Texts => "Readonly<Record<string, string>>".to_owned(),
        SettingKind::Values => "Readonly<Record<string, unknown>>".to_owned(),
        SettingKind::Secrets => "readonly string[]".to_owned(),
        _ => "string".to_owned(),
    }
}
