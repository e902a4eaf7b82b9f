"""Calls release the interpreter while they wait."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from conftest import Answer
from defacto_sdk import Client


def test_calls_wait_side_by_side(client: Client, answer: Answer) -> None:
    def first(_: int) -> Any:
        began.append(time.monotonic())
        return client.hello(), time.monotonic()

    began: list[float] = []
    for _ in range(4):
        answer("testing.hello", "hello", delay=0.3, content_type="text/plain")
    with ThreadPoolExecutor(4) as pool:
        ended = [end for _, end in pool.map(first, range(4))]
    # Each began before any had ended.
    assert max(began) < min(ended)


def test_threads_share_the_pages_of_a_list(client: Client, answer: Answer) -> None:
    names = [f"loan-{number}" for number in range(6)]
    for name in names:
        after = f"/loans?cursor={name}" if name != names[-1] else None
        page = {"data": [{"id": name, "status": "CLOSED"}], "next_page": after}
        answer("loans.list", page, delay=0.05)
    pager = client.loans.list()
    start = threading.Barrier(4)

    def read(_: int) -> list[str]:
        start.wait()
        return [loan.id for loan in pager]

    with ThreadPoolExecutor(4) as pool:
        assert sorted(sum(pool.map(read, range(4)), [])) == names
