"""The control API of a sandbox: docs/sandbox.md."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ._process import SandboxError


@dataclass(frozen=True)
class Received:
    """A request that the sandbox received."""

    operation: str | None
    """The operation, such as `loans.create`; `None` when it was for none."""
    method: str
    """The HTTP method."""
    path: str
    """The path, without the query."""
    status: int | None
    """What it was answered; `None` when the connection was reset."""
    acted: bool
    """Whether the operation was carried out."""
    fault: bool
    """Whether a fault was used."""


class Unset:
    """Says that nothing was said."""


UNSET = Unset()


def _millis(seconds: float) -> int:
    return round(seconds * 1000)


@dataclass(frozen=True)
class Happened:
    """What came of moving the clock or of a trigger, all effects included."""

    now: dt.datetime
    """The simulator's time after it."""
    events: Mapping[str, int]
    """How often each event happened, such as `Loan.CLOSED`."""
    delivered: int
    """Deliveries of webhooks that arrived."""
    failed: int
    """Those given up."""
    pending: int
    """Those still to be sent, or sent again."""

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Happened:
        """An answer of the control API."""
        counts = {name: answer["deliveries"][name] for name in ("delivered", "failed", "pending")}
        return cls(now=instant(answer["now"]), events=answer["events"], **counts)


@dataclass(frozen=True)
class Fault:
    """What shall go wrong; see `Sandbox.fault`."""

    operation: str | None = None
    preset: str | None = None
    times: int | None | Unset = UNSET
    skip: int = 0
    probability: float | None = None
    rate: tuple[int, float] | None = None
    delay: float | tuple[float, float] = 0
    reset: Literal["before", "after"] | None = None
    status: int | None = None
    body: Any = None
    content_type: str | None = None
    headers: Mapping[str, str] | None = None
    act: bool = False
    truncate: int | None = None
    close_idle: bool = False
    set: Mapping[str, Any] | None = None
    slow: tuple[int, float] | None = None
    clock_skew: dt.timedelta | None = None

    def to_dict(self) -> dict[str, Any]:
        """As the control API takes it."""
        fault: dict[str, Any] = {"operation": self.operation}
        if not isinstance(self.times, Unset):
            fault["times"] = self.times
        if self.rate:
            fault["rate"] = {"requests": self.rate[0], "seconds": round(self.rate[1])}
        if self.slow:
            fault["slow"] = {"bytes": self.slow[0], "pause_ms": _millis(self.slow[1])}
        if self.set:
            fault["set"] = dict(self.set)
        if self.clock_skew is not None:
            fault["clock_skew_seconds"] = round(self.clock_skew.total_seconds())
        if self.skip:
            fault["skip"] = self.skip
        if isinstance(self.delay, tuple):
            fault["delay_ms"] = {"from": _millis(self.delay[0]), "to": _millis(self.delay[1])}
        elif self.delay:
            fault["delay_ms"] = _millis(self.delay)
        if self.body is not None:
            is_text = isinstance(self.body, str)
            fault["body"] = self.body if is_text else json.dumps(self.body)
        for name in ("preset", "probability", "reset", "status", "content_type", "truncate"):
            if (value := getattr(self, name)) is not None:
                fault[name] = value
        if self.headers:
            fault["headers"] = dict(self.headers)
        for name in ("act", "close_idle"):
            if getattr(self, name):
                fault[name] = True
        return fault


class Control:
    """Requests to one sandbox's control API."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Sends one request; what is refused is an error that says why."""
        # Loading it takes longer than the sandbox to start, which needs no request.
        import urllib.error
        import urllib.request

        # No proxy of the environment stands between a program and its own machine.
        http = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with http.open(request, timeout=300) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise SandboxError(f"{method} {path}: {_problem(error.read())}") from error
        except OSError as error:
            raise SandboxError(f"the sandbox does not answer: {error}") from error


def _problem(text: bytes) -> str:
    try:
        problem = json.loads(text)
        wrong = [f"{param['name']}: {param['reason']}" for param in problem["invalid_params"]]
        return "; ".join([str(problem.get("title", "refused")), *wrong])
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace")[:300]


def instant(text: str) -> dt.datetime:
    """A time of the control API."""
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
