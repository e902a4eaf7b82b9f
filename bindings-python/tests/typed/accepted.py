"""What a program may write: no type checker may complain about a line."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal

from typing_extensions import assert_type

from defacto_sdk import AsyncClient, Client, DefactoError, Response, errors, interest
from defacto_sdk import types as t
from defacto_sdk.sandbox import Sandbox

NOW = dt.datetime.now(dt.timezone.utc)


def blocking(client: Client) -> list[str]:
    loan = client.loans.create(
        amount=10_000,
        loan_to={"account_number": "FR7630006000011234567890189"},
        to_pay_at=NOW,
        to_repay_at=NOW + dt.timedelta(days=60),
        metadata={"order": 7},
        loan_type=None,
    )
    assert_type(loan, t.Loan)
    assert_type(loan.id, str)
    assert_type(loan.amount, "int | None")
    assert_type(loan.to_pay_at, "dt.datetime | None")
    assert_type(loan.loan_to_references, list[str])
    if loan.borrower is not None:
        print(loan.borrower.identifier)
    if loan.status == "TO_REPAY" or loan.status == "A_STATUS_OF_TOMORROW":
        print(loan.to_json(), loan.extra.get("new"), loan.to_dict()["id"])
    client.loans.update(loan.id, metadata=None)
    payload = client.testing.generate_invoice().invoice_creation_payload
    if payload is not None:
        assert_type(payload, t.CreateInvoice)
        client.loans.create(
            amount=1,
            loan_to=payload.to_account or {"account_number": "FR76"},
            to_pay_at=NOW,
            to_repay_at=NOW,
            invoices=[payload],
        )
    response = client.with_response(client.loans.get, loan.id)
    assert_type(response, Response[t.Loan])
    print(response.status, response.value.id, response.creation, response.headers.get("date"))
    paid = client.loans.wait_for(loan.id, ["TO_REPAY"], deadline=60, through_issues=True)
    assert_type(paid, t.Loan)
    client.raw("POST", "/loans", query={"a": [1]}, body={"b": None})
    for page in client.loans.list(status=["TO_REPAY"], to_pay_at_from=NOW).pages():
        print(len(page), page.total, [item.id for item in page])
    quick = client.with_options(timeout=2.5, retries=0, headers={"x-trace": "1"})
    assert_type(quick, Client)
    return [item.id for item in quick.loans.list()]


async def awaited(client: AsyncClient) -> None:
    async for loan in client.loans.list(page_size=10):
        assert_type(loan, t.Loan)
    async for page in client.loans.list().pages():
        print(page.data)
    plan = await client.installment_plans.get("id")
    assert_type(plan, t.InstallmentPlan)
    response = await client.with_response(client.loans.get, "id")
    assert_type(response, Response[t.Loan])
    assert_type(await client.hello(), str)
    assert_type(await client.loans.wait_for("id", ["CLOSED"]), t.Loan)
    print(await client.raw("GET", "/loans"))


def recovered(client: Client) -> str | None:
    try:
        client.loans.get("id")
    except errors.OutcomeUnknownError as error:
        return error.salt_id
    except DefactoError as error:
        print(error.code, error.is_retryable, error.problem, error.invalid_params, error.status)
    except (KeyboardInterrupt, asyncio.CancelledError) as error:
        unknown = errors.outcome_unknown(error)
        return unknown.recovery if unknown else None
    return None


def main() -> None:
    with Sandbox.start(seed=1) as sandbox, Client(sandbox.credentials(), retries=1) as client:
        sandbox.fault("loans.create", reset="after")
        sandbox.advance(dt.timedelta(days=1))
        print(sandbox.received("loans.create")[0].acted, blocking(client), recovered(client))
    assert_type(interest(outstanding=10_000, days=60, daily_rate=Decimal("0.06")), int)
    asyncio.run(awaited(AsyncClient(api_key="k", environment="sandbox")))
