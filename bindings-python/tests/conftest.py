"""The real sandbox, as its executable, and a client of it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from defacto_sdk import Client

ROOT = Path(__file__).parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    command = [TARGET / "debug" / "defacto", "sandbox", "--seed", "7"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["base_url"]
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def client(base_url: str) -> Iterator[Client]:
    with Client(api_key="k-123456789", base_url=base_url) as client:
        yield client
