# CONTRIBUTING.md says what each target is for.
PORT ?= 8080
DATA ?=
FAULT ?=
USERS ?= 20
SECONDS ?= 60
RUN := .venv/bin

.PHONY: demo test check load bench drill crash lock

demo: .venv/.run
	@exec $(RUN)/sightline demo --port $(PORT) $(if $(DATA),--data $(DATA)) $(if $(FAULT),--fault $(FAULT))

check: .venv/.test
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -m "not process"

test: .venv/.test
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest

# `make drill crash N=1000`: kill -9, N times under load; what clients saw against what the journal holds.
drill: .venv/.test
	@:

crash: .venv/.test
	N=$(or $(N),1000) $(RUN)/pytest tests/faults/test_recorder_process.py tests/faults/test_gateway_killed.py -k kill

load: .venv/.run .venv/.bench
	@.venv/bench/bin/python loadtests/run.py --gateway $(RUN)/sightline --users $(USERS) --seconds $(SECONDS)

bench: .venv/.run .venv/.bench
	@.venv/bench/bin/python loadtests/journal.py --sightline $(RUN)/sightline

.venv/.run: requirements/run.lock pyproject.toml
	@.ci/setup run

.venv/.test: requirements/test.lock pyproject.toml
	@.ci/setup test

.venv/.bench: requirements/bench.lock
	@.ci/setup bench

# Needs uv; writes no registry address.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group build -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group build --group test -o requirements/test.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --group bench -o requirements/bench.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --group node -o requirements/node.lock
