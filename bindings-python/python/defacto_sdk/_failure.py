"""The base of every exception; the classes are in `errors.py`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from typing_extensions import Self

    from .types import InvalidParam, Problem


class Cause(Exception):
    """What lay below an error, in the core's words."""


class DefactoError(Exception):
    """What went wrong. The message says what to do next."""

    code: ClassVar[int] = 0
    """The kind's number, the same in every language."""
    kind: ClassVar[str] = "Unknown"
    """The kind's name, the same in every language."""

    def __init__(self, failure: dict[str, Any]) -> None:
        super().__init__(failure.get("message", ""))
        self._failure = failure
        # Made from the failure, so that it survives pickling.
        if failure.get("cause"):
            self.__cause__ = Cause(failure["cause"])

    @classmethod
    def of(cls, message: str) -> Self:
        """An error found before the native module was reached."""
        return cls({"message": message})

    def __reduce__(self) -> tuple[type[DefactoError], tuple[dict[str, Any]]]:
        return type(self), (self._failure,)

    def _get(self, name: str) -> Any:
        return self._failure.get(name)

    @property
    def message(self) -> str:
        """What went wrong and what to do next."""
        return str(self)

    @property
    def status(self) -> int | None:
        """The HTTP status, if there was an answer."""
        status: int | None = self._get("status")
        return status

    @property
    def operation(self) -> str | None:
        """The operation that failed, such as `loans.create`."""
        operation: str | None = self._get("operation")
        return operation

    @property
    def problem(self) -> Problem | None:
        """What the server says of the problem, secrets masked."""
        from .types import Problem

        data = self._get("problem")
        return None if data is None else Problem(data)

    @property
    def invalid_params(self) -> list[InvalidParam]:
        """Which parameters were refused and why."""
        problem = self.problem
        return problem.invalid_params if problem else []

    @property
    def is_retryable(self) -> bool:
        """Whether the same request again is harmless and may help."""
        return bool(self._get("is_retryable"))

    @property
    def is_outcome_unknown(self) -> bool:
        """Whether the change may have been made all the same."""
        return bool(self._get("is_outcome_unknown"))

    @property
    def attempts(self) -> int:
        """How many times the request was sent."""
        return int(self._get("attempts") or 0)

    @property
    def elapsed(self) -> float:
        """Seconds the call took, waits included."""
        return float(self._get("elapsed") or 0)

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait before sending again, if the server said so."""
        seconds: float | None = self._get("retry_after")
        return seconds

    @property
    def recovery(self) -> str | None:
        """How to find out whether the change was made."""
        recovery: str | None = self._get("recovery")
        return recovery

    @property
    def salt_id(self) -> str | None:
        """The idempotency key that was sent."""
        salt: str | None = self._get("salt_id")
        return salt


def outcome_unknown(error: BaseException | None) -> DefactoError | None:
    """The error below this one, or itself, that says that a change may have
    been made all the same: of a `CancelledError`, a `TimeoutError` of asyncio
    or a `KeyboardInterrupt`, whose causes and contexts are gone through."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, DefactoError) and error.is_outcome_unknown:
            return error
        error = error.__cause__ or error.__context__
    return None


def from_native(text: bytes) -> DefactoError:
    """The exception of a failure, which the native module raises."""
    from . import errors

    failure: dict[str, Any] = json.loads(text)
    for name in errors.__all__:
        kind = getattr(errors, name)
        if getattr(kind, "code", None) == failure["code"]:
            made: DefactoError = kind(failure)
            return made
    return DefactoError(failure)
