"""A subinterpreter is refused with words, not with a crash."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
import os
try:
    import defacto_sdk
except ImportError as error:
    os.write(1, b"refused: " + str(error).encode())
'''
{first}
interpreters.run_string(interpreters.create(), code)
"""


@pytest.mark.parametrize("first", ["", "import defacto_sdk"])
def test_is_refused(first: str) -> None:
    program = PROGRAM.format(first=first)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("refused: defacto_sdk does not work in a subinterpreter")
