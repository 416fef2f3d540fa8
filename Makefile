# make run: the whole system on this machine.  make test: every check and every test.  Both begin with make install.
# ARGS is handed on: make run ARGS="--port 9000", make test ARGS="tests/rules".

PYTHON ?= python3
ARGS ?=
JOBS ?= 2

VENV := .venv
BIN := $(VENV)/bin
TRANSLATIONS := src/requestflow/web/translations
CATALOGS := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po))
INSTALL := $(BIN)/uv pip install --quiet --python $(BIN)/python
LOCK := env -u PIP_FIND_LINKS -u UV_FIND_LINKS $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url --no-emit-find-links

.PHONY: install run test lint format browser lock messages docs
.DELETE_ON_ERROR:

install: $(VENV)/.run $(VENV)/.project $(CATALOGS)

run: install
	@$(BIN)/requestflow serve --demo $(ARGS)

test: install $(VENV)/.dev browser lint
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

lint: install $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src workers

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The stamps say what .venv already holds, so that a second run starts at once.
$(VENV)/.tools: requirements/build.txt
	@command -v $(PYTHON) >/dev/null || \
		{ echo "RequestFlow needs Python 3.11 or newer: install python3 and python3-venv, then run make again." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "RequestFlow needs Python 3.11 or newer: name one with make PYTHON=python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "RequestFlow needs Python's venv: install it with apt-get install python3-venv, then run make again." >&2; exit 1; }
	@echo "Installing into $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/.run: requirements/run.txt $(VENV)/.tools
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests need …"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.project: pyproject.toml $(VENV)/.run
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

%.mo: %.po $(VENV)/.run
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

browser:
	@missing=""; \
	command -v chromium >/dev/null || missing="chromium"; \
	/sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || missing="$$missing libatomic1"; \
	[ -n "$$(fc-list :lang=zh family 2>/dev/null)" ] || missing="$$missing fonts-noto-cjk"; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "The tests need a browser and a Chinese font: install them as root with apt-get install $$missing" >&2; exit 1; \
	fi; \
	echo "Installing $$missing …"; \
	apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install $$missing >/dev/null

lock: $(VENV)/.tools
	$(LOCK) --group build --output-file requirements/build.txt
	$(LOCK) pyproject.toml --output-file requirements/run.txt
	$(LOCK) pyproject.toml --extra dev --constraint requirements/run.txt --output-file requirements/dev.txt
	@! grep -nE '://|file:|@ ' requirements/*.txt || { echo "A lock must name no address." >&2; exit 1; }

messages: $(VENV)/.run
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keywords lazy_gettext --ignore-dirs ".* node_modules" \
		--no-location --sort-output --project RequestFlow \
		--output-file $(VENV)/messages.pot .
	$(BIN)/pybabel --quiet update --input-file $(VENV)/messages.pot --output-dir $(TRANSLATIONS) \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --width 120
	$(BIN)/pybabel --quiet compile --directory $(TRANSLATIONS)

docs: $(VENV)/.project
	@$(BIN)/python -c "from requestflow.rules.diagram import page; print(page(), end='')" > docs/lifecycle.md
	@$(BIN)/python -c "from workers.page import page; print(page(), end='')" > docs/timetable.md
