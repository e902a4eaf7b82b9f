"""A tracker: a client whose changes are written down before they are sent, and
which tells what becomes of every loan."""

from __future__ import annotations

from . import types as t
from ._client import Client
from ._wire import TYPE_CHECKING
from .resources.tracker import TrackerVerbs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from typing_extensions import Self

    from ._door import Door

# How long one call waits for a change, in seconds, before it asks again.
_PATIENCE = 20


class ToldChange(t.TrackedChange):
    """A change that a consumer is told."""

    def ack(self) -> None:
        """Notes that this change and all before it have been dealt with: they are
        not told to this consumer again."""
        self._acknowledge()

    _acknowledge: Callable[[], None]


class Tracker(TrackerVerbs, Client):
    """A tracker of a client's loans; see `Client.tracker`. It is a client too:
    what changes something through it is written down before it is sent."""

    @classmethod
    def over(cls, door: Door) -> Self:
        """A tracker that is open already."""
        tracker = object.__new__(cls)
        tracker._door = door
        return tracker

    def changes(self, consumer: str, *, follow: bool = False) -> Iterator[ToldChange]:
        """The changes that a consumer has not acknowledged, in order.

        >>> for change in tracker.changes("mailer"):
        ...     send_mail(change)
        ...     change.ack()

        Arguments:
            consumer: Who is told: each consumer is told every change, at least once.
            follow: Whether to wait for more; otherwise it ends when none is left.
        """
        self.rewind(consumer)
        wait = _PATIENCE if follow else 0
        while True:
            change = self.next_change(consumer, wait=wait).change
            if change is not None:
                yield self._told(consumer, change)
            elif not follow:
                return

    def _told(self, consumer: str, change: t.TrackedChange) -> ToldChange:
        told = ToldChange(change.to_dict())
        # Models are not changed by name.
        vars(told)["_acknowledge"] = lambda: self.acknowledge(consumer, seq=change.seq or 0)
        return told
