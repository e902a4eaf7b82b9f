"""The native module with JSON put into objects and back."""

from __future__ import annotations

import sys
from _thread import get_ident

try:
    from . import _native
except ImportError as _error:
    if "subinterpreter" not in str(_error):
        raise
    raise ImportError(
        "defacto_sdk does not work in a subinterpreter: import it in the main interpreter"
    ) from _error
from ._log import follow
from ._wire import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Self


class BaseDoor:
    """One client of the native module, with the options of its calls."""

    __slots__ = ("_native", "_options", "_record")

    def __init__(
        self,
        native: _native.NativeClient,
        options: dict[str, Any] | None = None,
        record: list[_native.Reply] | None = None,
    ) -> None:
        self._native = native
        self._options = options
        self._record = record

    @classmethod
    def open(cls, settings: dict[str, Any]) -> Self:
        """A new client; nothing is sent."""
        follow()
        return cls(_native.NativeClient(_native.dumps(settings)))

    def track(self, settings: dict[str, Any]) -> Self:
        """A tracker of the client's loans: a client too."""
        native = self._native.track(_native.dumps(settings))
        return type(self)(native, self._options)

    def close(self) -> None:
        """Lets go of the connections, in every view and list made of it."""
        self._native.close()

    def with_options(self, options: dict[str, Any]) -> Self:
        """The same client with these options of a call over those it has."""
        return type(self)(self._native, {**(self._options or {}), **options}, self._record)

    def recording(self, record: list[_native.Reply]) -> Self:
        """The same client, noting down what it was answered."""
        return type(self)(self._native, self._options, record)

    def list(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
    ) -> _native.NativePages:
        """A list, read as it is asked for."""
        return self._native.pages(operation, self._input(path, query, None))

    def _input(
        self, path: Any, query: Any, body: Any, more: dict[str, Any] | None = None
    ) -> bytes:
        follow()
        parts = {"path": path, "query": query, "body": body, "options": self._options}
        if more is not None:
            parts |= more
        return _native.dumps({name: part for name, part in parts.items() if part is not None})

    def _read(self, reply: _native.Reply) -> Any:
        if self._record is not None:
            self._record.append(reply)
        return reply[0]


class Door(BaseDoor):
    """A client whose calls block."""

    __slots__ = ()

    def call(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
        body: Any = None,
        file: tuple[str, bytes] | None = None,
        more: dict[str, Any] | None = None,
    ) -> Any:
        """Sends one operation and waits for its answer; `more` is what else
        its input has."""
        request = self._input(path, query, body, more)
        recorded = self._record is not None
        return self._read(self._native.call(operation, request, file, is_main(), recorded))


def is_main() -> bool:
    """Whether this thread is the one that signals interrupt. Where nobody has
    loaded `threading`, there is no other."""
    main = getattr(sys.modules.get("threading"), "main_thread", None)
    return main is None or get_ident() == main().ident


def function(name: str, arguments: dict[str, Any]) -> Any:
    """Calls a verb of the library."""
    return _native.loads(_native.function(name, _native.dumps(arguments)))
