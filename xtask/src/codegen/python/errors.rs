//! `errors.py`: one class a kind of error.

use std::fmt::Write as _;

use defacto_types::ErrorKind;

use super::{MARK, docstring};

/// The class of a kind. Two names would hide built-in exceptions.
pub(super) fn class(kind: ErrorKind) -> String {
    match kind {
        ErrorKind::Connection | ErrorKind::Timeout => format!("API{}Error", kind.name()),
        _ => format!("{}Error", kind.name()),
    }
}

pub(super) fn generate() -> String {
    let mut text = format!(
        "{MARK}\"\"\"What can go wrong; docs/errors.md says what to do about each.\"\"\"\n\n\
         from __future__ import annotations\n\nfrom ._failure import DefactoError, outcome_unknown\n\n\
         __all__ = [\n    \"DefactoError\",\n"
    );
    for kind in ErrorKind::ALL {
        let _ = writeln!(text, "    \"{}\",", class(*kind));
    }
    text.push_str("    \"outcome_unknown\",\n]\n");
    for kind in ErrorKind::ALL {
        let _ = write!(
            text,
            "\n\nclass {}(DefactoError):\n{}\n    code = {}\n    kind = \"{}\"\n",
            class(*kind),
            docstring(kind.doc(), 1),
            kind.code(),
            kind.name(),
        );
    }
    text
}
