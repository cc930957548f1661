# Everything a developer or a new user runs. `make help` explains itself.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest
# Twice the two cores of a small machine: journeys wait for browsers and for other processes.
JOBS ?= 4

.PHONY: help setup demo test test-fast test-long test-postgres lint types rules docs snapshots bench new-check clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  %-12s %s\n", $$1, $$2}'

$(VENV)/.server: requirements/server.txt requirements/build.txt pyproject.toml
	@tools/make_venv.sh $(PYTHON) $(VENV) server

$(VENV)/.dev: requirements/dev.txt requirements/build.txt pyproject.toml
	@tools/make_venv.sh $(PYTHON) $(VENV) dev

setup: $(VENV)/.dev ## make .venv with all extras and the development tools

demo: $(VENV)/.server ## start the platform with the bundled practice site and watch its first scan
	@data=$$(mktemp -d); trap 'rm -rf "$$data"' EXIT; $(BIN)/vedette up --demo --port 0 --data-dir "$$data"

test: $(VENV)/.dev ## unit tests, the practice site's proof, journeys
	$(PYTEST) -m "not long" -n $(JOBS) --dist worksteal

test-fast: $(VENV)/.dev ## unit tests only
	$(PYTEST) -m "not long" -n $(JOBS) --dist worksteal --ignore=tests/journeys

test-postgres: $(VENV)/.dev ## the platform's tests on a PostgreSQL of their own
	tools/with_postgres.sh $(PYTEST) -m "not long" -n $(JOBS) --dist worksteal tests/server

test-long: $(VENV)/.dev ## proofs of minutes: random kills, many seeds
	$(PYTEST) -m long
	tools/with_postgres.sh $(PYTEST) -m long tests/server

lint: $(VENV)/.dev ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev ## static types
	$(BIN)/mypy

rules: $(VENV)/.dev ## import contracts and the architecture rules
	$(BIN)/lint-imports
	$(PYTEST) tests/rules

docs: $(VENV)/.dev ## write the generated pages and schemas
	$(BIN)/python tools/check_docs.py
	$(BIN)/python tools/schemas.py
	$(BIN)/python tools/openapi.py

snapshots: docs ## the same: all that is generated and committed

bench: $(VENV)/.dev ## all benchmarks, with their figures
	@for file in bench/*.py; do echo "== $$file"; $(BIN)/python -m bench.$$(basename $$file .py) || exit 1; done

new-check: $(VENV)/.dev ## scaffold a check: make new-check ID=family-flaw
	@test -n "$(ID)" || { echo "say which: make new-check ID=family-flaw"; exit 2; }
	$(BIN)/python tools/new_check.py $(ID)

clean: ## remove what was built
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
