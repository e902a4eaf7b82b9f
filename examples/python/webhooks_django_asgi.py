"""Receives Defacto's notifications with Django as an ASGI application, and follows
the loans in its event loop: a whole project in one file.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \\
        DEFACTO_STORE=loans.db uvicorn webhooks_django_asgi:application

The address of the subscription is https://…/defacto?token=DEFACTO_WEBHOOK_TOKEN.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from defacto_sdk import AsyncClient
from defacto_sdk.webhooks import asgi

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[Mapping[str, Any]], Awaitable[None]]

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(32).hex(),
)

client = AsyncClient(base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"])
tracker = client.tracker(
    os.environ.get("DEFACTO_STORE", "loans.db"),
    webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
)


async def loan(_: HttpRequest, loan_id: str) -> JsonResponse:
    known = await tracker.loan(loan_id)
    return JsonResponse({"status": known.status, "outstanding": known.outstanding})


urlpatterns = [path("loans/<str:loan_id>", loan)]
django = get_asgi_application()
defacto = asgi(tracker)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Django, beside it what receives, and the server's start and end, which
    Django's own application does not take."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["path"] == "/defacto":
        await defacto(scope, receive, send)
    else:
        await django(scope, receive, send)


async def lifespan(receive: Receive, send: Send) -> None:
    await receive()
    # What is stored is read at once, by the run.
    running = asyncio.ensure_future(tracker.run())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await tracker.stop()
    await running
    await tracker.close()
    await client.close()
    await send({"type": "lifespan.shutdown.complete"})
