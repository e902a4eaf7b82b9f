"""Loads the companion package, starts a sandbox, and prints the milliseconds of both."""

import sys
import time
from pathlib import Path

begin = time.perf_counter()
sys.path.insert(0, str(Path(__file__).parents[2] / "bindings-python/sandbox/python"))
from defacto_sdk_sandbox import Sandbox  # noqa: E402

sandbox = Sandbox.start()
took = time.perf_counter() - begin
sandbox.close()
print(took * 1e3)
