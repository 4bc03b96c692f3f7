"""No answer is an answer: every source is in every result with what became of it, empty is never silent and silent is
never forbidden, and one that is slow costs the others nothing.
"""

import asyncio
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from connectors.contract import Answer, Deadline, Query, Record
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.faults import Trouble, Troubled
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from tests.world import GROUNDS, HOLLIS, World

SOURCES = ["dmv", "courts", "registry", "corrections"]
FAULTS = {
    "timeout": "No answer in",
    "unreachable": "Courts cannot be reached.",
    "denied": "Courts refused your agency or purpose.",
    "garbled": "The answer could not be read safely; none of it is shown.",
    "too_many": "Courts will not list so many.",
}
NOT_NONE = "This is not &#34;none&#34;."


class Stalled:
    """Courts that never answer and notice when nobody waits any more."""

    source = replace(Courts.source, patience_s=0.05)

    def __init__(self) -> None:
        self.hung_up = False

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        try:
            await asyncio.Event().wait()
        finally:
            self.hung_up = True

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        await asyncio.Event().wait()


def courts_in_trouble(fault: str) -> Callable[[], Any]:
    courts = Troubled(Courts(), Trouble(fault))
    courts._connector.source = replace(Courts.source, patience_s=0.05)
    return courts


def world_with(folder: Path, courts: Any) -> World:
    return World(folder, [Dmv(), courts, Registry(), Corrections()])


def outcome_of(answer: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (source for source in answer["sources"] if source["source"] == name)
    return found


@pytest.fixture(scope="module", params=FAULTS)
def silent(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World]]:
    """A world in which the courts have one kind of trouble."""
    with world_with(tmp_path_factory.mktemp("silent"), courts_in_trouble(request.param)).running() as made:
        yield request.param, made


@pytest.fixture(scope="module")
def well(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("well")).running() as made:
        yield made


def test_a_silent_source_is_named_with_its_fault(silent: tuple[str, World]) -> None:
    fault, world = silent
    answer = world.signed_in().ask()

    courts = outcome_of(answer, "courts")
    assert (courts["outcome"], courts["fault"], courts["records"], courts["total"]) == ("unavailable", fault, [], 0)
    assert [source["outcome"] for source in answer["sources"]].count("answered") == 3
    assert (answer["completeness"]["asked"], answer["completeness"]["answered"]) == (4, 3)


def test_the_page_says_that_silence_is_not_none(silent: tuple[str, World]) -> None:
    fault, world = silent

    page = world.signed_in().post("/search", HOLLIS).text

    assert FAULTS[fault] in page
    assert NOT_NONE in page
    assert "3 of 4 answered. Courts did not." in page
    assert "Courts answered: no record matches." not in page
    assert "Courts (no answer, so not known)" in page


def test_no_lamp_says_none_for_a_silent_source(silent: tuple[str, World]) -> None:
    _, world = silent
    nobody = {"q": "nettlefold, quillan", **GROUNDS}

    page = world.signed_in().post("/search", nobody).text

    lamp = page[page.index("Open warrant") :]
    assert lamp.index("unknown") < lamp.index("Stolen")


def test_the_record_says_that_it_was_silent(silent: tuple[str, World]) -> None:
    fault, world = silent
    entry = outcome_of(world.signed_in().ask(), "courts")["entry"]

    status = world.events()[entry]["cj"]["source_status"]["courts"]
    assert (status["outcome"], status["fault"]) == ("unavailable", fault)


def test_paper_says_so_too(silent: tuple[str, World]) -> None:
    _, world = silent
    deputy = world.signed_in()
    handle = outcome_of(deputy.ask(), "dmv")["records"][0]["handle"]

    copy = deputy.post("/prints", {"handle": handle, "recipient": "A. Clerk", "recipient_agency": "Marlow Police"})

    assert "3 of 4 sources answered." in PdfReader(io.BytesIO(copy.content)).pages[0].extract_text()


def test_empty_is_an_answer(well: World) -> None:
    answer = well.signed_in().ask({"q": "nettlefold, quillan", **GROUNDS})

    assert [(source["outcome"], source["total"]) for source in answer["sources"]] == [("answered", 0)] * 4


def test_empty_silent_forbidden_and_not_asked_read_differently(well: World) -> None:
    deputy = well.signed_in()

    forbidden = deputy.post("/search", {**HOLLIS, "purpose": "J"}).text
    left_out = deputy.post("/search", {**HOLLIS, "sources": "dmv"}).text
    impossible = deputy.post("/search", {"plate": "ZPL-2093", **GROUNDS}).text

    assert "Your role may not ask DMV for purpose J." in forbidden
    assert "You left it out." in left_out
    assert "Courts cannot be searched by this." in impossible
    assert all(NOT_NONE not in page and "Courts answered: no" not in page for page in (left_out, impossible))


@pytest.mark.parametrize(
    "form",
    [HOLLIS, {**HOLLIS, "purpose": "J"}, {**HOLLIS, "sources": "courts"}, {"plate": "ZPL-2093", **GROUNDS}],
    ids=["all", "one forbidden", "one chosen", "one can"],
)
def test_every_source_is_in_every_answer(well: World, form: dict[str, str]) -> None:
    answer = well.signed_in().ask(form)

    assert [source["source"] for source in answer["sources"]] == SOURCES
    assert set(well.events()[answer["receipt"]["sequence"]]["cj"]["source_status"]) == set(SOURCES)
    assert all((source["outcome"] == "unavailable") == bool(source["fault"]) for source in answer["sources"])
    assert all((source["outcome"] == "not_permitted") == bool(source["rule"]) for source in answer["sources"])
    assert all((source["outcome"] == "not_asked") == bool(source["reason"]) for source in answer["sources"])


def test_a_source_that_never_answers_is_left_at_its_deadline(tmp_path: Path) -> None:
    courts = Stalled()
    with world_with(tmp_path, courts).running() as world:
        answer = world.signed_in().ask()

    assert outcome_of(answer, "courts")["fault"] == "timeout"
    assert courts.hung_up


def test_a_record_that_never_comes_is_given_up_at_the_deadline(tmp_path: Path) -> None:
    courts = Stalled()
    courts.search = Courts().search
    with world_with(tmp_path, courts).running() as world:
        deputy = world.signed_in()
        handle = outcome_of(deputy.ask(), "courts")["records"][0]["handle"]
        page = deputy.get(f"/records/{handle}")

    assert page.status_code == 504
    assert NOT_NONE in page.text


def test_a_source_that_was_asked_for_less_than_was_typed_is_not_passed_for_one_that_matched(well: World) -> None:
    deputy = well.signed_in()
    form = {"surname": "Hollis", "plate": "ZPL-2093", **GROUNDS}

    assert outcome_of(deputy.ask(form), "courts")["asked_without"] == ["plate"]
    assert outcome_of(deputy.ask(form), "dmv")["asked_without"] == []
    assert "Asked without plate: Courts does not search by it." in deputy.post("/search", form).text
