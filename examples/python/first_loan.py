"""The whole first loan in Python, on a sandbox that it starts itself: a
borrower, an invoice, the request, the consent, and then reading the loan until
it is closed.

    pip install "defacto-sdk[sandbox]"
    python first_loan.py
"""

from __future__ import annotations

import datetime as dt
import sys

from defacto_sdk import Client, OutcomeUnknownError
from defacto_sdk.sandbox import Sandbox
from defacto_sdk.types import CreateBorrower, CreateLoanInvoice, Loan

NOW = dt.datetime.now(dt.timezone.utc)


def make_borrower(client: Client) -> CreateBorrower:
    """A company made up by the sandbox becomes a borrower."""
    business = client.testing.generate_business()
    borrower = client.borrowers.create(**{**business.to_dict(), "signed_at": NOW})
    print(f"borrower  {borrower.id} ({business.name})")
    return business


def request_loan(client: Client, business: CreateBorrower) -> Loan:
    """Asks for 100.00 EUR on an invoice to the company's own customer."""
    invoice = client.testing.generate_invoice(
        seller={"identifier": business.identifier or "", "name": business.name or ""}
    ).invoice_creation_payload
    assert invoice is not None and invoice.to_account is not None
    print(f"invoice   {invoice.invoice_number}")
    made = client.with_response(
        client.loans.create,
        amount=10_000,
        borrower={"identifier": business.identifier or ""},
        loan_to=invoice.to_account,
        invoices=[CreateLoanInvoice(invoice.to_dict())],
        to_pay_at=NOW + dt.timedelta(days=2),
        to_repay_at=NOW + dt.timedelta(days=62),
        wait_for_validation=True,
    )
    print(f"loan      {made.value.id}, {made.creation}")
    return made.value


def follow(client: Client, loan: Loan, status: str) -> bool:
    """Reads the loan until it has this status, at most so many times."""
    last = None
    for _ in range(100):
        loan = client.loans.get(loan.id)
        if loan.status != last:
            last = loan.status
            print(f"          {last}")
        if last == status:
            return True
    return False


def main() -> int:
    with Sandbox.start() as sandbox, Client(sandbox.credentials()) as client:
        try:
            loan = request_loan(client, make_borrower(client))
        except OutcomeUnknownError as error:
            print(f"it may have been made: {error.recovery}", file=sys.stderr)
            return 1
        is_closed = follow(client, loan, "TO_VALIDATE")
        if is_closed:
            print(f"consent   {client.loans.validate(loan.id).status}")
            is_closed = follow(client, loan, "CLOSED")
        for payment in client.payments.list(loan_id=[loan.id]):
            amount = payment.amount or 0
            print(f"payment   {amount // 100}.{amount % 100:02} EUR {payment.status}")
        print("closed" if is_closed else "not closed")
        return 0 if is_closed else 1


if __name__ == "__main__":
    sys.exit(main())
