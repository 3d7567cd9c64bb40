# make run     serve the lab for this machine     make class   serve it for everybody in the network
# make test    all that CI runs                   make bench   measure speed and rewrite the README's table

PORT ?= 8501
JOBS ?= 2
VENV ?= .venv
PY := $(VENV)/bin/python
ENGINE := $(shell find simulation -name '*.py')
export PYTHON PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run class env warm dev check test test-all test-postgres newest test-newest test-reduced bench clean

run: warm
	@$(PY) asgi.py --port $(PORT)

class: warm
	@$(PY) asgi.py --port $(PORT) --host 0.0.0.0

env: $(VENV)/.installed
warm: $(VENV)/.warm
dev: $(VENV)/.installed-dev

$(VENV)/.installed: requirements.txt
	@set -e; $(PY) -m pip --version >/dev/null 2>&1 || { \
	    python=$$(tools/find_python.sh); echo "Building $(VENV) with $$python"; "$$python" -m venv --clear $(VENV); }
	$(PY) -m pip install --quiet -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(PY) -m pip install --quiet -r requirements.txt -r requirements-dev.txt
	@touch $@

# The kernels are compiled once and kept beside the code; a change of the engine compiles what it touches.
$(VENV)/.warm: $(VENV)/.installed $(ENGINE)
	$(PY) -m simulation warm
	@touch $@

check: dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

# One processor checks while the other compiles; then the tests have both.
test: dev
	@$(MAKE) --no-print-directory -j2 check warm newest
	@$(MAKE) --no-print-directory test-all test-postgres test-newest

# Files in the order of their names: long walks in a browser must not come last, when one worker has nothing left to do.
test-all: dev warm
	@if chromium=$$(tools/ensure_browser.sh); then \
	    LAB_CHROMIUM="$$chromium" $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder; \
	elif [ "$(CI)" = true ]; then \
	    exit 1; \
	else \
	    echo "=== SKIPPED: browser tests, because there is no browser (see above) ==="; \
	    $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not browser" && \
	    echo "=== SKIPPED: browser tests, because there is no browser (see above) ==="; \
	fi

# What the classroom asks of its database, once more with the other one.
test-postgres: dev
	@tools/with_postgres.sh $(PY) -m pytest -n 0 tests/classroom/test_class_decisions.py tests/classroom/test_class_interventions.py || \
	    { [ $$? = 77 ] && echo "=== SKIPPED: classes kept in PostgreSQL, because there is none (see above) ==="; }

NEWER := newest=$$(tools/find_python.sh newer $(PY)); [ -z "$$newest" ] || $(MAKE) VENV=.venv-newest PYTHON="$$newest"
newest: env
	@+$(NEWER) dev warm

test-newest: env
	@+$(NEWER) test-reduced
	@[ -n "$$(tools/find_python.sh newer $(PY))" ] || echo "No newer Python than the default one here; the tests ran on $$($(PY) --version) only."

# What a newer Python, NumPy's build for it or a newer Mesa could change: the engine, its workers and files, and that every page opens.
REDUCED := $(addprefix tests/test_,anywhere.py cli.py contract.py effects.py eventlog.py executor.py experiment.py market.py model.py \
	network.py outcomes.py params.py quantiles.py reference.py results.py scenario.py shocks.py store.py streams.py tallies.py \
	workers.py) tests/pages/test_pages.py
test-reduced: dev warm
	$(PY) -m pytest -q -n $(JOBS) --dist loadfile -m "not browser and not slow" $(REDUCED)

bench: dev warm
	$(PY) -m benchmarks --write

clean:
	rm -rf .venv .venv-newest .cache/numba .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
