# The npm packages. Part of the Makefile in the root, where the commands run.

.PHONY: node-addon test-node package-node conformance-node

# What the tests and the examples use, as the lockfiles have it; nothing runs at
# its installation.
%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

node-addon:
	$(CARGO) build --quiet --locked $(EVERYTHING)
	node bindings-node/build.mjs $(TARGET)/debug

test-node: node-addon bindings-node/node_modules/.package-lock.json examples/node/node_modules/.package-lock.json ## build the Node addon and test it on the sandbox
	cd bindings-node && CARGO_TARGET_DIR=$(abspath $(TARGET)) node --test test/*.test.mjs

package-node: ## pack the npm packages under dist/node and make the first loan from them
	bindings-node/package $(abspath dist/node) $(abspath $(TARGET)/package-node)

conformance-node: node-addon
	@bindings-c/tests/run $(TARGET)/debug/defacto node conformance/node/driver.mjs $(CASES)
