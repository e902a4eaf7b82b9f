//! `Errors.kt`: one class a kind of error.

use std::fmt::Write as _;

use defacto_types::ErrorKind;

use super::{MARK, comment, plain, quoted};

pub(super) fn classes() -> String {
    let mut text = format!("{MARK}package defacto.sdk\n");
    let mut cases = String::new();
    for kind in ErrorKind::ALL {
        let (name, code) = (kind.name(), kind.code());
        let _ = write!(
            text,
            "\n{}public class {name}Exception internal constructor(raw: Map<String, Any?>) :\n    \
             DefactoException({code}, {}, raw)\n",
            comment(&plain(kind.doc()), 0),
            quoted(name)
        );
        let _ = writeln!(cases, "    {code}L -> {name}Exception(raw)");
    }
    let _ = write!(
        text,
        "\n/** The exception of a failure as the core tells it. */\n\
         internal fun exceptionOf(raw: Map<String, Any?>): DefactoException = when (val code = raw[\"code\"]) {{\n{cases}    \
         // Of a kind this version does not know.\n    \
         else -> DefactoException((code as? Long)?.toInt() ?: 0, raw[\"kind\"] as? String ?: \"\", raw)\n}}\n"
    );
    text
}
