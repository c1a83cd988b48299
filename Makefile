# What a person does with this project. `make` alone lists it.
# Needs python3 (3.11 or 3.12) with its venv module, and make. Another Python: make run PYTHON=…

PYTHON ?= python3
VENV   := .venv
PY     := $(VENV)/bin/python
ARGS   ?=

# An environment that was made in another folder, by a Python that is gone, or by another one than
# is named now, is made anew.
WANTED := $(if $(filter command line,$(origin PYTHON)),$(PYTHON),)
ifeq ($(shell sh deploy/stale.sh $(VENV) "$(WANTED)"),stale)
$(shell rm -f $(VENV)/uv $(VENV)/ready $(VENV)/ready-dev)
endif

.DEFAULT_GOAL := help
.PHONY: help run test soak bench lint format clean

help: ## list these
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/'

run: $(VENV)/ready ## start the demonstration: everything on this machine, nothing else needed
	@exec $(PY) -m pool demo $(ARGS)

test: $(VENV)/ready-dev ## run every test (ARGS="-k ledger" for some)
	@exec $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

soak: $(VENV)/ready-dev ## run the long tests, with years of 20.000 cases
	@exec $(PY) -m pytest -m soak -n 2 --dist load $(ARGS)

bench: $(VENV)/ready ## measure how quick it is, some minutes (ARGS="story --seconds 20" for a part)
	@exec $(PY) -m benchmarks $(ARGS)

lint: $(VENV)/ready-dev ## check style, types, the floors and the definitions
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint()'
	@$(PY) -m pool workflow check

format: $(VENV)/ready-dev ## put the code in its style
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

clean: ## remove the environment and what tools left behind (the data in var/ stays)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist build

# The environment. Each stamp is newer than the requirements it was made from.

$(VENV)/ready: requirements.txt $(VENV)/uv
	@sh deploy/install.sh $(VENV) requirements.txt
	@touch $@

$(VENV)/ready-dev: requirements-dev.txt $(VENV)/uv
	@sh deploy/install.sh $(VENV) requirements-dev.txt
	@touch $@ $(VENV)/ready

$(VENV)/uv: requirements-uv.txt
	@sh deploy/environment.sh "$(PYTHON)" $(VENV) requirements-uv.txt
	@touch $@
