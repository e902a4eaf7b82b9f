"""Every operation, in both clients alike, with its documentation."""

from __future__ import annotations

import inspect
import json
import pydoc
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import defacto_sdk
from defacto_sdk import AsyncClient, Client
from defacto_sdk._pager import AsyncPager, Pager

# No stub of pydoc names it.
PLAIN: Any = vars(pydoc)["plaintext"]
ROOT = Path(__file__).parents[2]
NOWHERE: dict[str, Any] = {"api_key": "k-123456789", "base_url": "http://127.0.0.1:9"}


def methods(client: Any) -> dict[str, Any]:
    found = {}
    for group in dir(type(client)):
        resource = getattr(client, group, None)
        if type(resource).__module__.startswith("defacto_sdk.") and not group.startswith("_"):
            for name in dir(resource):
                if not name.startswith("_"):
                    found[f"{group}.{name}"] = getattr(resource, name)
    return found


def test_all_operations_are_there_in_both() -> None:
    listed = set(re.findall(r"^\| (\w+\.\w+) \|", (ROOT / "docs" / "operations.md").read_text(), re.M))
    blocking, awaited = methods(Client(**NOWHERE)), methods(AsyncClient(**NOWHERE))
    assert blocking.keys() == listed
    assert len(listed) == 78, "77 operations and a wait"
    assert blocking.keys() == awaited.keys()
    for name, method in blocking.items():
        other = awaited[name]
        assert inspect.signature(method).parameters == inspect.signature(other).parameters
        assert method.__doc__ and method.__doc__ == other.__doc__
        is_list = "Pager[" in str(inspect.signature(method).return_annotation)
        assert inspect.iscoroutinefunction(other) != is_list, name
        # A path's parameters may stand by position; all others have names.
        for parameter in inspect.signature(method).parameters.values():
            by_name = parameter.kind is parameter.KEYWORD_ONLY
            assert by_name or (parameter.default is parameter.empty and name != "loans.create")


def test_help_shows_the_documentation() -> None:
    text = pydoc.render_doc(Client(**NOWHERE).loans.create, renderer=PLAIN)
    assert "Principal, in cents" in text and "amount: 'int'" in text
    for thing in (Client, AsyncClient, defacto_sdk.interest, Pager, AsyncPager, defacto_sdk):
        assert pydoc.render_doc(thing, renderer=PLAIN)
    # pydoc imports these by name, without a client.
    assert "resource groups" in pydoc.render_doc("defacto_sdk._client")


def test_is_loaded_lazily() -> None:
    program = (
        "import sys, json; before = set(sys.modules); import defacto_sdk; "
        "print(json.dumps(sorted(set(sys.modules) - before)))"
    )
    run = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True)
    loaded = set(json.loads(run.stdout))
    assert not loaded & {"asyncio", "logging", "decimal", "defacto_sdk.types"}, loaded


def test_says_its_version() -> None:
    assert defacto_sdk.__version__.count(".") == 2
