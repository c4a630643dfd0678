# Weft, from a fresh clone: `make run`. Settings are the WEFT_… variables of docs/self-hosting.md.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
WORKERS ?= 2
BIN = .venv/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK = .venv-tools/bin/uv pip compile --quiet $(UPGRADE)
EVERY_DAY = $(patsubst %,tests/routes/test_%.py,today promises repairs invitation us waiting) $(patsubst %,tests/routes/api/test_%.py,access check_ins)
INPUTS = pyproject.toml web/hatch_build.py web/package-lock.json web/node.lock $(HTMX)
HTMX = web/static/vendor/htmx.json

# Python keeps what it has compiled, whatever the machine says: the second run of the tests is then much shorter.
export PYTHONDONTWRITEBYTECODE =

.PHONY: help run demo install check quick test faults bench engines lock audit clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1	/p' Makefile | expand -t 10

run: .venv/run.stamp ## start Weft on http://127.0.0.1:8000
	$(BIN)/weft serve

demo: .venv/run.stamp ## a story to look at, on a database that is gone afterwards
	$(BIN)/weft demo

install: .venv/dev.stamp ## everything that the checks and tests need

check: .venv/dev.stamp ## format, lint, types, contracts, templates, architecture
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/djlint web/templates --lint --quiet
	$(BIN)/pytest -q tests/architecture

quick: .venv/dev.stamp ## the quick loop: domain, actions and the routes of every day on SQLite
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not slow and not browser" tests/domain tests/actions $(EVERY_DAY)

test: .venv/dev.stamp ## SQLite with the main flows in a browser, then PostgreSQL where this machine has it
	WORKERS=$(WORKERS) tools/run-tests

faults: .venv/dev.stamp ## kill, fill, cut off, stop and upgrade a running Weft, by the score
	WEFT_TEST_FAULTS=long $(BIN)/pytest -q -s tests/faults
	WEFT_TEST_EXAMPLES=60 $(BIN)/pytest -q tests/hostile/test_document_walk.py

bench: .venv/dev.stamp ## what Weft costs beside what it is built on, on a quiet machine; PART=check-ins runs one
	$(BIN)/python -m tests.bench $(PART)

engines: .venv/dev.stamp ## every page and corner in Chromium, then Firefox, WebKit, Lighthouse, long random runs
	WORKERS=$(WORKERS) tools/run-tests engines

lock: ## make the lock files again; UPGRADE=--upgrade takes newer releases
	test -x .venv-tools/bin/uv || { $(PYTHON) -m venv .venv-tools && .venv-tools/bin/pip install --quiet uv; }
	$(LOCK) pyproject.toml --group build -o requirements.lock
	$(LOCK) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock
	$(LOCK) --group node -o web/node.lock
	$(LOCK) --group peers -o tests/bench/peers.lock

audit: ## known weaknesses of what Weft is made of, where the network knows any
	test -x .venv-tools/bin/pip-audit || { $(PYTHON) -m venv .venv-tools && .venv-tools/bin/pip install --quiet pip-audit; }
	.venv-tools/bin/pip-audit --require-hashes --disable-pip -r requirements.lock

clean: ## remove what was built, but never data/
	rm -rf .venv .venv-tools .venv-peers dist web/static/vendor .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.venv/bin/pip:
	$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Weft needs Python 3.11 or newer: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv

# Where it is missing, Weft is installed again, which brings it.
$(HTMX): ;

.venv/run.stamp: .venv/bin/pip requirements.lock $(INPUTS)
	@echo 'Installing into .venv: half a minute, once.'
	$(PIP) install --only-binary :all: --require-hashes -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation -e .
	touch $@

.venv/dev.stamp: .venv/run.stamp requirements-dev.lock
	$(PIP) install --only-binary :all: --require-hashes -r requirements-dev.lock
	touch $@
