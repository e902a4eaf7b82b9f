"""Calls of the native module awaited in an event loop."""

from __future__ import annotations

import asyncio
import os
import weakref
from collections.abc import Callable
from typing import Any

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
        more: dict[str, Any] | None = None,
    ) -> Any:
        """Sends one operation and waits for its answer; `more` is what else
        its input has."""
        request = self._input(path, query, body, more)
        native, recorded = self._native, self._record is not None
        reply = await _completions().wait(
            lambda queue, token: native.submit(operation, request, file, recorded, queue, token)
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
    __slots__ = ("__weakref__", "_ended", "_futures", "_native", "_token", "_untaken")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._futures: dict[int, asyncio.Future[_native.Reply | None]] = {}
        self._ended: dict[int, BaseException | None] = {}
        self._untaken: dict[int, _native.NativeUntaken] = {}
        self._token = 0
        try:
            self._native = _native.NativeCompletions(None)
            loop.add_reader(self._native.fileno() or -1, self._drain)
        except NotImplementedError:
            # Windows' loop, for one, watches no descriptors.
            self._native = _native.NativeCompletions(self._waker(weakref.ref(loop)))

    def _waker(self, find: weakref.ref[asyncio.AbstractEventLoop]) -> Callable[[], None]:
        drain = weakref.WeakMethod(self._drain)

        def wake() -> None:
            loop, call = find(), drain()
            if loop is not None and call is not None and not loop.is_closed():
                loop.call_soon_threadsafe(call)

        return wake

    async def wait(
        self, submit: Callable[[_native.NativeCompletions, int], _native.NativeTicket]
    ) -> _native.Reply | None:
        """Submits a call and waits for its answer. Whoever is cancelled while
        waiting cancels the call; when a change may have been made all the
        same, the cause of the `CancelledError` is an `OutcomeUnknownError`."""
        self._token = token = self._token + 1
        future = self._expect(token)
        ticket = None
        try:
            ticket = submit(self._native, token)
            return await future
        except asyncio.CancelledError as cancelled:
            if ticket is not None:
                cancelled.__cause__ = await self._give_up(token, future, ticket)
            raise
        finally:
            self._ended.pop(token, None)
            self._untaken.pop(token, None)
            # Still there: the coroutine was closed, or cancelled once more.
            if self._futures.pop(token, None) is not None and ticket is not None:
                ticket.cancel()

    def _expect(self, token: int) -> asyncio.Future[_native.Reply | None]:
        self._futures[token] = future = asyncio.get_running_loop().create_future()
        return future

    async def _give_up(
        self,
        token: int,
        future: asyncio.Future[_native.Reply | None],
        ticket: _native.NativeTicket,
    ) -> BaseException | None:
        """Cancels the call and says what is known of its outcome."""
        if future.cancelled():
            if token in self._ended:
                return self._unread(self._ended.pop(token))
            # The core ends it at once, with an error that says how it stood.
            future = self._expect(token)
            ticket.cancel()
            await asyncio.wait((future,), timeout=_PATIENCE)
        if not future.done():
            return None
        return self._unread(future.exception() or self._error_of(token))

    def _error_of(self, token: int) -> BaseException | None:
        """What to tell of an answer that has come and will not be read."""
        untaken = self._untaken.pop(token, None)
        return untaken.error() if untaken is not None else None

    def _unread(self, error: BaseException | None) -> BaseException | None:
        return error if getattr(error, "is_outcome_unknown", False) else None

    def _drain(self) -> None:
        for token, reply, error, untaken in self._native.drain():
            future = self._futures.pop(token, None)
            if untaken is not None and (future is None or future.done()):
                error = untaken.error()
            if future is None:
                # Its coroutine is gone: nobody else would hear of it.
                if (unknown := error and self._unread(error)) is not None:
                    _log.emit(30, str(unknown))
            elif future.done():
                # Cancelled, but its coroutine has not been told yet.
                self._ended[token] = error
            elif error is not None:
                future.set_exception(error)
            else:
                if untaken is not None:
                    self._untaken[token] = untaken
                future.set_result(reply)


# How long a cancelled task waits, in seconds, for the core to say how the call
# stood. It takes microseconds unless the machine is overloaded.
_PATIENCE = 1.0

_loops: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Completions] = (
    weakref.WeakKeyDictionary()
)

# A loop that runs in a forked child would wait on its parent's descriptor.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_loops.clear)


def _completions() -> Completions:
    loop = asyncio.get_running_loop()
    completions = _loops.get(loop)
    if completions is None:
        # One that was closed with a call under way keeps itself alive.
        for other in [other for other in _loops if other.is_closed()]:
            del _loops[other]
        completions = _loops[loop] = Completions(loop)
    return completions
