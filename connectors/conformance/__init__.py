"""The rules that every connector keeps, each with a number for ever and a reason; one line of a test tries them all.

    test_conformance = connector_tests(lambda: CountyRms(fake_county()), Samples(found=..., absent=...))

No rule has an exemption. Each is tried on a connector of its own in an event loop of its own, so that none spoils
another.
"""

import asyncio
import importlib
import sys
from collections.abc import Callable

from connectors.conformance.rules import RULES, Rule
from connectors.contract import Connector, Samples, SourceFault


def connector_tests(make: Callable[[], Connector], samples: Samples) -> Callable[[Rule], None]:
    """A pytest test, one case a rule, of the connectors that `make` makes."""
    import pytest

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
    def test_conformance(rule: Rule) -> None:
        if wrong := tried(rule, make, samples):
            pytest.fail(f"{rule.number} {rule.says}: {wrong}. {rule.reason}", pytrace=False)

    return test_conformance


def run(target: str) -> int:
    """Try `package.module:Class`, whose attribute `samples` says with what, and print a line for each rule.

    Gives 0 when it keeps every rule, 1 when it breaks one, 2 when it cannot be tried.
    """
    module, _, name = target.partition(":")
    try:
        make = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        sys.stderr.write(f"There is no {target}. Name a class like package.module:Class.\n")
        return 2
    samples = getattr(make, "samples", None)
    if not isinstance(samples, Samples):
        sys.stderr.write(f"{target} does not say what to try it with: it has no attribute `samples`.\n")
        return 2
    broken = 0
    for rule in RULES:
        wrong = tried(rule, make, samples)
        broken += wrong is not None
        sys.stdout.write(f"{rule.number} {f'BROKEN {rule.says}: {wrong}' if wrong else f'kept   {rule.says}'}\n")
    sys.stdout.write(f"{len(RULES)} rules, {broken} broken.\n")
    return 1 if broken else 0


def tried(rule: Rule, make: Callable[[], Connector], samples: Samples) -> str | None:
    """What a new connector does wrong by `rule`, or None."""

    async def trial() -> str | None:
        return await rule.check(make(), samples)

    try:
        return asyncio.run(trial())
    except Exception as error:  # noqa: BLE001 - whatever a foreign connector raises where it should not is the finding
        fault = f" ({error.fault})" if isinstance(error, SourceFault) else ""
        return f"{type(error).__name__}{fault} was raised"
