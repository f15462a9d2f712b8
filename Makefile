# Everything a contributor or CI runs. Needs Python 3.11+, git and make; the rest is installed into virtual
# environments inside this folder.
PYTHON ?= python3
TORCH ?= torch==2.13.0
# the one that is made for that torch
TORCHVISION ?= torchvision==0.28.0
# two a core: every other test waits for a process, a hub or a patience that runs out
JOBS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

VENV := .venv
LOADERS := .venv-loaders
BIN := $(VENV)/bin
FRAMEWORKS := "transformers>=5.20" "sentence-transformers>=6.1" "peft>=0.21" "diffusers>=0.42" accelerate
# clients of the other hubs, and libraries that name models their own way
CLIENTS := "$(TORCHVISION)" timm open_clip_torch clip-anytorch keras spacy nltk gensim stanza kagglehub modelscope \
	tensorflow-cpu
# what they ask for besides is hundreds of megabytes that nobody needs here: Triton, TensorFlow for graphics cards
ALONE := openai-whisper tensorflow_hub tf_keras
# what those need all the same; clip and tensorflow_hub import pkg_resources, which later setuptools lack
THEIR_NEEDS := more-itertools numba tiktoken "setuptools>=77,<81"

.DEFAULT_GOAL := help
.PHONY: help dev demo test test-loaders test-browser coverage lint format types golden benchmarks clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

dev: $(VENV)/.installed  ## Make the development environment (.venv)

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ptmdeps needs Python 3.11 or later: make PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable . --group lint --group test
	@touch $@

# torch goes first and alone: everything after it is content with the build that is there
$(LOADERS)/.frameworks: pyproject.toml Makefile
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ptmdeps needs Python 3.11 or later: make PYTHON=…")'
	$(PYTHON) -m venv $(LOADERS)
	$(LOADERS)/bin/python -m pip install --quiet --upgrade pip
	$(LOADERS)/bin/python -m pip install --quiet "$(TORCH)"
	$(LOADERS)/bin/python -m pip install --quiet $(FRAMEWORKS) --editable . --group test
	@touch $@

$(LOADERS)/.installed: $(LOADERS)/.frameworks tests/loaders/torchvision_without_cuda.py
	$(LOADERS)/bin/python -m pip install --quiet $(CLIENTS) $(THEIR_NEEDS)
	$(LOADERS)/bin/python -m pip install --quiet --no-deps $(ALONE)
	$(LOADERS)/bin/python tests/loaders/torchvision_without_cuda.py
	@touch $@

demo: $(LOADERS)/.frameworks  ## See the main job done on a real little project (downloads torch the first time)
	PYTHONPATH=examples $(LOADERS)/bin/python examples/demo.py

test: $(VENV)/.installed  ## Run the tests: hermetic, without torch
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not loaders and not browser" tests

test-loaders: $(LOADERS)/.installed  ## Prove the environment with the real frameworks
	$(LOADERS)/bin/python -m pytest -n 2 --dist loadfile -m loaders tests/loaders

BROWSER := .browser

# the browser itself is the system's: chromium, chromium-browser or google-chrome
$(BROWSER)/.installed: Makefile
	npm install --silent --no-save --no-audit --no-fund --prefix $(BROWSER) playwright-core@1 axe-core@4
	@touch $@

test-browser: $(VENV)/.installed $(BROWSER)/.installed  ## Look at the graph's page in Chromium (needs it, and Node.js)
	$(BIN)/python -m pytest -m browser tests/browser

coverage: $(VENV)/.installed  ## Run the tests and report branch coverage
	$(BIN)/python -m pytest -n $(JOBS) --dist worksteal -m "not loaders and not browser" --cov --cov-report=term tests

lint: $(VENV)/.installed  ## Check style, layers and docstrings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet ptmdeps

types: $(VENV)/.installed  ## Check types
	$(BIN)/mypy

format: $(VENV)/.installed  ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(VENV)/.installed  ## Regenerate golden lockfiles and generated pages
	$(BIN)/python -m lockfiles.regenerate

benchmarks: $(VENV)/.installed  ## Measure: each prints a ratio against a peer or a floor in one run
	@for benchmark in tests/benchmarks/benchmark_*.py; do echo "== $$benchmark"; PYTHONPATH=.:examples $(BIN)/python $$benchmark || exit 1; done

clean:  ## Delete what was made here
	rm -rf $(VENV) $(LOADERS) $(BROWSER) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage* build dist
