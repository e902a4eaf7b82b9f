"""Runs the cases of this folder through the Python package, as a user would,
once with `Client` and once with `AsyncClient`:
python.py COMMON.json CASES.json... BASE_URL. See README.md."""

from __future__ import annotations

import asyncio
import datetime as dt
import inspect
import json
import os
import re
import sys
import tempfile
import urllib.request
from typing import Any

from defacto_sdk import AsyncClient, Client, errors, money

NOTHING = object()
DEFAULTS = {"api_key": "key-0123456789abcdef", "backoff": 0.001}
SETTINGS = '{"salt_replay":"existing","policy":"guide"}'


class Failed(Exception):
    """A case does not hold."""


def at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(step) if isinstance(value, list) else step]
        except (KeyError, IndexError, ValueError, TypeError):
            return NOTHING
    return value


def text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def fill(value: Any, saved: dict[str, Any]) -> Any:
    if isinstance(value, str):
        if whole := re.fullmatch(r"\$\{(\w+)\}", value):
            return saved[whole[1]]
        return re.sub(r"\$\{(\w+)\}", lambda name: text(saved[name[1]]), value)
    if isinstance(value, list):
        return [fill(item, saved) for item in value]
    if isinstance(value, dict) and "$with" in value:
        return {k: v for part in value["$with"] for k, v in fill(part, saved).items()}
    if isinstance(value, dict):
        return {name: fill(part, saved) for name, part in value.items()}
    return value


def instant(value: str) -> dt.datetime:
    return dt.datetime.fromisoformat(value.replace("Z", "+00:00"))


def holds(expected: Any, found: Any) -> bool:
    is_there = found is not NOTHING and found is not None
    rule = next(iter(expected), "") if isinstance(expected, dict) and len(expected) == 1 else ""
    if not rule.startswith("$"):
        same = type(found) is bool if isinstance(expected, bool) else type(found) is not bool
        return found == expected and same if is_there else expected is None
    argument = expected[rule]
    if rule == "$absent" or not is_there:
        return rule == "$absent" and not is_there
    return {
        "$present": lambda: True,
        "$contains": lambda: text(argument) in text(found),
        "$lacks": lambda: text(argument) not in text(found),
        "$length": lambda: len(found if isinstance(found, list) else text(found)) == argument,
        "$integer": lambda: type(found) is int and str(found) == argument,
        "$decimal": lambda: str(found) == argument,
        "$time": lambda: instant(text(found)) == instant(argument),
    }[rule]()


def compare(expected: dict[str, Any], value: Any, about: Any) -> None:
    for key, wanted in expected.items():
        is_pointer = key == "" or key.startswith("/")
        found = at(value, key) if is_pointer else about(key)
        if not holds(wanted, found):
            shown = None if found is NOTHING else found
            raise Failed(f"{key!r} should be {wanted!r} and is {shown!r:.300}")


def plain(value: Any) -> Any:
    """A result as the JSON it stands for."""
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "data"):  # a page
        return {"data": plain(value.data)}
    return [plain(item) for item in value] if isinstance(value, list) else value


def about(response: Any) -> Any:
    """What a response says of itself, by name."""

    def get(key: str) -> Any:
        prefix, _, name = key.partition(":")
        return response.headers.get(name) if prefix == "header" else getattr(response, key)

    return get


class Run:
    """A case through `Client`."""

    face = "python"
    make: Any = Client

    def __init__(self, base_url: str, common: dict[str, Any]) -> None:
        self.base_url, self.common = base_url, common
        self.saved: dict[str, Any] = {"base_url": base_url}
        self.control("POST /reset", None)
        self.control("PUT /settings", json.loads(SETTINGS))
        self.folder = tempfile.TemporaryDirectory()
        self.saved["scratch"] = self.folder.name
        self.plain = self.client = self.open({})

    def close(self) -> None:
        """Nothing of a tracker is left."""
        self.untrack()
        self.folder.cleanup()

    def untrack(self) -> None:
        if self.client is not self.plain:
            self.wait(self.client.close())
            self.client = self.plain

    def open(self, settings: dict[str, Any]) -> Any:
        return self.make({**DEFAULTS, "base_url": self.base_url, **settings})

    def wait(self, value: Any) -> Any:
        return value

    def page(self, pages: Any) -> Any:
        return next(pages, None)

    def control(self, request: str, body: Any) -> Any:
        method, path = request.split(" ", 1)
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        url = f"{self.base_url}/_sandbox{path}"
        sent = urllib.request.Request(url, data=data, headers=headers, method=method)
        with urllib.request.urlopen(sent) as answer:
            return json.loads(answer.read() or "null")

    def method(self, operation: str, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
        group, name = operation.split(".")
        method = self.named(self.client, group, name)
        known, options = inspect.signature(method).parameters, given.get("options", {})
        body = given.get("body") or {}
        # What this version does not know is sent beside what it knows.
        if unknown := {field: value for field, value in body.items() if field not in known}:
            options = {**options, "extra_fields": {**options.get("extra_fields", {}), **unknown}}
        if options:
            method = self.named(self.client.with_options(**options), group, name)
        body = {field: value for field, value in body.items() if field in known}
        arguments = {**given.get("path", {}), **given.get("query", {}), **body}
        if file := given.get("file"):
            arguments |= {"file": file["text"].encode(), "file_name": file["name"]}
        return method, arguments

    def named(self, client: Any, group: str, name: str) -> Any:
        # A tracker's verbs are its own.
        return getattr(client if group == "tracker" else getattr(client, group), name)

    def call(self, operation: str, given: dict[str, Any], step: dict[str, Any]) -> tuple[Any, Any]:
        method, arguments = self.method(operation, given)
        response = self.wait(self.client.with_response(method, **arguments))
        return plain(response.value), about(response)

    def waits(self, name: str, given: dict[str, Any], step: dict[str, Any]) -> tuple[Any, Any]:
        method, arguments = self.method(name, given)
        response = self.wait(self.client.with_response(method, **arguments, **given["wait"]))
        return plain(response.value), about(response)

    def raw(self, request: str, given: dict[str, Any], step: dict[str, Any]) -> tuple[Any, Any]:
        client = self.client.with_options(**given.get("options", {}))
        parts = {part: given[part] for part in ("query", "body") if part in given}
        response = self.wait(client.with_response(client.raw, *request.split(" ", 1), **parts))
        return response.value, about(response)

    def list(self, operation: str, given: dict[str, Any], step: dict[str, Any]) -> tuple[Any, Any]:
        method, arguments = self.method(operation, given)
        pager, items, count = method(**arguments), [], 0
        fails, pages = step.get("fails"), pager.pages()
        while count < step.get("pages", sys.maxsize):
            try:
                page = self.page(pages)
            except errors.DefactoError as error:
                if fails is None:
                    if not error.is_retryable and self.page(pager.pages()) is not None:
                        raise Failed("the list goes on after its end") from error
                    raise
                expect_error(fails, error)
                fails, pages = None, pager.pages()
                continue
            if page is None:
                break
            items += [plain(item) for item in page.data]
            count += 1
        if fails is not None:
            raise Failed("no page failed")
        return items, {"count": len(items), "pages": count, "cursor": pager.cursor}.get

    def function(self, name: str, given: dict[str, Any], step: dict[str, Any]) -> tuple[Any, Any]:
        return getattr(money, name.split(".")[1])(**given), None

    def journal(self, operation: str, _given: Any, _step: Any) -> tuple[Any, Any]:
        requests = self.control(f"GET /journal?operation={operation}", None)["requests"]
        acted = sum(entry["acted"] for entry in requests)
        return requests, {"requests": len(requests), "acted": acted}.get

    def steps(self, steps: list[dict[str, Any]]) -> None:
        for step in steps:
            if "use" in step:
                self.steps(self.common[step["use"]])
            else:
                self.step(fill(step, self.saved))

    def step(self, step: dict[str, Any]) -> None:
        value: Any = None
        about: Any = {}.get
        try:
            for kind in ("call", "list", "function", "journal", "raw", "wait"):
                if kind in step:
                    run = self.waits if kind == "wait" else getattr(self, kind)
                    value, about = run(step[kind], step.get("input", {}), step)
            if "control" in step:
                value = self.control(step["control"], step.get("body"))
            elif "client" in step:
                self.untrack()
                self.plain = self.client = self.open(step["client"])
            elif "tracker" in step:
                self.untrack()
                settings = dict(step["tracker"])
                self.client = self.plain.tracker(settings.pop("store"), **settings)
            self.saved.update(step.get("let", {}))
        except errors.DefactoError as error:
            if "error" not in step:
                raise Failed(f"{type(error).__name__}: {error}") from error
            return expect_error(step["error"], error)
        if "error" in step:
            raise Failed(f"an error was expected, and {value!r:.200} came")
        for name, pointer in step.get("save", {}).items():
            is_pointer = pointer == "" or pointer.startswith("/")
            self.saved[name] = at(value, pointer) if is_pointer else about(pointer)
        compare(step.get("expect", {}), value, about)


class AsyncRun(Run):
    """The same through `AsyncClient`."""

    face = "python-async"
    make = AsyncClient
    loop = asyncio.new_event_loop()

    def wait(self, value: Any) -> Any:
        return self.loop.run_until_complete(value)

    def page(self, pages: Any) -> Any:
        async def page() -> Any:
            return await anext(pages, None)

        return self.wait(page())


def expect_error(expected: dict[str, Any], error: errors.DefactoError) -> None:
    compare(expected, {"problem": plain(error.problem)}, lambda key: getattr(error, key))


def main(common: str, *rest: str) -> int:
    *files, base_url = rest
    with open(common, encoding="utf-8") as file:
        shared = json.load(file)
    cases = []
    for name in files:
        with open(name, encoding="utf-8") as file:
            cases += json.load(file)
    # To work on some: DEFACTO_CASE=paging.
    cases = [case for case in cases if os.environ.get("DEFACTO_CASE", "") in case["name"]]
    return sum(run_all(kind, cases, base_url, shared) for kind in (Run, AsyncRun)) != 0


def run_all(kind: type[Run], cases: Any, base_url: str, shared: Any) -> int:
    """Runs every case and says how many failed."""
    passed, failed, skipped = 0, 0, 0
    for case in cases:
        # A reason counts for both kinds of client.
        if "python" in case.get("skip", {}):
            skipped += 1
            continue
        run = kind(base_url, shared)
        try:
            run.steps(case["steps"])
            passed += 1
        except (Failed, TypeError, KeyError) as problem:
            failed += 1
            print(f"{kind.face}: {case['name']}: {problem}", file=sys.stderr)
        finally:
            run.close()
    print(f"{kind.face}: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
