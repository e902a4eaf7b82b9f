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

use super::Files;
use super::reach::{Models, answered, models};
use super::rust::MARK;
use super::text::{camel, plain, starred};

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let models = models();
    let mut add = |name: &str, text: String| {
        files.insert(format!("bindings-node/{name}"), text);
    };
    let answered = answered(&models)?;
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

/// A documentation comment at this depth.
fn comment(text: &str, depth: usize) -> String {
    starred(text, &"  ".repeat(depth))
}

/// A value as JavaScript writes it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}
