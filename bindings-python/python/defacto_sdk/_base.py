"""What every client is made of."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Literal

from ._door import Door

if TYPE_CHECKING:
    from typing_extensions import Self


class BaseClient:
    """A client of the Defacto lending API. Calls block; usable from many
    threads at once.

    Arguments:
    api_key: The key; `DEFACTO_API_KEY` is not read.
    environment: `sandbox` or `production`; never guessed.
    base_url: Another address, such as a local sandbox.
    timeout: Seconds for one attempt.
    deadline: Seconds for a whole call, repeats included.
    retries: How often a request is sent again at most.
    """

    def __init__(
        self,
        *,
        api_key: str,
        environment: Literal["sandbox", "production"] | None = None,
        base_url: str | None = None,
        timeout: float | None = None,
        deadline: float | None = None,
        retries: int | None = None,
    ) -> None:
        self._door = Door(
            {
                "api_key": api_key,
                "environment": environment,
                "base_url": base_url,
                "timeout": timeout,
                "deadline": deadline,
                "retries": retries,
            }
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass
