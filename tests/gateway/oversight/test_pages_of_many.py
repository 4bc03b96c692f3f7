"""However much there is to read, no page lets a part pass for the whole."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from gateway.oversight import activity
from tests.rules.waiting import shipped
from tests.world import HOLLIS, Browser, World

QUESTIONS = 3
VIEWS = 4


class Scene:
    """A deputy asked three times about one man and opened his record four times."""

    def __init__(self, world: World) -> None:
        deputy = world.signed_in("officer")
        for _ in range(QUESTIONS):
            answer = deputy.ask()
        handle = answer["sources"][0]["records"][0]["handle"]
        for _ in range(VIEWS):
            deputy.get(f"/records/{handle}")
        self.officer: str = world.events("record.view")[0]["user"]["id"]
        self.day: str = f"{world.clock.at:%Y-%m-%d}"
        self.auditor: Browser = world.signed_in("auditor")
        shipped(world)

    def read(self, path: str, **form: str) -> str:
        page = self.auditor.post(path, form).text
        return " ".join(unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with World(tmp_path_factory.mktemp("many")).running() as world:
        yield Scene(world)


@pytest.mark.parametrize("size", ["2", "500"])
def test_an_officers_day_is_counted_over_all_of_it(scene: Scene, size: str) -> None:
    read = scene.read("/activity", officer=scene.officer, size=size, **{"from": scene.day, "to": scene.day})

    assert f"{QUESTIONS} searches, {VIEWS} records opened, 0 photographs, 0 prints." in read
    assert ("On this page:" in read) is (size == "2")


def test_a_page_of_those_who_looked_says_that_there_are_more(scene: Scene) -> None:
    read = scene.read("/activity/subject", q=HOLLIS["q"], size="2")

    assert re.search(r"\d officers? on this page", read)
    assert "This is not everyone who looked." in read


def test_all_who_looked_are_counted_as_all(scene: Scene) -> None:
    read = scene.read("/activity/subject", q=HOLLIS["q"])

    assert re.search(r"\d officers? looked", read)
    assert "not everyone" not in read


def test_a_long_story_is_told_to_its_beginning(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "AT_A_TIME", 2)

    read = scene.read("/activity", action="search.request")

    assert read.count("DMV 1, Courts 4, Registry 0, Corrections 1") == QUESTIONS
    assert f"opened {VIEWS}." in read


def test_what_was_typed_is_found_behind_any_number_of_refusals(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activity, "AT_A_TIME", 2)
    deputy = world.signed_in("officer")
    answer = deputy.ask()
    refused = {"handle": answer["sources"][0]["records"][0]["handle"], "recipient": "A. Clerk", "unlisted_reason": "-"}
    for _ in range(3):
        assert deputy.post("/prints", refused, **{"sec-ch-ua-mobile": "?1"}).status_code == 403
    auditor = world.signed_in("auditor")
    shipped(world)

    opened = auditor.post("/activity/typed", {"query": answer["query_id"]}, accept="application/json")

    assert opened.json()["typed"]["1.surname"] == "HOLLIS"
