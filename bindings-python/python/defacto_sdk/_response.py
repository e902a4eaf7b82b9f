"""What is known of an answer beside its value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from ._native import Reply

T = TypeVar("T")


class Response(Generic[T]):
    """An answer's value and how it came."""

    __slots__ = ("attempts", "creation", "elapsed", "status", "value")

    value: T
    """What the method gives by itself."""
    status: int
    """The HTTP status."""
    attempts: int
    """How many times the request was sent."""
    elapsed: float
    """Seconds the call took, waits included."""
    creation: Literal["New", "Existing", "Unstated"] | str | None
    """Of a creation: whether this call made it (`New`), it was there before
    (`Existing`), or the server does not say (`Unstated`)."""

    def __init__(self, value: T, reply: Reply) -> None:
        self.value = value
        _, self.status, self.attempts, self.elapsed, self.creation = reply

    def __repr__(self) -> str:
        return f"Response({self.value!r}, status={self.status}, attempts={self.attempts})"
