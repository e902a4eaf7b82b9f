# The one front door. Plain `make` prints this list.
.DEFAULT_GOAL := help
CARGO ?= cargo

.PHONY: help hello test test-c test-python check spec-check docs clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

hello: ## build, start the embedded sandbox and say hello to it
	$(CARGO) run --quiet --locked --package defacto-cli -- hello

test: ## every test
	$(CARGO) test --workspace --all-features --locked

C_FLAGS := -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude
C_LIBS := -lpthread -ldl -lm
TARGET := $(or $(CARGO_TARGET_DIR),target)

test-c: ## build the C library and test it on the sandbox, under valgrind too
	$(CARGO) build --quiet --locked --package defacto-cli --package defacto-c
	$(CXX) -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ include/defacto.h
	$(CC) $(C_FLAGS) bindings-c/tests/first.c $(TARGET)/debug/libdefacto_c.a $(C_LIBS) -o $(TARGET)/debug/first-static
	$(CC) $(C_FLAGS) bindings-c/tests/first.c -L$(TARGET)/debug -ldefacto_c -Wl,-rpath,$(abspath $(TARGET)/debug) -o $(TARGET)/debug/first-shared
	bindings-c/tests/run $(TARGET)/debug/defacto $(TARGET)/debug/first-static
	bindings-c/tests/run $(TARGET)/debug/defacto $(TARGET)/debug/first-shared
	if command -v valgrind >/dev/null; then bindings-c/tests/run $(TARGET)/debug/defacto valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --error-exitcode=9 $(TARGET)/debug/first-shared; fi

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

docs: ## build the documentation
	$(CARGO) doc --workspace --all-features --no-deps --locked

clean: ## remove what was built
	$(CARGO) clean
