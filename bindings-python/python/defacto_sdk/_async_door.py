"""Calls of the native module awaited in an event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from . import _log, _native
from ._door import BaseDoor


class AsyncDoor(BaseDoor):
    """A client whose calls are awaited."""

    __slots__ = ()

    async def call(
        self,
        operation: str,
        path: dict[str, str] | None = None,
        query: dict[str, Any] | None = None,
        body: Any = None,
        file: tuple[str, bytes] | None = None,
    ) -> Any:
        """Sends one operation and waits for its answer."""
        request = self._input(path, query, body)
        native = self._native
        reply = await _completions().wait(
            lambda queue, token: native.submit(operation, request, file, queue, token)
        )
        assert reply is not None
        return self._read(reply)

    async def next(self, pages: _native.NativePages) -> _native.Reply | None:
        """The next page; `None` after the last."""
        return await _completions().wait(pages.submit_next)


class Completions:
    """What an event loop waits for. However many calls end between two turns
    of the loop, its one descriptor wakes it once."""

    # No reference to the loop: it is the key under which this is kept.
    __slots__ = ("_futures", "_native", "_token")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._futures: dict[int, asyncio.Future[_native.Reply | None]] = {}
        self._native = _native.NativeCompletions()
        self._token = 0
        loop.add_reader(self._native.fileno(), self._drain)

    async def wait(
        self, submit: Callable[[_native.NativeCompletions, int], _native.NativeTicket]
    ) -> _native.Reply | None:
        """Submits a call and waits for its answer. Whoever is cancelled while
        waiting cancels the call; the core says in the log when a change may
        have been made all the same."""
        self._token = token = self._token + 1
        future = asyncio.get_running_loop().create_future()
        self._futures[token] = future
        ticket = None
        try:
            ticket = submit(self._native, token)
            return await future  # type: ignore[no-any-return]
        except asyncio.CancelledError:
            if token not in self._futures and not future.cancelled():
                _dropped(future.exception() is None)
            raise
        finally:
            if self._futures.pop(token, None) is not None and ticket is not None:
                ticket.cancel()

    def _drain(self) -> None:
        for token, reply, error in self._native.drain():
            future = self._futures.pop(token, None)
            if future is None or future.done():
                _dropped(error is None)
            elif error is not None:
                future.set_exception(error)
            else:
                future.set_result(reply)


def _dropped(is_answer: bool) -> None:
    """The answer was there, but nobody took it any more."""
    what = "an answer" if is_answer else "an error"
    _log.emit(30, f"outcome unread: {what} arrived when its task was being cancelled")


_loops: WeakKeyDictionary[asyncio.AbstractEventLoop, Completions] = WeakKeyDictionary()

# A loop that runs in a forked child would wait on its parent's descriptor.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_loops.clear)


def _completions() -> Completions:
    loop = asyncio.get_running_loop()
    completions = _loops.get(loop)
    if completions is None:
        completions = _loops[loop] = Completions(loop)
    return completions
