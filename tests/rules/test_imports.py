"""What the import contracts of pyproject.toml cannot say about who may use what."""

import sys
import tomllib

from tests.rules.reading import PACKAGES, ROOT, imported, modules

# Libraries that reach neither a network nor a disk by themselves, or that only ever hold what they are handed.
HARMLESS = {
    "anyio",
    "authlib",
    "cryptography",
    "jellyfish",
    "jinja2",
    "joserfc",
    "markupsafe",
    "msgspec",
    "prometheus_client",
    "segno",
    "structlog",
    "typst",
}
FOR_TESTS = {"pytest": {"connectors.conformance"}}  # it hands connector authors a test
REACHING_OUT = {"socket", "ssl", "sqlite3", "urllib.request", "http.client", "http.server", "subprocess", "smtplib"}


def protected() -> set[str]:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    return {name for contract in contracts for name in contract.get("protected_modules", [])}


def test_a_library_that_reaches_out_is_under_a_contract() -> None:
    uses = {
        (name.partition(".")[0], module.name)
        for module in modules()
        for name in imported(module)
        if name.partition(".")[0] not in {*PACKAGES, *sys.stdlib_module_names}
    }
    explained = HARMLESS | protected()
    unexplained = {
        (library, user) for library, user in uses if library not in explained and user not in FOR_TESTS.get(library, ())
    }
    assert unexplained == set()


def test_so_is_a_module_of_the_standard_library_that_does() -> None:
    free = REACHING_OUT - protected()
    users = {
        (reaching, module.name)
        for module in modules()
        for name in imported(module)
        for reaching in free
        if f"{name}.".startswith(f"{reaching}.")
    }
    assert users == {
        ("socket", "audit.__main__"),  # a witness listens before it says where
        ("socket", "audit.witness"),  # and is handed what it listens with
        ("http.client", "audit.stored"),  # an auditor's own machine has nothing else
        ("socket", "audit.daemon"),  # a Unix socket, for gateways of this node
        ("subprocess", "audit.volume"),  # starts a recorder, to measure the way to it
        ("socket", "audit.writer"),  # the name of the machine
        ("socket", "gateway.demo.run"),  # finds free ports
        ("socket", "gateway.serve"),  # listens before it starts anything
    }


def test_audit_has_no_facade_that_would_blind_the_contracts() -> None:
    (facade,) = (module for module in modules("audit") if module.name == "audit")
    assert list(imported(facade)) == []


def test_middleware_is_pure_asgi() -> None:
    # BaseHTTPMiddleware runs the application in a task of its own: a stream would outlive its browser.
    assert [module.name for module in modules() if "BaseHTTPMiddleware" in module.text] == []
