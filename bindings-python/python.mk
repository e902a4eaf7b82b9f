# The Python packages. Part of the Makefile in the root, where the commands run.

.PHONY: python-package test-python package-python conformance-python

# Its own environment inside the project: nothing is installed on the machine.
# The services and the type checkers are what the tests prove to work with.
.venv/bin/maturin:
	python3 -m venv .venv
	.venv/bin/pip install --quiet maturin mypy pyright pytest uvloop gunicorn celery fastapi httpx

# The sandbox's package brings the `defacto` program.
python-package: .venv/bin/maturin
	.venv/bin/maturin develop --quiet --locked --manifest-path bindings-python/Cargo.toml
	cd bindings-python/sandbox && ../../.venv/bin/maturin develop --quiet --locked

PYTHON_SOURCES := bindings-python/python bindings-python/sandbox/python bindings-python/tests examples/python

test-python: python-package ## build the Python packages and test them on the sandbox
	.venv/bin/mypy --config-file bindings-python/pyproject.toml $(PYTHON_SOURCES)
	.venv/bin/pytest --quiet bindings-python

# From the source packages too, as on a platform without a wheel.
package-python: .venv/bin/maturin ## wheels and source packages of Python in dist/python, tested on every CPython here
	rm -rf dist/python
	cd bindings-python && ../.venv/bin/maturin build --release --locked --out ../dist/python
	cd bindings-python/sandbox && ../../.venv/bin/maturin build --release --locked --out ../../dist/python
	.venv/bin/pip install --quiet abi3audit
	.venv/bin/abi3audit --strict --summary dist/python/defacto_sdk-*.whl
	bindings-python/tests/every-python dist/python
	cd bindings-python && ../.venv/bin/maturin sdist --out ../dist/python
	cd bindings-python/sandbox && ../../.venv/bin/maturin sdist --out ../../dist/python
	python3 -m venv --clear dist/python-from-source
	dist/python-from-source/bin/pip install --quiet dist/python/*.tar.gz
	dist/python-from-source/bin/python examples/python/first_loan.py
	rm -rf dist/python-from-source

conformance-python: python-package
	@bindings-c/tests/run $(TARGET)/debug/defacto .venv/bin/python conformance/python.py $(CASES)
