//! `Client.kt`, and the objects of the library's verbs.

use std::fmt::Write as _;

use defacto_types::FUNCTIONS;
use defacto_types::function::Kind;
use defacto_types::operations::GROUPS;

use super::shape::kind;
use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::rust::pascal;
use crate::codegen::text::class;

pub(super) fn client() -> String {
    let mut text = format!(
        "{MARK}package defacto.sdk\n\nimport defacto.sdk.resources.*\n\n{}\
         public class Client private constructor(face: Face) : BaseClient<Client>(face) {{\n{}    \
         @JvmOverloads\n    public constructor(settings: ClientSettings, log: Log? = null) : this(Face.open(settings, log))\n\n    \
         override fun over(face: Face): Client = Client(face)\n",
        comment(
            "A client of the Defacto lending API: a group of operations a property. It may be used from many threads.",
            0
        ),
        comment(
            "Opens a client; nothing is sent.\n@param log What is told what happens in the calls, on the thread where it happens.",
            1
        ),
    );
    for (group, doc) in GROUPS {
        let _ = write!(
            text,
            "\n{}    public val {}: {class} = {class}(face)\n",
            comment(doc, 1),
            camel(group),
            class = class(group)
        );
    }
    text.push_str("}\n");
    text
}

pub(super) fn verbs(group: &str) -> String {
    let mut text = format!(
        "{MARK}package defacto.sdk\n\nimport java.math.BigDecimal\n\n/** Verbs of the library that send nothing. */\npublic object {} {{\n",
        pascal(group)
    );
    for function in FUNCTIONS.iter().filter(|row| row.group == group) {
        let mut doc = plain(function.doc);
        let (mut params, mut given) = (Vec::new(), Vec::new());
        for param in function.params {
            let name = camel(param.name);
            let _ = write!(
                doc,
                "\n@param {name} {}, in {}.",
                param.doc,
                param.kind.unit()
            );
            params.push(format!("{name}: {}", kind(param.kind).0));
            let value = match param.kind {
                Kind::DailyRate => format!("digits({name})"),
                _ => name,
            };
            given.push(format!("{} to {value}", quoted(param.name)));
        }
        let (ty, read) = kind(function.returns);
        let name = camel(function.name);
        let _ = write!(
            text,
            "{}    @JvmStatic public fun {name}({}): {ty} =\n        {read}(verb({}, {}), {})\n",
            comment(&doc, 1),
            params.join(", "),
            quoted(&function.to_string()),
            given.join(", "),
            quoted(&name)
        );
    }
    text.push_str("}\n");
    text
}
