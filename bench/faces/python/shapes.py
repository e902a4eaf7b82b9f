"""The loan that the server answers with, field by field, for every side."""

from __future__ import annotations

ADDRESS = {
    "address_line_1": "str",
    "address_line_2": "str",
    "city": "str",
    "country": "str",
    "postal_code": "str",
    "state": "str",
}
BUSINESS = {
    "activity_description": "str",
    "activity_type": "str",
    "address": "Address",
    "capital": "int",
    "creation_date": "date",
    "has_ongoing_insolvency_procedure": "bool",
    "id": "str",
    "identifier": "str",
    "identifier_type": "str",
    "is_active": "bool",
    "is_diffusible": "bool",
    "legal_form": "str",
    "nace_code": "str",
    "name": "str",
    "registration_body": "str",
    "registration_date": "date",
    "share_capital": "int",
    "termination_date": "date",
    "vat_number": "str",
}
ACCOUNT = {
    "account_number": "str",
    "account_number_type": "str",
    "bank_identifier": "str",
    "bank_identifier_type": "str",
}
LOAN = {
    "amount": "int",
    "beneficiary": "Business",
    "borrower": "Business",
    "borrower_financial_product_id": "str",
    "closed_at": "datetime",
    "contract_url": "str",
    "contractual_repayment_date": "datetime",
    "currency": "str",
    "denial_reason": "str",
    "deposits": "map",
    "documents": "list",
    "earliest_to_repay_at": "datetime",
    "fees_estimated": "int",
    "fees_ongoing": "int",
    "guarantor": "Business",
    "id": "str",
    "invoice_ids": "texts",
    "loan_from": "Account",
    "loan_from_references": "texts",
    "loan_to": "Account",
    "loan_to_references": "texts",
    "loan_type": "str",
    "metadata": "map",
    "notification_emails": "texts",
    "paid_at": "datetime",
    "paid_interests_amount": "int",
    "repaid_amount": "int",
    "repaid_nominal_amount": "int",
    "repaid_nominal_at": "datetime",
    "repayment_from": "Account",
    "repayment_from_references": "texts",
    "repayment_method": "str",
    "repayment_to": "Account",
    "repayment_to_references": "texts",
    "status": "str",
    "submitted_at": "datetime",
    "to_pay_at": "datetime",
    "to_repay_at": "datetime",
    "transfer_contract_url": "str",
}
PAGE = {"data": "loans", "count": "int", "page_size": "int", "next_page": "str", "total": "int"}

MODELS = {"Address": ADDRESS, "Business": BUSINESS, "Account": ACCOUNT, "Loan": LOAN, "Page": PAGE}


def annotations(model: dict[str, str], known: dict[str, type]) -> dict[str, object]:
    """The fields' types as Python writes them; everything but `id` and `status` may be null."""
    import datetime as dt
    from typing import Any, Optional

    scalars: dict[str, object] = {
        "str": str,
        "int": int,
        "bool": bool,
        "date": dt.date,
        "datetime": dt.datetime,
        "map": dict[str, Any],
        "list": list[Any],
        "texts": list[str],
    }
    if "Loan" in known:
        scalars["loans"] = list[known["Loan"]]
    types = {name: scalars.get(kind, known.get(kind)) for name, kind in model.items()}
    needed = {"data"} if "data" in model else {"id", "status"} if "status" in model else set()
    return {name: kind if name in needed else Optional[kind] for name, kind in types.items()}


def touch(value: object, kind: str = "Loan") -> None:
    """Reads every field, those of inner objects too."""
    for name, inner in MODELS[kind].items():
        read = getattr(value, name)
        if read is not None and inner in MODELS:
            touch(read, inner)
