# Every target makes the virtual environment it needs; nothing is installed outside this folder.
# Another interpreter: make test PYTHON=python3.12

PYTHON     ?= python3
VENV       ?= .venv
BENCH_VENV ?= .venv-bench

export PIP_DISABLE_PIP_VERSION_CHECK = 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint notebooks notebooks-full bench mutants clean
# Two installs into one environment must not run side by side under `make -j`.
.NOTPARALLEL:

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.ready-demo ## Run the demonstration
	$(VENV)/bin/wengert demo

# Two at a time: files, not tests, so that what a file sets up is set up once.
test: lint ## Run every check: ruff, mypy, pytest
	$(VENV)/bin/python -m pytest --numprocesses=2 --dist=loadfile

lint: $(VENV)/.ready-test ## Run ruff and mypy alone
	$(VENV)/bin/python -m ruff check .
	$(VENV)/bin/python -m mypy

bench: $(BENCH_VENV)/.ready ## Run the benchmarks, in an environment of their own
	$(BENCH_VENV)/bin/python -m benchmarks

notebooks: $(VENV)/.ready-test ## Run the course's notebooks, in both languages, and keep what they show
	$(VENV)/bin/python notebooks/build.py

# CURVES=folder: where the full tables of elliptic curves are, sha_4_9_balanced.npz and one_per_class_N_le_30000.npz; with
# them notebook 12 writes notebooks/results. One language is enough, the code is the same: LANGUAGES="es en" makes both.
LANGUAGES ?= es
notebooks-full: $(VENV)/.ready-test ## The same on the full data, into build/notebooks; CURVES=folder of tables
	$(VENV)/bin/python notebooks/build.py $(LANGUAGES) --full --to build/notebooks $(if $(CURVES),--curves $(CURVES))

mutants: $(VENV)/.ready-test ## Alter every derivative rule and see whether the tests notice (minutes)
	$(VENV)/bin/python tests/mutants.py

clean: ## Remove the environments and everything generated
	rm -rf $(VENV) $(BENCH_VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	rm -rf notebooks/es/.hypothesis notebooks/en/.hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than pyproject.toml once its packages are in, so a second run installs nothing.
$(VENV)/.ready-demo: pyproject.toml | $(VENV)/bin/python
	@echo "Installing wengert into $(VENV) ..."
	@$(VENV)/bin/python -m pip install --quiet --editable ".[plot]"
	@touch $@

$(VENV)/.ready-test: pyproject.toml | $(VENV)/bin/python
	@echo "Installing wengert and what its tests need into $(VENV) ..."
	@$(VENV)/bin/python -m pip install --quiet --editable ".[test]"
	@touch $@ $(VENV)/.ready-demo

$(BENCH_VENV)/.ready: pyproject.toml benchmarks/requirements.txt | $(BENCH_VENV)/bin/python
	@echo "Installing wengert and what its benchmarks compare with into $(BENCH_VENV) ..."
	@$(BENCH_VENV)/bin/python -m pip install --quiet --editable . --requirement benchmarks/requirements.txt
	@touch $@

# A venv that failed half way leaves a bin/python behind, which the next run would take for a finished one.
$(VENV)/bin/python $(BENCH_VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "$(PYTHON) was not found. Name an interpreter: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "wengert needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Name a newer one: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(@:/bin/python=) || { rm -rf $(@:/bin/python=); exit 1; }
