"""Calls release the interpreter while they wait."""

from __future__ import annotations

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
