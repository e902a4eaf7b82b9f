//! `Models.swift`: a struct an object; `Words.swift`: a struct an open enum.

use std::fmt::Write as _;

use defacto_types::catalogue::enums;
use defacto_types::schema::{FieldShape, Model, Shape};

use super::shape::{is_secret, ty};
use super::{MARK, camel, comment, identifier, plain, quoted};
use crate::codegen::reach::Models;

pub(super) fn structs(answered: &Models, taken: &Models) -> String {
    let mut text = format!("{MARK}import Foundation\n");
    let mut all = answered.clone();
    all.extend(taken.clone());
    for model in all.values() {
        let name = model.name;
        let _ = write!(text, "\n{}", comment(&plain(model.doc), 0));
        let _ = writeln!(text, "public struct {name}: Model {{");
        for field in &model.fields {
            text.push_str(&comment(&plain(field.doc), 1));
            let _ = writeln!(text, "    public let {}: {}", own(field), stored(field));
        }
        text.push_str(
            "    public let raw: [String: JSON]\n\n    public init(raw: [String: JSON]) throws {\n",
        );
        for field in &model.fields {
            let read = match &field.shape {
                Shape::List(_) | Shape::Map(_) => "many",
                _ if field.essential => "need",
                _ => "get",
            };
            let _ = writeln!(
                text,
                "        self.{} = try raw.{read}({})",
                own(field),
                quoted(field.wire)
            );
        }
        text.push_str("        self.raw = raw\n    }\n\n");
        if taken.contains_key(name) {
            text.push_str(&initializer(model));
        }
        let _ = write!(
            text,
            "    public static let name = \"{name}\"\n    public static let fields: [String] = [{}]\n    \
             public static let secrets: Set<String> = [{}]\n}}\n",
            names(model, |_| true),
            names(model, |field| is_secret(&field.shape)),
        );
    }
    text
}

fn own(field: &FieldShape) -> String {
    identifier(&camel(field.name))
}

fn is_many(shape: &Shape) -> bool {
    matches!(shape, Shape::List(_) | Shape::Map(_))
}

fn stored(field: &FieldShape) -> String {
    // A list that is not there has nothing in it.
    if is_many(&field.shape) || field.essential {
        ty(&field.shape)
    } else {
        format!("{}?", ty(&field.shape))
    }
}

/// The fields' names on the wire.
fn names(model: &Model, wanted: impl Fn(&FieldShape) -> bool) -> String {
    let fields = model.fields.iter().filter(|field| wanted(field));
    fields
        .map(|field| quoted(field.wire))
        .collect::<Vec<_>>()
        .join(", ")
}

/// From labeled arguments; those that must be given come first.
fn initializer(model: &Model) -> String {
    let mut fields: Vec<_> = model.fields.iter().collect();
    fields.sort_by_key(|field| !field.required);
    let (mut params, mut sets, mut given) = (String::new(), String::new(), String::new());
    for field in fields {
        let (name, ty) = (own(field), ty(&field.shape));
        let default = if field.required { "" } else { "? = nil" };
        let _ = writeln!(params, "        {name}: {ty}{default},");
        let empty = match &field.shape {
            _ if field.required => "",
            Shape::List(_) => " ?? []",
            Shape::Map(_) => " ?? [:]",
            // An object whose id is left out on purpose is sent without it.
            Shape::String | Shape::Id(_) if field.essential => " ?? \"\"",
            _ => "",
        };
        let _ = writeln!(sets, "        self.{name} = {name}{empty}");
        let _ = writeln!(given, "            ({}, {name}),", quoted(field.wire));
    }
    format!(
        "{}    public init(\n{params}        extra: [String: JSON] = [:]\n    ) {{\n{sets}        \
         self.raw = given(extra, [\n{given}        ])\n    }}\n\n",
        comment(
            "Left out is not sent; `extra` has fields by the server's names, sent as they are, null too.",
            1
        )
    )
}

pub(super) fn words() -> String {
    let mut text = MARK.to_owned();
    for open in enums() {
        let name = open.name;
        let _ = write!(text, "\n{}", comment(&plain(open.doc), 0));
        let _ = writeln!(
            text,
            "public struct {name}: Word {{\n    public let text: String\n\n    public init(_ text: String) {{\n        self.text = text\n    }}\n"
        );
        for value in &open.values {
            text.push_str(&comment(&plain(value.doc), 1));
            let _ = writeln!(
                text,
                "    public static let {} = {name}({})",
                identifier(&lower(value.name)),
                quoted(value.text)
            );
        }
        text.push_str("}\n");
    }
    text.replacen("\n\n\n", "\n\n", 1)
}

/// `ToRepay` as `toRepay`, `EUR` as `eur`.
fn lower(name: &str) -> String {
    if !name.chars().any(char::is_lowercase) {
        return name.to_lowercase();
    }
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::lower;

    #[test]
    fn words_are_members() {
        for (name, wanted) in [("ToRepay", "toRepay"), ("EUR", "eur"), ("Cat1", "cat1")] {
            assert_eq!(lower(name), wanted);
        }
    }
}
