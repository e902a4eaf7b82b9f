"""The items of a page are read when they are looked at, and are the same as
if they had been read at once."""

from __future__ import annotations

import copy
import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from conftest import Answer
from defacto_sdk import Client, errors
from defacto_sdk._wire import Model
from defacto_sdk.types import Loan

VALUES = [
    '{"id":"a","status":"CLOSED","amount":9223372036854775807,"metadata":{"x":0.1}}',
    ' {"status" : "CLOSED" , "id":"b" , "amount" : -1,"currency":null} ',
    '{"id":"c","status":"\\u00e9\\ud83c\\udfe6\\"\\\\","metadata" :{ } ,"currency": "EUR" }',
    '{"\\u0069d":"escaped name","status":"CLOSED","amount":1e3}',
    '{"id":"é日🏦","status":"CLOSED","amount":92233720368547758070,"new":[1,{"a":null}]}',
    '{"id":"b","status":"CLOSED","auto":true,"off":false,"rate":0.00149999999999999999}',
]


@pytest.fixture
def loans(client: Client, answer: Answer) -> list[Loan]:
    answer("loans.list", f'{{"data":[{",".join(VALUES)}],"count":6,"total":6,"next_page":null}}')
    (page,) = client.loans.list().pages()
    assert page.total == 6 and len(page) == 6
    return page.data


def eager(text: str) -> Loan:
    data: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return Loan(data)


@pytest.mark.parametrize("number", range(len(VALUES)))
def test_is_the_same_as_read_at_once(loans: list[Loan], number: int) -> None:
    lazy, read = loans[number], eager(VALUES[number])
    assert (lazy.id, lazy.status, lazy.amount) == (read.id, read.status, read.amount)
    assert (lazy.currency, lazy.metadata) == (read.currency, read.metadata)
    for name in read.to_dict():
        fields = [loan.to_dict()[name] for loan in (lazy, read)]
        assert fields[0] == fields[1] and type(fields[0]) is type(fields[1])
    assert hash(lazy) == hash(read)
    assert lazy == read and read == lazy
    assert repr(lazy) == repr(read) and lazy.to_json() == read.to_json()
    assert lazy.extra == read.extra and lazy.to_dict() == read.to_dict()


@pytest.mark.parametrize("twin", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_can_be_copied_before_it_is_read(loans: list[Loan], twin: Any) -> None:
    assert [twin(loan) for loan in loans] == [eager(text) for text in VALUES]


def test_can_be_passed_on(client: Client, answer: Answer) -> None:
    answer("invoices.list", {"data": [{"id": "i", "to_account": {"account_number": "x"}}]})
    (invoice,) = client.invoices.list()
    sent = json.loads(client._door._input(None, None, {"invoice": invoice}))
    assert sent == {
        "body": {"invoice": {"id": "i", "to_account": {"account_number": "x"}}}
    }


@pytest.mark.parametrize("data", ["null", "[]", None])
def test_a_page_may_be_empty(client: Client, answer: Answer, data: str | None) -> None:
    part = "" if data is None else f'"data":{data},'
    answer("loans.list", f'{{{part}"count":0,"next_page":null}}')
    (page,) = client.loans.list().pages()
    assert page.data == [] and repr(page) == "Page([])"


def test_a_page_without_its_envelope(client: Client, answer: Answer) -> None:
    answer("loans.list", f" [{VALUES[0]}, {VALUES[1]}]")
    assert [loan.id for loan in client.loans.list()] == ["a", "b"]


def mixed(seed: int, items: int) -> list[dict[str, Any]]:
    """Loans that say much the same, in another order, and some of it oddly."""
    pick = Random(seed)
    pools: dict[str, list[Any]] = {
        "id": ["a", "b\u00e9"],
        "status": ["PAID", "LATER", "\\"],
        "amount": [1, 2**70, None, "odd", [1], {"a": 1}],
        "to_pay_at": ["2026-03-02T13:00:00Z", "2026-03-02T13:00:00.5+01:00", "soon", 5, None],
        "to_repay_at": ["2026-03-02 13:00:00", "2026-03-02T13:00:00Z"],
        "borrower": [
            None,
            "odd",
            {"id": "x", "creation_date": "2012-04-17", "address": {"city": "Paris"}},
            {"address": {"city": "Lyon"}, "creation_date": "odd", "id": "x", "new": 1},
        ],
        "invoice_ids": [["i"], [], None, {"a": 1}],
        "documents": [[{"id": "d"}, {"id": "e"}], [None], []],
        "deposits": [{"a": {"amount": 1}}, {}, None],
        "metadata": [{"a": [1]}, None],
        "new": [1],
    }
    loans = []
    for _ in range(items):
        names = pick.sample(sorted(pools), pick.randrange(3, len(pools) + 1))
        loan = {name: pick.choice(pools[name]) for name in names}
        loans.append({"id": "a", "status": "PAID"} | loan)
    return loans


def seen(value: Any, name: str) -> Any:
    try:
        found = getattr(value, name)
    except errors.DecodeError as error:
        return str(error)
    if isinstance(found, Model):
        return {inner: seen(found, inner) for inner in sorted(type(found)._fields)}
    return found


@pytest.mark.parametrize("seed", range(8))
def test_a_field_is_the_same_whatever_was_read_before(
    client: Client, answer: Answer, seed: int
) -> None:
    loans = mixed(seed, 40)
    answer("loans.list", json.dumps({"data": loans}))
    (page,) = client.loans.list().pages()
    names = sorted(Loan._fields)

    def read(number: int) -> bool:
        order = Random(number).sample(names, len(names))
        for name in order + names:
            # Of an object for itself, that nothing else is read of.
            assert seen(page.data[number], name) == seen(Loan(loans[number]), name), name
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(read, range(len(loans))))
    assert [loan.to_dict() for loan in page] == loans


def test_what_is_read_can_be_changed_by_nobody(loans: list[Loan]) -> None:
    for _ in range(8):
        for loan in loans:
            assert loan.invoice_ids == [] and loan.metadata != {"changed": 1}
            loan.invoice_ids.append("i")
            if loan.metadata is not None:
                loan.metadata["changed"] = 1


@pytest.mark.parametrize("looked", [False, True])
def test_a_page_is_a_value(client: Client, answer: Answer, looked: bool) -> None:
    envelope = '"count":6,"page_size":9,"total":null,"next_page":null,"mood":{"is":[0.10]}'
    answer("loans.list", f'{{"data":[{",".join(VALUES)}],{envelope}}}')
    (page,) = client.loans.list().pages()
    if looked:
        assert page.extra == {"mood": {"is": [Decimal("0.10")]}}
        page.extra["mood"]["is"].append(1)
    for twin in (pickle.loads(pickle.dumps(page)), copy.deepcopy(page), copy.copy(page)):
        assert type(twin) is type(page) and type(twin.data[0]) is Loan
        assert twin.data == page.data and twin.total == page.total
        assert twin.extra == page.extra == {"mood": {"is": [Decimal("0.10")]}}


def test_a_page_that_is_none_is_an_error(client: Client, answer: Answer) -> None:
    for body in ('{"data":{"a":1}}', '{"data":[{"id":}]}', '{"data":[', '{"other":1}'):
        answer("loans.list", body)
        with pytest.raises(errors.DecodeError):
            list(client.loans.list())
