"""Our own source as syntax trees: what the house rules are held against."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PACKAGES = ("gateway", "connectors", "audit")


class Module(NamedTuple):
    """One module: its dotted name, its text, the tree of it and every node of that."""

    name: str
    text: str
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def promise(self) -> str:
        return ast.get_docstring(self.tree) or ""

    def line(self, node: ast.AST) -> str:
        return self.text.splitlines()[node.lineno - 1]

    def place(self, node: ast.AST) -> str:
        return f"{self.name}:{node.lineno}"


@cache
def modules(*under: str) -> tuple[Module, ...]:
    """Every module of the product, or those under some dotted names."""
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            if not under or any(f"{name}.".startswith(f"{wanted}.") for wanted in under):
                text = path.read_text("utf-8")
                tree = ast.parse(text)
                found.append(Module(name, text, tree, tuple(ast.walk(tree))))
    assert found
    return tuple(found)


def calls(module: Module) -> Iterator[tuple[str, ast.Call]]:
    """Every call with the dotted name of what is called, as far as it is written as one."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            yield dotted(node.func), node


def dotted(node: ast.AST) -> str:
    """`a.b.c` as it is written; what is no name is left out."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}"
    return ""


def imported(module: Module) -> Iterator[str]:
    """The dotted name of everything a module imports, and of everything it imports from there."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
