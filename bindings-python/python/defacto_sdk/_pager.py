"""Lists: item by item, or page by page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._wire import Model, loads

if TYPE_CHECKING:
    from ._native import NativePages

M = TypeVar("M", bound=Model)


class Page(Generic[M]):
    """One page of a list."""

    __slots__ = ("_data", "data")

    def __init__(self, make: type[M], data: dict[str, Any]) -> None:
        self._data = data
        self.data: list[M] = [make(item) for item in data.get("data") or ()]

    def __iter__(self) -> Iterator[M]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    @property
    def total(self) -> int | None:
        """How many items the list has, where the server says it."""
        total: int | None = self._data.get("total")
        return total


class Pager(Generic[M]):
    """A list. Iterate over it for its items, over `pages()` for its pages;
    each page is read when it is needed. It can be gone through once."""

    __slots__ = ("_make", "_pages")

    def __init__(self, make: type[M], pages: NativePages) -> None:
        self._make = make
        self._pages = pages

    def pages(self) -> Iterator[Page[M]]:
        """Page by page."""
        while (text := self._pages.next()) is not None:
            yield Page(self._make, loads(text))

    def __iter__(self) -> Iterator[M]:
        for page in self.pages():
            yield from page.data

    @property
    def cursor(self) -> str | None:
        """Where the next page begins, to store and go on from later."""
        return self._pages.cursor
