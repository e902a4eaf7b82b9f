"""Receives Defacto's notifications with FastAPI, and follows the loans.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \\
        DEFACTO_STORE=loans.db uvicorn webhooks_fastapi:app

The address of the subscription is https://…/defacto/?token=DEFACTO_WEBHOOK_TOKEN.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from defacto_sdk import AsyncClient, AsyncTracker
from defacto_sdk.webhooks import asgi


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with AsyncClient(
        base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"]
    ) as client:
        async with client.tracker(
            os.environ.get("DEFACTO_STORE", "loans.db"),
            webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
        ) as tracker:
            # What is stored is read at once, by the run.
            app.mount("/defacto", asgi(tracker))
            running = asyncio.ensure_future(tracker.run())
            telling = asyncio.ensure_future(tell(tracker))
            yield
            telling.cancel()
            await tracker.stop()
            await running


async def tell(tracker: AsyncTracker) -> None:
    async for change in tracker.changes("log", follow=True):
        if change.kind == "moved":
            print(f"{change.entity} {change.id}: {change.to}", flush=True)
        await change.ack()


app = FastAPI(lifespan=lifespan)
