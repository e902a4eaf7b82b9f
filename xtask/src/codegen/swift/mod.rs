//! The Swift face: `bindings-uniffi/swift`. What is written by hand there is
//! what no row decides: `Json.swift`, `Model.swift`, `Face.swift`,
//! `Changes.swift`.

mod client;
mod models;
mod resources;
mod shape;
mod told;

use super::Files;
use super::reach::{answered, models, taken};
use super::rust::MARK;
use super::text::{camel, plain, slashed};

const FOLDER: &str = "bindings-uniffi/swift/Sources/Defacto";

pub(super) fn generate(files: &mut Files) -> Result<(), String> {
    let models = models();
    let (answered, taken) = (answered(&models)?, taken(&models)?);
    let mut add = |name: &str, text: String| {
        files.insert(format!("{FOLDER}/{name}"), text);
    };
    add("Models.swift", models::structs(&answered, &taken));
    add("Words.swift", models::words());
    add("Errors.swift", client::errors());
    add("Told.swift", told::structs());
    add("Money.swift", client::verbs("money"));
    add("Groups.swift", client::groups());
    add("Client.swift", client::client());
    add("Tracker.swift", client::tracker(&models)?);
    for (name, text) in resources::generate(&models)? {
        add(&name, text);
    }
    Ok(())
}

/// A documentation comment at this depth.
fn comment(text: &str, depth: usize) -> String {
    slashed(text, &"    ".repeat(depth))
}

/// A text as Swift writes it.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// A name that Swift does not reserve.
fn identifier(name: &str) -> String {
    const RESERVED: &str = "Any Self as associatedtype break case catch class continue default defer \
        deinit do else enum extension fallthrough false fileprivate for func guard if \
        import in init inout internal is let nil operator precedencegroup private \
        protocol public repeat rethrows return self static struct subscript super \
        switch throw throws true try typealias var where while";
    if RESERVED.split(' ').any(|word| word == name) {
        format!("`{name}`")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::identifier;

    // The Turkish lira is one of the currencies.
    #[test]
    fn reserved_names_are_quoted() {
        for (name, wanted) in [("try", "`try`"), ("in", "`in`"), ("eur", "eur")] {
            assert_eq!(identifier(name), wanted);
        }
    }
}
