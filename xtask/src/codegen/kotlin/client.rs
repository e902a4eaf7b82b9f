//! `Client.kt` and `Tracker.kt`, what both have, and the objects of the library's
//! verbs.

use std::fmt::Write as _;

use defacto_types::function::Kind;
use defacto_types::operations::GROUPS;
use defacto_types::{FUNCTIONS, TRACKER, TRACKER_DOC};

use super::resources::method;
use super::shape::kind;
use super::{MARK, camel, comment, plain, quoted};
use crate::codegen::reach::Models;
use crate::codegen::rust::pascal;
use crate::codegen::text::class;

/// The class of the groups: what is written for a client works with a tracker.
pub(super) fn groups() -> String {
    let mut text = format!(
        "{MARK}package defacto.sdk\n\nimport defacto.sdk.resources.*\n\n{}\
         public abstract class Groups<C> internal constructor(face: Face) : BaseClient<C>(face) {{\n",
        comment(
            "What a client and a tracker both have: a group of operations a property.",
            0
        )
    );
    let groups = GROUPS.iter().map(|(group, doc)| {
        format!(
            "{}    public val {}: {class} = {class}(face)\n",
            comment(doc, 1),
            camel(group),
            class = class(group)
        )
    });
    text.push_str(&groups.collect::<Vec<_>>().join("\n"));
    text.push_str("}\n");
    text
}

pub(super) fn client() -> String {
    format!(
        "{MARK}package defacto.sdk\n\n{}\
         public class Client private constructor(face: Face) : Groups<Client>(face) {{\n{}    \
         @JvmOverloads\n    public constructor(settings: ClientSettings, log: Log? = null) : this(Face.open(settings, log))\n\n    \
         override fun over(face: Face): Client = Client(face)\n\n{}    \
         public fun tracker(settings: TrackerSettings): Tracker = Tracker(face.track(settings))\n}}\n",
        comment(
            "A client of the Defacto lending API: a group of operations a property. It may be used from many threads.",
            0
        ),
        comment(
            "Opens a client; nothing is sent.\n@param log What is told what happens in the calls, on the thread where it happens.",
            1
        ),
        comment(
            "Opens a tracker of this client's loans, on the same connections. Close it before its store is opened again; the client stays open.",
            1
        ),
    )
}

pub(super) fn tracker(models: &Models) -> Result<String, String> {
    let mut text = format!(
        "{MARK}package defacto.sdk\n\nimport defacto.sdk.models.*\n\n{}\
         public class Tracker internal constructor(face: Face) : Groups<Tracker>(face) {{\n    \
         override fun over(face: Face): Tracker = Tracker(face)\n\n{}    \
         @JvmOverloads\n    public fun changes(consumer: String, follow: Boolean = false): Changes = Changes(this, consumer, follow)\n",
        comment(
            &format!(
                "{TRACKER_DOC} It is a client too: what changes something is written down before it is sent. Closing it closes the store; stop a run first."
            ),
            0
        ),
        comment(
            "The changes that a consumer has not acknowledged, in order.\n@param follow Whether to wait for the next where there is none left, until the thread is interrupted.",
            1
        ),
    );
    for verb in TRACKER {
        text.push('\n');
        text.push_str(&method(verb, models)?);
    }
    text.push_str("}\n");
    Ok(text)
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
