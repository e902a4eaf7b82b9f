# The one front door. Plain `make` prints this list.
.DEFAULT_GOAL := help
CARGO ?= cargo
TOOLS := .tools/bin

.PHONY: help first-loan hello test test-rust test-python python-package package-python test-c c-library install install-c conformance check spec-check codegen-check \
	unused-dependencies licences advisories bench docs soak clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

first-loan: ## build, start the embedded sandbox and make your first loan on it
	@echo "building (some minutes the first time)"
	@$(CARGO) build --locked --package defacto-cli
	@$(CARGO) run --quiet --locked --package defacto-cli -- first-loan

hello: ## build, start the embedded sandbox and say hello to it
	@$(CARGO) run --quiet --locked --package defacto-cli -- hello

test: system-packages test-rust test-python test-c conformance ## every test, in every language

system-packages:
	tools/system-packages

test-rust: ## the Rust tests
	$(CARGO) test --workspace --locked

C_FLAGS := -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude
C_SANITIZERS := -g -fsanitize=address,undefined -fno-sanitize-recover=all
TARGET := $(or $(CARGO_TARGET_DIR),target)
C_OUT := $(TARGET)/debug/c
C_LIBS := -L$(C_OUT) -ldefacto -lpthread -Wl,-rpath,$(abspath $(C_OUT))
C_RUN := bindings-c/tests/run $(TARGET)/debug/defacto
VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --error-exitcode=9

c-library:
	$(CARGO) build --quiet --locked --package defacto-cli --package defacto-c
	@mkdir -p $(C_OUT)
	bindings-c/link $(TARGET)/debug/libdefacto_c.a $(C_OUT)/libdefacto.so.0
	@ln -sf libdefacto.so.0 $(C_OUT)/libdefacto.so

test-c: c-library ## build the C library and test it on the sandbox, under sanitizers and valgrind too
	$(CXX) -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ include/defacto.h
	$(CC) -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c include/defacto.h
	bindings-c/tests/symbols $(C_OUT)/libdefacto.so.0
	$(CC) $(C_FLAGS) bindings-c/tests/first.c $(C_LIBS) -o $(C_OUT)/first
	$(CC) $(C_FLAGS) $(C_SANITIZERS) bindings-c/tests/first.c $(C_LIBS) -o $(C_OUT)/first-sanitized
	$(CC) $(C_FLAGS) examples/c/first_loan.c $(C_LIBS) -o $(C_OUT)/first_loan
	$(C_RUN) $(C_OUT)/first
	$(C_RUN) $(C_OUT)/first-sanitized
	if command -v valgrind >/dev/null; then $(C_RUN) $(VALGRIND) $(C_OUT)/first; fi
	$(C_RUN) $(C_OUT)/first_loan
	rm -rf $(C_OUT)/installed
	$(MAKE) --no-print-directory install-c C_PROFILE=debug PREFIX=/usr DESTDIR=$(abspath $(C_OUT)/installed)
	bindings-c/tests/installed $(C_OUT)/installed /usr $(C_RUN)

# Where `make install` puts the C library; DESTDIR goes in front.
PREFIX ?= /usr/local
C_PROFILE ?= release
C_VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
C_STAGE = $(TARGET)/$(C_PROFILE)/c

install: install-c ## install the C library under DESTDIR and PREFIX (/usr/local)

# No static archive: its third-party symbols could clash with a program's own.
install-c:
	$(CARGO) build --quiet --locked --package defacto-c $(if $(filter release,$(C_PROFILE)),--release)
	@mkdir -p $(C_STAGE)
	bindings-c/link $(TARGET)/$(C_PROFILE)/libdefacto_c.a $(C_STAGE)/libdefacto.so.$(C_VERSION) -s
	install -d $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -m 755 $(C_STAGE)/libdefacto.so.$(C_VERSION) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libdefacto.so.$(C_VERSION) $(DESTDIR)$(PREFIX)/lib/libdefacto.so.0
	ln -sf libdefacto.so.0 $(DESTDIR)$(PREFIX)/lib/libdefacto.so
	install -m 644 include/defacto.h $(DESTDIR)$(PREFIX)/include/
	sed -e 's|@prefix@|$(PREFIX)|' -e 's|@version@|$(C_VERSION)|' bindings-c/defacto.pc.in >$(DESTDIR)$(PREFIX)/lib/pkgconfig/defacto.pc

conformance: c-library python-package ## the behaviours every face shares, a line a face
	@out=$$($(CARGO) test --quiet --locked --package defacto --test conformance -- --nocapture 2>&1) || \
		{ echo "$$out"; exit 1; }; echo "$$out" | grep -o 'rust: .*'
	@$(CC) $(C_FLAGS) $(C_SANITIZERS) conformance/c/*.c $(C_LIBS) -o $(C_OUT)/conformance
	@$(C_RUN) $(C_OUT)/conformance conformance/common.json conformance/cases/*.json
	@$(C_RUN) .venv/bin/python conformance/python.py conformance/common.json conformance/cases/*.json

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

soak: ## the random suites at full length
	DEFACTO_CASES=10000 $(CARGO) test --locked --package defacto --test schedules -- --nocapture

check: spec-check codegen-check unused-dependencies licences ## format, lints, documentation, contract, generated code, dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) clippy --package defacto --no-default-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked

spec-check: ## compare our declarations with the contract
	$(CARGO) xtask spec-check

codegen-check: ## compare the generated files with the declarations
	$(CARGO) xtask codegen --check

$(TOOLS)/cargo-deny:
	$(CARGO) install --quiet --locked --debug --root .tools --target-dir target/tools cargo-deny@0.20.2

licences: $(TOOLS)/cargo-deny ## licences, bans and sources of the dependencies
	PATH="$(CURDIR)/$(TOOLS):$$PATH" $(CARGO) deny --locked check bans licenses sources

advisories: $(TOOLS)/cargo-deny ## known holes of the dependencies; needs the advisory database
	PATH="$(CURDIR)/$(TOOLS):$$PATH" $(CARGO) deny --locked check advisories

$(TOOLS)/cargo-machete:
	$(CARGO) install --quiet --locked --debug --root .tools --target-dir target/tools cargo-machete@0.9.2

unused-dependencies: $(TOOLS)/cargo-machete
	PATH="$(CURDIR)/$(TOOLS):$$PATH" $(CARGO) machete --with-metadata

# Built at once, so that all share what they depend on; run as built, so that
# nothing is built again with other features.
RELEASE := $(TARGET)/release

bench: ## measure the client, the sandbox and every face against what users would take otherwise
	$(CARGO) build --release --locked --package defacto-cli --package defacto-bench --package defacto-c --package defacto-python --package defacto-node
	tools/bench-faces $(RELEASE)
	$(RELEASE)/defacto-bench

docs: ## build the documentation
	$(CARGO) doc --workspace --no-deps --locked

clean: ## remove what was built
	$(CARGO) clean
	rm -rf .tools .venv
