# The sandbox's web page. Part of the Makefile in the root, where the commands
# run.

.PHONY: test-page page-pictures

test-page: sandbox/page/test/node_modules/.package-lock.json ## the sandbox's web page, in Chromium
	$(CARGO) build --quiet --locked $(EVERYTHING)
	cd sandbox/page/test && CARGO_TARGET_DIR=$(abspath $(TARGET)) node --test *.test.mjs

page-pictures: sandbox/page/test/node_modules/.package-lock.json
	$(CARGO) build --quiet --locked --package defacto-cli
	cd sandbox/page/test && CARGO_TARGET_DIR=$(abspath $(TARGET)) node screenshots.mjs $(abspath docs/images)
