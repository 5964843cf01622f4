# Sentinel: `make setup`, `make run`, `make test`. Wants Debian 12, Python 3.11 with venv, git and make.
#
#   make run                       http://localhost:8000, data in ./var
#   make run PORT=8001 SENTINEL_HOME=/srv/second

SHELL := /bin/sh
PYTHON3 ?= python3
VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check --no-input --quiet
PYTEST_ARGS ?=
ARGS ?=
BENCHES ?= pages import helpdesk risk weight search linkage batch people
MAKEFLAGS += --no-print-directory

.PHONY: help setup setup-test system-packages run test lint types contracts bench clean

help:
	@echo "make setup      the environment in $(VENV), from requirements.lock"
	@echo "make run        setup, then the database, the web server and a worker (PORT, SENTINEL_HOME move it)"
	@echo "make test       what the tests need, then lint, types, import contracts and every test"
	@echo "make lint | types | contracts"
	@echo "make bench | $(addprefix bench-,$(BENCHES))   measurements; ARGS=\"--json ...\" for sizes and output"
	@echo "make clean      the environment and caches; never the data"

setup: $(VENV)/.setup

# Installed from the lock alone: every file that is downloaded has its hash there, and nothing is that it does not name (docopt, which
# Notify's client says it wants and never imports, comes as source alone). Sentinel itself is not installed with
# `pip install -e .`, which would fetch a build tool (setuptools) that no lock covers and fail without a network; a
# line in a .pth file puts src/ on the path, and the command is three lines of shell, so that both always work.
$(VENV)/.setup: requirements.lock Makefile
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sentinel wants Python 3.11 or newer.")'
	@test -x $(PYTHON) || $(PYTHON3) -m venv $(VENV)
	@echo "Installing what Sentinel needs (a minute or two the first time) ..."
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PYTHON) -c 'import pathlib, sysconfig; \
	  pathlib.Path(sysconfig.get_path("purelib"), "sentinel.pth").write_text(str(pathlib.Path("src").resolve()) + "\n")'
	@printf '#!/bin/sh\nexec "$$(dirname "$$0")/python" -m sentinel.cli "$$@"\n' > $(VENV)/bin/sentinel
	@chmod 755 $(VENV)/bin/sentinel
	@touch $@

setup-test: $(VENV)/.setup-test

$(VENV)/.setup-test: requirements-test.lock $(VENV)/.setup
	@echo "Installing what the tests need ..."
	@$(PIP) install --no-deps --require-hashes -r requirements-test.lock
	@touch $@

run: setup
	@exec $(VENV)/bin/sentinel run

# pytest comes last, so that its closing line is the last one.
test: setup-test system-packages lint types contracts
	$(PYTHON) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

system-packages:
	@.ci/system-packages

lint: setup-test
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: setup-test
	$(PYTHON) -m mypy

contracts: setup-test
	$(VENV)/bin/lint-imports

# Peers have environments of their own: nothing of them is installed beside Sentinel.
bench/.env/.setup: bench/helpdesk-requirements.txt
	@$(PYTHON3) -m venv bench/.env
	@bench/.env/bin/python -m pip --disable-pip-version-check --no-input --quiet install -r bench/helpdesk-requirements.txt
	@touch $@

bench-helpdesk: setup-test bench/.env/.setup
	$(PYTHON) -m bench.helpdesk $(ARGS)

bench/.env-people/.setup: bench/people-requirements.txt
	@$(PYTHON3) -m venv bench/.env-people
	@bench/.env-people/bin/python -m pip --disable-pip-version-check --no-input --quiet install -r bench/people-requirements.txt
	@touch $@

bench-people: setup-test bench/.env-people/.setup
	$(PYTHON) -m bench.people $(ARGS)

# Each measures, prints every figure with its target, and fails where one falls short; `bench` runs them all.
bench-%: setup-test
	$(PYTHON) -m bench.$(subst -,_,$*) $(ARGS)

# Its pages are opened in a browser.
bench-weight: system-packages

bench: setup-test
	@status=0; for name in $(BENCHES); do $(MAKE) bench-$$name || status=1; done; exit $$status

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache .coverage
	find src tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
