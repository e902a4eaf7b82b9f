"""The core's notes in `logging`, under the logger `defacto_sdk`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from . import _native

if TYPE_CHECKING:
    from logging import Logger

NAME = "defacto_sdk"

_logger: Logger | None = None
_followed = -1


def follow() -> None:
    """Tells the core from which level on notes are wanted now. Who has not
    loaded `logging` has set up nothing: then it is `WARNING`, and loading it
    here would cost more than the rest of the package."""
    global _logger, _followed
    if _logger is None and (logging := sys.modules.get("logging")) is not None:
        # The module may be half loaded, by another thread.
        if (find := getattr(logging, "getLogger", None)) is not None:
            _logger = find(NAME)
    level = 30 if _logger is None else min(_logger.getEffectiveLevel(), 255)
    if level != _followed:
        _native.log_from(level)
        _followed = level


def emit(level: int, text: str) -> None:
    """Logs a note; called from the core, on the thread where it happened."""
    import logging

    logging.getLogger(NAME).log(level, "%s", text)
