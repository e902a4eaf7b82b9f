"""What a program may not write: each line marked so is an error to every type
checker, and no other."""

from __future__ import annotations

import datetime as dt

from defacto_sdk import AsyncClient, Client, interest
from defacto_sdk.sandbox import Sandbox

NOW = dt.datetime.now(dt.timezone.utc)


def wrong(client: Client, sandbox: Sandbox) -> None:
    client.loans.create(
        amount="1",  # wrong
        loan_to={"account_number": "FR76", "bank": 1},  # wrong
        to_pay_at="2026-01-01",  # wrong
        to_repay_at=NOW,
    )
    client.loans.create(amount=1, to_pay_at=NOW, to_repay_at=NOW)  # wrong
    client.loans.create(
        amount=1,
        to_pay_at=NOW,
        to_repay_at=NOW,
        loan_to={"account_number": "F"},
        invoices=[client.loans.get("id")],  # wrong
    )
    client.loans.create(1, to_pay_at=NOW, to_repay_at=NOW, loan_to={"account_number": "F"})  # wrong
    client.loans.list(state=[])  # wrong
    client.loans.list(status=[1])  # wrong
    client.loans.get(5)  # wrong
    client.loans.wait_for("id", [5])  # wrong
    client.loans.wait_for("id", ["CLOSED"], patience=1)  # wrong
    print(client.loans.get("id").amonut)  # wrong
    client.loans.get("id").amount = 1  # wrong
    client.with_options(patience=1)  # wrong
    client.with_response(client.loans.get)  # wrong
    interest(outstanding=1.5, days=1, daily_rate="1")  # wrong
    Client(environment="staging")  # wrong
    Client({"api-key": "k"})  # wrong
    sandbox.fault(reset="never")  # wrong


async def wrong_async(client: AsyncClient) -> None:
    for loan in client.loans.list():  # wrong
        pass
    print((await client.loans.get("id")).amonut)  # wrong
