"""Receives Defacto's notifications with Flask, and follows the loans in a thread.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \\
        DEFACTO_STORE=loans.db flask --app webhooks_flask run

The address of the subscription is https://…/defacto?token=DEFACTO_WEBHOOK_TOKEN.
One process has a file; several workers share a postgres:// address.
"""

from __future__ import annotations

import os
import threading

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from defacto_sdk import Client
from defacto_sdk.webhooks import wsgi

client = Client(base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"])
tracker = client.tracker(
    os.environ.get("DEFACTO_STORE", "loans.db"),
    webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
)
threading.Thread(target=tracker.run, daemon=True).start()

app = Flask(__name__)
app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/defacto": wsgi(tracker)})  # type: ignore[method-assign]


@app.get("/loans/<loan_id>")
def loan(loan_id: str) -> dict[str, object]:
    known = tracker.loan(loan_id)
    return {"status": known.status, "outstanding": known.outstanding}
