"""The real sandbox, as its executable, and a client of it."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from defacto_sdk import Client

ROOT = Path(__file__).parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))


@dataclass
class Sandbox:
    """Where a sandbox listens."""

    base_url: str
    control_url: str

    def control(self, method: str, path: str, body: Any = None) -> None:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            self.control_url + path, data=data, headers=headers, method=method
        )
        urllib.request.urlopen(request).close()

    def client(self, **settings: Any) -> Client:
        return Client(**{"api_key": "k-123456789", "base_url": self.base_url, **settings})


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    command = [str(TARGET / "debug" / "defacto"), "sandbox", "--seed", "7"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Sandbox(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()


@pytest.fixture
def sandbox(process: Sandbox) -> Iterator[Sandbox]:
    yield process
    process.control("POST", "/reset")


@pytest.fixture
def client(sandbox: Sandbox) -> Client:
    return sandbox.client()


@pytest.fixture
def answer(sandbox: Sandbox) -> Callable[..., None]:
    """Makes the sandbox's next answer of an operation this one."""

    def fault(operation: str, body: Any, status: int = 200, **more: Any) -> None:
        text = body if isinstance(body, str) else json.dumps(body)
        fault = {"operation": operation, "status": status, "body": text, **more}
        sandbox.control("POST", "/faults", fault)

    return fault
