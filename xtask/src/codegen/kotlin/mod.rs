//! The Kotlin face: `bindings-uniffi/kotlin`. What is written by hand there is
//! what no row decides: how JSON becomes objects (`Model.kt`, `Json.kt`) and how
//! the native half is called (`Face.kt`).

mod client;
mod errors;
mod models;
mod resources;
mod shape;
mod told;

use super::Files;
use super::reach::{answered, models, taken};
use super::rust::MARK;
use super::text::{camel, plain, starred};

const FOLDER: &str = "bindings-uniffi/kotlin/src/main/kotlin/defacto/sdk";

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let models = models();
    let (answered, taken) = (answered(&models)?, taken(&models)?);
    let mut add = |name: &str, text: String| {
        files.insert(format!("{FOLDER}/{name}"), text);
    };
    add("models/Models.kt", models::classes(&answered, &taken));
    add("models/Words.kt", models::words());
    add("Errors.kt", errors::classes());
    add("Told.kt", told::classes());
    add("Money.kt", client::verbs("money"));
    add("Groups.kt", client::groups());
    add("Client.kt", client::client());
    add("Tracker.kt", client::tracker(&models)?);
    for (name, text) in resources::generate(&models)? {
        add(&name, text);
    }
    Ok(())
}

/// A documentation comment at this depth.
fn comment(text: &str, depth: usize) -> String {
    starred(text, &"    ".repeat(depth))
}

/// A text as Kotlin writes it; `$` would begin a template.
fn quoted(text: &str) -> String {
    format!("{text:?}").replace('$', "\\$")
}

/// A name that Kotlin does not reserve.
fn identifier(name: &str) -> String {
    const RESERVED: [&str; 9] = [
        "as",
        "class",
        "fun",
        "in",
        "interface",
        "is",
        "object",
        "typealias",
        "when",
    ];
    if RESERVED.contains(&name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}
