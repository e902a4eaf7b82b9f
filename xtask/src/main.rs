//! The project's own tasks: `cargo xtask spec-import FILE`, `spec-check`,
//! `codegen [--check]`, `inside PACKAGE FOLDER` and `versions`.

mod codegen;
mod facts;
mod inside;
mod spec_check;
mod spec_import;
mod versions;

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["spec-import", file] => spec_import::run(file),
        ["spec-check"] => spec_check::run(),
        ["codegen"] => codegen::run(false),
        ["codegen", "--check"] => codegen::run(true),
        ["inside", package, folder] => inside::run(package, folder),
        ["versions"] => versions::run(),
        _ => Err(
            "usage: cargo xtask spec-import FILE | spec-check | codegen [--check] | \
             inside PACKAGE FOLDER | versions"
                .to_owned(),
        ),
    };
    let (text, code) = match result {
        Ok(text) => (text, ExitCode::SUCCESS),
        Err(text) => (text, ExitCode::FAILURE),
    };
    // Nothing is left to do when the terminal is gone.
    let _ = writeln!(std::io::stdout(), "{text}");
    code
}
