"""A simulator of the API for tests: `pip install "defacto-sdk[sandbox]"`. It is
a package of its own, so that what runs in production has none inside."""

try:
    from defacto_sdk_sandbox import Fault, Happened, Received, Sandbox, SandboxError
except ModuleNotFoundError as error:
    if error.name != "defacto_sdk_sandbox":
        raise
    raise ModuleNotFoundError(
        'the sandbox is not installed: pip install "defacto-sdk[sandbox]"', name=error.name
    ) from None

__all__ = ["Fault", "Happened", "Received", "Sandbox", "SandboxError"]
