"""How a module looks: it makes one promise under a name of the field, is short, and leaves nothing for later."""

import ast
import re

from tests.rules.reading import ROOT, calls, modules

MOST_LINES = 300
LONGER = {"connectors.contract"}  # all that a connector author reads, in one place
EMPTY_NAMES = {"util", "utils", "helper", "helpers", "manager", "service", "handler", "data", "info"}
EMPTY_NAMES |= {"common", "core", "base", "misc", "types", "models", "constants"}
OURS = {".ci", ".gitignore", "gateway", "connectors", "audit", "loadtests", "tests", "requirements", "deploy", "docs"}
OURS |= {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "Dockerfile", "pyproject.toml"}


def test_a_module_says_what_it_promises() -> None:
    assert [module.name for module in modules() if not module.promise] == []


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    assert {module.name for module in modules() if module.text.count("\n") > MOST_LINES} == LONGER


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [module.name for module in modules() if EMPTY_NAMES & set(module.name.split("."))] == []


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")  # what is looked for, not left
    texts = [path for folder in ("gateway", "connectors", "audit", "docs") for path in (ROOT / folder).rglob("*.*")]
    left = [
        path.relative_to(ROOT).as_posix()
        for path in texts
        if path.suffix in {".py", ".html", ".css", ".js", ".md", ".typ"} and "vendor" not in path.parts
        if later.search(path.read_text("utf-8"))
    ]
    assert texts
    assert left == []


def test_whoever_catches_everything_says_why() -> None:
    silent = [
        module.place(node)
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.ExceptHandler) and _catches_everything(node.type)
        # The reason follows the name of the lint rule that asks for one, where there is one.
        if len(re.sub(r"noqa: \w+|\W", "", module.line(node).partition("#")[2])) < 12
    ]
    assert silent == []


def test_nobody_swallows_everything() -> None:
    bare = [node for module in modules() for node in module.nodes if _is_bare_except(node)]
    suppressed = [
        module.place(call)
        for module in modules()
        for name, call in calls(module)
        if name.rpartition(".")[2] == "suppress" and any(map(_catches_everything, call.args))
    ]
    assert bare + suppressed == []


def test_the_top_of_the_tree_holds_what_the_design_names() -> None:
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().split()}
    there = {path.name for path in ROOT.iterdir() if not any(path.match(pattern) for pattern in ignored)}
    assert there - OURS - {".git"} == set()


def _catches_everything(caught: ast.expr | None) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"} for name in names)


def _is_bare_except(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler) and node.type is None
