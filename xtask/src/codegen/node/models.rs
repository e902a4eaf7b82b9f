//! `models.js`: a class an answered object; `shapes.js`: the fields of every
//! object, for what is written and shown.

use std::fmt::Write as _;

use defacto_types::catalogue::enums;
use defacto_types::schema::{FieldShape, Shape};

use super::shape::{read, tag};
use super::{MARK, Models, camel, comment, plain, quoted};

/// What the base class of all objects has itself.
const RESERVED: [&str; 7] = [
    "_get",
    "raw",
    "extra",
    "toJSON",
    "toObject",
    "constructor",
    "then",
];

pub(super) fn classes(answered: &Models) -> Result<String, String> {
    let mut text = format!(
        "{MARK}\"use strict\";\n\n\
         const {{ Model, Page, decimal, flag, free, list, map, named, needed, object, text, time, value, whole }} = require(\"./model\");\n"
    );
    for model in answered.values() {
        let _ = writeln!(text, "\nclass {} extends Model {{", model.name);
        for field in &model.fields {
            let name = camel(field.name);
            if RESERVED.contains(&name.as_str()) {
                return Err(format!("{}.{name} is a name of Model", model.name));
            }
            let _ = write!(
                text,
                "  get {name}() {{\n    return {};\n  }}\n",
                getter(field)
            );
        }
        text.push_str("}\n");
    }
    text.push_str("\nmodule.exports = named({\n  Model,\n  Page,\n");
    for name in answered.keys() {
        let _ = writeln!(text, "  {name},");
    }
    text.push_str("});\n");
    Ok(text)
}

fn getter(field: &FieldShape) -> String {
    let name = quoted(field.wire);
    let raw = format!("this._get({name})");
    let read = match &field.shape {
        Shape::List(item) => match maker(item) {
            Some(make) => format!("list({raw}, {name}, {make})"),
            None => format!("list({raw}, {name})"),
        },
        Shape::Map(item) => match maker(item) {
            Some(make) => format!("map({raw}, {name}, {make})"),
            None => format!("map({raw}, {name})"),
        },
        Shape::Model(reflect) => format!("object({raw}, {name}, {})", reflect().name),
        shape => match maker(shape) {
            Some(make) => format!("{make}({raw}, {name})"),
            None => format!("value({raw})"),
        },
    };
    if field.essential {
        format!("needed({read}, {name})")
    } else {
        read
    }
}

/// The function that makes the value of a JSON value and refuses one of another
/// type; `None` where any will do.
fn maker(shape: &Shape) -> Option<String> {
    let name = match shape {
        Shape::Integer | Shape::Cents => "whole",
        Shape::DailyRate | Shape::Decimal => "decimal",
        Shape::Timestamp => "time",
        Shape::Boolean => "flag",
        Shape::Object => "free",
        Shape::Model(reflect) => {
            let class = reflect().name;
            return Some(format!("(raw, name) => object(raw, name, {class})"));
        }
        Shape::List(_) | Shape::Map(_) | Shape::Page(_) | Shape::Any => return None,
        _ => "text",
    };
    Some(name.to_owned())
}

pub(super) fn declarations(answered: &Models) -> String {
    let mut text = format!(
        "{MARK}import {{ Model }} from \"./model\";\nimport type * as params from \"./params\";\n\n\
         export {{ Model, Page }} from \"./model\";\n"
    );
    for open in enums() {
        let _ = write!(text, "\n{}", comment(&plain(open.doc), 0));
        let _ = writeln!(text, "export type {} =", open.name);
        for value in &open.values {
            let _ = writeln!(text, "  | {}", quoted(value.text));
        }
        // A value of tomorrow is a string like those of today.
        text.push_str("  | (string & {});\n");
    }
    for model in answered.values() {
        let _ = write!(text, "\n{}", comment(&plain(model.doc), 0));
        let _ = writeln!(text, "export declare class {} extends Model {{", model.name);
        for field in &model.fields {
            text.push_str(&comment(&plain(field.doc), 1));
            let ty = match &field.shape {
                Shape::List(_) | Shape::Map(_) | Shape::Any => read(&field.shape),
                shape if field.essential => read(shape),
                shape => format!("{} | null", read(shape)),
            };
            let _ = writeln!(text, "  get {}(): {ty};", camel(field.name));
        }
        let _ = write!(
            text,
            "  /** A copy as a plain object, to change and send. */\n  toObject(): params.{}Params;\n}}\n",
            model.name
        );
    }
    text
}

pub(super) fn module_entry(answered: &Models) -> String {
    let names: Vec<_> = ["Model", "Page"]
        .into_iter()
        .chain(answered.keys().copied())
        .collect();
    format!(
        "{MARK}import models from \"./lib/models.js\";\n\nexport const {{\n  {},\n}} = models;\n",
        names.join(",\n  ")
    )
}

pub(super) fn shapes(models: &Models) -> String {
    let mut text = format!(
        "{MARK}\"use strict\";\n\n// The fields of every object: our name, the server's, and what it holds.\nmodule.exports = {{\n"
    );
    for model in models.values() {
        let _ = writeln!(text, "  {}: {{", model.name);
        for field in &model.fields {
            let _ = writeln!(
                text,
                "    {}: [{}, {}],",
                camel(field.name),
                quoted(field.wire),
                quoted(&tag(&field.shape))
            );
        }
        text.push_str("  },\n");
    }
    text.push_str("};\n");
    text
}
