"""Whose activity may be read: an agency's auditor sees that agency's own users, the State Bureau's sees all, and nobody
else sees any; every question about it is itself in the record.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.rules.waiting import shipped
from tests.world import HOLLIS, Browser, World

PINELAKE, MARLOW = "NC9010000", "NC9020100"
PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}


class Scene:
    """Officers of two agencies looked up the same man and printed what they found."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.auditor, self.statewide = world.signed_in("auditor"), world.signed_in("statewide")
        self.question: dict[str, str] = {}
        self.copy: dict[str, str] = {}
        self.officer: dict[str, str] = {}
        for account, agency in (("officer", PINELAKE), ("officer2", MARLOW)):
            browser = world.signed_in(account)
            answer = browser.ask()
            handle = answer["sources"][0]["records"][0]["handle"]
            printed = browser.post("/prints", {"handle": handle, **PRINT})
            self.question[agency] = answer["query_id"]
            self.copy[agency] = printed.headers["x-sightline-copy"]
            self.officer[agency] = world.events("search.request")[-1]["user"]["id"]
        shipped(world)

    def agencies(self, browser: Browser, path: str = "/activity", **form: str) -> set[str | None]:
        """Whose events are in an answer."""
        answer = browser.post(path, form, accept="application/json")
        assert answer.status_code == 200
        return {event.get("organization", {}).get("id") for event in answer.json()["events"]}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with World(tmp_path_factory.mktemp("scope")).running() as world:
        yield Scene(world)


def ways(scene: Scene) -> list[tuple[str, dict[str, str]]]:
    """Every question there is about what Marlow's officer did."""
    return [
        ("/activity", {}),
        ("/activity", {"agency": MARLOW}),
        ("/activity", {"officer": scene.officer[MARLOW]}),
        ("/activity", {"case": HOLLIS["case_number"]}),
        ("/activity", {"source": "dmv"}),
        ("/activity", {"action": "document.print"}),
        ("/activity/subject", {"surname": "Hollis", "given_name": "Merrick"}),
    ]


@pytest.mark.parametrize("way", range(7))
def test_an_agencys_auditor_sees_that_agency_alone(scene: Scene, way: int) -> None:
    path, form = ways(scene)[way]

    assert scene.agencies(scene.auditor, path, **form) <= {PINELAKE}


@pytest.mark.parametrize("way", range(7))
def test_the_bureaus_auditor_sees_every_agency(scene: Scene, way: int) -> None:
    path, form = ways(scene)[way]

    assert MARLOW in scene.agencies(scene.statewide, path, **form)


def test_the_page_shows_no_more_than_that(scene: Scene) -> None:
    pages = [scene.auditor.post(path, form).text for path, form in ways(scene)]

    assert all("Vance" not in page for page in pages)
    assert any("Ashgrove" in page for page in pages)


def test_the_figures_of_a_chart_count_no_others(scene: Scene) -> None:
    def counted(browser: Browser) -> int:
        page = browser.post("/activity", {"officer": scene.officer[MARLOW]}).text
        return page.count("<rect ")

    assert counted(scene.statewide) > counted(scene.auditor)


def test_what_another_agencys_officer_typed_stays_closed(scene: Scene) -> None:
    def opened(browser: Browser, agency: str) -> Any:
        return browser.post("/activity/typed", {"query": scene.question[agency]}, accept="application/json")

    assert opened(scene.auditor, MARLOW).status_code == 404
    assert opened(scene.auditor, PINELAKE).json()["typed"]["1.surname"] == "HOLLIS"
    assert opened(scene.statewide, MARLOW).json()["typed"]["1.surname"] == "HOLLIS"


def test_who_printed_anothers_copy_is_not_told(scene: Scene) -> None:
    def told(browser: Browser, agency: str) -> int:
        answer = browser.get(f"/activity/prints/{scene.copy[agency]}", "application/json")
        return sum(event["event"]["action"] == "document.print" for event in answer.json()["events"])

    assert [told(scene.auditor, MARLOW), told(scene.auditor, PINELAKE), told(scene.statewide, MARLOW)] == [0, 1, 1]


def test_whoever_holds_a_copy_cannot_bury_who_printed_it_under_checks(scene: Scene) -> None:
    for _ in range(11):
        assert scene.world.browser().get(f"/verify/{scene.copy[MARLOW]}").status_code == 200
    shipped(scene.world)

    assert "Vance" in scene.statewide.get(f"/activity/prints/{scene.copy[MARLOW]}").text


def test_whoever_holds_a_copy_learns_that_it_is_genuine_and_not_whose_it_was(scene: Scene) -> None:
    answer = scene.world.browser().get(f"/verify/{scene.copy[MARLOW]}", "application/json")

    assert answer.json()["verdict"] == "genuine"
    assert "Vance" not in scene.world.browser().get(f"/verify/{scene.copy[MARLOW]}").text


def test_each_look_says_which_entry_it_is(scene: Scene) -> None:
    answer = scene.auditor.post("/activity", {"agency": MARLOW}, accept="application/json").json()

    entry = scene.world.events()[answer["entry"]]
    assert (entry["event"]["action"], entry["organization"]["id"]) == ("audit.query", PINELAKE)
