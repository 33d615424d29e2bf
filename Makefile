# The one way to set up, build and test. `make help` lists the targets.

PYTHON ?= python3
UV     ?= uv
# How many events `make bench` measures with, one number after another.
EVENTS ?= 1000 10000
# An instant such as 2026-12-03T12:00:00+01:00 builds the site as it is at that moment.
NOW    ?=

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq install

SHELL := /bin/sh
.SUFFIXES:
.DELETE_ON_ERROR:

.PHONY: site
site: .venv/ready ## build the site of content/ into public/ (the default)
	@$(BIN)/statusgen build content --output public $(if $(NOW),--now "$(NOW)")

.PHONY: check
check: .venv/ready ## judge the plans in content/ without building
	@$(BIN)/statusgen check content $(if $(NOW),--now "$(NOW)")

.PHONY: test
test: lint browser prometheus ## everything a change must pass
	$(BIN)/pytest -n 2 --dist worksteal

.PHONY: lint
lint: .venv/ready ## style, format, types; prints the shape of the package
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(BIN)/python -m tests.unit.test_architecture

.PHONY: browser
browser: .venv/ready ## have a browser for the browser tests
	@sh .ci/browser

.PHONY: prometheus
prometheus: ## have a Prometheus for the tests of measurements
	@sh .ci/prometheus

.PHONY: coverage
coverage: browser prometheus ## lines and branches that no test reaches
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

.PHONY: bench
bench: .venv/ready ## time the program on many files
	$(BIN)/python -m tests.benchmarks $(EVENTS)

.PHONY: faults
faults: .venv/ready ## kill, starve and disturb a thousand builds; none may break the site
	$(BIN)/python -m tests.faults

.PHONY: fuzz
fuzz: .venv/ready ## let a fuzzer look for content that breaks the reader (SECONDS=60)
	@$(BIN)/python -c 'import atheris' 2>/dev/null || $(PIP) --no-deps atheris==3.0.0
	$(BIN)/python -m tests.fuzz $(or $(SECONDS),60)

.PHONY: pictures
pictures: browser ## pictures of the main pages, in pictures/
	$(BIN)/python -m tests.browser.pictures

.PHONY: weights
weights: browser ## what the home page of a busy site weighs
	$(BIN)/python -m tests.browser.weights

.PHONY: docs
docs: .venv/ready ## the reference of commands, fields and rules, in .github/docs/
	@$(BIN)/python -m tests.docs

.PHONY: wheel
wheel: .venv/ready ## the package to install elsewhere, in dist/
	$(BIN)/hatchling build --target wheel

.PHONY: bill
bill: .venv/ready ## what the wheel is made of, in dist/ (CycloneDX)
	@mkdir -p dist
	$(BIN)/python .ci/bill.py >dist/statusgen.cdx.json

.PHONY: lock
lock: ## pin what pyproject.toml asks for (needs uv; delete requirements.lock first to renew all)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 2; }
	$(UV) pip compile pyproject.toml --group dev --all-extras --universal --python-version 3.11 \
		--generate-hashes --no-annotate --quiet --custom-compile-command "make lock" \
		--output-file requirements.lock

.PHONY: clean
clean: ## remove all that make makes
	rm -rf .venv public .public.staging-* dist htmlcov .coverage .coverage.* .hypothesis .*_cache
	find statusgen tests -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# Each stamp is the last thing its recipe makes, so what was broken off halfway is made anew.
.venv/ready: .venv/locked pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/locked: requirements.lock
	@command -v $(PYTHON) >/dev/null || { \
		echo "There is no $(PYTHON) here. statusgen needs Python 3.11 or newer: make PYTHON=/path/to/python" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "statusgen needs Python 3.11 or newer, and $(PYTHON) is older: make PYTHON=/path/to/python" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 2; }
	@echo "Setting up .venv; this takes about half a minute, once."
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@# feedgen comes as source only, so what builds it goes in first, from the same lock.
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.lock >.venv/setuptools.lock
	@$(PIP) --no-deps --require-hashes --requirement .venv/setuptools.lock
	@$(PIP) --no-deps --require-hashes --no-build-isolation --requirement requirements.lock
	@touch $@
