"""A module that says it is pure is: the same answer for the same question, without a clock, chance, disk or network."""

import ast
import re

import pytest

from tests.rules.reading import Module, calls, imported, modules

# These must be pure, whatever they say of themselves.
DECIDING = (
    "gateway.policy.classes",
    "gateway.policy.decide",
    "gateway.policy.grounds",
    "gateway.directory.gates",
    "gateway.identity.claims",
    "gateway.identity.principal",
    "gateway.identity.proof",
    "gateway.identity.tokens",
    "gateway.search.box",
    "gateway.search.dates",
    "gateway.search.declared",
    "gateway.search.envelope",
    "gateway.search.matching",
    "gateway.search.question",
    "gateway.search.terms",
    "gateway.release.tables",
    "gateway.release.paper",
    "gateway.prints.sheet",
    "gateway.prints.tables",
    "gateway.prints.times",
    "gateway.prints.printable",
    "audit.canonical",
    "audit.frames",
    "audit.terms",
)
IMPURE = {"asyncio", "logging", "os", "random", "secrets", "shutil", "socket", "sqlite3", "subprocess", "tempfile"}
IMPURE |= {"threading", "time", "uuid"}
ASKS_THE_WORLD = {"now", "utcnow", "today", "open", "read_text", "read_bytes", "write_text", "write_bytes", "urandom"}
WALL_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}


def pure() -> list[Module]:
    said = re.compile(r"\bPure\b(?! ASGI| but)")
    return [module for module in modules() if module.name in DECIDING or said.search(module.promise)]


@pytest.mark.parametrize("module", pure(), ids=lambda module: module.name)
def test_it_asks_the_world_nothing(module: Module) -> None:
    outside = {name for name in imported(module) if name.partition(".")[0] in IMPURE}
    asked = {called for called, _ in calls(module) if called.rpartition(".")[2] in ASKS_THE_WORLD}
    assert outside | asked == set()


def test_every_module_that_has_to_be_pure_is_looked_at() -> None:
    assert set(DECIDING) <= {module.name for module in pure()}


def test_no_pure_module_waits() -> None:
    waiting = [
        module.place(node)
        for module in pure()
        for node in module.nodes
        if isinstance(node, ast.AsyncFunctionDef | ast.Await)
    ]
    assert waiting == []


def test_the_gateway_has_one_clock_and_it_is_handed_in() -> None:
    # A test, or a clock that is set back, must reach every part. The demo is where the clock is handed out.
    own = {module.place(call) for module in modules("gateway") for name, call in calls(module) if name in WALL_CLOCKS}
    assert {place for place in own if not place.startswith("gateway.demo.")} == set()


def test_the_activity_record_has_one_clock() -> None:
    own = {module.name for module in modules("audit") for name, _ in calls(module) if name in WALL_CLOCKS}
    assert own == {"audit.moments"}
