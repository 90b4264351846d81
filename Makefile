# make demo and make test need Python 3.11 and nothing else: they set up .venv themselves.
PYTHON ?= python3.11
BIN = .venv/bin
YEAR = examples/wendeng-year
RUN = schemes/wendeng-rural/scheme.yaml $(YEAR)/events.jsonl --roster $(YEAR)/roster.csv --as-of 2024-12-31
CATALOG = src/jifen_rules/locale/zh_CN/LC_MESSAGES/jifen_rules

# constraints.txt pins every package of development; the library itself takes the ranges of pyproject.toml.
.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

# What the tests of other systems run beside Python: Spark where there is a Java, servers of editors where
# there is npm. Where one is not there, its tests say so and are skipped.
NODE_PACKAGES = yaml-language-server@1.25.0 pyright@1.1.414
build/systems: .venv/ready
	@mkdir -p build
	@if command -v java > /dev/null; then $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[spark]'; fi
	@if command -v npm > /dev/null; then npm install --silent --no-audit --no-fund --prefix build/npm $(NODE_PACKAGES); fi
	@touch $@

.PHONY: demo test check suite style lock dist versions docs messages bench hunt

# A real scheme on a made-up village: the board, one person's statement, and the whole trace.
# Two rows of the village cannot be read, on purpose: the commands say so and end with 1.
demo: .venv/ready
	@mkdir -p build
	@$(BIN)/jifen score $(RUN) --top 12 --trace build/trace.jsonl 2> build/notes.txt || [ $$? -eq 1 ] || { cat build/notes.txt; exit 1; }
	@echo
	@$(BIN)/jifen explain $(RUN) --subject P025 2> /dev/null || [ $$? -eq 1 ]
	@echo
	@echo "build/trace.jsonl: every entry, each point with the rule behind it"
	@cat build/notes.txt

# What tells a user that this machine is fine: all but the tests that are marked thorough.
test: .venv/ready
	$(BIN)/python -m pytest -n auto -m "not thorough"

# Format, lint, types, layers and every test.
check: style suite

style: build/systems
	$(BIN)/ruff format --check src tests examples docs benchmarks web manual
	$(BIN)/ruff check src tests examples docs benchmarks web manual
	$(BIN)/mypy
	MYPYPATH=tests/web $(BIN)/mypy tests/web/*.py
	for example in examples/*/*.py; do $(BIN)/mypy --strict $$example || exit 1; done
	if test -e build/npm/node_modules/.bin/pyright; then build/npm/node_modules/.bin/pyright --pythonpath $(BIN)/python examples; fi
	$(BIN)/lint-imports

suite: build/systems
	$(BIN)/python -m pytest -n auto -m ""

# Raise the pinned versions of development to the newest that pyproject.toml admits.
lock:
	$(PYTHON) -m venv --clear build/lock
	build/lock/bin/python -m pip install --quiet --editable '.[web]'
	{ sed '/^[^#]/d' constraints.txt; build/lock/bin/python -m pip freeze --exclude-editable; } > build/constraints.txt
	mv build/constraints.txt constraints.txt

# A wheel and a source distribution in dist/, with the pinned build backend.
dist: .venv/ready
	@rm -rf dist
	$(BIN)/python -m build --no-isolation --outdir dist .

.PHONY: web web-wheel web-test site page-python
# The desk, a static page, in build/web: any host serves it as it is. Needs Node 20 and npm.
web: .venv/ready
	$(BIN)/python web/build.py

# The built page as a wheel in dist/, which the extra desk asks for.
web-wheel: web
	$(BIN)/python -m build --wheel --no-isolation --outdir dist web/wheel

# The page and the manual in a real Chromium, the distribution's; JIFEN_SHOTS=FOLDER keeps pictures of it.
web-test: site
	$(BIN)/python -m pytest -n 0 -m "" tests/web

# The quick tests under the Python of the page, 3.14, in Node: all that needs no process and no other package.
page-python: web
	$(BIN)/python tests/run_page_python.py

# The manual in both languages with the desk beside it, in build/site; a dead link ends it.
site: web
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[web]'
	$(BIN)/python manual/build.py

# The tests of make test against the newest and against the lowest run-time dependencies.
versions:
	$(PYTHON) tests/run_versions.py newest
	$(PYTHON) tests/run_versions.py lowest

# The pages that are made from the tests' snippets and the model's own descriptions.
docs: .venv/ready
	$(BIN)/python docs/make_pages.py

# After a change of wording: take the messages out of the code, write the Chinese, compile.
messages: .venv/ready
	@mkdir -p build
	PYTHONPATH=docs $(BIN)/pybabel --quiet extract --mapping docs/babel.ini --keywords N_ --no-location --sort-output --output build/messages.pot src
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-pot-creation-date --locale zh_CN --input-file build/messages.pot --output-file $(CATALOG).po
	$(BIN)/pybabel --quiet compile --locale zh_CN --input-file $(CATALOG).po --output-file $(CATALOG).mo

# The reference workload beside the loop written by hand and other engines; peers are installed in build/bench.
bench: .venv/ready
	@$(BIN)/python benchmarks/run.py

TIMES ?= 20
# The tests that draw their own cases, again and again with other cases; the gate takes the same ones each time.
hunt: .venv/ready
	for n in $$(seq $(TIMES)); do $(BIN)/python -m pytest -n auto $$(grep -l "^from hypothesis" tests/test_*.py tests/*/test_*.py) || exit 1; done

.PHONY: villages fuzz
NUMBER ?= 500
# Relations and promises over other generated villages; it says which of them still break one, made small.
villages: .venv/ready
	cd tests && ../$(BIN)/python -m generators $(NUMBER) --from 100000

MINUTES ?= 10
# Sound files broken at random, for so many minutes; what ends badly is kept in build/fuzz.
fuzz: .venv/ready
	$(BIN)/python tests/fuzz.py $(MINUTES)
