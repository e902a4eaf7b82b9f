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

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from defacto_sdk import Client

settings.configure(
    ALLOWED_HOSTS=["*"],
    # As much as a tracker takes.
    DATA_UPLOAD_MAX_MEMORY_SIZE=1 << 20,
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.urandom(32).hex(),
)

client = Client(base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"])
tracker = client.tracker(
    os.environ.get("DEFACTO_STORE", "loans.db"),
    webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
)
threading.Thread(target=tracker.run, daemon=True).start()


@csrf_exempt
@require_POST
def defacto(request: HttpRequest) -> HttpResponse:
    answer = tracker.receive(
        query=request.META.get("QUERY_STRING", ""),
        notification=request.body.decode(errors="replace"),
    )
    return HttpResponse(status=answer.status)


def loan(_: HttpRequest, loan_id: str) -> JsonResponse:
    known = tracker.loan(loan_id)
    return JsonResponse({"status": known.status, "outstanding": known.outstanding})


urlpatterns = [path("defacto", defacto), path("loans/<str:loan_id>", loan)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
