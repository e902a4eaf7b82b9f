//! `params.d.ts`: what may be passed for an object.

use std::fmt::Write as _;

use defacto_types::catalogue::enums;

use super::shape::written;
use super::{MARK, Models, camel, comment, plain};
use crate::codegen::reach::{collect, taken};

/// A type for each object that some operation takes, and for each that is
/// answered and may be copied, changed and sent.
pub(super) fn declarations(models: &Models, answered: &Models) -> Result<String, String> {
    let mut wanted = taken(models)?;
    for model in answered.values() {
        collect(model, &mut wanted);
    }
    let mut body = String::new();
    for (name, model) in &wanted {
        let _ = write!(body, "\n{}", comment(&plain(model.doc), 0));
        let _ = writeln!(body, "export interface {name}Params {{");
        for field in &model.fields {
            body.push_str(&comment(&plain(field.doc), 1));
            let ty = written(&field.shape);
            let (mark, null) = if field.required {
                ("", "")
            } else {
                ("?", " | null")
            };
            let _ = writeln!(body, "  {}{mark}: {ty}{null};", camel(field.name));
        }
        body.push_str("}\n");
    }
    let names: Vec<_> = enums()
        .iter()
        .map(|open| open.name)
        .filter(|name| used(&body, name))
        .collect();
    Ok(format!(
        "{MARK}import type {{\n  Model,\n  {},\n}} from \"./models\";\n{body}",
        names.join(",\n  ")
    ))
}

fn used(body: &str, name: &str) -> bool {
    body.split(|letter: char| !letter.is_alphanumeric())
        .any(|word| word == name)
}
