"""Lists: item by item, or page by page."""

from __future__ import annotations

from _thread import allocate_lock
from os import getpid

from ._door import is_main
from ._native import NativePage, loads
from ._wire import TYPE_CHECKING, Model

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Iterator
    from typing import Any, Generic, TypeVar

    from ._async_door import AsyncDoor
    from ._native import NativePages, Reply
else:
    from ._wire import Generic, TypeVar

M = TypeVar("M", bound=Model)

_ENVELOPE = frozenset(("count", "data", "next_page", "page_size", "total"))


class Page(Generic[M]):
    """One page of a list."""

    __slots__ = ("_data", "_make", "data")

    def __init__(self, make: type[M], data: Any) -> None:
        self._make = make
        self._data: dict[str, Any] | NativePage
        if isinstance(data, NativePage):
            self._data = data
            self.data: list[M] = data.items(make)
        else:
            # A list without pages may come without the envelope.
            self._data = {"data": data} if isinstance(data, list) else data
            self.data = [make(item) for item in self._data.get("data") or []]

    def __repr__(self) -> str:
        return f"Page({self.data!r})"

    def __iter__(self) -> Iterator[M]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    @property
    def total(self) -> int | None:
        """How many items the list has, where the server says it."""
        total: int | None = self._data.get("total")
        return total

    def _all(self) -> dict[str, Any]:
        all: dict[str, Any]
        all = loads(self._data.json()) if isinstance(self._data, NativePage) else self._data
        return all

    @property
    def extra(self) -> dict[str, Any]:
        """Fields beside the items that this version does not know."""
        return {name: value for name, value in self._all().items() if name not in _ENVELOPE}

    def __reduce__(self) -> tuple[type[Page[M]], tuple[type[M], dict[str, Any]]]:
        return type(self), (self._make, {**self._all(), "data": [item._all() for item in self.data]})


class Pager(Generic[M]):
    """A list. Iterate over it for its items, over `pages()` for its pages;
    each page is read when it is needed. It can be gone through once; threads
    that go through it together share its pages among them."""

    __slots__ = ("_make", "_pages", "_process", "_turn")

    def __init__(self, make: type[M], pages: NativePages) -> None:
        self._make = make
        self._pages = pages
        self._process = getpid()
        self._turn = allocate_lock()

    def pages(self) -> Iterator[Page[M]]:
        """Page by page."""
        while (reply := self._next()) is not None:
            yield Page(self._make, reply[0])

    def _next(self) -> Reply | None:
        if self._process != getpid():
            # Refused there, and a thread of the parent's may have had the turn.
            return self._pages.next(is_main())
        with self._turn:
            return self._pages.next(is_main())

    def __iter__(self) -> Iterator[M]:
        for page in self.pages():
            yield from page.data

    @property
    def cursor(self) -> str | None:
        """Where the next page begins, to store and go on from later."""
        return self._pages.cursor


class AsyncPager(Generic[M]):
    """A list. Iterate over it (`async for`) for its items, over `pages()` for
    its pages; each page is read when it is needed. It can be gone through
    once; tasks that go through it together share its pages among them."""

    __slots__ = ("_door", "_make", "_pages", "_reading", "_turn")

    def __init__(self, make: type[M], door: AsyncDoor, pages: NativePages) -> None:
        self._make = make
        self._door = door
        self._pages = pages
        self._reading: asyncio.Task[Reply | None] | None = None
        self._turn: asyncio.Lock | None = None

    async def pages(self) -> AsyncIterator[Page[M]]:
        """Page by page."""
        while (reply := await self._next()) is not None:
            yield Page(self._make, reply[0])

    async def _next(self) -> Reply | None:
        import asyncio

        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            return await self._read()

    async def _read(self) -> Reply | None:
        """The next page. Whoever is cancelled while waiting for it does not
        lose it: it is the next one still."""
        import asyncio

        if self._reading is None:
            self._reading = asyncio.ensure_future(self._door.next(self._pages))
            # Whether somebody comes back for it or not.
            self._reading.add_done_callback(lambda task: task.cancelled() or task.exception())
        try:
            reply = await asyncio.shield(self._reading)
        except BaseException:
            # Its own end, not ours: an error is told once, a page stays.
            if self._reading.done() and (
                self._reading.cancelled() or self._reading.exception() is not None
            ):
                self._reading = None
            raise
        self._reading = None
        return reply

    async def __aiter__(self) -> AsyncIterator[M]:
        async for page in self.pages():
            for item in page.data:
                yield item

    @property
    def cursor(self) -> str | None:
        """Where the next page begins, to store and go on from later."""
        return self._pages.cursor
