# What CI runs is what you run. `make help` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DATA := $(or $(DASHAPP_DATA_DIR),var)
PIP := $(BIN)/python -m pip install --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check bench bench-models docs texts screenshots browser

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST)

run: $(VENV)/.runtime $(DATA)/warehouse/CURRENT ## Start the dashboard on http://127.0.0.1:8050, with demo data if there are none
	@exec $(BIN)/gunicorn

test: $(VENV)/.dev browser ## Run all tests, those in a browser too
	$(BIN)/pytest

check: $(VENV)/.dev ## Lint, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.dev browser ## Measure speed and print the figures
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks  # as gunicorn.conf.py has it

bench-models: $(VENV)/.dev ## Judge the models against truth and write docs/models.md
	$(BIN)/python -m benchmarks.models

docs: $(VENV)/.dev texts ## Write the pages that are made from the code
	$(BIN)/python -m docs

texts: $(VENV)/.dev ## Bring the catalogues of translations up to date
	$(BIN)/python -m docs.texts

screenshots: $(VENV)/.dev browser ## Take the pictures of the pages and note where their parts stand
	$(BIN)/python -m tests.e2e.screenshots

# The stamps make a second start take seconds: packages are installed again only if their list changes.
$(VENV)/.runtime: requirements.txt | $(BIN)/python
	$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) -r requirements-dev.txt
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is missing or older. Name another one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is needed. On Debian: apt-get install python3-venv"; exit 1; }

$(DATA)/warehouse/CURRENT: | $(VENV)/.runtime
	@echo "No data yet: inventing the demo retailer."
	@$(BIN)/flask --app wsgi data demo

browser:
	@command -v chromium >/dev/null && command -v chromedriver >/dev/null && exit 0; \
	as_root=$$([ "$$(id -u)" = 0 ] || echo "sudo -n"); \
	if command -v apt-get >/dev/null && $$as_root true 2>/dev/null; then \
	  echo "Installing Chromium for the browser tests."; \
	  $$as_root apt-get update -q && $$as_root apt-get install -y -q chromium chromium-driver; \
	else \
	  echo "The browser tests need chromium and chromedriver. On Debian: apt-get install chromium chromium-driver"; exit 1; \
	fi
