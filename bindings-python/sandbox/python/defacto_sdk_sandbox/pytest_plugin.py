"""Fixtures for pytest, found without being imported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ._sandbox import Sandbox


@pytest.fixture(scope="session")
def defacto_sandbox_session() -> Iterator[Sandbox]:
    """A sandbox that all tests share. Nothing resets it."""
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _defacto_sandbox_process() -> Iterator[Sandbox]:
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def defacto_sandbox(_defacto_sandbox_process: Sandbox) -> Iterator[Sandbox]:
    """A sandbox that is as new for each test. One process serves them all, and
    is reset after each."""
    yield _defacto_sandbox_process
    _defacto_sandbox_process.reset()
