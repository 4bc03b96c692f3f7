"""A role that has no pages yet reads what it may do, what it never sees, and whom to ask."""

from collections.abc import Iterator

import pytest

from gateway.boundary.menu import MENUS, home, menu
from gateway.directory.people import Role
from tests.world import World

JSON = "application/json"
SAID = {
    "siteadmin": (
        "Site administrator",
        "You create, change, review and end the access of your agency&#39;s people.",
        "You see no records and ask no questions, and you never act on your own rights.",
        "Sheriff M. Corriveau",
    ),
    "trainer": (
        "Training coordinator",
        "You register your agency&#39;s people for classes and report who completed them.",
        "You see no records and ask no questions.",
        "Sheriff M. Corriveau",
    ),
    "operations": (
        "Operations",
        "You keep the system running: health, sources, agencies and requests, in counts and states.",
        "You see no record and no search term.",
        "Operations desk",
    ),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.mark.parametrize(("account", "said"), SAID.items())
def test_a_role_without_pages_says_so(world: World, account: str, said: tuple[str, ...]) -> None:
    page = world.signed_in(account).get("/role")

    assert page.status_code == 200
    for words in said:
        assert words in page.text


@pytest.mark.parametrize("account", SAID)
def test_as_json_it_says_the_same(world: World, account: str) -> None:
    told = world.signed_in(account).get("/role", JSON).json()

    assert set(told) == {"role", "may", "never", "ask"}
    assert set(told["ask"]) == {"name", "phone"}


@pytest.mark.parametrize("account", ["officer", "dispatcher", "auditor"])
def test_who_has_pages_is_led_to_them(world: World, account: str) -> None:
    browser = world.signed_in(account)

    assert browser.get("/role").headers["location"] == browser.get("/").headers["location"]


def test_every_role_has_a_menu_even_if_it_is_empty() -> None:
    assert set(MENUS) == set(Role)


def test_the_entries_of_several_roles_add_up_each_once() -> None:
    both = frozenset({Role.OFFICER, Role.DISPATCHER, Role.AUDITOR})

    assert menu(both) == [
        ("Search", "/search"),
        ("Verify a copy", "/verify"),
        ("Activity", "/activity"),
        ("Who looked?", "/activity/subject"),
    ]
    assert home(both) == "/search"


@pytest.mark.parametrize("account", ["officer", "auditor", "statewide", "probation"])
def test_every_entry_of_a_menu_opens(world: World, account: str) -> None:
    browser = world.signed_in(account)
    roles = next(event["user"]["roles"] for event in reversed(world.events("session.login")))

    for _, path in menu(frozenset(Role(word) for word in roles)):
        assert browser.get(path).status_code == 200
