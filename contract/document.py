#!/usr/bin/env python3
"""Prints the contract as one whole document, in which every reference leads somewhere.

Schemas that the contract only points at are taken for anything. Answers are of type
`application/json`, where the contract says `*/*`: a server that is made from it would
not know what to send."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def refs(value: Any) -> set[tuple[str, str]]:
    """The components it points at: their kinds and names."""
    if isinstance(value, dict):
        own = value.get("$ref")
        found: set[tuple[str, str]] = set()
        if isinstance(own, str):
            _, _, kind, name = own.split("/")
            found.add((kind, name))
        return found.union(*map(refs, value.values()))
    return set().union(*map(refs, value)) if isinstance(value, list) else set()


def answers(contract: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of every operation, by their status."""
    operations = (each for path in contract["paths"].values() for each in path.values())
    return [operation.get("responses", {}) for operation in operations]


def document() -> dict[str, Any]:
    """The contract as a whole document."""
    contract: dict[str, Any] = json.loads((HERE / "facts.json").read_text())
    contract["info"] = {"title": "contract", "version": "0"}
    components = contract["components"]
    schemas = components["schemas"]
    for kind, name in sorted(refs(contract)):
        if name in components.setdefault(kind, {}):
            continue
        schema = {"$ref": f"#/components/schemas/{name}"} if name in schemas else {}
        body = {"content": {"application/json": {"schema": schema}}}
        components[kind][name] = body if kind == "requestBodies" else {}
    # The only `default` answer is that of 200.
    for each in answers(contract):
        # Nothing comes with 204, of whatever type.
        each.get("204", {}).pop("content", None)
        if "default" in each:
            each.setdefault("200", each.pop("default"))
    return contract


def main() -> None:
    contract = document()
    for each in answers(contract):
        for answer in each.values():
            content = answer.get("content", {})
            if "*/*" in content:
                content["application/json"] = content.pop("*/*")
    json.dump(contract, sys.stdout)


if __name__ == "__main__":
    main()
