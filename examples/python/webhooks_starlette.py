"""Receives Defacto's notifications with Starlette alone, and follows the loans.

    DEFACTO_BASE_URL=... DEFACTO_API_KEY=... DEFACTO_WEBHOOK_TOKEN=... \\
        DEFACTO_STORE=loans.db uvicorn webhooks_starlette:app

The address of the subscription is https://…/defacto/?token=DEFACTO_WEBHOOK_TOKEN.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from defacto_sdk import AsyncClient
from defacto_sdk.webhooks import asgi


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with AsyncClient(
        base_url=os.environ["DEFACTO_BASE_URL"], api_key=os.environ["DEFACTO_API_KEY"]
    ) as client:
        async with client.tracker(
            os.environ.get("DEFACTO_STORE", "loans.db"),
            webhook_tokens=[os.environ["DEFACTO_WEBHOOK_TOKEN"]],
        ) as tracker:
            app.mount("/defacto", asgi(tracker))
            # What is stored is read at once, by the run.
            running = asyncio.ensure_future(tracker.run())
            yield
            await tracker.stop()
            await running


app = Starlette(lifespan=lifespan)
