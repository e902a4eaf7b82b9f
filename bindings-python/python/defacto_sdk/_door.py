"""The native module with JSON put into objects and back."""

from __future__ import annotations

from typing import Any

from . import _native
from ._wire import dumps, loads


class Door:
    """One client of the native module."""

    __slots__ = ("_native",)

    def __init__(self, settings: dict[str, Any]) -> None:
        self._native = _native.NativeClient(dumps(settings))

    def call(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
        body: Any = None,
        file: tuple[str, bytes] | None = None,
    ) -> Any:
        """Sends one operation and waits for its answer."""
        request = {"path": path, "query": query, "body": body}
        return loads(self._native.call(operation, dumps(request), file))

    def list(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
    ) -> _native.NativePages:
        """A list, read as it is asked for."""
        return self._native.pages(operation, dumps({"path": path, "query": query}))


def function(name: str, arguments: dict[str, Any]) -> Any:
    """Calls a verb of the library."""
    return loads(_native.function(name, dumps(arguments)))
