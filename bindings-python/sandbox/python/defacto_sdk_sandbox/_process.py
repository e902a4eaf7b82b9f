"""The `defacto` program: where it is, how it is started and ended."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path
from queue import Empty, Queue

PROGRAM = "defacto.exe" if sys.platform == "win32" else "defacto"


class SandboxError(Exception):
    """The sandbox cannot be started, or did not do what it was asked for."""


def find_program() -> str:
    """The path of the `defacto` program: `DEFACTO_BIN` in the environment, else
    the one installed with this package, else the first in `PATH`."""
    if named := os.environ.get("DEFACTO_BIN"):
        if not os.access(named, os.X_OK):
            raise SandboxError(f"DEFACTO_BIN names {named!r}, which is no program: correct it")
        return named
    beside = [
        # Where pip puts programs, and where `pip install --target` does.
        Path(sysconfig.get_path("scripts"), PROGRAM),
        Path(sys.executable).parent / PROGRAM,
        Path(__file__).parent.parent / "bin" / PROGRAM,
    ]
    for path in beside:
        if os.access(path, os.X_OK):
            return str(path)
    if found := shutil.which(PROGRAM):
        return found
    raise SandboxError(
        'the program `defacto` is not there: pip install "defacto-sdk[sandbox]", '
        "or name it in the environment variable DEFACTO_BIN"
    )


class Server:
    """A running `defacto sandbox`. It ends with this process, however this
    process ends: its stdin is a pipe that nobody else holds."""

    def __init__(self, program: str, arguments: list[str], patience: float) -> None:
        command = [program, "sandbox", "--until-stdin-ends", *arguments]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        except OSError as error:
            raise SandboxError(f"{program} cannot be started: {error}") from error
        try:
            self.base_url, self.control_url = self._ready(patience)
        except BaseException:
            self._process.kill()
            self.stop()
            raise

    def _ready(self, patience: float) -> tuple[str, str]:
        line = self._first_line(patience)
        try:
            ready = json.loads(line)
            return ready["base_url"], ready["control_url"]
        except (ValueError, KeyError, TypeError):
            pass
        raise SandboxError(
            "the sandbox did not start: see what it wrote to stderr, and whether "
            f"{self._process.args[0]!r} is the defacto program of this version"  # type: ignore[index]
        )

    def _first_line(self, patience: float) -> str:
        # Only a thread can wait for a pipe with a time limit on every system.
        lines: Queue[str] = Queue()
        stdout = self._process.stdout
        assert stdout is not None
        self._reader = threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True)
        self._reader.start()
        try:
            return lines.get(timeout=patience)
        except Empty:
            raise SandboxError(f"the sandbox was not ready after {patience} seconds") from None

    def stop(self) -> None:
        """Ends the program and waits for that; again it does nothing."""
        process = self._process
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        # Somebody else may hold the other end; closing would wait for them.
        if process.stdout is not None and not self._reader.is_alive():
            process.stdout.close()
