# The Kotlin classes and their tests, Swift's syntax, and what UniFFI writes. Part of
# the Makefile in the root, where the commands run.

.PHONY: kotlin-classes test-kotlin conformance-kotlin swift-syntax uniffi-layer

KOTLIN_OUT := $(abspath $(TARGET))/debug/kotlin
# A compilation is over before the second compiler of the JVM pays off.
KOTLIN_MAVEN := MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" mvn --batch-mode --quiet -Dmaven.repo.local=$(abspath .tools/m2) -Dout=$(KOTLIN_OUT) \
	-Dstyle.color=never --file bindings-uniffi/kotlin/pom.xml
KOTLIN_LIBRARIES := $(abspath .tools/m2)/org/jetbrains/kotlin/kotlin-stdlib/2.4.21/kotlin-stdlib-2.4.21.jar:$(abspath .tools/m2)/net/java/dev/jna/jna/5.19.1/jna-5.19.1.jar
KOTLIN := java -cp $(KOTLIN_OUT)/test-classes:$(KOTLIN_OUT)/classes:$(KOTLIN_LIBRARIES) -Djna.library.path=$(abspath $(TARGET))/debug
KOTLIN_RUN := bindings-c/tests/run $(TARGET)/debug/defacto
# Maven's repository of this project: once it has what the pom names, nobody is
# asked, and no network is needed.
KOTLIN_SOURCES := $(shell find bindings-uniffi/kotlin examples/kotlin conformance/kotlin -name '*.kt') \
	bindings-uniffi/kotlin/pom.xml bindings-uniffi/snippets docs/kotlin.md README.md

$(KOTLIN_OUT)/built: $(KOTLIN_SOURCES)
	@mkdir -p $(KOTLIN_OUT)/snippets
	bindings-uniffi/snippets docs/kotlin.md README.md >$(KOTLIN_OUT)/snippets/Snippets.kt
	$(KOTLIN_MAVEN) $$([ .tools/m2/fetched -nt bindings-uniffi/kotlin/pom.xml ] && echo --offline) test-compile
	@touch .tools/m2/fetched $@

kotlin-classes: $(KOTLIN_OUT)/built
	$(CARGO) build --quiet --locked $(EVERYTHING)

test-kotlin: kotlin-classes ## build the Kotlin classes and test them on the sandbox
	$(KOTLIN_RUN) $(KOTLIN) tests.AllKt
	$(KOTLIN_RUN) $(KOTLIN) SnippetsKt
	$(KOTLIN_RUN) examples/check $(KOTLIN) FirstLoanKt

conformance-kotlin: kotlin-classes
	@$(KOTLIN_RUN) $(KOTLIN) conformance.DriverKt $(CASES)

# Exact versions: another grammar may refuse what is right, or take what is wrong.
.venv/swift-grammar: bindings-uniffi/uniffi.mk | .venv/bin/maturin
	.venv/bin/pip install --quiet tree-sitter==0.26.1 tree-sitter-swift==0.7.4
	@touch $@

swift-syntax: .venv/swift-grammar ## parse the Swift files and the Swift of the documentation
	.venv/bin/python bindings-uniffi/swift-syntax bindings-uniffi/swift docs README.md

uniffi-layer: ## write UniFFI's own layer of Kotlin and Swift anew
	$(CARGO) build --quiet --locked --package defacto-uniffi
	$(CARGO) build --quiet --locked --package defacto-uniffi --features bindgen --bin uniffi-bindgen
	bindings-uniffi/bindgen $(TARGET)
