# The one front door. Plain `make` prints this list.
.DEFAULT_GOAL := help
CARGO ?= cargo
TOOLS := .tools/bin
# One set of features for all that is built for tests, so that nothing is compiled
# twice. The sandboxes of the program check every answer against the contract in
# this folder (docs/sandbox.md).
EVERYTHING := --workspace --features defacto-cli/contract,defacto/postgres
export DEFACTO_SANDBOX_CONTRACT := $(CURDIR)/contract

.PHONY: help first-loan hello test test-rust system-packages conformance contract-check package check spec-check codegen-check versions \
	release-check unused-dependencies licences advisories bench docs soak clean

help: ## print this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

first-loan: ## build, start the embedded sandbox and make your first loan on it
	@echo "building (some minutes the first time)"
	@$(CARGO) build --locked --package defacto-cli
	@$(CARGO) run --quiet --locked --package defacto-cli -- first-loan

hello: ## build, start the embedded sandbox and say hello to it
	@$(CARGO) run --quiet --locked --package defacto-cli -- hello

test: system-packages test-rust test-python test-node test-c test-kotlin test-page test-examples conformance contract-check ## every test, in every language

system-packages:
	tools/system-packages

test-rust: ## the Rust tests
	$(CARGO) test --locked $(EVERYTHING)

TARGET := $(or $(CARGO_TARGET_DIR),target)
# Not by its alias, whose package alone would have features, and builds, of its own.
XTASK = $(CARGO) build --quiet --locked $(EVERYTHING) && $(TARGET)/debug/xtask

include bindings-python/python.mk
include bindings-node/node.mk
include bindings-c/c.mk
include bindings-uniffi/uniffi.mk
include sandbox/page/page.mk

FACES := python node c
# What is tested as they are, and not packed yet.
UNPACKED_FACES := kotlin
CASES := conformance/common.json conformance/cases/*.json

conformance: conformance-rust $(FACES:%=conformance-%) $(UNPACKED_FACES:%=conformance-%) ## the behaviours every face shares, a line a face

conformance-rust:
	@out=$$($(CARGO) test --quiet --locked $(EVERYTHING) --test conformance -- --nocapture 2>&1) || \
		{ echo "$$out"; exit 1; }; echo "$$out" | grep -o 'rust: .*'

.venv/bin/schemathesis: .venv/bin/maturin
	.venv/bin/pip install --quiet 'schemathesis>=4.32,<5'

.venv/bin/openapi-spec-validator: .venv/bin/maturin
	.venv/bin/pip install --quiet openapi-spec-validator

contract-check: .venv/bin/schemathesis .venv/bin/openapi-spec-validator ## requests made up from the contract, against the sandbox
	$(CARGO) build --quiet --locked $(EVERYTHING)
	bindings-c/tests/run $(TARGET)/debug/defacto .venv/bin/python contract/check --cases $(CONTRACT_CASES)
	.venv/bin/openapi-spec-validator docs/sandbox-control.openapi.json

CONTRACT_CASES ?= 5

package: $(FACES:%=package-%) ## pack every face, with licences and checksums, under dist/ and make the first loan from each package

soak: ## the random suites at full length
	$(MAKE) contract-check CONTRACT_CASES=100
	DEFACTO_CASES=10000 $(CARGO) test --locked --package defacto --test schedules -- --nocapture
	DEFACTO_CASES=100000 $(CARGO) test --locked --package defacto --test fold -- --nocapture
	DEFACTO_CASES=20000 $(CARGO) test --locked --package defacto --features postgres,sqlite --test store replays -- --nocapture
	DEFACTO_CASES=2000 $(CARGO) test --locked --package defacto --features sqlite --test kill -- --nocapture
	DEFACTO_CASES=100000 $(CARGO) test --locked --package defacto --features sqlite --test loan_money -- --nocapture
	DEFACTO_CASES=20000 $(CARGO) test --locked --package defacto-sandbox --lib it_adds_up
	DEFACTO_CASES=2000 $(CARGO) test --locked --package defacto-sandbox --lib nothing_a_client_sends

check: spec-check codegen-check swift-syntax versions release-check unused-dependencies licences ## format, lints, documentation, contract, generated code, dependencies
	$(CARGO) fmt --all --check
	$(CARGO) clippy $(EVERYTHING) --all-targets --locked -- -D warnings
	$(CARGO) clippy --package defacto --no-default-features --locked -- -D warnings
	$(CARGO) clippy --package defacto-sandbox --no-default-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc $(EVERYTHING) --no-deps --locked

spec-check: ## compare our declarations with the contract
	$(XTASK) spec-check

codegen-check: ## compare the generated files with the declarations
	$(XTASK) codegen --check

# The workflow is read by nothing else before a release.
release-check: .venv/bin/maturin ## compare the release workflow with the packages' platforms
	@.venv/bin/python -c 'import yaml' 2>/dev/null || .venv/bin/pip install --quiet pyyaml
	.venv/bin/python tools/release-check

versions: ## compare the packages' versions with the workspace's
	$(XTASK) versions

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
	tools/bench-sandbox
	$(RELEASE)/defacto-bench

docs: ## build the documentation
	$(CARGO) doc $(EVERYTHING) --no-deps --locked

clean: ## remove what was built
	$(CARGO) clean
	rm -rf .tools .venv bindings-node/node_modules bindings-node/*.node examples/node/node_modules sandbox/page/test/node_modules
