# CONTRIBUTING.md says what each target is for.
PORT ?= 8080
DATA ?=
FAULT ?=
USERS ?= 20
SECONDS ?= 60
N ?=
RUN := .venv/bin

.PHONY: demo test check load screenshots drill lock

demo: .venv/.run
	@exec $(RUN)/sightline demo --port $(PORT) $(if $(DATA),--data $(DATA)) $(if $(FAULT),--fault $(FAULT))

check: .venv/.test
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest -m "not process" -n auto --dist loadscope

test: .venv/.test
	$(RUN)/ruff format --check .
	$(RUN)/ruff check .
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest

load: .venv/.run .venv/.bench
	@.venv/bench/bin/python loadtests/run.py --gateway $(RUN)/sightline --users $(USERS) --seconds $(SECONDS)

screenshots: .venv/.test
	@$(RUN)/python -m tests.flows.screens docs/screens/out

ifeq (drill,$(firstword $(MAKECMDGOALS)))
DRILL := $(word 2,$(MAKECMDGOALS))
$(DRILL):
	@:
endif
drill: .venv/.test
	@exec $(RUN)/python -m tests.drills $(DRILL) $(N)

.venv/.run: requirements/run.lock pyproject.toml
	@.ci/setup run

.venv/.test: requirements/test.lock pyproject.toml .ci/opensearch.xml
	@.ci/setup test

.venv/.bench: requirements/bench.lock
	@.ci/setup bench

# Needs uv; writes no registry address.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group build -o requirements/run.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" pyproject.toml --group build --group test -o requirements/test.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --group bench -o requirements/bench.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --group node -o requirements/node.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" --group java -o requirements/java.lock
