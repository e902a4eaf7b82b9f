"""What every client is made of, apart from its generated half."""

from __future__ import annotations

from ._door import BaseDoor, Door
from ._names import Mapping
from ._names import typing as _t
from ._response import Response
from ._wire import TYPE_CHECKING, decoded, given

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from functools import cached_property as cached_property
    from types import TracebackType
    from typing import Any, ParamSpec, TypeVar

    from typing_extensions import Self

    from ._async_door import AsyncDoor
    from ._native import Reply

    P = ParamSpec("P")
    T = TypeVar("T")
else:

    class cached_property:
        """A property made once for each object: `functools` has the same, and
        would be a good part of the package's import time."""

        def __init__(self, make):
            self._make = make
            self._name = make.__name__
            self.__doc__ = make.__doc__

        def __get__(self, instance, owner=None):
            if instance is None:
                return self
            made = instance.__dict__[self._name] = self._make(instance)
            return made


class BaseClient:
    """A client of the Defacto lending API. Calls block; usable from many
    threads at once, but not in a process forked from the one it was made in.

    Its settings are keyword arguments, or one mapping of them."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._door: Door = Door.open(settings)

    def _with(self, options: dict[str, Any]) -> Self:
        view = object.__new__(type(self))
        view._door = self._door.with_options(given(options))
        return view

    def with_response(
        self, method: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[T]:
        """Calls a method, of a resource group or `raw`, and gives what is known
        of the answer beside its value.

        >>> made = client.with_response(client.loans.create, amount=10_000, ...)
        >>> made.value.id, made.status, made.attempts, made.creation
        """
        record: list[Reply] = []
        value = _recording(method, record)(*args, **kwargs)
        return Response(value, _only(record))

    def raw(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, _t.Any] | None = None,
        body: _t.Any = None,
    ) -> _t.Any:
        """Sends a request of any path of the API, for what this version has no
        method for, with the same key, retries and errors. Only reads are sent
        again after a lost answer.

        >>> client.raw("GET", "/loans", query={"page_size": 3})

        Arguments:
            method: GET, POST, PUT, PATCH or DELETE.
            path: It begins with `/`.
            query: Parameters by name; a list repeats its name.
            body: Sent as JSON.
        """
        more = {"raw": {"method": method, "path": path}}
        return decoded(self._door.call("raw", query=dict(query or {}), body=body, more=more))

    def close(self) -> None:
        """Lets go of the connections. Calls under way end as usual, new ones
        are refused."""
        self._door.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class BaseAsyncClient:
    """A client of the Defacto lending API for asyncio; usable from any event
    loop, but not in a process forked from the one it was made in.

    Its settings are keyword arguments, or one mapping of them."""

    def __init__(self, settings: dict[str, Any]) -> None:
        from ._async_door import AsyncDoor

        self._door: AsyncDoor = AsyncDoor.open(settings)

    def _with(self, options: dict[str, Any]) -> Self:
        view = object.__new__(type(self))
        view._door = self._door.with_options(given(options))
        return view

    async def with_response(
        self, method: Callable[P, Awaitable[T]], /, *args: P.args, **kwargs: P.kwargs
    ) -> Response[T]:
        """Calls a method, of a resource group or `raw`, and gives what is known
        of the answer beside its value.

        >>> made = await client.with_response(client.loans.create, amount=10_000, ...)
        >>> made.value.id, made.status, made.attempts, made.creation
        """
        record: list[Reply] = []
        value = await _recording(method, record)(*args, **kwargs)
        return Response(value, _only(record))

    async def raw(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, _t.Any] | None = None,
        body: _t.Any = None,
    ) -> _t.Any:
        """Sends a request of any path of the API, for what this version has no
        method for, with the same key, retries and errors. Only reads are sent
        again after a lost answer.

        >>> await client.raw("GET", "/loans", query={"page_size": 3})

        Arguments:
            method: GET, POST, PUT, PATCH or DELETE.
            path: It begins with `/`.
            query: Parameters by name; a list repeats its name.
            body: Sent as JSON.
        """
        more = {"raw": {"method": method, "path": path}}
        return decoded(await self._door.call("raw", query=dict(query or {}), body=body, more=more))

    async def close(self) -> None:
        """Lets go of the connections. Calls under way end as usual, new ones
        are refused."""
        self._door.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._door.close()


def _recording(method: Callable[P, T], record: list[Reply]) -> Callable[P, T]:
    """The method of a group that notes down what it is answered."""
    owner: Any = getattr(method, "__self__", None)
    door = getattr(owner, "_door", None)
    if not isinstance(door, BaseDoor):
        raise TypeError("pass a method of a client or its groups, such as client.loans.get")
    view = object.__new__(type(owner))
    view._door = door.recording(record)
    recording: Callable[P, T] = getattr(view, method.__name__)
    return recording


def _only(record: list[Reply]) -> Reply:
    if not record:
        raise TypeError("a list read page by page has no one answer: iterate over it")
    return record[0]
