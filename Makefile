# Everything a developer does, on any machine with Python 3.11 or newer and make: no root, no Node.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
FLASK := $(BIN)/flask --app app

.DEFAULT_GOAL := help
.PHONY: help install run test check format bench load-quiz lock translations documents screenshot clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/.installed: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/.installed-dev: requirements-dev.txt .venv/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

install: .venv/.installed ## Create .venv and install the locked packages

run: .venv/.installed ## Prepare and serve the site on http://127.0.0.1:8000 (PORT=…)
	@OUTREACH_PUBLIC_URL="$${OUTREACH_PUBLIC_URL:-http://127.0.0.1:$(PORT)}" $(FLASK) serve --prepare --port $(PORT)

test: .venv/.installed-dev ## Run all tests (PostgreSQL, Redis and browser tests where those answer)
	$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: .venv/.installed-dev ## Style, types, templates, security and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint --quiet --lint outreach/templates
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml app.py outreach
	$(BIN)/python -m pytest -q tests/guards/test_translations.py

format: .venv/.installed-dev ## Format the Python code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/.installed-dev ## Measure search, pages, imports and contests against the baselines (ROWS=1000000)
	$(BIN)/python -m bench $(if $(ROWS),--rows $(ROWS)) $(ARGS)

load-quiz: .venv/.installed-dev ## The contest under load: waiting room, papers, a killed worker, PostgreSQL restarted (ARGS=…)
	$(BIN)/python -m bench.load_quiz $(ARGS)

lock: ## Lock requirements*.in with hashes (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements.txt requirements.in
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file requirements-dev.txt requirements-dev.in

translations: .venv/.installed-dev ## Collect the Chinese texts into the English catalogue, and compile it
	$(BIN)/python -m tools.translations update

documents: .venv/.installed-dev ## Write the tables of the README and the data dictionary from the code
	$(BIN)/python -m tools.documents

screenshot: .venv/.installed-dev ## Take the README's picture of the running site (URL=…)
	$(BIN)/python -m tools.screenshots $(or $(URL),http://127.0.0.1:$(PORT))

clean: ## Remove the data folder, caches and built catalogues; .venv stays
	rm -rf var .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find outreach -name '*.mo' -delete
	find . -path ./.venv -prune -o -name __pycache__ -type d -print | xargs rm -rf
