"""The sandbox's package: starting, helpers, ending, fixtures."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from defacto_sdk import Client, errors
from defacto_sdk.sandbox import Sandbox, SandboxError
from defacto_sdk_sandbox import find_program

NEW_YEAR = dt.datetime(2030, 1, 1, tzinfo=dt.timezone.utc)


def is_up(base_url: str) -> bool:
    try:
        urllib.request.urlopen(f"{base_url}/_sandbox/health", timeout=5).close()
    except OSError:
        return False
    return True


def test_starts_and_ends_with_its_block() -> None:
    with Sandbox.start(seed=3) as sandbox:
        assert is_up(sandbox.base_url) and sandbox.base_url in repr(sandbox)
        first = Client(sandbox.credentials()).testing.generate_business()
    assert not is_up(sandbox.base_url)
    sandbox.close()
    with Sandbox.start(seed=3) as again:
        assert Client(again.credentials()).testing.generate_business() == first


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_ends_with_a_process_that_is_killed() -> None:
    program = (
        "from defacto_sdk.sandbox import Sandbox; import time; "
        "print(Sandbox.start().base_url, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        base_url = process.stdout.readline().strip()
        assert is_up(base_url)
        process.kill()
    for _ in range(100):
        if not is_up(base_url):
            return
        time.sleep(0.05)
    raise AssertionError("it outlived its process")


def test_finds_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert os.access(find_program(), os.X_OK)
    monkeypatch.setenv("DEFACTO_BIN", str(tmp_path / "nothing"))
    with pytest.raises(SandboxError, match="DEFACTO_BIN"):
        find_program()
    other = tmp_path / "defacto"
    other.write_text("#!/bin/sh\necho hello\n")
    other.chmod(0o755)
    monkeypatch.setenv("DEFACTO_BIN", str(other))
    with pytest.raises(SandboxError, match="did not start"):
        Sandbox.start()
    with pytest.raises(SandboxError, match="cannot be started"):
        Sandbox.start(program=tmp_path)
    other.write_text("#!/bin/sh\nsleep 30\n")
    with pytest.raises(SandboxError, match="not ready after"):
        Sandbox.start(patience=0.2)


def test_moves_the_clock(defacto_sandbox: Sandbox) -> None:
    assert defacto_sandbox.freeze(NEW_YEAR) == NEW_YEAR == defacto_sandbox.now()
    assert defacto_sandbox.advance(dt.timedelta(days=2)) == NEW_YEAR + dt.timedelta(days=2)
    defacto_sandbox.freeze()
    defacto_sandbox.unfreeze()
    assert defacto_sandbox.now() > NEW_YEAR
    with pytest.raises(ValueError, match="time zone"):
        defacto_sandbox.freeze(dt.datetime(2030, 1, 1))
    with pytest.raises(SandboxError, match="advance"):
        defacto_sandbox.advance(dt.timedelta(days=-1))


def test_goes_to_events_and_triggers(defacto_sandbox: Sandbox) -> None:
    defacto_sandbox.freeze(NEW_YEAR)
    defacto_sandbox.configure(policy="calendar")
    with Client(defacto_sandbox.credentials()) as client:
        request = defacto_sandbox.loan_request()
        loan = client.loans.create(**request, auto_validate=True)
        # Nobody listens there: each attempt fails at once.
        client.webhooks.create(
            name="w", to_url="http://127.0.0.1:9/?k=secret", event_types=["Loan.TO_REPAY"]
        )
        defacto_sandbox.set_delivery_levers(
            [{"action": "duplicate", "event_type": "Loan.TO_REPAY"}], timeout=1
        )
        defacto_sandbox.advance_to(NEW_YEAR + dt.timedelta(hours=1))
        assert client.loans.get(loan.id).status == "SCHEDULED"
        happened = defacto_sandbox.advance_to_next_event(loan.id)
        assert happened.now == NEW_YEAR + dt.timedelta(days=1)
        assert happened.events["Loan.INITIATED"] == 1
        happened = defacto_sandbox.advance_to_next_event()
        assert (happened.delivered, happened.pending) == (0, 2)
        first, second = defacto_sandbox.deliveries(event_type="Loan.TO_REPAY")
        assert first["levers"] == ["duplicate"]
        assert "secret" not in first["request"]["url"]
        assert defacto_sandbox.redeliver(second["id"])["redelivery_of"] == second["id"]
        happened = defacto_sandbox.trigger("loan.late", loan.id)
        assert happened.events["LOAN_PRINCIPAL_FALLEN_LATE"] == 1
        assert happened.failed == 3
        defacto_sandbox.trigger("loan.repaid", amount=1)
        assert client.loans.get(loan.id).repaid_nominal_amount == 1
    with pytest.raises(SandboxError, match="to: is past"):
        defacto_sandbox.advance_to(NEW_YEAR)
    with pytest.raises(ValueError, match="time zone"):
        defacto_sandbox.advance_to(dt.datetime(2040, 1, 1))


def test_makes_things_go_wrong(defacto_sandbox: Sandbox) -> None:
    with Client(defacto_sandbox.credentials(), retries=0) as client:
        faults: list[dict[str, Any]] = [
            {"reset": "before"},
            {"status": 503, "headers": {"retry-after": "1"}},
            {"body": {"title": "x"}, "status": 500},
            {"truncate": 1},
        ]
        for fault in faults:
            defacto_sandbox.fault("testing.hello", **fault)
            with pytest.raises(errors.DefactoError):
                client.hello()
        defacto_sandbox.fault("testing.hello", times=None, status=503)
        defacto_sandbox.clear_faults()
        client.hello()
    received = defacto_sandbox.received("testing.hello")
    assert [request.fault for request in received] == [True] * 4 + [False]
    with pytest.raises(SandboxError, match="policy"):
        defacto_sandbox.configure(policy="never")  # type: ignore[arg-type]


def test_comes_back_to_a_snapshot(defacto_sandbox: Sandbox) -> None:
    with Client(defacto_sandbox.credentials()) as client:
        client.hello()
        defacto_sandbox.snapshot("one-call")
        defacto_sandbox.fault("testing.hello", status=500)
        with pytest.raises(errors.DefactoError):
            client.with_options(retries=0).hello()
        assert defacto_sandbox.count("testing.hello") == 2
        assert defacto_sandbox.count("testing.hello", acted=False) == 1
        defacto_sandbox.restore("one-call")
        assert defacto_sandbox.count("testing.hello") == 1
    with pytest.raises(SandboxError, match="snapshot"):
        defacto_sandbox.restore("none")


@pytest.mark.parametrize("scenario", ["SUCCESS", "REJECT"])
def test_makes_a_scenario(defacto_sandbox: Sandbox, scenario: str) -> None:
    with Client(defacto_sandbox.credentials()) as client:
        request = defacto_sandbox.loan_request(amount=12_345, scenario=scenario)
        loan = client.loans.create(**request)
        assert client.loans.get(loan.id).amount == 12_345


FIXTURES = """
from defacto_sdk import Client

def test_one(defacto_sandbox, defacto_sandbox_session):
    for sandbox in (defacto_sandbox, defacto_sandbox_session):
        Client(sandbox.credentials()).hello()

def test_two(defacto_sandbox, defacto_sandbox_session):
    assert len(defacto_sandbox.received()) == 0
    assert len(defacto_sandbox_session.received()) == 1
"""


def test_brings_fixtures(tmp_path: Path) -> None:
    (tmp_path / "test_them.py").write_text(FIXTURES)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def test_says_what_is_not_installed(tmp_path: Path) -> None:
    program = (
        "import sys; sys.modules['defacto_sdk_sandbox'] = None\n"
        "try:\n    import defacto_sdk.sandbox\nexcept ModuleNotFoundError as error:\n    print(error)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "defacto-sdk[sandbox]" in run.stdout, run.stderr


def test_faults_policies_and_accounts_are_arguments() -> None:
    accounts = {"anna": "key-a", "bert": "key-b"}
    with Sandbox.start(policy={"settles_fees": False}, accounts=accounts, demo=True) as sandbox:

        def client(key: str) -> Client:
            return Client(api_key=key, base_url=sandbox.base_url, retries=0)

        assert len(list(client("key-a").loans.list())) == 8
        assert not list(client("key-b").loans.list())
        with pytest.raises(errors.UnauthenticatedError):
            list(client("key-c").loans.list())
        sandbox.fault("loans.*", preset="rate_limit", rate=(1, 60))
        loan = next(iter(client("key-a").loans.list()))
        with pytest.raises(errors.RateLimitedError):
            client("key-a").loans.get(loan.id)
        sandbox.clear_faults()
        sandbox.fault("GET /loan/*", set={"/status": "NEW"}, slow=(100, 0.001), delay=(0, 0.001))
        assert client("key-a").loans.get(loan.id).status == "NEW"
        sandbox.configure(policy="calendar", daily_rate="0.07")
        with pytest.raises(SandboxError, match="no_such is no|no_such"):
            sandbox.configure(no_such=1)
