//! `_client.py`, `__init__.py` and the modules of the library's verbs.

use std::fmt::Write as _;

use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS, OPTIONS, SETTINGS, SettingKind, TRACKER_SETTINGS};

use super::shape::kind;
use super::{Face, MARK, docstring, errors, wrapped};
use crate::codegen::rust::pascal;

pub(super) fn client(face: Face) -> String {
    let (prefix, package) = (face.prefix(), face.package());
    let mut text = format!(
        "{MARK}\"\"\"The client{} and its resource groups.\"\"\"\n\nfrom __future__ import annotations\n\n\
         from ._base import Base{prefix}Client, cached_property\n\
         from ._names import Mapping, Self, Sequence, params, typing as _t\n\
         from ._wire import TYPE_CHECKING, given\n\nif TYPE_CHECKING:\n",
        match face {
            Face::Blocking => "",
            Face::Async => " for asyncio",
        }
    );
    let mut groups: Vec<_> = GROUPS.iter().map(|(group, _)| *group).collect();
    groups.sort_unstable();
    for group in groups {
        let _ = writeln!(
            text,
            "    from .{package}.{group} import {prefix}{}",
            pascal(group)
        );
    }
    let module = tracker_module(face);
    let _ = writeln!(text, "    from .{module} import {prefix}Tracker");
    let _ = write!(
        text,
        "\n\nclass {prefix}Client(Base{prefix}Client):\n    __doc__ = Base{prefix}Client.__doc__\n\n"
    );
    text.push_str(&init());
    text.push('\n');
    text.push_str(&with_options());
    text.push_str(&tracker(face));
    let (start, wait) = face.words();
    let _ = write!(
        text,
        "\n    {start}def hello(self) -> str:\n        \"\"\"Asks the server to greet back.\"\"\"\n\
         \x20       return {wait}self.testing.hello()\n",
    );
    for (group, doc) in GROUPS {
        let name = format!("{prefix}{}", pascal(group));
        // A group is loaded when it is first used: that keeps the import fast.
        let _ = write!(
            text,
            "\n    @cached_property\n    def {group}(self) -> {name}:\n{}\
             \x20       from .{package}.{group} import {name}\n\n        return {name}(self._door)\n",
            docstring(doc, 2)
        );
    }
    text
}

/// The type of a setting.
pub(super) fn setting(kind: SettingKind) -> String {
    match kind {
        SettingKind::Word(words) => {
            let words: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
            format!("_t.Literal[{}]", words.join(", "))
        }
        SettingKind::Seconds => "float".to_owned(),
        SettingKind::Count => "int".to_owned(),
        SettingKind::Flag => "bool".to_owned(),
        SettingKind::Texts => "Mapping[str, str]".to_owned(),
        SettingKind::Values => "Mapping[str, _t.Any]".to_owned(),
        SettingKind::Secrets => "Sequence[str]".to_owned(),
        _ => "str".to_owned(),
    }
}

fn init() -> String {
    let mut text = "    def __init__(\n        self,\n\
                    \x20       settings: params.Settings | None = None,\n        /,\n        *,\n"
        .to_owned();
    let mut doc =
        "Opens a client; nothing is sent. A key and either an environment or a base URL\n\
                   are needed.\n\nArguments:\n    settings: Any of the following, as a mapping.\n"
            .to_owned();
    let mut pairs = String::new();
    for row in SETTINGS {
        let _ = writeln!(
            text,
            "        {}: {} | None = None,",
            row.name,
            setting(row.kind)
        );
        let _ = writeln!(pairs, "            \"{0}\": {0},", row.name);
        doc.push_str(&wrapped(&format!("{}: {}", row.name, row.doc), "    "));
    }
    let _ = write!(
        text,
        "    ) -> None:\n{}        fields: dict[str, _t.Any] = {{\n{pairs}        }}\n\
         \x20       super().__init__({{**(settings or {{}}), **given(fields)}})\n",
        docstring(&doc, 2)
    );
    text
}

fn with_options() -> String {
    let mut text = "    def with_options(\n        self,\n        *,\n".to_owned();
    let mut doc =
        "The same client, on the same connections, with these options in every call made\n\
                   through it.\n\nArguments:\n"
            .to_owned();
    let mut pairs = String::new();
    for row in OPTIONS {
        let _ = writeln!(
            text,
            "        {}: {} | None = None,",
            row.name,
            setting(row.kind)
        );
        let _ = writeln!(pairs, "                \"{0}\": {0},", row.name);
        doc.push_str(&wrapped(&format!("{}: {}", row.name, row.doc), "    "));
    }
    let _ = write!(
        text,
        "    ) -> Self:\n{}        return self._with(\n            {{\n{pairs}            }}\n        )\n",
        docstring(&doc, 2)
    );
    text
}

/// Where the tracker's class is; asyncio is not loaded for the other.
fn tracker_module(face: Face) -> &'static str {
    match face {
        Face::Blocking => "tracker",
        Face::Async => "_async_tracker",
    }
}

/// What opens a tracker.
fn tracker(face: Face) -> String {
    let (prefix, module) = (face.prefix(), tracker_module(face));
    let mut text =
        "\n    def tracker(\n        self,\n        store: str,\n        *,\n".to_owned();
    let mut doc =
        "A tracker of this client's loans: a client too, on the same connections, whose\n\
                   changes are written down before they are sent, and which tells what becomes\n\
                   of every loan. Close it before its store is opened again.\n\nArguments:\n"
            .to_owned();
    let mut pairs = String::new();
    for row in TRACKER_SETTINGS {
        if row.name != "store" {
            let ty = setting(row.kind);
            let _ = writeln!(text, "        {}: {ty} | None = None,", row.name);
        }
        let _ = writeln!(pairs, "                \"{0}\": {0},", row.name);
        doc.push_str(&wrapped(&format!("{}: {}", row.name, row.doc), "    "));
    }
    let _ = write!(
        text,
        "    ) -> {prefix}Tracker:\n{}        from .{module} import {prefix}Tracker\n\n        \
         settings = given(\n            {{\n{pairs}            }}\n        )\n        \
         return {prefix}Tracker.over(self._door.track(settings))\n",
        docstring(&doc, 2)
    );
    text
}

/// The settings as a typed dictionary.
pub(super) fn settings() -> String {
    let mut text =
        "\n\nclass Settings(_t.TypedDict, total=False):\n    \"\"\"The settings of a client.\"\"\"\n"
            .to_owned();
    for row in SETTINGS {
        let _ = write!(
            text,
            "    {}: {} | None\n{}",
            row.name,
            setting(row.kind),
            docstring(&wrapped(row.doc, ""), 1)
        );
    }
    text
}

pub(super) fn package() -> String {
    let mut names: Vec<String> = ErrorKind::ALL
        .iter()
        .map(|kind| errors::class(*kind))
        .collect();
    names.push("DefactoError".to_owned());
    names.sort_unstable();
    let functions: Vec<_> = FUNCTIONS.iter().map(|function| function.name).collect();
    let mut text = format!(
        "{MARK}\"\"\"Client of the Defacto lending API: loans against invoices, from borrower to\n\
         repayment.\n\n>>> from defacto_sdk import Client\n\
         >>> client = Client(api_key=\"your-key\", environment=\"sandbox\")\n\
         >>> for loan in client.loans.list(status=[\"TO_REPAY\"]):\n\
         ...     print(loan.id, loan.status, loan.amount)\n\"\"\"\n\n\
         from __future__ import annotations\n\n\
         from ._client import Client\nfrom ._response import Response\nfrom ._wire import TYPE_CHECKING, UNSET\n\
         from .errors import (\n"
    );
    for name in &names {
        let _ = writeln!(text, "    {name},");
    }
    let _ = write!(
        text,
        ")\nfrom .money import {}\n\nif TYPE_CHECKING:\n    from typing import Any\n\n    from ._async_client import AsyncClient\n    from ._async_tracker import AsyncTracker\n    from .tracker import Tracker\n\n    __version__: str\n\n__all__ = [\n",
        functions.join(", ")
    );
    names.extend(
        [
            "AsyncClient",
            "AsyncTracker",
            "Client",
            "Response",
            "Tracker",
            "UNSET",
        ]
        .map(str::to_owned),
    );
    names.extend(functions.iter().map(|name| (*name).to_owned()));
    names.sort_unstable();
    for name in &names {
        let _ = writeln!(text, "    \"{name}\",");
    }
    text.push_str("]\n");
    // asyncio takes longer to load than all the rest.
    text.push_str(
        "\n\ndef __getattr__(name: str) -> Any:\n    if name == \"AsyncClient\":\n\
         \x20       from ._async_client import AsyncClient\n\n        return AsyncClient\n\
         \x20   if name == \"AsyncTracker\":\n\
         \x20       from ._async_tracker import AsyncTracker\n\n        return AsyncTracker\n\
         \x20   if name == \"Tracker\":\n\
         \x20       from .tracker import Tracker\n\n        return Tracker\n\
         \x20   if name == \"__version__\":\n\
         \x20       from importlib.metadata import version\n\n        return version(\"defacto-sdk\")\n\
         \x20   raise AttributeError(f\"module {__name__!r} has no attribute {name!r}\")\n\n\n\
         def __dir__() -> list[str]:\n    return sorted({*globals(), *__all__, \"__version__\"})\n",
    );
    text
}

/// A module's verbs.
pub(super) fn functions(group: &str) -> String {
    let mut text = format!(
        "{MARK}\"\"\"What a loan costs. Amounts are cents, rates percent per day.\"\"\"\n\n\
         from __future__ import annotations\n\nfrom ._door import function\nfrom ._names import decimal as _decimal\n"
    );
    for function in FUNCTIONS.iter().filter(|function| function.group == group) {
        let mut doc = format!("{}\nArguments:\n", wrapped(function.doc, ""));
        let mut signature = String::new();
        let mut arguments = String::new();
        for param in function.params {
            let _ = writeln!(
                doc,
                "{}: {}, in {}.",
                param.name,
                param.doc,
                param.kind.unit()
            );
            let _ = write!(signature, ", {}: {}", param.name, kind(param.kind).0);
            let _ = write!(arguments, "\"{0}\": {0}, ", param.name);
        }
        let returns = kind(function.returns).1;
        let _ = write!(
            text,
            "\n\ndef {}(*{signature}) -> {returns}:\n{}    \
             result: {returns} = function(\"{function}\", {{{}}})\n    return result\n",
            function.name,
            docstring(&doc, 1),
            arguments.trim_end_matches(", ")
        );
    }
    text
}
