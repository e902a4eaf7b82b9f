"""After a fork the old client says so, and a new one works."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import need
from defacto_sdk import AsyncClient, Client, errors
from defacto_sdk.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def in_child(work: Callable[[], str]) -> str:
    """What `work` gives in a forked child; a child that hangs is ended."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.alarm(20)
            os.write(writer, work().encode())
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    return text


@pytest.mark.filterwarnings("ignore:This process")
def test_blocking(sandbox: Sandbox, client: Client) -> None:
    client.hello()

    def work() -> str:
        try:
            client.hello()
        except errors.ConfigurationError as error:
            return f"{error} / {Client(sandbox.credentials()).hello()}"
        return "the old client was used"

    text = in_child(work)
    assert "before a fork" in text and "ello" in text
    assert "ello" in client.hello()


@pytest.mark.filterwarnings("ignore:This process")
def test_async(sandbox: Sandbox) -> None:
    client = AsyncClient(sandbox.credentials())
    hello = asyncio.run(client.hello())

    async def child() -> str:
        try:
            await client.hello()
        except errors.ConfigurationError as error:
            return f"{error} / {await AsyncClient(sandbox.credentials()).hello()}"
        return "the old client was used"

    text = in_child(lambda: asyncio.run(child()))
    assert "before a fork" in text and hello in text


SERVICE = '''
import os
from defacto_sdk import Client, DefactoError

URL = os.environ["SANDBOX_URL"]
client = Client(base_url=URL, api_key="k-123456789")
client.hello()


def once():
    try:
        return "old client used: " + client.hello()
    except DefactoError as error:
        return f"{error} / {Client(base_url=URL, api_key='k-123456789').hello()}"


def app(environ, start_response):
    body = once().encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
'''


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_gunicorn_with_preload(sandbox: Sandbox, tmp_path: Path) -> None:
    need("gunicorn")
    (tmp_path / "service.py").write_text(SERVICE)
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers=1", "--no-control-socket"]
    command = [part for part in command if part != "--no-control-socket"]
    command += [f"--bind=127.0.0.1:{port}", "service:app"]
    environment = {**os.environ, "SANDBOX_URL": sandbox.base_url}
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as process:
        try:
            text = ""
            for _ in range(100):
                try:
                    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as answer:
                        text = answer.read().decode()
                        break
                except OSError:
                    assert process.poll() is None
                    time.sleep(0.1)
        finally:
            process.terminate()
    assert "before a fork" in text and "ello" in text


TASKS = (
    SERVICE
    + '''
from celery import Celery

celery = Celery("service", broker="filesystem://", backend="file://" + os.environ["FOLDER"])
celery.conf.broker_transport_options = {
    name: os.environ["FOLDER"] for name in ("data_folder_in", "data_folder_out", "control_folder")
}
task = celery.task(once, name="once")
'''
)


def test_celery_prefork(sandbox: Sandbox, tmp_path: Path) -> None:
    need("celery")
    (tmp_path / "service.py").write_text(TASKS)
    environment = {**os.environ, "SANDBOX_URL": sandbox.base_url, "FOLDER": str(tmp_path)}
    command = [sys.executable, "-m", "celery", "-A", "service:celery", "worker"]
    command += ["--pool=prefork", "--concurrency=1", "--loglevel=ERROR", "--without-mingle"]
    ask = "import service; print(service.task.delay().get(timeout=60))"
    with subprocess.Popen(command, cwd=tmp_path, env=environment) as process:
        try:
            asked = subprocess.run(
                [sys.executable, "-c", ask],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                text=True,
                timeout=90,
            )
        finally:
            process.terminate()
    assert "before a fork" in asked.stdout and "ello" in asked.stdout, asked.stderr
