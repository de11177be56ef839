# Everything that is done with this tree has a name here; `make help` lists them.
# HOST and PORT are where `make demo` and `make dev` listen.
HOST ?= 127.0.0.1
PORT ?= 8000

SHELL := /bin/bash
BIN := .venv/bin
# Where setup.sh puts Node when the machine's own is missing or too old.
export PATH := $(CURDIR)/.setup/node/bin:$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo dev setup test fuzz check fix lock bench docs audit clean

help:  ## List the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup:  ## Install what is missing and build the pages
	@./setup.sh

demo: setup  ## Serve an invented municipality at http://127.0.0.1:8000 (HOST, PORT) until Ctrl-C
	@exec $(BIN)/geoloket demo --host "$(HOST)" --port "$(PORT)"

dev: setup  ## Serve this tree and start again when it changes
	@exec $(BIN)/geoloket demo --reload --host "$(HOST)" --port "$(PORT)"

test:  ## Install what the tests need and run all of them
	@./setup.sh test
	@$(MAKE) --no-print-directory check
	$(BIN)/pytest -n 2 --dist loadgroup
	npm --prefix web test

fuzz:  ## Put at least 20 000 generated requests to all APIs, as visitor and as staff (CASES)
	@./setup.sh test
	GEOLOKET_FUZZ_CASES="$(CASES)" $(BIN)/pytest -q -s tests/standards/test_generated_requests.py
fuzz: CASES ?= 20000

check:  ## Formatting, lint, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	npm --prefix web run check

fix:  ## Format, and repair what ruff can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: COMPILE = $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.12 \
	--generate-hashes --no-emit-index-url --no-annotate --no-header
lock:  ## Renew the hashed locks, upgrading what may be (make lock UPGRADE=)
	$(COMPILE) $(UPGRADE) --extra build --output-file requirements.lock
	$(COMPILE) $(UPGRADE) --extra build --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	cd tests/clients && $(subst pyproject.toml,ogctests.in,$(CURDIR)/$(COMPILE)) $(UPGRADE) --override ogctests.overrides --output-file ogctests.lock
	cd web && npm install --package-lock-only --no-audit --no-fund --omit-lockfile-registry-resolved
	for name in pygeoapi tipg; do (cd tests/bench/peers && $(CURDIR)/$(BIN)/uv pip compile $$name.in --quiet --universal \
		--python-version 3.12 --generate-hashes --no-emit-index-url --no-annotate --no-header $(UPGRADE) --output-file $$name.lock); done
lock: UPGRADE ?= --upgrade

bench: ROWS ?= 500000
bench: SECONDS_EACH ?= 2
bench: ROUNDS ?= 2
bench:  ## Measure beside other servers into tests/bench/RESULTS.md (ROWS, SECONDS_EACH, ROUNDS)
	@./setup.sh bench
	@set -o pipefail; missed=; mkdir -p .setup/bench; \
	for name in address_search import_speed exports; do \
		$(BIN)/python tests/bench/$$name.py | tee .setup/bench/$$name.txt || missed="$$missed $$name"; done; \
	(cd tests && ../$(BIN)/python -m bench.peers --rows $(ROWS) --seconds $(SECONDS_EACH) --rounds $(ROUNDS)) || missed="$$missed peers"; \
	test -z "$$missed" || { echo "a target is missed:$$missed"; exit 1; }

audit:  ## Ask the registries whether a dependency has a hole that is known (needs the network)
	@$(BIN)/python .ci/audit

docs:  ## Write the reference tables of the manual from the code
	$(BIN)/python -m geoloket.main.reference

clean:  ## Stop the private database and delete all that was made here, its data included
	@if [ -x $(BIN)/geoloket ] && [ -e .geoloket ]; then $(BIN)/geoloket db remove --yes; fi
	rm -rf .geoloket .venv .setup web/node_modules web/dist .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
