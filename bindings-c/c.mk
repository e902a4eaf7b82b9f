# The C library, what is built with it, and how it is installed and packed.
# Part of the Makefile in the root, where the commands run.

.PHONY: c-library test-c test-examples example-cobol example-java install install-c package-c conformance-c

C_FLAGS := -std=c99 -Wall -Wextra -Wpedantic -Werror -Iinclude
C_SANITIZERS := -g -fsanitize=address,undefined -fno-sanitize-recover=all
C_OUT := $(TARGET)/debug/c
C_LIBS := -L$(C_OUT) -ldefacto -lpthread -Wl,-rpath,$(abspath $(C_OUT))
C_RUN := bindings-c/tests/run $(TARGET)/debug/defacto
VALGRIND := valgrind --quiet --leak-check=full --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --error-exitcode=9

c-library:
	$(CARGO) build --quiet --locked $(EVERYTHING)
	@mkdir -p $(C_OUT)
	bindings-c/link $(TARGET)/debug/libdefacto_c.a $(C_OUT)/libdefacto.so.0
	@ln -sf libdefacto.so.0 $(C_OUT)/libdefacto.so

# Each is run as it is, under the compiler's sanitizers and under valgrind; what
# valgrind cannot run says why itself.
C_TESTS := first misuse freed fork log track
C_TESTS_WITHOUT_VALGRIND := freed

test-c-%:
	$(CC) $(C_FLAGS) bindings-c/tests/$*.c $(C_LIBS) -o $(C_OUT)/$*
	$(CC) $(C_FLAGS) $(C_SANITIZERS) bindings-c/tests/$*.c $(C_LIBS) -o $(C_OUT)/$*-sanitized
	$(C_RUN) $(C_OUT)/$*
	$(C_RUN) $(C_OUT)/$*-sanitized
	$(if $(filter $*,$(C_TESTS_WITHOUT_VALGRIND)),,tools/with valgrind $(C_RUN) $(VALGRIND) $(C_OUT)/$*)

test-c: c-library ## build the C library and test it on the sandbox, under sanitizers and valgrind too
	$(CXX) -std=c++17 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c++ include/defacto.h
	$(CC) -std=c11 -Wall -Wextra -Wpedantic -Werror -fsyntax-only -x c include/defacto.h
	bindings-c/tests/symbols $(C_OUT)/libdefacto.so.0
	tools/with abidiff bindings-c/tests/abi $(abspath $(C_OUT))/abi
	$(MAKE) --no-print-directory $(C_TESTS:%=test-c-%)
	bindings-c/tests/docs $(C_OUT)/docs
	$(CC) $(C_FLAGS) $(C_SANITIZERS) -Ibindings-c/tests $(C_OUT)/docs.c $(C_LIBS) -o $(C_OUT)/docs
	$(C_RUN) $(C_OUT)/docs >$(C_OUT)/docs.out
	grep -Fxqf $(C_OUT)/docs.printed $(C_OUT)/docs.out
	rm -rf $(C_OUT)/installed
	$(MAKE) --no-print-directory install-c C_PROFILE=debug PREFIX=/usr DESTDIR=$(abspath $(C_OUT)/installed)
	bindings-c/tests/installed $(C_OUT)/installed $(C_OUT)/installed $(C_RUN)

CXX_FLAGS := -std=c++17 -Wall -Wextra -Wpedantic -Werror -Iinclude
EXAMPLE := $(C_RUN) examples/check

test-examples: c-library ## make the first loan in Rust, C, C++, COBOL and Java
	rm -rf $(C_OUT)/tracked && mkdir -p $(C_OUT)/tracked
	$(EXAMPLE) $(TARGET)/debug/first_loan $(C_OUT)/tracked/loans.db
	$(CC) $(C_FLAGS) $(C_SANITIZERS) examples/c/first_loan.c $(C_LIBS) -o $(C_OUT)/first_loan-sanitized
	$(EXAMPLE) $(C_OUT)/first_loan-sanitized
	$(CC) $(C_FLAGS) $(C_SANITIZERS) examples/c/track.c $(C_LIBS) -o $(C_OUT)/track_example
	$(C_RUN) examples/check-track $(C_OUT)/track_example $(C_OUT)/first_loan-sanitized $(C_OUT)/tracked/cron.db
	$(CXX) $(CXX_FLAGS) $(C_SANITIZERS) examples/cpp/first_loan.cpp $(C_LIBS) -o $(C_OUT)/first_loan_cpp
	$(EXAMPLE) $(C_OUT)/first_loan_cpp
	tools/with cobc $(MAKE) --no-print-directory example-cobol
	tools/with javac $(MAKE) --no-print-directory example-java

example-cobol:
	cobc -x -free -fstatic-call -Wall -Wno-terminator -Werror -Iinclude examples/cobol/first_loan.cob \
		-L$(C_OUT) -ldefacto -Q "-Wl,-rpath,$(abspath $(C_OUT))" -o $(C_OUT)/first_loan_cobol
	$(EXAMPLE) $(C_OUT)/first_loan_cobol

JNA := .tools/java/jna.jar

$(JNA): tools/jna
	tools/jna $@

example-java: $(JNA)
	javac --release 17 -Xlint:all -Werror -cp $(JNA) -d $(C_OUT)/java examples/java/*.java
	$(EXAMPLE) java -cp $(C_OUT)/java:$(JNA) -Djna.library.path=$(C_OUT) FirstLoan

# Where `make install` puts the C library; DESTDIR goes in front.
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
C_PROFILE ?= release
C_VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml)
C_STAGE = $(TARGET)/$(C_PROFILE)/c

install: install-c ## install the C library under DESTDIR and PREFIX (/usr/local)

# No static archive: its third-party symbols could clash with a program's own.
install-c:
	$(CARGO) build --quiet --locked $(if $(filter release,$(C_PROFILE)),--package defacto-c --release,$(EVERYTHING))
	@mkdir -p $(C_STAGE)
	bindings-c/link $(TARGET)/$(C_PROFILE)/libdefacto_c.a $(C_STAGE)/libdefacto.so.$(C_VERSION) -s
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(PREFIX)/include
	install -m 755 $(C_STAGE)/libdefacto.so.$(C_VERSION) $(DESTDIR)$(LIBDIR)/
	ln -sf libdefacto.so.$(C_VERSION) $(DESTDIR)$(LIBDIR)/libdefacto.so.0
	ln -sf libdefacto.so.0 $(DESTDIR)$(LIBDIR)/libdefacto.so
	install -m 644 include/defacto.h include/defacto.cpy $(DESTDIR)$(PREFIX)/include/
	sed -e 's|@prefix@|$(PREFIX)|' -e 's|@libdir@|$(LIBDIR)|' -e 's|@version@|$(C_VERSION)|' \
		bindings-c/defacto.pc.in >$(DESTDIR)$(LIBDIR)/pkgconfig/defacto.pc

package-c: ## pack the C library under dist/c and make the first loan from each package
	$(CARGO) build --quiet --locked $(EVERYTHING)
	bindings-c/package $(abspath dist/c) $(abspath $(TARGET)/package-c) $(C_RUN)

conformance-c: c-library
	@$(CC) $(C_FLAGS) $(C_SANITIZERS) conformance/c/*.c $(C_LIBS) -o $(C_OUT)/conformance
	@$(C_RUN) $(C_OUT)/conformance $(CASES)
