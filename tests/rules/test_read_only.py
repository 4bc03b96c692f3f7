"""No verb that writes to a source exists: Sightline asks, and nothing an officer does here changes a source."""

import ast
import inspect

from connectors import contract
from connectors.installed import installed
from tests.rules.reading import calls, dotted, modules

ASKING = {"search", "fetch", "attachment"}
WRITING = {"put", "patch", "delete", "update", "insert", "upsert", "write", "save", "post_record", "acknowledge"}


def verbs(kind: type) -> set[str]:
    """Its own and those it inherits."""
    return {name for name, _ in inspect.getmembers(kind, inspect.iscoroutinefunction)}


def test_a_connector_can_be_asked_for_three_things() -> None:
    assert verbs(contract.Connector) | verbs(contract.HasAttachments) == ASKING


def test_no_installed_connector_can_do_more() -> None:
    assert {name for connector in installed() for name in verbs(type(connector)) if name[0] != "_"} == ASKING


def test_the_gateway_wants_nothing_else_of_a_connector() -> None:
    wanted = {
        node.attr
        for module in modules("gateway")
        for node in module.nodes
        if isinstance(node, ast.Attribute) and dotted(node.value).rpartition(".")[2] == "connector"
    }
    assert wanted == ASKING | {"source"}


def test_no_module_on_the_way_to_a_source_sends_anything_but_a_question() -> None:
    sent = {
        module.place(call)
        for module in modules("connectors", "gateway.search", "gateway.release")
        for name, call in calls(module)
        if name.rpartition(".")[2] in WRITING and not name.startswith("sys.std")
    }
    methods = {
        module.place(node)
        for module in modules("connectors", "gateway.search", "gateway.release")
        for node in module.nodes
        if isinstance(node, ast.Constant) and node.value in {"PUT", "PATCH", "DELETE"}
    }
    assert sent | methods == set()
