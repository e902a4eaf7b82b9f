"""The first calls, against the sandbox."""

from __future__ import annotations

import pytest

from defacto_sdk import Client, UnauthenticatedError


def test_says_hello(client: Client) -> None:
    assert "ello" in client.hello()


def test_lists_loans(client: Client) -> None:
    assert [loan.status for loan in client.loans.list(status=["TO_REPAY"])] == []


def test_maps_errors(base_url: str) -> None:
    client = Client(api_key="", base_url=base_url)
    with pytest.raises(UnauthenticatedError):
        client.hello()
