//! `Models.kt`: a class an object; `Words.kt`: a class an open enum.

use std::fmt::Write as _;

use defacto_types::catalogue::enums;
use defacto_types::schema::{FieldShape, Model, Shape};

use super::shape::{is_secret, reader, sent, ty};
use super::{MARK, camel, comment, identifier, plain, quoted};
use crate::codegen::reach::Models;

pub(super) fn classes(answered: &Models, taken: &Models) -> String {
    let mut text = format!(
        "{MARK}package defacto.sdk.models\n\nimport defacto.sdk.*\nimport java.math.BigDecimal\n\
         import java.time.Instant\nimport java.time.LocalDate\n"
    );
    let mut all = answered.clone();
    all.extend(taken.clone());
    for model in all.values() {
        let name = model.name;
        let _ = write!(text, "\n{}", comment(&plain(model.doc), 0));
        let _ = writeln!(
            text,
            "public class {name} internal constructor(raw: Raw) : Model(raw) {{"
        );
        if taken.contains_key(name) {
            text.push_str(&constructor(model));
        }
        for field in &model.fields {
            text.push_str(&property(field));
        }
        let _ = write!(
            text,
            "    override val shape: Shape<{name}> get() = Companion\n\n    /** Makes it of what has no name here. */\n    \
             public companion object : Shape<{name}>(\"{name}\", {{ {name}(it) }}, listOf({}), setOf({}))\n}}\n",
            names(model, |_| true),
            names(model, |field| is_secret(&field.shape)),
        );
    }
    text
}

/// The fields' names on the wire.
fn names(model: &Model, wanted: impl Fn(&FieldShape) -> bool) -> String {
    let fields = model.fields.iter().filter(|field| wanted(field));
    fields
        .map(|field| quoted(field.wire))
        .collect::<Vec<_>>()
        .join(", ")
}

/// From named arguments; those that must be given come first.
fn constructor(model: &Model) -> String {
    let mut fields: Vec<_> = model.fields.iter().collect();
    fields.sort_by_key(|field| !field.required);
    let mut doc = "Left out is not sent; [extra] has fields by the server's names, sent as they are, null too.".to_owned();
    let (mut params, mut given) = (String::new(), String::new());
    for field in fields {
        let name = camel(field.name);
        let _ = write!(doc, "\n@param {name} {}", plain(field.doc));
        let (mark, default) = if field.required {
            ("", "")
        } else {
            ("?", " = null")
        };
        let _ = writeln!(
            params,
            "        {}: {}{mark}{default},",
            identifier(&name),
            ty(&field.shape)
        );
        let value = sent(&field.shape, &identifier(&name));
        let _ = write!(given, ", {} to {value}", quoted(field.wire));
    }
    format!(
        "{}    public constructor(\n{params}        extra: Map<String, Any?> = emptyMap(),\n    ) : this(Raw.of(extra{given}))\n\n",
        comment(&doc, 1)
    )
}

fn property(field: &FieldShape) -> String {
    let wire = quoted(field.wire);
    let (ty, read) = (ty(&field.shape), reader(&field.shape));
    let (ty, read) = match &field.shape {
        // A list that is not there has nothing in it.
        Shape::List(item) => (ty, format!("list({wire}, {})", reader(item))),
        Shape::Map(item) => (ty, format!("map({wire}, {})", reader(item))),
        _ if field.essential => (ty, format!("need({wire}, {read})")),
        _ => (format!("{ty}?"), format!("get({wire}, {read})")),
    };
    format!(
        "{}    public val {}: {ty} get() = {read}\n\n",
        comment(&plain(field.doc), 1),
        identifier(&camel(field.name))
    )
}

pub(super) fn words() -> String {
    let mut text = format!("{MARK}package defacto.sdk.models\n\nimport defacto.sdk.*\n");
    for open in enums() {
        let name = open.name;
        let _ = write!(text, "\n{}", comment(&plain(open.doc), 0));
        let _ = write!(
            text,
            "public class {name} private constructor(text: String) : Word(text) {{\n    \
             /** The words known today. */\n    \
             public companion object : Words<{name}>({{ {name}(it) }}) {{\n"
        );
        for value in &open.values {
            text.push_str(&comment(&plain(value.doc), 2));
            let _ = writeln!(
                text,
                "        @JvmField public val {}: {name} = known({})",
                constant(value.name),
                quoted(value.text)
            );
        }
        text.push_str("    }\n}\n");
    }
    text
}

/// `ToRepay` as `TO_REPAY`, `EUR` as it is.
fn constant(name: &str) -> String {
    let mut out = String::new();
    let mut last = '_';
    for letter in name.chars() {
        if letter.is_uppercase() && (last.is_lowercase() || last.is_numeric()) {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
        last = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::constant;

    #[test]
    fn words_are_constants() {
        for (name, wanted) in [
            ("ToRepay", "TO_REPAY"),
            ("EUR", "EUR"),
            ("Cat1", "CAT1"),
            ("J2Late", "J2_LATE"),
        ] {
            assert_eq!(constant(name), wanted);
        }
    }
}
