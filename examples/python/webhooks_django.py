"""Receives Defacto's notifications with Django, and follows the loans in a thread:
a whole project in one file.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \\
        DEFACTO_STORE=loans.db python webhooks_django.py runserver --noreload

The address of the subscription is https://…/defacto?token=DEFACTO_WEBHOOK_TOKEN.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

from defacto_sdk import Client
from defacto_sdk.webhooks import wsgi

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(32).hex(),
    WSGI_APPLICATION=f"{__name__}.application",
)

client = Client(base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"])
tracker = client.tracker(
    os.environ.get("DEFACTO_STORE", "loans.db"),
    webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
)
threading.Thread(target=tracker.run, daemon=True).start()


def loan(_: HttpRequest, loan_id: str) -> JsonResponse:
    known = tracker.loan(loan_id)
    return JsonResponse({"status": known.status, "outstanding": known.outstanding})


urlpatterns = [path("loans/<str:loan_id>", loan)]
django = get_wsgi_application()
receive = wsgi(tracker)


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Django, and beside it what receives: no middleware reads the body before."""
    if environ["PATH_INFO"] == "/defacto":
        return receive(environ, start)
    return django(environ, start)


if __name__ == "__main__":
    execute_from_command_line(sys.argv)
