"""The contenders: each is what a program does with one library."""

from __future__ import annotations

import shapes

# What is not needed for one call is loaded where it is used.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

KEY = "bench-0123456789"
HEADERS = {"authorization": f"Bearer {KEY}", "accept": "application/json"}
FLIGHT = 64


class Ours:
    """The package."""

    def __init__(self, url: str) -> None:
        from defacto_sdk import Client

        self.client = Client(base_url=url, api_key=KEY)

    def page(self) -> Iterable[Any]:
        return next(iter(self.client.loans.list(page_size=100).pages()))

    def get(self, loan_id: str) -> Any:
        return self.client.loans.get(loan_id)

    def create(self, request: dict[str, Any]) -> Any:
        return self.client.loans.create(**request)


class Pydantic:
    """Blocking HTTP, and models that check what they read."""

    def __init__(self, url: str, session: Any) -> None:
        import pydantic

        self.url = url
        self.session = session
        known: dict[str, type] = {}
        for name, fields in shapes.MODELS.items():
            types = shapes.annotations(fields, known)
            needed = {field for field, kind in types.items() if type(None) not in getattr(kind, "__args__", ())}
            arguments: dict[str, Any] = {
                field: (kind, ... if field in needed else None) for field, kind in types.items()
            }
            known[name] = pydantic.create_model(name, **arguments)
        self.loan, self.pages = known["Loan"], known["Page"]

    def page(self) -> Iterable[Any]:
        response = self.session.get(f"{self.url}/loans", params={"page_size": 100})
        response.raise_for_status()
        return self.pages.model_validate_json(response.content).data

    def get(self, loan_id: str) -> Any:
        response = self.session.get(f"{self.url}/loan/{loan_id}")
        response.raise_for_status()
        return self.loan.model_validate_json(response.content)

    def create(self, request: dict[str, Any]) -> Any:
        response = self.session.post(f"{self.url}/loans", json=request)
        response.raise_for_status()
        return self.loan.model_validate_json(response.content)


def httpx_side(url: str) -> Pydantic:
    import httpx

    return Pydantic(url, httpx.Client(headers=HEADERS, trust_env=False))


def requests_side(url: str) -> Pydantic:
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = False
    session.headers.update(HEADERS)
    session.mount("http://", HTTPAdapter(pool_maxsize=FLIGHT))
    return Pydantic(url, session)


class AsyncOurs:
    """The package under asyncio."""

    def __init__(self, url: str) -> None:
        from defacto_sdk import AsyncClient

        self.client = AsyncClient(base_url=url, api_key=KEY)

    async def page(self) -> Iterable[Any]:
        async for page in self.client.loans.list(page_size=100).pages():
            return page
        raise RuntimeError("no page")

    async def create(self, request: dict[str, Any]) -> Any:
        return await self.client.loans.create(**request)


class Msgspec:
    """aiohttp, and the fastest decoder into objects."""

    def __init__(self, url: str) -> None:
        import msgspec

        self.url = url
        known: dict[str, type] = {}
        for name, fields in shapes.MODELS.items():
            types = shapes.annotations(fields, known)
            known[name] = msgspec.defstruct(
                name,
                [(field, kind, None) for field, kind in types.items()],
            )
        self.loan = msgspec.json.Decoder(known["Loan"])
        self.pages = msgspec.json.Decoder(known["Page"])
        self.encode = msgspec.json.encode
        self.session: Any = None

    async def open(self) -> Any:
        import aiohttp

        if self.session is None:
            headers = {**HEADERS, "content-type": "application/json"}
            connector = aiohttp.TCPConnector(limit=FLIGHT)
            self.session = aiohttp.ClientSession(headers=headers, connector=connector)
        return self.session

    async def page(self) -> Iterable[Any]:
        session = await self.open()
        async with session.get(f"{self.url}/loans?page_size=100") as response:
            response.raise_for_status()
            return self.pages.decode(await response.read()).data

    async def create(self, request: dict[str, Any]) -> Any:
        session = await self.open()
        async with session.post(f"{self.url}/loans", data=self.encode(request)) as response:
            response.raise_for_status()
            return self.loan.decode(await response.read())


SIDES: dict[str, Callable[[str], Any]] = {
    "defacto": Ours,
    "httpx": httpx_side,
    "requests": requests_side,
    "defacto-async": AsyncOurs,
    "aiohttp": Msgspec,
}


def three(loans: Iterable[Any]) -> int:
    """What a program looks at that follows its loans."""
    found = 0
    for loan in loans:
        if loan.id and loan.status and loan.amount:
            found += 1
    return found


def every(loans: Iterable[Any]) -> int:
    found = 0
    for loan in loans:
        shapes.touch(loan)
        found += 1
    return found


def work(side: str, job: str, url: str, loan_id: str, body: str) -> Callable[[int], None]:
    """What one round does: so many calls."""
    import asyncio
    import json
    from concurrent.futures import ThreadPoolExecutor

    it = SIDES[side](url)
    look = every if job == "page-every" else three
    request = json.loads(body)
    if side.startswith("defacto"):
        import datetime as dt

        def times(value: Any) -> Any:
            if isinstance(value, dict):
                return {name: times(inner) for name, inner in value.items()}
            if isinstance(value, list):
                return [times(inner) for inner in value]
            if isinstance(value, str) and value.endswith("Z") and value[4:5] == "-":
                return dt.datetime.fromisoformat(value[:-1] + "+00:00")
            return value

        request = times(request)
        # The package makes an idempotency key for each loan; the others send one they have.
        request.pop("salt_id")

    if job.startswith("page") and side in ("defacto-async", "aiohttp"):
        loop = asyncio.new_event_loop()

        async def pages(calls: int) -> None:
            for _ in range(calls):
                if look(await it.page()) != 100:
                    raise RuntimeError("not the page")

        return lambda calls: loop.run_until_complete(pages(calls))
    if job.startswith("page"):

        def read(calls: int) -> None:
            for _ in range(calls):
                if look(it.page()) != 100:
                    raise RuntimeError("not the page")

        return read
    if job == "get":

        def get(calls: int) -> None:
            for _ in range(calls):
                if it.get(loan_id).status != "TO_REPAY":
                    raise RuntimeError("not the loan")

        return get
    if job == "flight":
        loop = asyncio.new_event_loop()

        async def one(calls: int) -> None:
            for _ in range(calls):
                if (await it.create(request)).status != "TO_REPAY":
                    raise RuntimeError("not the loan")

        async def flight(calls: int) -> None:
            await asyncio.gather(*(one(calls // FLIGHT) for _ in range(FLIGHT)))

        return lambda calls: loop.run_until_complete(flight(calls))
    if job == "threads":
        pool = ThreadPoolExecutor(FLIGHT)

        def threaded(calls: int) -> None:
            for _ in range(calls):
                if it.create(request).status != "TO_REPAY":
                    raise RuntimeError("not the loan")

        return lambda calls: list(pool.map(threaded, [calls // FLIGHT] * FLIGHT)) and None
    raise SystemExit(f"no such job: {job}")
