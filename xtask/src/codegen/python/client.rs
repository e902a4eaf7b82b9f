//! `_client.py`, `__init__.py` and the modules of the library's verbs.

use std::fmt::Write as _;

use defacto_types::operations::GROUPS;
use defacto_types::{ErrorKind, FUNCTIONS};

use super::shape::kind;
use super::{MARK, docstring, errors, wrapped};
use crate::codegen::rust::pascal;

pub(super) fn client() -> String {
    let mut text = format!(
        "{MARK}\"\"\"The client and its resource groups.\"\"\"\n\nfrom __future__ import annotations\n\n\
         from functools import cached_property\nfrom typing import TYPE_CHECKING\n\n\
         from ._base import BaseClient\n\nif TYPE_CHECKING:\n"
    );
    let mut groups: Vec<_> = GROUPS.iter().map(|(group, _)| *group).collect();
    groups.sort_unstable();
    for group in groups {
        let _ = writeln!(text, "    from .resources.{group} import {}", pascal(group));
    }
    text.push_str(
        "\n\nclass Client(BaseClient):\n    __doc__ = BaseClient.__doc__\n\n\
         \x20   def hello(self) -> str:\n        \"\"\"Asks the server to greet back.\"\"\"\n\
         \x20       return self.testing.hello()\n",
    );
    for (group, doc) in GROUPS {
        let name = pascal(group);
        // A group is loaded when it is first used: that keeps the import fast.
        let _ = write!(
            text,
            "\n    @cached_property\n    def {group}(self) -> {name}:\n{}\
             \x20       from .resources.{group} import {name}\n\n        return {name}(self._door)\n",
            docstring(doc, 2)
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
         >>> client = Client(api_key=\"your key\", environment=\"sandbox\")\n\
         >>> for loan in client.loans.list(status=[\"TO_REPAY\"]):\n\
         ...     print(loan.id, loan.status, loan.amount)\n\"\"\"\n\n\
         from ._client import Client\nfrom .errors import (\n"
    );
    for name in &names {
        let _ = writeln!(text, "    {name},");
    }
    let _ = write!(
        text,
        ")\nfrom .money import {}\n\n__all__ = [\n",
        functions.join(", ")
    );
    names.push("Client".to_owned());
    names.extend(functions.iter().map(|name| (*name).to_owned()));
    names.sort_unstable();
    for name in &names {
        let _ = writeln!(text, "    \"{name}\",");
    }
    text.push_str("]\n");
    text
}

/// A module's verbs.
pub(super) fn functions(group: &str) -> String {
    let mut text = format!(
        "{MARK}\"\"\"What a loan costs. Amounts are cents, rates percent per day.\"\"\"\n\n\
         from __future__ import annotations\n\nfrom typing import TYPE_CHECKING\n\n\
         from ._door import function\n\nif TYPE_CHECKING:\n    import decimal as _decimal\n"
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
