"""AsyncClient: awaiting, paging, being cancelled, on asyncio and on uvloop."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from conftest import Answer, need
from defacto_sdk import AsyncClient, errors
from defacto_sdk.sandbox import Sandbox

T = TypeVar("T")
Run = Callable[[Coroutine[Any, Any, T]], T]
ID = "5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11"


class NoDescriptors(asyncio.SelectorEventLoop):
    """As Windows' own loop."""

    def add_reader(self, *_: Any) -> None:  # type: ignore[override]
        raise NotImplementedError


def without_descriptors(main: Coroutine[Any, Any, T]) -> T:
    loop = NoDescriptors()
    try:
        return loop.run_until_complete(main)
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@pytest.fixture(params=["asyncio", "uvloop", "no descriptors"])
def run(request: pytest.FixtureRequest) -> Run[Any]:
    if request.param == "no descriptors":
        return without_descriptors
    if request.param == "asyncio":
        return asyncio.run
    need("uvloop")
    import uvloop

    return uvloop.run  # type: ignore[no-any-return, unused-ignore]


def open_client(sandbox: Sandbox, **settings: Any) -> AsyncClient:
    return AsyncClient(sandbox.credentials(), **{"backoff": 0.001, **settings})


def test_awaits_and_pages(run: Run[Any], sandbox: Sandbox, answer: Answer) -> None:
    answer("loans.list", {"data": [{"id": "a", "status": "CLOSED"}], "next_page": "/loans?cursor=2", "total": 2})
    answer("loans.list", {"data": [{"id": "b", "status": "CLOSED"}], "next_page": None})

    async def main() -> None:
        async with open_client(sandbox) as client:
            assert "ello" in await client.hello()
            assert [loan.id async for loan in client.loans.list()] == ["a", "b"]
            pages = [page async for page in client.loans.list(page_size=1).pages()]
            assert [len(page) for page in pages] == [0]
            made = await client.with_response(client.loans.create, **sandbox.loan_request())
            assert (made.status, made.attempts, made.creation) == (201, 1, "New")
            assert await client.loans.get(made.value.id) is not None
        with pytest.raises(errors.ConfigurationError, match="closed"):
            await client.hello()

    run(main())


def test_many_in_flight_wake_the_loop_in_batches(run: Run[Any], sandbox: Sandbox) -> None:
    async def main() -> None:
        async with open_client(sandbox) as client:
            greetings = await asyncio.gather(*(client.hello() for _ in range(200)))
            assert len(set(greetings)) == 1

    run(main())


def test_raises_what_the_core_raises(run: Run[Any], sandbox: Sandbox) -> None:
    async def main() -> None:
        async with open_client(sandbox) as client:
            with pytest.raises(errors.NotFoundError) as caught:
                await client.loans.get(ID)
            assert caught.value.operation == "loans.get"
            with pytest.raises(errors.InvalidInputError):
                await client.loans.get("")

    run(main())


def cancelled_after(seconds: float, call: Coroutine[Any, Any, Any]) -> Coroutine[Any, Any, Any]:
    async def main() -> BaseException:
        task = asyncio.ensure_future(call)
        await asyncio.sleep(seconds)
        task.cancel()
        try:
            await task
        except asyncio.CancelledError as error:
            return error
        raise AssertionError("it was not cancelled")

    return main()


def test_a_wait_is_awaited_and_cancelled(run: Run[Any], sandbox: Sandbox, answer: Answer) -> None:
    answer("loans.get", {"id": "l", "status": "TO_REPAY"}, times=9)

    async def main() -> None:
        async with open_client(sandbox) as client:
            waits = [client.loans.wait_for("l", ["TO_REPAY"]) for _ in range(3)]
            assert [loan.status for loan in await asyncio.gather(*waits)] == ["TO_REPAY"] * 3
            endless = client.loans.wait_for("l", ["CLOSED"], shortest=600)
            assert (await cancelled_after(0.1, endless)).__cause__ is None
            assert await client.raw("GET", "/hello") == await client.hello()

    run(main())


def test_a_cancelled_write_is_outcome_unknown(run: Run[Any], sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    sandbox.fault("loans.create", delay=5)

    async def main() -> None:
        async with open_client(sandbox) as client:
            error = await cancelled_after(0.2, client.loans.create(**request))
            # Python 3.10 makes a new exception for who awaits the task.
            outcome = errors.outcome_unknown(error)
            assert isinstance(outcome, errors.OutcomeUnknownError)
            assert outcome.is_outcome_unknown and outcome.operation == "loans.create"
            assert outcome.salt_id
            # The same key again finds out: one loan was made.
            again = await client.loans.create(**request, salt_id=outcome.salt_id)
            assert [loan.id async for loan in client.loans.list()] == [again.id]

    run(main())


def test_a_cancelled_read_leaves_nothing_unknown(run: Run[Any], sandbox: Sandbox) -> None:
    sandbox.fault("loans.list", delay=5)

    async def main() -> None:
        async with open_client(sandbox) as client:
            pager = client.loans.list()

            async def first() -> Any:
                return [loan async for loan in pager]

            error = await cancelled_after(0.1, first())
            assert error.__cause__ is None
            assert "ello" in await client.hello()

    run(main())


def test_a_time_limit_of_asyncio_says_the_outcome(sandbox: Sandbox) -> None:
    request = sandbox.loan_request()
    sandbox.fault("loans.create", delay=5)

    async def main() -> None:
        async with open_client(sandbox) as client:
            with pytest.raises(asyncio.TimeoutError) as caught:
                await asyncio.wait_for(client.loans.create(**request), 0.2)
            assert isinstance(errors.outcome_unknown(caught.value), errors.OutcomeUnknownError)
            assert errors.outcome_unknown(ValueError()) is None

    asyncio.run(main())


def test_an_answer_that_meets_its_cancellation_is_not_forgotten(
    run: Run[Any], sandbox: Sandbox
) -> None:
    async def main() -> None:
        async with open_client(sandbox) as client:
            sandbox.fault("loans.create", delay=0.2)
            request = sandbox.loan_request()
            task = asyncio.ensure_future(client.loans.create(**request))
            loop = asyncio.get_running_loop()
            # Holds the loop up, so that answer and cancellation arrive in one turn.
            loop.call_later(0.05, lambda: (__import__("time").sleep(0.4), task.cancel()))
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            unknown = errors.outcome_unknown(caught.value)
            assert unknown is not None and unknown.salt_id is not None
            assert unknown.salt_id in (unknown.recovery or "")
            # The key finds the loan that was made, and makes no second one.
            await client.loans.create(**request, salt_id=unknown.salt_id)
            assert len([loan async for loan in client.loans.list()]) == 1

    run(main())


def test_a_change_that_may_be_repeated_may_have_been_made_too(
    run: Run[Any], sandbox: Sandbox
) -> None:
    async def main() -> None:
        async with open_client(sandbox) as client:
            sandbox.fault("loans.update", delay=20)
            with pytest.raises(asyncio.TimeoutError) as caught:
                await asyncio.wait_for(client.loans.update(ID, amount=1), 0.3)
            assert errors.outcome_unknown(caught.value) is not None

    run(main())


def test_a_page_outlives_who_waits_for_it(run: Run[Any], sandbox: Sandbox, answer: Answer) -> None:
    def page(name: str, after: str | None) -> dict[str, Any]:
        return {"data": [{"id": name, "status": "CLOSED"}], "next_page": after}

    answer("loans.list", page("a", "/loans?cursor=2"))
    answer("loans.list", page("b", "/loans?cursor=3"), delay=0.3)
    answer("loans.list", page("c", None))

    async def main() -> None:
        async with open_client(sandbox) as client:
            loans = client.loans.list()
            read = [loan.id async for page in _first(loans.pages()) for loan in page]
            for _ in range(2):
                with pytest.raises(asyncio.TimeoutError):
                    await asyncio.wait_for(_next(loans.pages()), 0.05)
            both = [_next(loans.pages()), _next(loans.pages())]
            # Whoever comes second waits for its turn.
            read += [loan.id for page in await asyncio.gather(*both) for loan in page]
            assert read == ["a", "b", "c"]
            assert [loan async for loan in loans] == []

    run(main())


def test_a_closed_client_says_so_wherever_it_is_used(run: Run[Any], sandbox: Sandbox) -> None:
    async def main() -> None:
        client = open_client(sandbox)
        view, pager = client.with_options(retries=0), client.loans.list()
        await client.close()
        for call in (view.hello, client.hello, pager.pages().__anext__):
            with pytest.raises(errors.ConfigurationError, match="closed"):
                await call()
        assert sandbox.received() == []

    run(main())


async def _next(pages: Any) -> Any:
    return await pages.__anext__()


async def _first(pages: Any) -> Any:
    yield await pages.__anext__()



def test_works_in_loop_after_loop(run: Run[Any], sandbox: Sandbox) -> None:
    client = open_client(sandbox)

    async def main() -> str:
        return await client.hello()

    assert len({run(main()) for _ in range(3)}) == 1
    gc.collect()


def test_a_coroutine_that_is_closed_gives_its_call_up(sandbox: Sandbox) -> None:
    async def main() -> None:
        client = open_client(sandbox)
        sandbox.fault("testing.hello", delay=3)
        call = client.hello()
        call.send(None)
        call.close()
        assert "ello" in await client.hello()

    asyncio.run(main())


def test_a_closed_loop_is_let_go_of(sandbox: Sandbox) -> None:
    from defacto_sdk import _async_door

    async def leave() -> None:
        client = open_client(sandbox)
        task = asyncio.ensure_future(client.hello())
        await asyncio.sleep(0)
        assert not task.done()

    sandbox.fault("testing.hello", delay=0.2)
    for _ in range(3):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(leave())
        loop.close()
    asyncio.run(open_client(sandbox).hello())
    gc.collect()
    assert len(_async_door._loops) <= 1
