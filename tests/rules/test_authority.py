"""A type that means authority is made in one module, so that whoever holds one went through there."""

import ast

import pytest

from tests.rules.reading import Module, calls, dotted, imported, modules

MADE_IN = {
    "Permit": "gateway.policy.decide",
    "Principal": "gateway.identity.principal",
    "Released": "gateway.release.released",
    "ReleasedRecord": "gateway.release.released",
    "ReleasedPicture": "gateway.release.released",
    "ReleasedCopy": "gateway.release.released",
    "ShownOutcome": "gateway.release.released",
    "ShownRecord": "gateway.release.released",
    "ShownField": "gateway.release.released",
    "Looked": "gateway.oversight.activity",
    "Detail": "gateway.oversight.activity",
    "Receipt": "audit.stamping",
}
LOOKS_ONLY = {"isinstance", "issubclass", "cast"}


def makes(module: Module, name: str) -> list[str]:
    """Where a module makes a value of a type: by calling it, or by handing it to whatever makes values of a type."""
    return [
        module.place(call)
        for called, call in calls(module)
        if called.rpartition(".")[2] == name
        or (
            called.rpartition(".")[2] not in LOOKS_ONLY
            and any(dotted(given) == name for given in [*call.args, *(keyword.value for keyword in call.keywords)])
        )
    ]


@pytest.mark.parametrize("name", MADE_IN)
def test_it_is_made_in_one_module(name: str) -> None:
    assert {module.name for module in modules() if makes(module, name)} == {MADE_IN[name]}


def test_none_is_imported_under_another_name() -> None:
    renamed = [
        module.place(node)
        for module in modules()
        for node in module.nodes
        if isinstance(node, ast.alias) and node.name in MADE_IN and node.asname not in {None, node.name}
    ]
    assert renamed == []


def test_whatever_holds_what_was_released_is_named_here() -> None:
    (released,) = modules("gateway.release.released")
    defined = {node.name for node in released.tree.body if isinstance(node, ast.ClassDef)}
    assert {name for name in defined if name.startswith(("Released", "Shown"))} <= MADE_IN.keys()


def test_only_the_doors_make_what_may_be_shown() -> None:
    (released,) = modules("gateway.release.released")
    makers = {
        f"{released.name}.{node.name}"
        for node in released.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    users = {module.name for module in modules() if makers & set(imported(module))}
    assert makers
    assert all(name.startswith("gateway.release.") for name in users)


def test_only_the_federation_asks_a_source() -> None:
    questions = tuple(f"connector.{verb}" for verb in ("search", "fetch", "attachment"))
    askers = {module.name for module in modules("gateway") for name, _ in calls(module) if name.endswith(questions)}
    assert askers == {"gateway.search.federation"}
