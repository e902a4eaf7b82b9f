//! What an answer is read as: `types.pyi` for whoever reads the code, a module
//! of `_models` a class and `types.py`, which loads them as they are used;
//! `params.py`: what may be passed for a model, as a dict.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use defacto_types::OPERATIONS;
use defacto_types::catalogue::{enums, models};
use defacto_types::operation::Body;
use defacto_types::schema::{FieldShape, Model, Shape};

use super::shape::{is_secret, made, read, written};
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
        "{MARK}{DOC}import datetime as _dt\nimport decimal as _decimal\nimport typing as _t\n\n\
         from . import _wire\n"
    );
    for open in enums() {
        let _ = writeln!(text, "from ._models.words import {0} as {0}", open.name);
    }
    text.push_str("\n__all__ = [\n");
    let names = enums().into_iter().map(|open| open.name);
    for name in names.chain(models.iter().map(|model| model.name)) {
        let _ = writeln!(text, "    \"{name}\",");
    }
    text.push_str("]\n");
    for model in models {
        let _ = write!(
            text,
            "\nclass {}(_wire.Model):\n{}",
            model.name,
            docstring(&plain(model.doc), 1)
        );
        for field in &model.fields {
            let ty = getter(field, "");
            let _ = write!(text, "\n{}        ...\n", head(field, &ty));
        }
    }
    text
}

/// The module `types` as it runs.
fn loader(models: &[Model]) -> String {
    let mut text = format!(
        "{MARK}{DOC}from __future__ import annotations\n\n\
         # What the annotations of the classes name.\n\
         from . import types as t\n\
         from ._names import datetime as _dt, decimal as _decimal, typing as _t\n\n\
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
    // Annotations are read in the module that the class says it is of.
    let mut checked = String::new();
    if ["-> t.", "[t.", ", t.", ": t."]
        .iter()
        .any(|used| class.contains(used))
    {
        checked.push_str("    from .. import types as t\n");
    }
    let names: Vec<_> = super::NAMES
        .iter()
        .filter(|(used, _)| class.contains(used) && used.starts_with('_'))
        .map(|(_, name)| *name)
        .collect();
    if !names.is_empty() {
        let _ = writeln!(checked, "    from .._names import {}", names.join(", "));
    }
    let (also, checked) = if checked.is_empty() {
        ("", checked)
    } else {
        ("TYPE_CHECKING, ", format!("\nif TYPE_CHECKING:\n{checked}"))
    };
    format!(
        "{MARK}from __future__ import annotations\n\n\
         from .._wire import {also}Field, Model\n{checked}{class}"
    )
}

fn class(model: &Model) -> String {
    let mut text = format!(
        "\n\nclass {}(Model):\n{}\n    __slots__ = ()\n    __module__ = \"defacto_sdk.types\"\n",
        model.name,
        docstring(&plain(model.doc), 1)
    );
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
        let _ = write!(
            text,
            "\n    {}: {} = Field(\n        \"{}\",\n        \"{}\",\n{},\n    )\n",
            identifier(field.name),
            getter(field, "t."),
            field.wire,
            made(&field.shape, is_needed(field)),
            docstring(&plain(field.doc), 2).trim_end()
        );
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

/// A property's type.
fn getter(field: &FieldShape, module: &str) -> String {
    let ty = read(&field.shape, module);
    match &field.shape {
        Shape::List(_) | Shape::Map(_) | Shape::Any => ty,
        _ if is_needed(field) => ty,
        _ => format!("{ty} | None"),
    }
}

/// Whether reading it fails where it is not there. The core refuses such an
/// answer; in a page nobody has looked.
fn is_needed(field: &FieldShape) -> bool {
    field.essential && made(&field.shape, false).is_empty()
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
         from __future__ import annotations\n\n\
         import datetime as _dt\nimport decimal as _decimal\nimport typing as _t\n\
         from collections.abc import Mapping, Sequence\n\n\
         from . import types as t\n\n\
         if _t.TYPE_CHECKING:\n    from typing_extensions import Required\n\
         elif hasattr(_t, \"Required\"):\n    Required = _t.Required\n\
         else:\n\n    class Required:\n\
         \x20       def __class_getitem__(cls, item):\n            return item\n"
    );
    text.push_str(&super::client::settings());
    for (name, model) in wanted {
        let _ = write!(
            text,
            "\n\nclass {name}(_t.TypedDict, total=False):\n{}",
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
