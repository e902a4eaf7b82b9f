//! What is generated from the operations' rows and the types' descriptions.
//! Generated files are committed; `codegen --check` fails when one differs
//! from what the declarations say.

mod bridge;
mod c;
mod c_beside;
mod c_header;
mod docs;
mod kotlin;
mod node;
mod python;
mod reach;
mod rust;
mod sandbox_table;
mod swift;
mod text;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A file's path from the root and its text.
type Files = BTreeMap<String, String>;

/// Writes the files, or with `check` compares them.
pub(crate) fn run(check: bool) -> Result<String, String> {
    let mut files = Files::new();
    rust::generate(&mut files)?;
    bridge::generate(&mut files)?;
    bridge::essential(&mut files);
    bridge::functions(&mut files);
    python::generate(&mut files)?;
    node::generate(&mut files)?;
    kotlin::generate(&mut files)?;
    swift::generate(&mut files)?;
    docs::generate(&mut files);
    sandbox_table::generate(&mut files)?;
    c::generate(&mut files)?;
    c_beside::generate(&mut files);
    let mut different = Vec::new();
    for (path, text) in &files {
        let text = match path.rsplit_once('.') {
            Some((_, "rs")) => rustfmt(text).map_err(|error| format!("{path}: {error}"))?,
            _ => text.clone(),
        };
        put(path, &text, check, &mut different)?;
    }
    // It is made from the files just written, so it comes last.
    let (path, text) = c_header::header()?;
    put(&path, &text, check, &mut different)?;
    let count = files.len() + 1;
    match (check, different.is_empty()) {
        (true, false) => Err(format!(
            "{} differ from the declarations: run `cargo xtask codegen`",
            different.join(", ")
        )),
        (true, true) => Ok(format!("{count} generated files, no drift")),
        (false, _) => Ok(format!(
            "{count} generated files, {} changed",
            different.len()
        )),
    }
}

/// Writes a file that differs, or with `check` only notes it.
fn put(path: &str, text: &str, check: bool, different: &mut Vec<String>) -> Result<(), String> {
    if std::fs::read_to_string(path).unwrap_or_default() == text {
        return Ok(());
    }
    different.push(path.to_owned());
    if check {
        return Ok(());
    }
    if let Some((folder, _)) = path.rsplit_once('/') {
        std::fs::create_dir_all(folder).map_err(|error| format!("{folder}: {error}"))?;
    }
    std::fs::write(path, text).map_err(|error| format!("{path}: {error}"))
}

fn rustfmt(text: &str) -> Result<String, String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("rustfmt does not start: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input
            .write_all(text.as_bytes())
            .map_err(|error| error.to_string())?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err("rustfmt refuses the generated text".to_owned());
    }
    String::from_utf8(output.stdout).map_err(|error| error.to_string())
}
