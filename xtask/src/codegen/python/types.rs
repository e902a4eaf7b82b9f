//! `types.py`: a class a model, an alias an open enum; `params.pyi`: what may
//! be passed for a model, as a dict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use defacto_types::OPERATIONS;
use defacto_types::catalogue::{enums, models};
use defacto_types::operation::Body;
use defacto_types::schema::{FieldShape, Model, Shape};

use super::shape::{decoder, is_secret, read, written};
use super::{MARK, docstring, identifier, wrapped};

pub(super) fn classes() -> String {
    let mut text = format!(
        "{MARK}# mypy: disable-error-code=\"no-any-return\"\n\
         \"\"\"What the API answers with. Every object keeps what the server sent:\n\
         fields and values this version does not know are in `extra` and `to_dict()`.\n\"\"\"\n\n\
         from __future__ import annotations\n\nfrom typing import TYPE_CHECKING, Any, Literal\n\nfrom . import _wire\n\n\
         if TYPE_CHECKING:\n    import datetime as _dt\n    import decimal as _decimal\n"
    );
    for open in enums() {
        let _ = write!(text, "\n{} = (\n    Literal[\n", open.name);
        for value in &open.values {
            let _ = writeln!(text, "        \"{}\",", value.text);
        }
        let _ = write!(
            text,
            "    ]\n    | str\n)\n{}",
            docstring(&plain(open.doc), 0)
        );
    }
    for model in models() {
        // Queries are arguments, never answers.
        if !model.schema.is_empty() {
            text.push_str(&class(&model));
        }
    }
    text
}

fn class(model: &Model) -> String {
    let mut text = format!(
        "\n\nclass {}(_wire.Model):\n{}\n    __slots__ = ()\n    _fields = frozenset(\n        (\n",
        model.name,
        docstring(&plain(model.doc), 1)
    );
    for field in &model.fields {
        let _ = writeln!(text, "            \"{}\",", field.wire);
    }
    text.push_str("        )\n    )\n");
    let secrets: Vec<_> = model
        .fields
        .iter()
        .filter(|field| is_secret(&field.shape))
        .map(|field| format!("\"{}\"", field.wire))
        .collect();
    if !secrets.is_empty() {
        let _ = writeln!(text, "    _secrets = frozenset(({},))", secrets.join(", "));
    }
    for field in &model.fields {
        text.push_str(&property(field));
    }
    text
}

fn property(field: &FieldShape) -> String {
    let get = format!("self._data.get(\"{}\")", field.wire);
    let (ty, value) = match &field.shape {
        Shape::List(item) => (
            read(&field.shape, ""),
            match decoder(item) {
                Some(make) => format!("[{make}(item) for item in {get} or ()]"),
                None => format!("list({get} or ())"),
            },
        ),
        Shape::Map(item) => (
            read(&field.shape, ""),
            match decoder(item) {
                Some(make) => format!(
                    "{{name: {make}(item) for name, item in (_wire.copied({get}) or {{}}).items()}}"
                ),
                None => format!("_wire.copied({get}) or {{}}"),
            },
        ),
        // Copies: what is shared could be changed.
        Shape::Any => ("Any".to_owned(), format!("_wire.copied({get})")),
        Shape::Object => (
            format!("{} | None", read(&field.shape, "")),
            format!("_wire.copied({get})"),
        ),
        // The core refuses an answer without it; in a page nobody has looked.
        shape if field.essential && decoder(shape).is_none() => (
            read(shape, ""),
            format!("_wire.needed(self._data, \"{}\")", field.wire),
        ),
        shape => (
            format!("{} | None", read(shape, "")),
            match decoder(shape) {
                Some(make) => format!("_wire.optional({make}, {get})"),
                None => get,
            },
        ),
    };
    format!(
        "\n    @property\n    def {}(self) -> {ty}:\n{}        return {value}\n",
        identifier(field.name),
        docstring(&plain(field.doc), 2)
    )
}

/// A dict type for each model that some operation takes.
pub(super) fn params() -> Result<String, String> {
    let all: BTreeMap<_, _> = models()
        .into_iter()
        .map(|model| (model.name, model))
        .collect();
    let mut wanted = BTreeMap::new();
    for operation in OPERATIONS {
        if let Body::Json(ty) | Body::Form(ty) | Body::Multipart(ty) = operation.body {
            let model = all
                .get(ty)
                .ok_or_else(|| format!("{operation}: there is no model {ty}"))?;
            for field in &model.fields {
                collect(&field.shape, &mut wanted);
            }
        }
    }
    let mut text = format!(
        "{MARK}\"\"\"What may be passed for an object: a dict of these, or the object itself.\"\"\"\n\n\
         import datetime as _dt\nimport decimal as _decimal\n\
         from collections.abc import Mapping, Sequence\nfrom typing import Any, Literal, TypedDict\n\n\
         from typing_extensions import Required\n\nfrom . import types as t\n"
    );
    text.push_str(&super::client::settings());
    for (name, model) in wanted {
        let _ = write!(
            text,
            "\nclass {name}(TypedDict, total=False):\n{}",
            docstring(&plain(model.doc), 1)
        );
        for field in &model.fields {
            let ty = written(&field.shape, "");
            let ty = if field.required {
                format!("Required[{ty}]")
            } else {
                format!("{ty} | None")
            };
            let _ = write!(
                text,
                "    {}: {ty}\n{}",
                field.wire,
                docstring(&plain(field.doc), 1)
            );
        }
    }
    Ok(text)
}

fn collect(shape: &Shape, wanted: &mut BTreeMap<&'static str, Model>) {
    match shape {
        Shape::List(item) | Shape::Map(item) => collect(item, wanted),
        Shape::Model(reflect) => {
            let model = reflect();
            if wanted.insert(model.name, model.clone()).is_none() {
                for field in &model.fields {
                    collect(&field.shape, wanted);
                }
            }
        }
        _ => {}
    }
}

/// Rust's documentation lines, joined and broken again.
fn plain(doc: &str) -> String {
    wrapped(doc, "")
}
