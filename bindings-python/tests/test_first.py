"""The first calls, against the sandbox."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
from decimal import Decimal
from typing import Any

import pytest

import defacto_sdk
from conftest import Answer
from defacto_sdk import Client, DefactoError, errors
from defacto_sdk.sandbox import Sandbox
from defacto_sdk.types import Loan

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone.utc)

LOAN: dict[str, Any] = {
    "id": "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11",
    "status": "TO_REPAY",
    "amount": 10_000,
    "to_repay_at": "2026-03-02T12:00:00+00:00",
    "loan_to": {"account_number": "FR7630006000011234567890189"},
    "invoice_ids": ["3d0ca315-aff9-4fc2-be61-3b76b9a2d798"],
    "brand_new": {"kept": True},
}


def test_says_hello(client: Client) -> None:
    assert "ello" in client.hello()
    assert client.testing.hello() == client.hello()


def test_follows_pages(client: Client, answer: Answer) -> None:
    second = {**LOAN, "id": "00000000-0000-4000-8000-000000000002", "status": "SOMETHING_NEW"}
    answer("loans.list", {"data": [LOAN], "next_page": "/loans?cursor=2"})
    answer("loans.list", {"data": [second], "next_page": None})
    pager = client.loans.list(status=["TO_REPAY"], to_pay_at_from=NOON)
    assert [loan.status for loan in pager] == ["TO_REPAY", "SOMETHING_NEW"]
    assert pager.cursor is None


def test_reads_typed_attributes(client: Client, answer: Answer) -> None:
    answer("loans.get", LOAN)
    loan = client.loans.get(LOAN["id"])
    assert isinstance(loan, Loan)
    assert loan.amount == 10_000
    assert loan.to_repay_at == NOON and loan.to_repay_at.tzinfo is not None
    assert loan.loan_to is not None
    assert loan.fees_estimated is None and loan.loan_from_references == []
    assert loan.extra == {"brand_new": {"kept": True}}
    assert "FR76" not in repr(loan) and "FR76" not in repr(loan.loan_to)
    assert pickle.loads(pickle.dumps(loan)) == loan == copy.deepcopy(loan)
    with pytest.raises(AttributeError):
        loan.amount = 1  # type: ignore[misc]


def test_refuses_before_sending(client: Client) -> None:
    account = {"account_number": "FR7630006000011234567890189"}
    with pytest.raises(errors.InvalidInputError, match="amount"):
        client.loans.create(amount=0, loan_to=account, to_pay_at=NOON, to_repay_at=NOON)  # type: ignore[arg-type]
    with pytest.raises(errors.InvalidInputError, match="time zone"):
        client.loans.list(to_pay_at_from=dt.datetime(2026, 1, 1))


def test_maps_errors(sandbox: Sandbox, answer: Answer) -> None:
    with pytest.raises(errors.ConfigurationError):
        Client(sandbox.credentials(), api_key="")
    problem = {"type": "t", "title": "no", "invalid_params": [{"name": "status", "reason": "bad"}]}
    answer("loans.list", problem, status=422, content_type="application/problem+json")
    with pytest.raises(DefactoError) as caught:
        list(Client(sandbox.credentials()).loans.list())
    error = caught.value
    assert isinstance(error, errors.RejectedError)
    assert (error.code, error.kind, error.status) == (6, "Rejected", 422)
    assert error.operation == "loans.list" and error.attempts == 1
    assert error.problem is not None and error.problem.title == "no"
    assert [param.name for param in error.invalid_params] == ["status"]
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and str(again) == str(error)


def test_a_class_for_every_kind() -> None:
    classes = [getattr(errors, name) for name in errors.__all__ if name != "outcome_unknown"]
    codes = [kind.code for kind in classes]
    assert codes == list(range(len(codes)))


def test_projects_interest() -> None:
    assert defacto_sdk.interest(outstanding=10_000, days=60, daily_rate="0.06") == 360
    assert defacto_sdk.interest(outstanding=50_000, days=30, daily_rate=Decimal("0.05")) == 750
    with pytest.raises(errors.InvalidInputError):
        defacto_sdk.interest(outstanding=-1, days=30, daily_rate="0.05")


def test_makes_a_loan(client: Client) -> None:
    now = dt.datetime.now(dt.timezone.utc)
    business = client.testing.generate_business()
    client.borrowers.create(**{**business.to_dict(), "signed_at": now})
    generated = client.testing.generate_invoice(
        seller={"identifier": business.identifier or "", "name": business.name or ""}
    )
    invoice = generated.invoice_creation_payload
    assert invoice is not None and invoice.to_account is not None
    arguments: dict[str, Any] = {
        "amount": 10_000,
        "borrower": {"identifier": business.identifier},
        "loan_to": invoice.to_account,
        "to_pay_at": now + dt.timedelta(days=2),
        "to_repay_at": now + dt.timedelta(days=62),
        "invoices": [invoice],
        "salt_id": "first",
    }
    loan = client.loans.create(**arguments)
    assert isinstance(loan, Loan)
    assert loan.amount == 10_000 and loan.submitted_at is not None
    assert client.loans.create(**arguments).id == loan.id
    assert [found.id for found in client.loans.list(page_size=1)] == [loan.id]


def _rejected(client: Client) -> None:
    """Never run: mypy --strict reports an ignore that is not needed, so each
    of these lines is proven to be an error."""
    iban = "FR7630006000011234567890189"
    client.loans.create(
        amount="1",  # type: ignore[arg-type]
        loan_to={"account_number": iban, "bank": 1},  # type: ignore[arg-type]
        to_pay_at="2026-01-01",  # type: ignore[arg-type]
        to_repay_at=NOON,
    )
    client.loans.create(amount=1, to_pay_at=NOON, to_repay_at=NOON)  # type: ignore[call-arg]
    client.loans.list(state=[])  # type: ignore[call-arg]
    client.loans.get("id").amonut  # type: ignore[attr-defined]
    defacto_sdk.interest(outstanding=1.5, days=1, daily_rate="1")  # type: ignore[arg-type]
