"""Ctrl-C ends a waiting call long before its deadline."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from defacto_sdk.sandbox import Sandbox

BLOCKING = """
import sys
from defacto_sdk import Client, errors
from defacto_sdk.sandbox import Sandbox

client = Client(base_url=sys.argv[1], api_key="k-123456789")
print("waiting", flush=True)
try:
    {call}
except KeyboardInterrupt as error:
    cause = error.__cause__
    print(type(cause).__name__, getattr(cause, "salt_id", None) is not None, flush=True)
"""

ASYNC = """
import asyncio, sys
from defacto_sdk import AsyncClient

async def main():
    async with AsyncClient(base_url=sys.argv[1], api_key="k-123456789") as client:
        print("waiting", flush=True)
        await client.hello()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def interrupted(program: str, sandbox: Sandbox) -> tuple[str, float]:
    """What it printed, and how long it took from Ctrl-C to its end."""
    command = [sys.executable, "-c", program, sandbox.base_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        printed = process.stdout.read()
        process.wait(20)
        return printed.strip(), time.monotonic() - began


WAIT = "client.loans.wait_for('l', ['CLOSED'], shortest=20)"


def test_ends_a_wait_between_two_reads(sandbox: Sandbox) -> None:
    sandbox.fault("loans.get", times=9, status=200, body='{"id": "l", "status": "TO_REPAY"}')
    printed, took = interrupted(BLOCKING.format(call=WAIT), sandbox)
    assert printed == "NoneType False"
    assert took < 5


@pytest.mark.parametrize("call", ["client.hello()", "list(client.loans.list())"])
def test_ends_a_read(sandbox: Sandbox, call: str) -> None:
    sandbox.fault(delay=20)
    printed, took = interrupted(BLOCKING.format(call=call), sandbox)
    assert printed == "NoneType False"
    assert took < 5


def test_ends_a_write_whose_outcome_is_unknown(sandbox: Sandbox) -> None:
    sandbox.fault("loans.create", delay=20)
    call = (
        "import datetime as dt; now = dt.datetime.now(dt.timezone.utc); "
        "client.loans.create(amount=1, loan_to={'account_number': 'FR7630006000011234567890189'}, "
        "to_pay_at=now, to_repay_at=now + dt.timedelta(days=60))"
    )
    printed, took = interrupted(BLOCKING.format(call=call), sandbox)
    assert printed == "OutcomeUnknownError True"
    assert took < 5


def test_ends_an_event_loop(sandbox: Sandbox) -> None:
    sandbox.fault(delay=20)
    printed, took = interrupted(ASYNC, sandbox)
    assert printed == "interrupted"
    assert took < 5


SIGNAL_AND_ANSWER = """
import json, os, signal, sys, threading, urllib.request
from defacto_sdk import Client

client = Client(base_url=sys.argv[1], api_key="k-123456789")
client.hello()
print("waiting", flush=True)
def alarm(*_):
    raise KeyboardInterrupt

def interrupt():
    journal = sys.argv[1] + "/_sandbox/journal?operation=loans.update"
    while not json.load(urllib.request.urlopen(journal))["requests"]:
        pass
    # Before the answer, and as a rule before the next look for signals.
    os.kill(os.getpid(), signal.SIGALRM)

signal.signal(signal.SIGALRM, alarm)
threading.Thread(target=interrupt, daemon=True).start()
try:
    client.loans.update("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11", amount=1)
    print("no interruption", flush=True)
except KeyboardInterrupt as error:
    print(type(error.__cause__).__name__, flush=True)
"""


def test_a_signal_just_before_the_answer_forgets_no_change(sandbox: Sandbox) -> None:
    body = {"id": "a", "status": "SUBMITTED"}
    sandbox.fault("loans.update", status=200, body=body, delay=0.03)
    command = [sys.executable, "-c", SIGNAL_AND_ANSWER, sandbox.base_url]
    printed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    assert printed.stdout == "waiting\nOutcomeUnknownError\n"
