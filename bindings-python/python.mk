# The Python packages. Part of the Makefile in the root, where the commands run.

.PHONY: python-package test-python package-python conformance-python

# Its own environment inside the project: nothing is installed on the machine.
# The services and the type checkers are what the tests prove to work with.
.venv/bin/maturin:
	python3 -m venv .venv
	.venv/bin/pip install --quiet maturin mypy pyright pytest uvloop gunicorn celery fastapi httpx uvicorn flask django django-stubs

# The sandbox's package brings the `defacto` program.
python-package: .venv/bin/maturin
	$(CARGO) build --quiet --locked $(EVERYTHING)
	.venv/bin/python tools/python-develop $(TARGET)/debug

PYTHON_SOURCES := bindings-python/python bindings-python/sandbox/python bindings-python/tests examples/python

test-python: python-package ## build the Python packages and test them on the sandbox
	.venv/bin/mypy --config-file bindings-python/pyproject.toml $(PYTHON_SOURCES)
	.venv/bin/pytest --quiet bindings-python

.venv/bin/abi3audit: .venv/bin/maturin
	.venv/bin/pip install --quiet abi3audit

package-python: .venv/bin/abi3audit ## wheels and source packages of Python in dist/python, tested on every CPython here
	bindings-python/package $(abspath dist/python) $(abspath $(TARGET)/package-python)
	bindings-python/tests/every-python dist/python

conformance-python: python-package
	@bindings-c/tests/run $(TARGET)/debug/defacto .venv/bin/python conformance/python.py $(CASES)
