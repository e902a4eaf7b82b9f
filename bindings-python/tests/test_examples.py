"""The programs of examples/python and of the documentation, as they stand."""

from __future__ import annotations

import doctest
import os
import re
import runpy
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from conftest import need
from defacto_sdk.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples" / "python"
PAGES = ["README.md", "bindings-python/README.md", "bindings-python/sandbox/README.md", "docs/python.md", "docs/tracking.md"]
# A program, and what it prints where that follows.
BLOCK = r"^```python\n(.*?)^```(?:\n\n```text\n(.*?)^```)?"


def blocks() -> list[Any]:
    found = []
    for page in PAGES:
        texts = re.findall(BLOCK, (ROOT / page).read_text(), re.M | re.S)
        assert texts, page
        found += [
            pytest.param(*text, id=f"{Path(page).parent.name}/{Path(page).stem}-{number}")
            for number, text in enumerate(texts, 1)
        ]
    return found


def test_first_loan() -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLES / "first_loan.py")], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("borrower  ") and run.stdout.endswith("closed\n")
    assert "payment   100.00 EUR" in run.stdout


def test_service(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    need("fastapi")
    # It warns of what it will be written with one day.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from fastapi.testclient import TestClient

    monkeypatch.setenv("DEFACTO_BASE_URL", sandbox.base_url)
    monkeypatch.setenv("DEFACTO_API_KEY", "key-0123456789")
    wanted = sandbox.loan_request()
    body = {
        "amount": 10_000,
        "borrower": wanted["borrower"],
        "loan_to": wanted["loan_to"].to_dict(),
        "invoices": [wanted["invoices"][0]],
    }
    with TestClient(runpy.run_path(str(EXAMPLES / "service.py"))["app"]) as web:
        sandbox.fault("loans.create", reset="after", times=9)
        assert web.put("/orders/7/loan", json=body).status_code == 202
        sandbox.clear_faults()
        made = web.put("/orders/7/loan", json=body)
        assert made.status_code == 200
        loan = made.json()["loan"]
        assert web.put("/orders/7/loan", json=body).json()["loan"] == loan
        assert web.get(f"/loans/{loan}").json()["amount"] == 10_000
        assert web.get("/loans/5b8e6c5e-2f0e-4b44-9f2f-1d1c4b9b2a11").status_code == 404
        sandbox.fault("loans.get", status=503, times=9)
        assert web.get(f"/loans/{loan}").status_code == 503


@pytest.mark.parametrize(("text", "printed"), blocks())
def test_documentation(text: str, printed: str, sandbox: Sandbox, tmp_path: Path) -> None:
    """Each block is a program of its own. What talks to Defacto's own servers
    talks to a sandbox here."""
    if "def test_" in text:
        (tmp_path / "test_block.py").write_text(text)
        command = [sys.executable, "-m", "pytest", "-q", "test_block.py"]
    else:
        text = text.replace('environment="sandbox"', f'base_url="{sandbox.base_url}"')
        text = text.replace('"environment": "sandbox"', f'"base_url": "{sandbox.base_url}"')
        assert not re.search(r'environment"?[:=] ?"', text)
        (tmp_path / "block.py").write_text(text)
        command = [sys.executable, "block.py"]
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
    assert printed in ("", run.stdout)


def test_readme_says_what_is_printed() -> None:
    assert all(printed for _, printed in re.findall(BLOCK, (ROOT / "README.md").read_text(), re.M | re.S))


def test_docstrings_are_python() -> None:
    """Their examples need a client, so they are only compiled."""
    for path in (ROOT / "bindings-python").glob("**/defacto_sdk*/**/*.py"):
        for example in doctest.DocTestParser().get_examples(path.read_text()):
            source = example.source.replace("...)", ")").replace(", )", ")")
            if "await " not in source:
                compile(source, str(path), "exec")
