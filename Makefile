# The one front door. Plain `make` prints this list.
.DEFAULT_GOAL := help
CARGO ?= cargo

.PHONY: help hello test test-python check spec-check bench docs clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

hello: ## build, start the embedded sandbox and say hello to it
	$(CARGO) run --quiet --locked --package defacto-cli -- hello

test: ## every test
	$(CARGO) test --workspace --all-features --locked

# Its own environment inside the project: nothing is installed on the machine.
.venv/bin/maturin:
	python3 -m venv .venv
	.venv/bin/pip install --quiet maturin mypy pytest

test-python: .venv/bin/maturin ## build the Python package and test it on the sandbox
	$(CARGO) build --quiet --locked --package defacto-cli
	.venv/bin/maturin develop --quiet --locked --manifest-path bindings-python/Cargo.toml
	.venv/bin/mypy --config-file bindings-python/pyproject.toml bindings-python/python/defacto_sdk bindings-python/tests
	.venv/bin/pytest --quiet bindings-python

check: ## format, lints, documentation, contract
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --all-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --all-features --no-deps --locked
	$(MAKE) spec-check

spec-check: ## compare our declarations with the contract
	$(CARGO) xtask spec-check

# Built at once, so that both share what they depend on; run as built, so that
# nothing is built again with other features.
bench: ## measure the client and the sandbox against the libraries below them
	$(CARGO) build --release --locked --package defacto-cli --package defacto-bench
	$(or $(CARGO_TARGET_DIR),target)/release/defacto-bench

docs: ## build the documentation
	$(CARGO) doc --workspace --all-features --no-deps --locked

clean: ## remove what was built
	$(CARGO) clean
