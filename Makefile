# What CI runs is what you run. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(DASHAPP_DATA_DIR),var)
TESTS := $(BIN)/pytest -n auto --dist worksteal
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-compile  # what is imported is compiled then
# On a busy machine the threads of a fit wait for each other: 25 s instead of one. gunicorn.conf.py and the refresh say so too.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help run test test-engines test-all check mutants bench bench-crowd bench-large bench-engines bench-peer bench-models docs texts screenshots programs

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.runtime $(DATA)/warehouse/CURRENT ## Start the dashboard on http://127.0.0.1:8050, with demo data if there are none
	@exec $(BIN)/gunicorn

test: $(VENV)/.dev programs ## Run all tests but those of engines, those in a browser too, one process a core
	$(TESTS) --ignore=tests/engines

test-engines: $(VENV)/.engines programs ## Refresh from a PostgreSQL, a Spark cluster and ClickHouse, a million lines each
	$(BIN)/pytest -n auto --dist loadfile tests/engines

test-all: $(VENV)/.engines programs ## Both in one run, as CI does
	$(TESTS)

check: $(VENV)/.dev ## Lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

mutants: $(VENV)/.dev ## Break one defence after the other and see the tests notice
	$(BIN)/python -m tests.mutants

bench: $(VENV)/.dev programs ## Measure every cost beside its floor and write docs/performance.md
	$(BIN)/python -m benchmarks --write

bench-crowd: $(VENV)/.dev ## 100 and 200 visitors at once, for five minutes each
	$(BIN)/python -m benchmarks.load

bench-large: $(VENV)/.dev ## Refresh and ask 0.1, 1 and 10 million lines; SIZES=100000000: that alone
	$(BIN)/python -m benchmarks.large $(SIZES)

bench-engines: $(VENV)/.engines programs ## Ten million lines in PostgreSQL, Spark and ClickHouse: seconds, and rows that differ
	$(BIN)/python -m benchmarks.engines

bench-peer: $(VENV)/.dev .venv-peer/.ready programs ## The stores page beside the same page in Streamlit
	$(BIN)/python -m benchmarks.peer .venv-peer/bin/python --write

.venv-peer/.ready: benchmarks/peer/requirements.txt
	$(PYTHON) -m venv .venv-peer
	.venv-peer/bin/python -m pip install --disable-pip-version-check -r $<
	@touch $@

bench-models: $(VENV)/.dev ## Judge the models against truth and write docs/models.md
	$(BIN)/python -m benchmarks.models

docs: $(VENV)/.dev texts ## Write the pages that are made from the code
	$(BIN)/python -m docs

texts: $(VENV)/.dev ## Bring the catalogues of translations up to date
	$(BIN)/python -m docs.texts

screenshots: $(VENV)/.dev programs ## Take the pictures of the pages and note where their parts stand
	$(BIN)/python -m tests.e2e.screenshots

# The stamps make a second start take seconds: packages are installed again only if their list changes.
$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

$(VENV)/.engines: requirements-engines.txt $(VENV)/.dev
	$(PIP) -r requirements-engines.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is missing or older. Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed. On Debian: apt-get install python3-venv"; exit 1; }

$(DATA)/warehouse/CURRENT: | $(VENV)/.runtime
	@echo "No data yet: inventing the demo retailer."
	@$(BIN)/flask --app wsgi data demo

# Each as the program to look for and Debian's package with it. Debian starts the services that it installs.
PROGRAMS := chromium:chromium chromium-headless-shell:chromium-headless-shell chromedriver:chromium-driver \
  redis-server:redis-server nginx:nginx initdb:postgresql openssl:openssl node:nodejs npm:npm
test-all: PROGRAMS += java:openjdk-17-jre-headless
test-engines bench-engines: PROGRAMS := java:openjdk-17-jre-headless initdb:postgresql
programs:
	@PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin | tr ' ' ':')"; \
	packages=$$(for pair in $(PROGRAMS); do command -v "$${pair%:*}" >/dev/null || printf ' %s' "$${pair#*:}"; done); \
	[ -z "$$packages" ] && exit 0; \
	as_root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	if command -v apt-get >/dev/null && $$as_root true 2>/dev/null; then \
	  echo "Installing for the tests:$$packages"; \
	  $$as_root apt-get update -q && $$as_root apt-get install -y -q $$packages; \
	else \
	  echo "The tests need more programs. On Debian: apt-get install$$packages"; exit 1; \
	fi
