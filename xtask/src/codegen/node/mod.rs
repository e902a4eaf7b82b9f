//! The Node face: `bindings-node`. What is written by hand there is what no
//! row decides: how JSON becomes objects (`wire.js`, `model.js`) and how the
//! addon is called (`hub.js`, `face.js`).

mod client;
mod errors;
mod models;
mod params;
mod resources;
mod settings;
mod shape;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use defacto_types::catalogue;
use defacto_types::schema::Model;

use super::Files;
use super::rust::MARK;

/// The models by name.
type Models = BTreeMap<&'static str, Model>;

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let models: Models = catalogue::models()
        .into_iter()
        .map(|model| (model.name, model))
        .collect();
    let mut add = |name: &str, text: String| {
        files.insert(format!("bindings-node/{name}"), text);
    };
    let answered = models::answered(&models)?;
    add("lib/models.js", models::classes(&answered)?);
    add("lib/models.d.ts", models::declarations(&answered));
    add("lib/shapes.js", models::shapes(&models));
    add("lib/params.d.ts", params::declarations(&models, &answered)?);
    add("lib/errors.js", errors::classes());
    add("lib/errors.d.ts", errors::declarations());
    add("lib/settings.js", settings::tables());
    add("lib/settings.d.ts", settings::declarations());
    add("lib/money.js", client::verbs("money"));
    add("lib/money.d.ts", client::verb_declarations("money"));
    add("lib/client.js", client::class());
    add("lib/client.d.ts", client::declarations());
    add("index.js", client::entry());
    add("index.mjs", client::module_entry());
    add("models.mjs", models::module_entry(&answered));
    for (name, text) in resources::generate(&models)? {
        add(&name, text);
    }
    Ok(())
}

/// `loan_id` as `loanId`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut out = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            out.extend(first.to_uppercase());
            out.push_str(letters.as_str());
        }
    }
    out
}

/// A documentation comment at this depth; each paragraph begins a line.
fn comment(text: &str, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let mut lines = Vec::new();
    for paragraph in text.replace("*/", "* /").split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.len() + word.len() > 84 {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    match lines.as_slice() {
        [only] => format!("{indent}/** {only} */\n"),
        many => {
            let mut out = format!("{indent}/**\n");
            for line in many {
                let _ = writeln!(out, "{}", format!("{indent} * {line}").trim_end());
            }
            let _ = writeln!(out, "{indent} */");
            out
        }
    }
}

/// Rust's documentation lines, joined to one.
fn plain(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A value as JavaScript writes it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}
