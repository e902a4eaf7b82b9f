"""What stands behind the address of a subscription, whatever the framework:
an ASGI application and a WSGI application that hand what Defacto sends to a
tracker and answer with what it says. Nothing is read here: see `Tracker.digest`,
which `sync` and `run` call."""

from __future__ import annotations

from ._wire import TYPE_CHECKING
from .errors import DefactoError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, MutableMapping
    from typing import Any

    from ._async_tracker import AsyncTracker
    from .tracker import Tracker

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# A byte more than a tracker takes: it refuses what is longer, unread.
_MOST = (1 << 20) + 1


def asgi(tracker: AsyncTracker) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """An ASGI application for a tracker's notifications: for FastAPI and
    Starlette `app.mount("/defacto", asgi(tracker))`, for Django's ASGI handler as
    an application beside it.

    It answers a POST with 200 once the notification is stored, 401 without an
    accepted token, 413 where it is too large, 400 where it is no text, and 503
    where it was not stored, so that Defacto sends it again."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status = 405
        if scope["method"] == "POST":
            status = await _async_status(tracker, scope, receive)
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    return application


async def _async_status(tracker: AsyncTracker, scope: Scope, receive: Receive) -> int:
    body = bytearray()
    while len(body) < _MOST:
        message = await receive()
        if message["type"] != "http.request":
            # It was hung up on: nobody reads the answer.
            return 400
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    text = _text(body)
    if text is None:
        return 400
    try:
        query = scope["query_string"].decode("latin-1")
        return (await tracker.receive(query=query, notification=text)).status or 503
    except DefactoError:
        return 503


def wsgi(tracker: Tracker) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """A WSGI application for a tracker's notifications: for Flask and Django a
    path of a dispatcher, such as werkzeug's `DispatcherMiddleware(app.wsgi_app,
    {"/defacto": wsgi(tracker)})`. It answers as that of `asgi` does."""

    def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status = _status(tracker, environ) if environ["REQUEST_METHOD"] == "POST" else 405
        start(f"{status} {_PHRASES.get(status, 'Answer')}", [("Content-Length", "0")])
        return []

    return application


_PHRASES = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    405: "Method Not Allowed",
    413: "Content Too Large",
    503: "Service Unavailable",
}


def _status(tracker: Tracker, environ: dict[str, Any]) -> int:
    declared = environ.get("CONTENT_LENGTH") or ""
    length = min(int(declared), _MOST) if declared.isdecimal() else _MOST
    text = _text(environ["wsgi.input"].read(length))
    if text is None:
        return 400
    try:
        query = environ.get("QUERY_STRING", "")
        return tracker.receive(query=query, notification=text).status or 503
    except DefactoError:
        return 503


def _text(body: bytes | bytearray) -> str | None:
    try:
        return bytes(body[:_MOST]).decode()
    except UnicodeDecodeError:
        # A cut through a letter is of a body that is too large anyway.
        return "x" * _MOST if len(body) >= _MOST else None
