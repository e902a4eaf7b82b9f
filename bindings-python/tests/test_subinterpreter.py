"""A subinterpreter is refused with words, not with a crash."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = '''
try:
    import defacto_sdk
except ImportError as error:
    print("refused:", error, flush=True)
'''
import defacto_sdk
interpreters.run_string(interpreters.create(), code)
"""


def test_is_refused() -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("refused: defacto_sdk does not work in a subinterpreter")
