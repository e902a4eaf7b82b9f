"""What an answer is to the program that reads it, and what may be passed."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest

from conftest import Answer
from defacto_sdk import Client, errors
from defacto_sdk import types as t
from defacto_sdk.sandbox import Sandbox

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.timezone.utc)
IBAN = "FR7630006000011234567890189"
LOAN: dict[str, Any] = {
    "id": "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11",
    "status": "TO_REPAY",
    "amount": 9_007_199_254_740_993,
    "to_pay_at": "2026-03-02T13:00:00.5+01:00",
    "loan_to": {"account_number": IBAN},
    "metadata": {"order": 7},
    "brand_new": {"kept": [1, None]},
}


@pytest.fixture
def loan(client: Client, answer: Answer) -> t.Loan:
    answer("loans.get", LOAN)
    return client.loans.get(LOAN["id"])


def test_attributes_have_real_types(loan: t.Loan) -> None:
    assert loan.amount == 9_007_199_254_740_993
    product = t.BorrowerFinancialProduct({"fees_daily_rate": Decimal("0.0547")})
    assert json.loads(product.to_json()) == {"fees_daily_rate": 0.0547}
    assert loan.to_pay_at == NOON + dt.timedelta(milliseconds=500)
    assert loan.loan_to is not None and loan.loan_to.account_number == IBAN
    assert loan.fees_estimated is None
    assert loan.metadata == {"order": 7}


def test_cannot_be_changed(loan: t.Loan) -> None:
    for name in ("amount", "other"):
        with pytest.raises(AttributeError):
            setattr(loan, name, 1)
    with pytest.raises(AttributeError):
        del loan.amount
    assert loan.metadata is not None
    loan.metadata["order"] = 8
    loan.to_dict()["metadata"]["order"] = 9
    loan.extra["brand_new"]["kept"].append(2)
    assert loan.to_dict()["metadata"] == {"order": 7}
    assert loan.extra == {"brand_new": {"kept": [1, None]}}


def test_is_a_value(loan: t.Loan) -> None:
    twins = [pickle.loads(pickle.dumps(loan)), copy.deepcopy(loan), copy.copy(loan)]
    for twin in twins:
        assert type(twin) is t.Loan and twin == loan and hash(twin) == hash(loan)
    assert len({loan, *twins}) == 1
    assert loan != t.Loan({**LOAN, "amount": 1}) and loan != LOAN


def test_goes_back_into_json(loan: t.Loan) -> None:
    assert loan.to_dict()["brand_new"] == {"kept": [1, None]}
    assert json.loads(loan.to_json()) == LOAN
    assert '"amount":9007199254740993' in loan.to_json()


def test_shows_no_secret(loan: t.Loan) -> None:
    for text in (repr(loan), str(loan), f"{[loan.loan_to]}"):
        assert IBAN not in text and "kept" not in text
    assert LOAN["id"] in repr(loan)


def test_an_essential_field_that_is_not_there_says_so() -> None:
    with pytest.raises(errors.DecodeError, match="without id"):
        t.Loan({"status": "CLOSED"}).id  # noqa: B018


@pytest.mark.parametrize(
    "change, field",
    [
        ({"to_pay_at": dt.datetime(2026, 3, 2)}, "to_pay_at"),
        ({"invoices": [{"issued_at": dt.datetime(2026, 3, 2)}]}, r"invoices\[0\]\.issued_at"),
        ({"metadata": {"a": {1, 2}}}, r"metadata\.a is a set"),
        ({"metadata": {"a": float("nan")}}, r"metadata\.a is nan"),
        ({"metadata": {"a": b"x"}}, r"metadata\.a is a bytes"),
        ({"metadata": {("a",): 1}}, "metadata has a key"),
        ({"metadata": {"a": "\ud800"}}, r"metadata\.a has half"),
        ({"amount": 2**63}, "amount is beyond 64 bits"),
        ({"amount": 10.5}, "amount"),
        ({"amount": "10"}, "amount"),
        ({"amount": True}, "amount"),
        ({"salt_id": 5}, "salt_id"),
    ],
)
def test_what_cannot_be_sent_names_its_field(
    client: Client, sandbox: Sandbox, change: dict[str, Any], field: str
) -> None:
    request: dict[str, Any] = {
        "amount": 10_000,
        "loan_to": {"account_number": IBAN},
        "to_pay_at": NOON,
        "to_repay_at": NOON,
    }
    with pytest.raises(errors.InvalidInputError, match=field) as caught:
        client.loans.create(**{**request, **change})
    assert IBAN not in str(caught.value)
    assert sandbox.received("loans.create") == []


def test_a_naive_time_says_the_fix(client: Client) -> None:
    with pytest.raises(errors.InvalidInputError) as caught:
        client.loans.list(to_pay_at_from=dt.datetime(2026, 1, 1))
    assert str(caught.value) == (
        "to_pay_at_from has no time zone: pass an aware datetime, such as "
        "to_pay_at_from.replace(tzinfo=datetime.timezone.utc)"
    )


def test_what_contains_itself_is_refused(client: Client) -> None:
    loop: dict[str, Any] = {}
    loop["again"] = loop
    with pytest.raises(errors.InvalidInputError, match="contains itself"):
        client.loans.update(LOAN["id"], metadata=loop)


class Status(str, Enum):
    TO_REPAY = "TO_REPAY"


def test_takes_enums_dicts_and_objects(client: Client, sandbox: Sandbox) -> None:
    made = set()
    for as_dict in (False, True):
        request = sandbox.loan_request()
        request["invoices"] = [t.CreateLoanInvoice(request["invoices"][0])]
        if as_dict:
            request["invoices"] = [request["invoices"][0].to_dict()]
            request["loan_to"] = request["loan_to"].to_dict()
        made.add(client.loans.create(**request).id)
    assert len(made) == 2
    assert {loan.id for loan in client.loans.list(page_size=1)} == made
    statuses: list[list[str]] = [[Status.TO_REPAY], ["TO_REPAY"]]
    assert [list(client.loans.list(status=status)) for status in statuses] == [[], []]


def test_takes_the_object_that_stands_in_for_another(client: Client, sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    request["invoices"] = [t.CreateInvoice(request["invoices"][0])]
    loan = client.loans.create(**request)
    assert client.loans.get(loan.id).invoice_ids


def test_a_change_tells_none_from_nothing(client: Client, answer: Answer) -> None:
    from defacto_sdk._door import Door

    sent = []

    class Spy(Door):
        def call(self, operation: str, *args: Any, **parts: Any) -> Any:
            sent.append(parts["body"])
            return super().call(operation, *args, **parts)

    loans = type(client.loans)(Spy(client._door._native))
    answer("loans.update", LOAN, times=2)
    loans.update(LOAN["id"], metadata=None)
    loans.update(LOAN["id"])
    assert sent == [{"metadata": None}, {}]


def test_options_and_what_is_known_of_an_answer(client: Client, answer: Answer) -> None:
    answer("loans.get", LOAN, headers={"x-a": "b"})
    response = client.with_response(client.loans.get, LOAN["id"])
    assert response.value.id == LOAN["id"]
    assert (response.status, response.attempts, response.creation) == (200, 1, None)
    assert 0 < response.elapsed < 30
    assert response.headers["x-a"] == "b"
    assert IBAN not in repr(response)
    answer("loans.get", {}, status=503, times=9)
    with pytest.raises(errors.ServerError) as caught:
        client.with_options(retries=1).loans.get(LOAN["id"])
    assert caught.value.attempts == 2
    assert client.with_response(client.hello).value == client.hello()
    with pytest.raises(TypeError, match="its groups"):
        client.with_response(len, "")
    with pytest.raises(TypeError, match="list"):
        client.with_response(client.loans.list)


def test_any_path_can_be_asked_for(client: Client, answer: Answer) -> None:
    answer("loans.list", {"data": [], "page_size": 3})
    assert client.raw("GET", "/loans", query={"page_size": 3})["page_size"] == 3
    assert client.raw("get", "/hello") == client.hello()
    with pytest.raises(errors.InvalidInputError, match="path"):
        client.raw("GET", "loans")


def test_an_answer_of_no_known_type_is_plain(client: Client, answer: Answer) -> None:
    answer("subscriptions.activate", {"a": [1]})
    assert client.subscriptions.activate("s") == {"a": [1]}


def test_a_closed_client_says_so_wherever_it_is_used(client: Client, sandbox: Sandbox) -> None:
    view, loans, pager = client.with_options(retries=0), client.loans, client.loans.list()
    client.close()
    calls: list[Any] = [client.hello, view.hello, loans.list, pager.pages().__next__]
    calls += [lambda: client.with_response(loans.get, LOAN["id"]), lambda: list(pager)]
    for call in calls:
        with pytest.raises(errors.ConfigurationError, match="closed"):
            call()
    assert sandbox.received() == []


def test_a_closed_view_closes_its_client(client: Client) -> None:
    with client.with_options(retries=0):
        pass
    with pytest.raises(errors.ConfigurationError, match="closed"):
        client.hello()


def test_looking_at_an_answer_changes_nothing_of_it(client: Client, answer: Answer) -> None:
    body = '{"id": "A", "status": "PAID", "rate": 0.050, "big": 1e2, "status": "LATER"}'
    answer("loans.get", body)
    loan = client.loans.get("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11")
    sent = client._door._input(None, None, loan)
    before = (hash(loan), loan.status)
    assert "LATER" in repr(loan) and loan.extra and loan == copy.deepcopy(loan)
    assert (hash(loan), loan.status) == before == (before[0], "LATER")
    assert client._door._input(None, None, loan) == sent


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("paid_at", 5),
        ("paid_at", "soon"),
        ("borrower", "x"),
        ("documents", 5),
        ("documents", [None]),
        ("deposits", [1]),
        ("invoice_ids", {"a": 1}),
    ],
)
def test_an_odd_value_is_an_error_of_ours(
    client: Client, answer: Answer, field: str, value: object
) -> None:
    answer("loans.get", {"id": "a", "status": "S", field: value})
    loan = client.loans.get("5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11")
    with pytest.raises(errors.DecodeError):
        getattr(loan, field)
    assert loan.to_dict()[field] == value


def test_an_answer_without_form_keeps_the_key(client: Client, sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    sandbox.fault("loans.create", status=201, body="{}")
    with pytest.raises(errors.DecodeError) as caught:
        client.loans.create(**request)
    assert caught.value.salt_id and caught.value.salt_id in (caught.value.recovery or "")
