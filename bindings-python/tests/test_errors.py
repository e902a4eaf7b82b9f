"""One hierarchy of exceptions, which shows no secret and survives a queue."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback

import pytest

from conftest import Answer
from defacto_sdk import Client, DefactoError, errors
from defacto_sdk.sandbox import Sandbox

KEY = "key-that-nobody-may-see"
IBAN = "FR7630006000011234567890189"
ID = "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11"


def test_every_kind_is_a_class_of_one_family() -> None:
    kinds = [getattr(errors, name) for name in errors.__all__ if name != "outcome_unknown"]
    assert all(issubclass(kind, DefactoError) for kind in kinds)
    assert [kind.code for kind in kinds] == list(range(len(kinds)))
    assert all(kind.__doc__ for kind in kinds)


def test_says_everything_the_core_knows(sandbox: Sandbox, answer: Answer) -> None:
    problem = {
        "type": "https://a.example/t",
        "title": "refused",
        "detail": f"account {IBAN} of {KEY}",
        "invalid_params": [{"name": "amount", "reason": "too much"}],
    }
    client = Client(sandbox.credentials(), api_key=KEY)
    answer("loans.get", problem, status=422, content_type="application/problem+json")
    with pytest.raises(errors.RejectedError) as caught:
        client.loans.get(ID)
    error = caught.value
    assert (error.code, error.kind, error.status, error.attempts) == (6, "Rejected", 422, 1)
    assert error.operation == "loans.get" and error.elapsed > 0
    assert not error.is_retryable and not error.is_outcome_unknown
    assert error.problem is not None and error.problem.title == "refused"
    assert [(param.name, param.reason) for param in error.invalid_params] == [
        ("amount", "too much")
    ]
    shown = [str(error), repr(error), json.dumps(error.problem.to_dict()), repr(error.__dict__)]
    shown += traceback.format_exception(error)
    shown += [repr(pickle.dumps(error)), repr(client), repr(client.loans)]
    for text in shown:
        assert IBAN not in text and KEY not in text


def test_pickles_with_its_cause() -> None:
    client = Client(base_url="http://127.0.0.1:9", api_key=KEY, retries=0)
    with pytest.raises(errors.APIConnectionError) as caught:
        client.hello()
    error = caught.value
    assert error.is_retryable and error.__cause__ is not None
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is type(error) and str(twin) == str(error)
        assert str(twin.__cause__) == str(error.__cause__)
        assert (twin.operation, twin.attempts) == ("testing.hello", 1)


def test_an_unknown_outcome_says_how_to_find_out(sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    sandbox.configure(salt_replay="refuse")
    sandbox.fault("loans.create", reset="after", times=9)
    client = Client(sandbox.credentials(), backoff=0.001, retries=0)
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        client.loans.create(**request)
    error = caught.value
    assert error.is_outcome_unknown and not error.is_retryable
    assert error.salt_id and error.recovery
    assert errors.outcome_unknown(error) is error


def test_settings_and_keys_in_the_wrong_place_are_not_shown() -> None:
    for settings in ({KEY: "x"}, {"api_key": KEY, "environment": "nowhere"}, {"api_key": KEY + "\n"}):
        with pytest.raises(errors.ConfigurationError) as caught:
            Client(settings)  # type: ignore[arg-type]
        assert KEY not in "".join(traceback.format_exception(caught.value))


def test_logs_under_its_own_name(
    client: Client, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "defacto_sdk"):
        client.hello()
    assert [record.name for record in caplog.records] == ["defacto_sdk"] * len(caplog.records)
    assert any("testing.hello: sending, attempt 1" in text for text in caplog.messages)
    caplog.clear()
    # The level is the one of now, not the one of when the client was made.
    with caplog.at_level(logging.INFO, "defacto_sdk"):
        sandbox.fault("testing.hello", status=503)
        client.hello()
    assert len(caplog.messages) == 1 and "again in" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.ERROR, "defacto_sdk"):
        client.hello()
    assert caplog.records == []
