"""The programs of examples/python that receive notifications, with the sandbox
delivering to them: whatever goes wrong on the way, nothing is lost nor told twice."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from conftest import need
from defacto_sdk import Client
from defacto_sdk.sandbox import Sandbox
from defacto_sdk.webhooks import wsgi

EXAMPLES = Path(__file__).parents[2] / "examples" / "python"
MOVES = ["Loan.SUBMITTED", "Loan.VALIDATED", "Loan.TO_REPAY", "Loan.CLOSED"]


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
def running(
    command: list[str], url: str, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
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
        yield program
    finally:
        # One that stands still would not hear of its end.
        program.send_signal(signal.SIGCONT)
        program.terminate()
        program.wait(30)


UVICORN = ["uvicorn", "-m", "uvicorn", "--log-level", "warning", "--port", "{port}"]
COMMANDS = {
    "fastapi": [*UVICORN, "webhooks_fastapi:app"],
    "starlette": [*UVICORN, "webhooks_starlette:app"],
    "flask": ["flask", "-m", "flask", "--app", "webhooks_flask", "run", "--port", "{port}"],
    "django": ["django", "webhooks_django.py", "runserver", "--noreload", "{port}"],
    "django_asgi": [*UVICORN, "webhooks_django_asgi:application"],
}
# A mount of Starlette's answers only below its path.
MOUNTED = {"fastapi", "starlette"}


@dataclass
class Lab:
    """A sandbox that delivers to a service."""

    client: Client
    sandbox: Sandbox
    url: str
    program: subprocess.Popen[bytes]

    def subscribe(self, token: str) -> str:
        webhook = self.client.webhooks.create(
            name="service", to_url=f"{self.url}?token={token}", event_types=MOVES
        )
        assert webhook.id is not None
        return webhook.id

    def lend(self, **more: Any) -> str:
        loan = self.client.loans.create(
            **{**self.sandbox.loan_request(), "auto_validate": True, **more}
        )
        assert loan.id is not None
        return loan.id

    def live(self, loan: str) -> str:
        """Leads a loan to its end, by the clock."""
        for _ in range(50):
            if self.client.loans.get(loan).status == "CLOSED":
                # What was held back, or failed until now.
                self.sandbox.advance(dt.timedelta(days=1))
                return loan
            # Returns once what it leads to is delivered.
            self.sandbox.advance_to_next_event(loan)
        pytest.fail("it does not end")

    def answers(self, loan: str) -> list[list[int | None]]:
        """The statuses that each notification of a loan was answered with."""
        log = self.sandbox.deliveries(entity_id=loan)
        return [[attempt["status"] for attempt in one["attempts"]] for one in log]

    def first_answers(self, loan: str) -> list[int | None]:
        """Those to the first notification of a loan, once it was tried."""
        end = time.monotonic() + 30
        while not (all := self.answers(loan)) or not all[0]:
            assert time.monotonic() < end, "nothing was delivered"
        return all[0]


def shuffled(lab: Lab) -> str:
    lab.subscribe("s3cret")
    lab.sandbox.set_delivery_levers(
        [
            {"action": "duplicate", "times": None},
            {"action": "reorder", "times": None},
            {"action": "drop", "event_type": "Loan.VALIDATED"},
        ]
    )
    loan = lab.live(lab.lend())
    log = lab.sandbox.deliveries(entity_id=loan)
    assert {lever for one in log for lever in one["levers"]} == {"duplicate", "reorder", "drop"}
    delivered = [one["event_type"] for one in log if one["state"] == "DELIVERED"]
    assert sorted(delivered) == 2 * ["Loan.CLOSED"] + 2 * ["Loan.SUBMITTED"] + 2 * ["Loan.TO_REPAY"]
    return loan


def wrong_token(lab: Lab) -> str:
    webhook = lab.subscribe("wrong")
    loan = lab.lend()
    assert lab.first_answers(loan) == [401]
    lab.client.webhooks.update(
        webhook, name="service", to_url=f"{lab.url}?token=s3cret", event_types=MOVES
    )
    lab.live(loan)
    assert lab.first_answers(loan) == [401, 200]
    return loan


def too_large(lab: Lab) -> str:
    lab.subscribe("s3cret")
    # A notification has the whole loan in it.
    loan = lab.live(lab.lend(metadata={"note": "é" * (5 << 19)}))
    answers = lab.answers(loan)
    # As often as the sandbox tries, and never taken.
    assert answers[0] == [413] * 6
    assert {status for each in answers for status in each} == {413}
    return loan


def slow(lab: Lab) -> str:
    """It stands still until the sandbox has given up, and goes on then."""
    lab.subscribe("s3cret")
    lab.sandbox.set_delivery_levers([], timeout=0.2)
    lab.program.send_signal(signal.SIGSTOP)
    loan = lab.lend()
    assert lab.first_answers(loan) == [None]
    lab.sandbox.set_delivery_levers([])
    lab.program.send_signal(signal.SIGCONT)
    lab.live(loan)
    assert lab.first_answers(loan) == [None, 200]
    return loan


DISTURBANCES: list[Callable[[Lab], str]] = [shuffled, wrong_token, too_large, slow]


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no program can be made to stand still")
@pytest.mark.parametrize("framework", COMMANDS)
def test_nothing_is_lost_nor_told_twice(
    framework: str, client: Client, sandbox: Sandbox, tmp_path: Path
) -> None:
    module, *arguments = COMMANDS[framework]
    need(framework.split("_")[0])
    need(module)
    sandbox.configure(policy="calendar")
    sandbox.freeze()
    port = str(free_port())
    store = str(tmp_path / "loans.db")
    environment = {
        "DEFACTO_BASE_URL": sandbox.base_url,
        "DEFACTO_API_KEY": "key-0123456789abcdef",
        "DEFACTO_WEBHOOK_TOKEN": "s3cret",
        "DEFACTO_STORE": store,
    }
    command = [sys.executable, *(each.format(port=port) for each in arguments)]
    url = f"http://127.0.0.1:{port}/defacto{'/' if framework in MOUNTED else ''}"
    loans = {}
    with running(command, url, environment) as program:
        lab = Lab(client, sandbox, url, program)
        for disturb in DISTURBANCES:
            loans[disturb] = disturb(lab)
            sandbox.set_delivery_levers([])
            for webhook in client.webhooks.list():
                client.webhooks.delete(str(webhook.id))
    with client.tracker(store) as tracker:
        tracker.digest()
        # What nobody could tell of is found by a pass.
        tracker.sync()
        told = list(tracker.changes("test"))
        for disturb, loan in loans.items():
            assert tracker.loan(loan).status == "CLOSED", disturb
            of_loan = [
                change
                for change in told
                if change.id == loan and change.kind in ("appeared", "moved", "passed")
            ]
            # Each was told once, however often and in whatever order it came. What was
            # inferred and is seen after all is told as seen.
            seen = [change.to or change.status for change in of_loan if not change.inferred]
            assert len(seen) == len({*seen}), (disturb, seen)
            statuses = {change.to or change.status for change in of_loan}
            assert {"VALIDATED", "TO_REPAY", "CLOSED"} <= statuses, (disturb, statuses)
            by_notification = any(change.source == "webhook" for change in of_loan)
            assert by_notification == (disturb is not too_large), disturb


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
