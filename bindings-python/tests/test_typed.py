"""User code under mypy --strict and pyright strict: right types pass, and each
wrong one is found on its line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")
pytest.importorskip("pyright")

HERE = Path(__file__).parent / "typed"


def mypy(file: str, tmp_path: Path) -> dict[int, str]:
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context"]
    command += ["--config-file=", f"--cache-dir={tmp_path}", str(HERE / file)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert not run.stderr, run.stderr
    found = {}
    for line in run.stdout.splitlines():
        if at := re.match(rf".*{re.escape(file)}:(\d+): error: (.*)", line):
            found[int(at[1])] = at[2]
        else:
            assert ": note: " in line, line
    return found


def pyright(file: str, tmp_path: Path) -> dict[int, str]:
    source = (HERE / file).read_text()
    # At the end, so that the lines stay the same.
    (tmp_path / file).write_text(f"{source}\n# pyright: strict\n")
    command = [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable]
    run = subprocess.run([*command, file], capture_output=True, text=True, cwd=tmp_path)
    try:
        report = json.loads(run.stdout)
    except ValueError:
        raise AssertionError(f"{run.stdout}\n{run.stderr}") from None
    assert report["summary"]["filesAnalyzed"] == 1
    return {
        found["range"]["start"]["line"] + 1: found["message"]
        for found in report["generalDiagnostics"]
        if found["severity"] == "error"
    }


@pytest.mark.parametrize("check", [mypy, pyright])
def test_right_types_pass(check: object, tmp_path: Path) -> None:
    assert callable(check)
    assert check("accepted.py", tmp_path) == {}


@pytest.mark.parametrize("check", [mypy, pyright])
def test_wrong_types_are_rejected(check: object, tmp_path: Path) -> None:
    assert callable(check)
    lines = (HERE / "rejected.py").read_text().splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = check("rejected.py", tmp_path)
    assert set(found) == wrong, {line: found.get(line) for line in set(found) ^ wrong}
