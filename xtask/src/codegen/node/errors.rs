//! `errors.js`: one class a kind of error.

use std::fmt::Write as _;

use defacto_types::ErrorKind;

use super::{MARK, comment, plain};

pub(super) fn classes() -> String {
    let mut text = format!(
        "{MARK}\"use strict\";\n\nconst {{ DefactoError, register }} = require(\"./failure\");\n"
    );
    let mut names = String::new();
    for kind in ErrorKind::ALL {
        let name = kind.name();
        let _ = write!(
            text,
            "\nclass {name}Error extends DefactoError {{}}\nregister({name}Error, \"{name}\", {});\n",
            kind.code()
        );
        let _ = writeln!(names, "  {name}Error,");
    }
    let _ = write!(text, "\nmodule.exports = {{\n  DefactoError,\n{names}}};\n");
    text
}

pub(super) fn declarations() -> String {
    let mut text = format!(
        "{MARK}import {{ DefactoError }} from \"./failure\";\n\nexport {{ DefactoError }} from \"./failure\";\n"
    );
    for kind in ErrorKind::ALL {
        let _ = write!(
            text,
            "\n{}export declare class {}Error extends DefactoError {{\n  readonly code: {};\n  readonly kind: \"{}\";\n}}\n",
            comment(&plain(kind.doc()), 0),
            kind.name(),
            kind.code(),
            kind.name()
        );
    }
    text
}
