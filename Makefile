# `make demo` and `make test` are each all that a fresh clone needs.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
EXECUTOR := $(shell find slurm/executor/pyproject.toml slurm/executor/snakemake_executor_plugin_slurm_watched -name '*.py' -o -name '*.toml' 2>/dev/null)
# The first of these that is new enough and can make an environment; set PYTHON to name another.
CANDIDATES := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
SUITABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PAPER := all
CONFIG := config/demo.yaml
# Where the configuration puts them.
RESULTS = $(or $(shell sed -n 's/^results: *//p' $(CONFIG)),results)
SLURM := slurm-wlm slurmdbd munge mariadb-server
BENCHES = $(filter-out %/table.py,$(sort $(wildcard workflow/scripts/bench/*.py)))

.PHONY: help setup demo provenance report archive test test-slurm test-environments lint bench

help:
	@echo "make setup              the environment, in $(VENV), at exact versions"
	@echo "make demo               every artefact of every paper, in minutes, into results/demo"
	@echo "make demo PAPER=NAME    one paper: smith2019, fussell2019, defremond2020, coccomini2021; or field"
	@echo "make provenance FILE=results/.../fig4.png    what an artefact says of where it comes from"
	@echo "make report             results/demo/report.html by Snakemake, and an RO-Crate beside it: CONFIG"
	@echo "make archive            results and what they rest on in one zip: PAPER and CONFIG say which"
	@echo "make test               all tests"
	@echo "make test-slurm         everything on a real Slurm of one node, and what can go wrong there"
	@echo "make test-environments  the conda environments, made and worked in: needs the network"
	@echo "make lint               what the tests ask of the code's form"
	@echo "make bench              speed against named references: a table, and results/bench/*.json"

setup: $(STAMP)

# Made anew whenever the lock changes, so that it holds what the lock says and nothing else.
$(STAMP): requirements.lock $(EXECUTOR)
	@for candidate in $(CANDIDATES); do \
		if "$$candidate" -c '$(SUITABLE)' 2>/dev/null; then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
		echo "mockskies needs Python 3.11 or newer with its venv module (Debian: python3-venv)." >&2; \
		echo "None of these will do: $(CANDIDATES). Name one: make PYTHON=/path/to/python3.12 setup" >&2; \
		exit 1; \
	fi; \
	echo "Installing into $(VENV) with $$("$$python" --version) ..."; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps ./slurm/executor
	@touch $@

demo: setup
	$(BIN)/snakemake --configfile config/demo.yaml --cores all $(PAPER)
	@echo
	@echo "Done. Open these pages; the files are in results/demo/artefacts."
	@ls results/demo/publication/*/index.html

provenance: setup
	@PYTHONPATH=workflow $(BIN)/python -m mockskies.provenance $(FILE)

report: setup
	$(BIN)/snakemake --configfile $(CONFIG) --cores all -- all $(RESULTS)/ro-crate-metadata.json
	$(BIN)/snakemake --configfile $(CONFIG) --report $(RESULTS)/report.html -- all

archive: setup
	$(BIN)/snakemake --configfile $(CONFIG) --cores all -- $(RESULTS)/$(PAPER).zip

test: setup
	$(BIN)/python -m pytest

# Root installs what is missing; anyone else reads what it is.
test-slurm: setup
	@if [ "$$(id -u)" = 0 ] && ! dpkg-query --show $(SLURM) >/dev/null 2>&1; then \
		echo "Installing $(SLURM) ..."; \
		apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SLURM) >/dev/null \
			|| echo "... failed."; \
	fi
	$(BIN)/python -m pytest -m slurm tests/slurm

test-environments: setup
	$(BIN)/python -m pytest -m environments --capture no tests/workflow/test_environments.py

lint: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile rules
	$(BIN)/snakemake --lint

bench: setup
	@set -e; for script in $(BENCHES); do echo "$$script"; $(BIN)/python "$$script" results/bench; done
	@$(BIN)/python workflow/scripts/bench/table.py results/bench
