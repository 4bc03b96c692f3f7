"""What the README tells a connector author runs as it stands there, and says what the rules say."""

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

import connectors
from connectors.conformance.rules import RULES, Rule

README = (Path(connectors.__file__).parent / "README.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"<!-- {re.escape(name)} -->\n```python\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no {name}"
    return found[1]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The example's test module, beside the example itself."""
    for name in ("county_jail", "test_county_jail"):
        module = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, module)
        exec(compile(block(f"{name}.py"), f"README {name}.py", "exec"), module.__dict__)
    return sys.modules["test_county_jail"]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_the_example_keeps_every_rule(example: ModuleType, rule: Rule) -> None:
    example.test_conformance(rule)


def test_the_example_is_about_as_short_as_it_claims() -> None:
    written = [line for line in block("county_jail.py").splitlines() if line.strip()]

    assert len(written) <= 46


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.number)
def test_every_rule_stands_in_the_readme_word_for_word(rule: Rule) -> None:
    assert f"| {rule.number} | {rule.says} | {rule.reason} | {rule.example} |" in README
