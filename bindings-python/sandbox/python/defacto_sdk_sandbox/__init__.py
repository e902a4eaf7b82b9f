"""A simulator of the Defacto lending API on a port of this machine, for tests.

>>> from defacto_sdk import Client
>>> from defacto_sdk.sandbox import Sandbox
>>> with Sandbox.start() as sandbox, Client(sandbox.credentials()) as client:
...     loan = client.loans.create(**sandbox.loan_request())
"""

from ._control import Fault, Happened, Received
from ._process import SandboxError, find_program
from ._sandbox import Sandbox

__all__ = ["Fault", "Happened", "Received", "Sandbox", "SandboxError", "find_program"]
