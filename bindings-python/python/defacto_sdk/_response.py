"""What is known of an answer beside its value."""

from __future__ import annotations

from ._wire import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Generic, Literal, TypeVar

    from ._native import Reply
else:
    from ._wire import Generic, TypeVar

T = TypeVar("T")


class Response(Generic[T]):
    """An answer's value and how it came."""

    __slots__ = ("attempts", "creation", "elapsed", "headers", "status", "value")

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

    headers: dict[str, str]
    """The headers of the answer, with their names in lower case; one that came
    more than once is joined with commas."""

    def __init__(self, value: T, reply: Reply) -> None:
        self.value = value
        _, self.status, self.attempts, self.elapsed, self.creation, headers = reply
        self.headers = {}
        for name, text in headers or ():
            earlier = self.headers.get(name)
            self.headers[name] = text if earlier is None else f"{earlier}, {text}"

    def __repr__(self) -> str:
        return f"Response({self.value!r}, status={self.status}, attempts={self.attempts})"
