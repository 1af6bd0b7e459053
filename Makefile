# make demo    gets what is missing, builds, and checks the tenant of the story
# make test    runs every test; those of the HTML report need Node and a Chromium
# make setup   gets what is missing (a Z3 that is new enough), nothing else
# make build   gives target/release/tenantproof
# make bench   times each part of the pipeline on tenants of several sizes

CARGO ?= cargo
TARGET := $(or $(CARGO_TARGET_DIR),target)
PROGRAM := $(TARGET)/release/tenantproof
STORY := specs/tenants/story

.PHONY: demo test setup build bench

# A violated property is exit code 1, and that is what the story shows. Everything else is a failure of the demo.
demo: build
	@for tenant in $(STORY) specs/tenants/story-before; do \
		echo "\$$ tenantproof check $$tenant"; \
		status=0; $(PROGRAM) check $$tenant || status=$$?; \
		if [ $$status -ne 1 ]; then \
			echo "demo: expected exit code 1 (something is violated), got $$status" >&2; exit 1; \
		fi; \
	done

# Documentation tests first, so that the summary of the test runner comes last. It runs the specifications too.
test: setup
	@scripts/page.sh
	$(CARGO) test --quiet --doc
	@if $(CARGO) nextest --version >/dev/null 2>&1; then \
		echo '$(CARGO) nextest run'; $(CARGO) nextest run; \
	else \
		echo '$(CARGO) test --all-targets'; $(CARGO) test --all-targets; \
	fi

# Says what is missing where it cannot get it: Rust, C compiler, Python with pip.
setup:
	@scripts/setup.sh

build: setup
	$(CARGO) build --release

bench: setup
	$(CARGO) bench
