"""A tracker for asyncio; see `tracker`."""

from __future__ import annotations

from . import types as t
from ._async_client import AsyncClient
from ._wire import TYPE_CHECKING
from .async_resources.tracker import AsyncTrackerVerbs
from .tracker import _PATIENCE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from typing_extensions import Self

    from ._async_door import AsyncDoor


class AsyncToldChange(t.TrackedChange):
    """A change that a consumer is told."""

    async def ack(self) -> None:
        """Notes that this change and all before it have been dealt with: they are
        not told to this consumer again."""
        await self._acknowledge()

    _acknowledge: Callable[[], Awaitable[None]]


class AsyncTracker(AsyncTrackerVerbs, AsyncClient):
    """A tracker of a client's loans; see `AsyncClient.tracker`. It is a client
    too: what changes something through it is written down before it is sent."""

    @classmethod
    def over(cls, door: AsyncDoor) -> Self:
        """A tracker that is open already."""
        tracker = object.__new__(cls)
        tracker._door = door
        return tracker

    async def changes(
        self, consumer: str, *, follow: bool = False
    ) -> AsyncIterator[AsyncToldChange]:
        """The changes that a consumer has not acknowledged, in order.

        >>> async for change in tracker.changes("mailer"):
        ...     await send_mail(change)
        ...     await change.ack()

        Arguments:
            consumer: Who is told: each consumer is told every change, at least once.
            follow: Whether to wait for more; otherwise it ends when none is left.
        """
        await self.rewind(consumer)
        wait = _PATIENCE if follow else 0
        while True:
            change = (await self.next_change(consumer, wait=wait)).change
            if change is not None:
                yield self._told(consumer, change)
            elif not follow:
                return

    def _told(self, consumer: str, change: t.TrackedChange) -> AsyncToldChange:
        told = AsyncToldChange(change.to_dict())
        # Models are not changed by name.
        vars(told)["_acknowledge"] = lambda: self.acknowledge(consumer, seq=change.seq or 0)
        return told
