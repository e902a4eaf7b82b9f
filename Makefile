# The one front door. Plain `make` prints this list.
.DEFAULT_GOAL := help
CARGO ?= cargo

.PHONY: help hello test check spec-check docs clean

help: ## print this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

hello: ## build, start the embedded sandbox and say hello to it
	$(CARGO) run --quiet --locked --package defacto-cli -- hello

test: ## every test
	$(CARGO) test --workspace --all-features --locked

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
