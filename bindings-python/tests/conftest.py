"""A client of the real sandbox, and answers made up for it."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import Any, Protocol

import pytest

from defacto_sdk import Client
from defacto_sdk.sandbox import Sandbox


class Answer(Protocol):
    """Makes the sandbox's next answer of an operation this one."""

    def __call__(self, operation: str, body: Any, status: int = 200, **more: Any) -> None: ...


@pytest.fixture
def sandbox(defacto_sandbox: Sandbox) -> Sandbox:
    return defacto_sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox.credentials(), backoff=0.001) as client:
        yield client


@pytest.fixture
def answer(sandbox: Sandbox) -> Answer:
    def answer(operation: str, body: Any, status: int = 200, **more: Any) -> None:
        sandbox.fault(operation, body=body, status=status, **more)

    return answer


def need(module: str) -> None:
    """Leaves a test out where a package of its is missing; in CI that is a
    failure, but for interpreters that have no wheel of it."""
    if importlib.util.find_spec(module) is not None:
        return
    if os.environ.get("CI") and not os.environ.get("DEFACTO_EVERY_PYTHON"):
        pytest.fail(f"{module} is not installed")
    pytest.skip(f"{module} is not installed")
