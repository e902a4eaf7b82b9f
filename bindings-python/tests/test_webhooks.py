"""The programs of examples/python that receive notifications, with the sandbox
delivering to them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from conftest import need
from defacto_sdk import Client
from defacto_sdk.sandbox import Sandbox
from defacto_sdk.webhooks import wsgi

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"
EVERY_MOVE = ["Loan.TO_VALIDATE", "Loan.VALIDATED", "Loan.TO_REPAY", "Loan.CLOSED"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def post(url: str, body: bytes) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        return error.code


@contextmanager
def running(command: list[str], url: str, environment: dict[str, str]) -> Iterator[None]:
    """A program that answers at an address from some moment on."""
    program = subprocess.Popen(command, cwd=EXAMPLES, env={**os.environ, **environment})
    try:
        for _ in range(600):
            assert program.poll() is None, "it ended"
            try:
                # Without a token nothing is accepted, but something answers.
                if post(url, b"") == 401:
                    break
            except OSError:
                time.sleep(0.05)
        else:
            pytest.fail("it does not answer")
        yield
    finally:
        program.terminate()
        program.wait(30)


COMMANDS = {
    "fastapi": ["uvicorn", "-m", "uvicorn", "--log-level", "warning", "--port", "{port}", "webhooks_fastapi:app"],
    "flask": ["flask", "-m", "flask", "--app", "webhooks_flask", "run", "--port", "{port}"],
    "django": ["django", "webhooks_django.py", "runserver", "--noreload", "{port}"],
}


@pytest.mark.parametrize("framework", COMMANDS)
def test_a_service_receives(
    framework: str, client: Client, sandbox: Sandbox, tmp_path: Path
) -> None:
    module, *arguments = COMMANDS[framework]
    sandbox.configure(policy="calendar")
    need(framework)
    need(module)
    port = str(free_port())
    store = str(tmp_path / "loans.db")
    environment = {
        "DEFACTO_BASE_URL": sandbox.base_url,
        "DEFACTO_API_KEY": "key-0123456789abcdef",
        "DEFACTO_WEBHOOK_TOKEN": "s3cret",
        "DEFACTO_STORE": store,
    }
    command = [sys.executable, *(each.format(port=port) for each in arguments)]
    url = f"http://127.0.0.1:{port}/defacto{'/' if framework == 'fastapi' else ''}"
    with running(command, url, environment):
        assert post(f"{url}?token=wrong", b"{}") == 401
        assert post(f"{url}?token=s3cret", b"x" * ((1 << 20) + 10)) in (400, 413)
        client.webhooks.create(
            name="service", to_url=f"{url}?token=s3cret", event_types=EVERY_MOVE
        )
        sandbox.set_delivery_levers(
            [
                {"action": "duplicate", "times": None},
                {"action": "reorder", "times": None},
                {"action": "drop", "event_type": "Loan.VALIDATED"},
            ]
        )
        loan = client.loans.create(**sandbox.loan_request())
        assert loan.id is not None
        while (loan := client.loans.get(loan.id)).status != "CLOSED":
            if loan.status == "TO_VALIDATE":
                client.loans.validate(loan.id)
            else:
                # Returns once what it leads to is delivered.
                sandbox.advance_to_next_event(loan.id)
        delivered = [one for one in sandbox.deliveries(entity_id=loan.id) if one["state"] == "DELIVERED"]
        assert {one["event_type"] for one in delivered} == set(EVERY_MOVE) - {"Loan.VALIDATED"}
        assert all(one["attempts"][-1]["status"] == 200 for one in delivered)
    with client.tracker(store) as tracker:
        tracker.digest()
        assert tracker.loan(loan.id).status == "CLOSED"
        told = [change for change in tracker.changes("test") if change.id == loan.id]
        statuses = [change.to or change.status for change in told if change.kind in ("appeared", "moved")]
        # Each was told once, however often and in whatever order it came.
        assert len(statuses) == len(set(map(str, statuses)))


def test_what_is_no_notification_is_answered(client: Client) -> None:
    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with client.tracker("memory", webhook_tokens=["s3cret"]) as tracker:
        server = make_server("127.0.0.1", 0, wsgi(tracker), handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            assert post(f"{url}?token=s3cret", b"\xff") == 400
            assert post(f"{url}?token=s3cret", b"{}") == 200
            with pytest.raises(urllib.error.HTTPError, match="405"):
                urllib.request.urlopen(url)
            for token in ("", "?token=", "?token=wrong", "?other=s3cret"):
                assert post(url + token, b"{}") == 401
            health = tracker.health()
            assert (health.stored, health.refused, health.unread_notifications) == (1, 4, 1)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
