"""Connectors are found by entry point, one of each name, and what is wrong with any is said at once."""

from importlib.metadata import EntryPoint

import pytest

from connectors.installed import GROUP, CannotInstall, installed


class Sourceless:
    pass


class Needy:
    def __init__(self, settings: object) -> None:
        self.settings = settings


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name, value, GROUP)


def here(thing: str) -> str:
    return f"{__name__}:{thing}"


def test_the_four_stubs_are_installed() -> None:
    assert [connector.source.name for connector in installed()] == ["corrections", "courts", "dmv", "registry"]


def test_nothing_installed_is_nothing_found() -> None:
    assert installed([]) == ()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("rms", "no_such_package:Rms", "it cannot be made (ModuleNotFoundError: No module named 'no_such_package')"),
        ("rms", "connectors.stubs.dmv:Rms", "it cannot be made (AttributeError:"),
        ("rms", here("Needy"), "it cannot be made (TypeError:"),
        ("rms", here("Sourceless"), "it has no `source`"),
        ("rms", "connectors.stubs.dmv:Dmv", "its source is called dmv: give the entry point that name"),
    ],
)
def test_what_gives_no_connector_is_named_with_the_reason(name: str, value: str, problem: str) -> None:
    with pytest.raises(CannotInstall) as caught:
        installed([point(name, value)])

    assert caught.value.problems[0].startswith(f"{name} = {value}: {problem}")


def test_two_of_one_name_are_refused() -> None:
    with pytest.raises(CannotInstall, match="two connectors are called dmv"):
        installed([point("dmv", "connectors.stubs.dmv:Dmv"), point("dmv", "connectors.stubs.dmv:Dmv")])


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(CannotInstall) as caught:
        installed([point("a", here("Sourceless")), point("b", here("Needy")), point("b", here("Needy"))])

    assert len(caught.value.problems) == 4
