# `make run` and `make test` need nothing but Python 3.11 or newer: they set up .venv themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
DEBIAN_FOR_TESTS := chromium libegl1 libgl1-mesa-dri libgles2
# With one thread each: more would wait for each other.
WORKERS ?= 2
# All packages are pinned with the hashes of their files, whatever the system. torch is not: one
# version has builds for the CPU and for each CUDA, and an index offers the one or the other.
INSTALL := $(PIP) install --require-hashes --no-deps -r
HASHED := --generate-hashes --no-emit-package torch
COMPILE_ANY := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--no-emit-index-url --custom-compile-command "make lock" $(UPGRADE)
COMPILE := $(COMPILE_ANY) pyproject.toml
COMPILE_GROUP := $(COMPILE_ANY) --group pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help run test debian lint format drill fuzz parts interop sbom audit bench lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1@/p' Makefile | column -t -s @

run: $(VENV)/.ready-to-run ## the page, with everything it needs installed into .venv
	$(BIN)/python app.py

test: $(VENV)/.ready-to-test debian lint ## all checks and tests; as root also installs Chromium and Mesa
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

lint: $(VENV)/.ready-to-test ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.ready-to-test ## lay out the code, mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

drill: $(VENV)/.ready-to-test ## attack a running service and page with all that has hurt them once; an hour
	$(BIN)/python tests/drill/run.py
	IMG2CODE_LONG_TESTS=1 $(BIN)/python -m pytest -q tests/img2code/page/test_page_guard.py

bench: $(VENV)/.ready-to-run ## latency, memory, meshes per second
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/meshes.py

fuzz: $(VENV)/.ready-to-test ## 200,000 mutated answers, 50,000 hostile codes, their files; hours
	PYTHONPATH=. $(BIN)/python tests/fuzz/run.py
	IMG2CODE_LONG_TESTS=1 $(BIN)/python -m pytest -q tests/img2code/language/test_constraint.py

parts: $(VENV)/.ready-to-test ## 1,000 CAD parts in the CAD kernel, 10,000 random token sequences, fits; an hour
	PYTHONPATH=. $(BIN)/python benchmarks/cad_parts.py solids --count 1000
	PYTHONPATH=. $(BIN)/python benchmarks/cad_parts.py grammar --count 10000
	PYTHONPATH=. $(BIN)/python benchmarks/cad_parts.py fits --count 100
	PYTHONPATH=. $(BIN)/python benchmarks/cad_parts.py fits --count 100 --other

interop: $(VENV)/.ready-to-test ## sampled objects in the programs that people use, as a table
	$(BIN)/python tools/interop.py

sbom: $(VENV)/.ready-to-audit ## sbom.json: what an installation runs (CycloneDX)
	$(BIN)/python tools/sbom.py

audit: $(VENV)/.ready-to-audit ## known vulnerabilities of what is installed, where an index can be reached
	$(BIN)/python tools/audit.py

lock: $(VENV)/.ready-to-lock ## exact pins of all packages, from pyproject.toml; UPGRADE=--upgrade for newer ones
	$(COMPILE) --extra test --group build $(HASHED) -c requirements/torch.txt -o requirements/test.txt
	$(COMPILE) --group build $(HASHED) -c requirements/test.txt -c requirements/torch.txt -o requirements/run.txt
	$(COMPILE) --group space --no-emit-package spaces -c requirements/torch.txt -o requirements.txt
	$(COMPILE_GROUP):audit $(HASHED) -c requirements/test.txt -o requirements/audit.txt
	$(COMPILE_GROUP):lock $(HASHED) -o requirements/lock.txt

clean: ## remove what the others made, .venv too
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

debian:
	@sh tools/install_debian.sh $(DEBIAN_FOR_TESTS)

# Each stamp stands for a finished installation; a newer lock makes it old.
$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than 3.11: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || sh tools/install_debian.sh python3-venv
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready-to-run: requirements/run.txt requirements/torch.txt pyproject.toml $(VENV)/.created
	@echo "Installing requirements/run.txt into $(VENV); the first time takes minutes."
	@$(INSTALL) requirements/run.txt
	@$(PIP) install -r requirements/torch.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready-to-test: requirements/test.txt $(VENV)/.ready-to-run
	@echo "Installing requirements/test.txt into $(VENV)."
	@$(INSTALL) requirements/test.txt
	@touch $@

$(VENV)/.ready-to-audit: requirements/audit.txt $(VENV)/.ready-to-run
	@$(INSTALL) requirements/audit.txt
	@touch $@

$(VENV)/.ready-to-lock: requirements/lock.txt $(VENV)/.created
	@$(INSTALL) requirements/lock.txt
	@touch $@
