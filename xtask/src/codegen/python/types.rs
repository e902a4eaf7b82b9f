//! What an answer is read as: `types.pyi` for whoever reads the code, a module
//! of `_models` a class and `types.py`, which loads them as they are used;
//! `params.pyi`: what may be passed for a model, as a dict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use defacto_types::OPERATIONS;
use defacto_types::catalogue::{enums, models};
use defacto_types::operation::Body;
use defacto_types::schema::{FieldShape, Model, Shape};

use super::shape::{decoder, is_secret, read, written};
use super::{MARK, docstring, identifier, wrapped};

const DOC: &str = "\"\"\"What the API answers with. Every object keeps what the server sent:\n\
     fields and values this version does not know are in `extra` and `to_dict()`.\n\"\"\"\n\n";

/// The files by their names.
pub(super) fn classes() -> Vec<(String, String)> {
    // Queries are arguments, never answers.
    let models: Vec<_> = models()
        .into_iter()
        .filter(|model| !model.schema.is_empty())
        .collect();
    let mut files = vec![
        ("types.pyi".to_owned(), stub(&models)),
        ("types.py".to_owned(), loader(&models)),
        ("_models/words.py".to_owned(), words()),
        (
            "_models/__init__.py".to_owned(),
            format!(
                "{MARK}\"\"\"A module a class of `types`, loaded when it is first used.\"\"\"\n"
            ),
        ),
    ];
    for model in &models {
        files.push((format!("_models/{}.py", snake(model.name)), module(model)));
    }
    files
}

fn snake(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

/// The aliases of open enums.
fn words() -> String {
    let mut text = format!(
        "{MARK}\"\"\"The words of the API's enums; new ones come through.\"\"\"\n\n\
         from typing import Literal\n"
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
    text
}

/// All there is, with its documentation.
fn stub(models: &[Model]) -> String {
    let mut text = format!(
        "{MARK}{DOC}import datetime as _dt\nimport decimal as _decimal\nfrom typing import Any\n\n\
         from . import _wire\n"
    );
    for open in enums() {
        let _ = writeln!(text, "from ._models.words import {0} as {0}", open.name);
    }
    for model in models {
        let _ = write!(
            text,
            "\nclass {}(_wire.Model):\n{}",
            model.name,
            docstring(&plain(model.doc), 1)
        );
        for field in &model.fields {
            let (ty, _) = getter(field, "");
            let _ = write!(text, "\n{}        ...\n", head(field, &ty));
        }
    }
    text
}

/// The module `types` as it runs.
fn loader(models: &[Model]) -> String {
    let mut text = format!(
        "{MARK}{DOC}from __future__ import annotations\n\n\
         # Loaded when first used: all of them take longer than the rest of a\n\
         # program's start. `types.pyi` has them as they are.\n_MODULES = {{\n"
    );
    for open in enums() {
        let _ = writeln!(text, "    \"{}\": \"words\",", open.name);
    }
    for model in models {
        let _ = writeln!(text, "    \"{}\": \"{}\",", model.name, snake(model.name));
    }
    text.push_str(
        "}\n\n__all__ = list(_MODULES)  # noqa: PLE0605\n\n\n\
         def __getattr__(name: str) -> object:\n\
         \x20   if name not in _MODULES:\n\
         \x20       raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")\n\
         \x20   from importlib import import_module\n\n\
         \x20   module = import_module(f\"._models.{_MODULES[name]}\", __package__)\n\
         \x20   value: object = getattr(module, name)\n\
         \x20   globals()[name] = value\n\
         \x20   return value\n\n\n\
         def __dir__() -> list[str]:\n    return sorted([*globals(), *_MODULES])\n",
    );
    text.replace("  # noqa: PLE0605", "")
}

/// The module of a class.
fn module(model: &Model) -> String {
    let class = class(model);
    let mut text = format!(
        "{MARK}# mypy: disable-error-code=\"no-any-return\"\nfrom __future__ import annotations\n\n"
    );
    let uses = |name: &str| class.contains(name);
    text.push_str(if uses("t.") && model_of_types(&class) {
        "from .. import _wire\nfrom .. import types as t\n"
    } else {
        "from .. import _wire\n"
    });
    let checked: Vec<_> = [
        ("_dt.", "import datetime as _dt"),
        ("_decimal.", "import decimal as _decimal"),
        ("Any", "from typing import Any"),
    ]
    .into_iter()
    .filter(|(used, _)| uses(used))
    .collect();
    if !checked.is_empty() {
        text.push_str("\nif _wire.TYPE_CHECKING:\n");
        for (_, line) in checked {
            let _ = writeln!(text, "    {line}");
        }
    }
    text + &class
}

/// Whether a class names another of `types`.
fn model_of_types(class: &str) -> bool {
    ["-> t.", "[t.", "(t.", ", t.", "{name: t.", " t."]
        .iter()
        .any(|used| class.contains(used))
}

fn class(model: &Model) -> String {
    let mut text = format!(
        "\n\nclass {}(_wire.Model):\n{}\n    __slots__ = ()\n    __module__ = \"defacto_sdk.types\"\n    _fields = frozenset(\n        (\n",
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
        let (ty, value) = getter(field, "t.");
        let _ = write!(text, "\n{}        return {value}\n", head(field, &ty));
    }
    text
}

/// A property up to its docstring.
fn head(field: &FieldShape, ty: &str) -> String {
    format!(
        "    @property\n    def {}(self) -> {ty}:\n{}",
        identifier(field.name),
        docstring(&plain(field.doc), 2)
    )
}

/// A property's type and value; classes are found in this module.
fn getter(field: &FieldShape, module: &str) -> (String, String) {
    let get = format!("self._data.get(\"{}\")", field.wire);
    match &field.shape {
        Shape::List(item) => (read(&field.shape, module), many("many", item, module, &get)),
        Shape::Map(item) => (
            read(&field.shape, module),
            many("mapping", item, module, &get),
        ),
        // Copies: what is shared could be changed.
        Shape::Any => ("Any".to_owned(), format!("_wire.copied({get})")),
        Shape::Object => (
            format!("{} | None", read(&field.shape, module)),
            format!("_wire.copied({get})"),
        ),
        // The core refuses an answer without it; in a page nobody has looked.
        shape if field.essential && decoder(shape, module).is_none() => (
            read(shape, module),
            format!("_wire.needed(self._data, \"{}\")", field.wire),
        ),
        shape => (
            format!("{} | None", read(shape, module)),
            match decoder(shape, module) {
                Some(make) => format!("_wire.optional({make}, {get})"),
                None => get,
            },
        ),
    }
}

/// A list's or a map's value.
fn many(function: &str, item: &Shape, module: &str, get: &str) -> String {
    let make = decoder(item, module).unwrap_or_else(|| "None".to_owned());
    format!("_wire.{function}({make}, {get})")
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
