# make demo    see it work: sets up .venv, crawls a made-up web on this machine, serves the search page
# make test    format, lint, types, import contracts, tests, and the floors of what they reach
# make coverage  which lines and branches the tests reach, by coverage.py; slower than `make test`
# make bench   figures, as ratios within one run
# make soak    the long trials: hours of kills and broken files
# make england  days of a made-up England: every source line against a stand-in site
# make mutate  changes the code a little, a thousand times, and asks whether a test notices: hours
# make docs    the pages of docs/, in build/docs; `paperwatch docs` opens them
# make wheel   what uv and pipx install, with the documents in it, in dist/

PYTHON ?= python3
BIN := .venv/bin
ARGS ?=
WORKERS ?= 2

.PHONY: setup setup-dev demo test coverage check bench soak england docs wheel lock

# The tests start Python some thousand times: it compiles the libraries once, even where the machine says never to.
test soak bench mutate england: export PYTHONDONTWRITEBYTECODE =

setup:
	@$(PYTHON) bootstrap.py

setup-dev:
	@$(PYTHON) bootstrap.py --dev

demo: setup
	@$(BIN)/paperwatch demo $(ARGS)

# CORE_FLOOR and FLOOR fail it where fewer lines and branches are reached, in per cent; of some of the tests, say none.
# The code marks where it is (tests/helpers/reached.py): that takes next to no time.
REACHED := $(CURDIR)/build/reached
CORE_FLOOR ?= 100
FLOOR ?= 97
test: setup-dev check
	$(BIN)/python -m tests.helpers.reached prepare $(REACHED)
	TESTS_REACHED=$(REACHED) $(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal -p tests.helpers.reached $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m tests.helpers.reached report $(REACHED) $(CORE_FLOOR) $(FLOOR))

# The same by coverage.py, which knows the processes that begin on their own, too. Tracing takes as long again as the
# tests alone, so it is a step of its own.
CORE := pipeline/*,crawler/platforms/*
REST := crawler/*.py,crawler/answers/*,crawler/fetching/*,crawler/lines/*,crawler/tools/*,extractors/*,storage/*,alerts/*,web/*,cli/*
coverage: setup-dev
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -q -n $(WORKERS) --dist worksteal $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report --include='$(CORE)' --fail-under=$(CORE_FLOOR)
	$(BIN)/coverage report --include='$(REST)' --fail-under=$(FLOOR)

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyrefly check --summary=none
	$(BIN)/lint-imports

bench: setup-dev
	$(BIN)/python -m tests.bench $(ARGS)

soak: setup-dev
	$(BIN)/python -m pytest -q -m soak tests $(ARGS)

england: setup-dev
	$(BIN)/python -m tests.england $(ARGS)

docs: setup-dev
	$(BIN)/sphinx-build -q -W -b html docs build/docs

wheel: docs
	$(BIN)/hatchling build -t wheel

mutate: setup-dev
	$(BIN)/python -m tests.mutate $(ARGS)

# After a change of the dependencies in pyproject.toml; needs uv. Names no package index.
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url
lock:
	$(COMPILE) --extra build pyproject.toml -o requirements.lock
	$(COMPILE) --extra build --extra dev pyproject.toml -o requirements-dev.lock
