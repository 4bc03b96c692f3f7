"""An auditor reads sentences: who asked, by what, for what, what each source said, and what came of it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from tests.rules.waiting import shipped
from tests.world import HOLLIS, World

PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}


class Scene:
    """One deputy's day: a question opened and printed, one that was refused, and a print that was."""

    def __init__(self, world: World) -> None:
        self.world = world
        deputy = world.signed_in("officer")
        answer = deputy.ask()
        handle = answer["sources"][0]["records"][0]["handle"]
        deputy.get(f"/records/{handle}")
        deputy.get(f"/records/{handle}/photograph")
        deputy.post("/prints", {"handle": handle, **PRINT})
        handheld = deputy.send(
            "POST",
            "/prints",
            data={"handle": handle, **PRINT},
            headers={"origin": "https://sightline.test", "accept": "text/html", "sec-ch-ua-mobile": "?1"},
        )
        assert handheld.status_code == 403
        assert deputy.post("/search", {"plate": "ZPL-2093", "purpose": "J", "reason_code": "other"}).status_code == 422
        assert deputy.post("/search", {**HOLLIS, "purpose": "R"}).status_code == 403
        self.auditor = world.signed_in("auditor")
        shipped(world)

    def stories(self, path: str = "/activity", **form: str) -> list[str]:
        """The rows of a page, newest first, each with what is beneath it."""
        page = self.auditor.post(path, form).text
        rows = re.findall(r'<li class="story".*?\n</li>', page, re.DOTALL)
        return [" ".join(unescape(re.sub(r"<[^>]+>", "", row)).split()) for row in rows]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with World(tmp_path_factory.mktemp("story")).running() as world:
        yield Scene(world)


def about(stories: list[str], words: str) -> str:
    (found,) = [story for story in stories if words in story]
    return found


def test_a_question_is_one_row_with_what_every_source_said(scene: Scene) -> None:
    row = about(scene.stories(), "searched by")

    assert "Dep. R. Ashgrove searched by name and birth date, purpose C, case 26-04417:" in row
    assert re.search(r"DMV \d+, Courts \d+, Registry \d+, Corrections \d+", row)
    assert "opened 1, photograph 1, printed 1." in row


def test_what_came_of_it_stands_beneath_with_its_copy(scene: Scene) -> None:
    row = about(scene.stories(), "searched by")

    assert "Opened a license record of DMV" in row
    assert "Saw a photograph of DMV" in row
    assert re.search(r"Printed \d pages? of DMV for \u2068“A. Clerk”\u2069, Marlow Police, copy [0-9A-Z]{4}", row)


@pytest.mark.parametrize(
    "typed",
    ["Lt. Hale: DMV none; opened 0", "Lt. Hale”: DMV none; opened 0", 'Lt. Hale": DMV none', "דנה לוי: DMV 9"],
    ids=["a row's own words", "its closing mark", "a plain mark", "right to left"],
)
def test_an_officers_words_cannot_pass_for_the_rows_own(world: World, typed: str) -> None:
    world.signed_in("dispatcher").ask({**HOLLIS, "on_behalf_of": typed})
    auditor = world.signed_in("auditor")
    shipped(world)

    page = unescape(re.sub(r"<[^>]+>", "", auditor.post("/activity").text))

    (row,) = re.findall(r"searched by name[^\n]*", page)
    said, of_officer, answered = re.split("\u2068“|”\u2069", row)
    assert said == "searched by name and birth date, purpose C, case 26-04417, for "
    assert of_officer == re.sub('[”"]', "'", typed)
    assert answered == ": DMV 1, Courts 4, Registry 0, Corrections 1."


def test_a_recipient_does_not_pass_for_an_agency(world: World) -> None:
    deputy = world.signed_in("officer")
    handle = deputy.ask()["sources"][0]["records"][0]["handle"]
    unlisted = {"recipient": "A. Clerk, Marlow Police", "unlisted_reason": "counsel"}
    assert deputy.post("/prints", {"handle": handle, **unlisted}).status_code == 200
    auditor = world.signed_in("auditor")
    shipped(world)

    page = unescape(re.sub(r"<[^>]+>", "", auditor.post("/activity").text))

    assert "“A. Clerk, Marlow Police”\u2069, agency not listed" in page


def test_a_refused_print_is_beneath_the_question_it_belongs_to(scene: Scene) -> None:
    assert re.search(r"Was refused \(print\.\w+\)", about(scene.stories(), "searched by"))


def test_a_refused_question_says_by_what_and_for_what(scene: Scene) -> None:
    row = about(scene.stories(action="access.denied"), "a search by")

    assert "was refused (purpose.for_role) a search by name and birth date, purpose R, case 26-04417." in row


def test_what_was_typed_for_a_refused_question_can_be_opened_too(scene: Scene) -> None:
    page = scene.auditor.post("/activity", {"action": "access.denied"}).text
    row = next(row for row in page.split('<li class="story"') if "a search by" in unescape(re.sub(r"<[^>]+>", "", row)))
    (query,) = re.findall(r'name="query" value="(\w+)"', row)

    opened = scene.auditor.post("/activity/typed", {"query": query}, accept="application/json").json()

    assert opened["typed"]["1.surname"] == "HOLLIS"


def test_who_looked_at_her_finds_the_attempts_as_well(scene: Scene) -> None:
    rows = scene.stories("/activity/subject", q="hollis, merrick 2/11/1980")

    assert [("refused" in row) for row in rows if "a search by" in row] == [True]
    assert any("searched by" in row for row in rows)


def test_a_question_of_nobody_is_no_row(scene: Scene) -> None:
    """What was refused as a form, before anybody decided anything, is no act."""
    assert not any("plate" in row for row in scene.stories())
