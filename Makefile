# linli 邻里: everything a person runs here. `make help` prints this list from the lines below.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin
PEERS := .venv-peers

help: ## print this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

env: .venv/.complete ## build .venv from requirements.lock (nothing outside this folder is touched)

.venv/.complete: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "linli needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: env ## a sample sub-district from its files to answers, about two minutes
	$(BIN)/linli demo

check: env ## lint, types, floors, queries
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python lint/queries.py

# A test's Java machine lives for minutes at most: its second compiler and its parallel collector cost more than they give.
BRIEF_JAVA := JAVA_TOOL_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

test: check ## check, then unit, doc, contract (embedded and Neo4j) and integration tests
	$(BIN)/python -m pytest --doctest-modules graph loaders similarity matching search cypher api tests/unit -m "not bench" -n 2
	$(MAKE) --no-print-directory -j 3 contract integration loads

contract:
	$(BRIEF_JAVA) $(BIN)/python -m pytest tests/contract -p no:faulthandler -q

integration:
	$(BRIEF_JAVA) $(BIN)/python -m pytest tests/integration --ignore tests/integration/test_load.py -p no:faulthandler -q

loads:
	$(BIN)/python -m pytest tests/integration/test_load.py -p no:faulthandler -q --durations=6

bench: env ## the figures of docs/benchmarks.md, with the facts of the machine
	$(BIN)/python -m tests.bench

peers: $(PEERS)/.complete ## build .venv-peers: the rivals of the benchmarks, never part of the product

$(PEERS)/.complete: tests/bench/peers/requirements.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/peers/requirements.txt
	@touch $@

neo4j-up: ## start a real Neo4j from Maven Central jars on bolt://127.0.0.1:17687 (Java 17+, Maven)
	neo4j-server/neo4j.sh start

neo4j-down: ## stop it
	neo4j-server/neo4j.sh stop

lock: env ## write requirements.lock anew (hashes, no index address)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-annotate --no-header --group dev pyproject.toml -o requirements.lock

.PHONY: help env demo check test contract integration loads bench peers neo4j-up neo4j-down lock
