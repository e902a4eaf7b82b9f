"""Loans followed through a tracker, on the sandbox."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest

from defacto_sdk import AsyncClient, Client, Tracker, errors
from defacto_sdk.sandbox import Sandbox


def lend(client: Client, sandbox: Sandbox) -> str:
    """Makes a loan through a client and brings it to its end."""
    loan = client.loans.create(**sandbox.loan_request())
    assert loan.id is not None
    client.loans.wait_for(loan.id, ["TO_VALIDATE"])
    client.loans.validate(loan.id)
    sandbox.trigger("loan.paid_out", loan.id)
    sandbox.trigger("loan.repaid", loan.id)
    return loan.id


def moves(changes: Any) -> list[str]:
    return [change.to for change in changes if change.kind == "moved" and change.entity == "loan"]


def test_every_change_is_told_once(client: Client, sandbox: Sandbox, tmp_path: Path) -> None:
    store = str(tmp_path / "loans.db")
    with client.tracker(store) as tracker:
        id = lend(tracker, sandbox)
        assert tracker.sync().full
        told = []
        for change in tracker.changes("mailer"):
            told.append(change)
            change.ack()
        places = [change.seq or 0 for change in told]
        assert places == sorted(set(places))
        assert all(change.loan_id == id for change in told if change.entity != "credit_line")
        assert tracker.loan(id).status == "CLOSED"
        assert tracker.loan(id).outstanding == 0
    with client.tracker(store) as again:
        assert list(again.changes("mailer")) == []
        assert len(list(again.changes("books"))) == len(told)


def test_what_is_not_acknowledged_is_told_again(client: Client, sandbox: Sandbox) -> None:
    with client.tracker("memory") as tracker:
        tracker.loans.create(**sandbox.loan_request())
        first = next(tracker.changes("mailer"))
        again = next(tracker.changes("mailer"))
        assert again.seq == first.seq
        again.ack()
        rest = [change.seq for change in tracker.changes("mailer")]
        assert first.seq not in rest and rest
        tracker.replay("mailer", seq=0)
        change = tracker.next_change("mailer").change
        assert change is not None and change.seq == first.seq


def test_a_lost_answer_is_settled(client: Client, sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    with client.tracker("memory", actor="till 7") as tracker:
        sandbox.fault("loans.create", reset="after", times=None)
        with pytest.raises(errors.OutcomeUnknownError):
            tracker.with_options(retries=0).loans.create(**request)
        sandbox.clear_faults()
        (intent,) = tracker.intents()
        assert (intent.operation, intent.state, intent.actor) == ("loans.create", "open", "till 7")
        tracker.sync()
        assert len(tracker.intents()) == 0
        assert tracker.portfolio().loans == 1
        assert len(list(client.loans.list())) == 1


def test_one_process_at_a_time(client: Client, tmp_path: Path) -> None:
    store = str(tmp_path / "loans.db")
    with client.tracker(store):
        with pytest.raises(errors.StoreError):
            client.tracker(store)
    client.tracker(store).close()


def test_runs_until_it_is_stopped(client: Client, sandbox: Sandbox) -> None:
    with client.tracker("memory") as tracker:
        run = threading.Thread(target=tracker.run, kwargs={"every": 3600})
        run.start()
        id = client.loans.create(**sandbox.loan_request()).id
        assert id is not None
        # The first pass may have been before it; a notification is looked at at once.
        notification = f'{{"id":"{id}","event_type":"Loan.SUBMITTED","entity_type":"loan","status":"SUBMITTED","timestamp":"2026-01-01T00:00:00Z"}}'
        tracker.ingest(notification=notification)
        for change in tracker.changes("test", follow=True):
            if change.entity == "loan":
                break
        assert tracker.loan(id).id == id
        tracker.stop()
        run.join(timeout=30)
        assert not run.is_alive()


def test_a_plain_client_says_what_to_do(client: Client) -> None:
    with pytest.raises(errors.ConfigurationError, match="store"):
        client.tracker("")
    with client.tracker("memory") as tracker, pytest.raises(errors.NotFoundError, match="loan_id"):
        tracker.loan("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11")
    assert isinstance(tracker, Tracker)


def test_in_an_event_loop(sandbox: Sandbox) -> None:
    async def follow() -> None:
        async with AsyncClient(sandbox.credentials(), backoff=0.001) as client:
            async with client.tracker("memory") as tracker:
                running = asyncio.ensure_future(tracker.run(every=3600))
                loan = await tracker.loans.create(**sandbox.loan_request())
                seen = []
                async for change in tracker.changes("mailer", follow=True):
                    seen.append(change)
                    await change.ack()
                    if change.entity == "loan":
                        break
                assert seen[-1].loan_id == loan.id
                await tracker.stop()
                await asyncio.wait_for(running, 30)
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(tracker.run(every=3600), 0.2)

    asyncio.run(follow())
