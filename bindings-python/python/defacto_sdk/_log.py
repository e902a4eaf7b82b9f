"""The core's notes in `logging`, under the logger `defacto_sdk`."""

from __future__ import annotations

import sys

NAME = "defacto_sdk"


def level() -> int:
    """From which level on notes are wanted. Who has not loaded `logging` has
    set up nothing: then it is `WARNING`, and loading it here would cost more
    than the rest of the package."""
    logging = sys.modules.get("logging")
    if logging is None:
        return 30
    return min(int(logging.getLogger(NAME).getEffectiveLevel()), 255)


def emit(level: int, text: str) -> None:
    """Logs a note; called from the core, on the thread where it happened."""
    import logging

    logging.getLogger(NAME).log(level, "%s", text)
