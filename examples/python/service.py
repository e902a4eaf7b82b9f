"""A FastAPI service that pays an invoice early. The client is made once, when a
worker starts: not before a fork, and not for each request.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... uvicorn service:app
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from defacto_sdk import AsyncClient, DefactoError, NotFoundError, OutcomeUnknownError


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncClient(
        base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"]
    ) as client:
        app.state.defacto = client
        yield


app = FastAPI(lifespan=lifespan)


@app.put("/orders/{order}/loan")
async def request_loan(order: str, body: dict[str, Any], request: Request) -> dict[str, Any]:
    """Asks for a loan. The order's number is the key: sent again, it finds the
    same loan, so the caller may repeat what was lost."""
    client: AsyncClient = request.app.state.defacto
    now = dt.datetime.now(dt.timezone.utc)
    loan = await client.loans.create(
        amount=body["amount"],
        borrower=body["borrower"],
        loan_to=body["loan_to"],
        invoices=body["invoices"],
        to_pay_at=now + dt.timedelta(days=2),
        to_repay_at=now + dt.timedelta(days=62),
        salt_id=f"order-{order}",
    )
    return {"loan": loan.id, "status": loan.status}


@app.get("/loans/{loan_id}")
async def read_loan(loan_id: str, request: Request) -> dict[str, Any]:
    client: AsyncClient = request.app.state.defacto
    loan = await client.loans.get(loan_id)
    return {"loan": loan.id, "status": loan.status, "amount": loan.amount}


@app.exception_handler(DefactoError)
async def failed(_: Request, error: DefactoError) -> JSONResponse:
    """What the caller can do: nothing but correct it, repeat it, or look."""
    if isinstance(error, OutcomeUnknownError):
        return JSONResponse({"error": error.message, "look": error.recovery}, 202)
    if isinstance(error, NotFoundError):
        return JSONResponse({"error": error.message}, 404)
    return JSONResponse({"error": error.message}, 503 if error.is_retryable else 422)
