"""What the deputy did is what the agency's auditor reads, line by line; and reading it is written down too."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.flows.conftest import Visit
from tests.flows.demo import Demo
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

CASE = "26-09118"  # of nobody else's day
TYPED = "hollis, merrick 2/11/1980"
RECIPIENT = "\u2068“Det. D. Vance”\u2069"  # as somebody typed it, so quoted and kept in its own direction


@pytest.fixture(scope="module")
def done(chromium: Browser, demo: Demo) -> list[dict[str, Any]]:
    """The deputy's day under `CASE`: one question, two records, a photograph, a copy. Its events."""
    deputy = Visitor(chromium.new_context(), demo).begin("officer")
    deputy.ask(TYPED, CASE)
    link = deputy.page.locator(".panel a.record-link")
    deputy.open(link.nth(1))
    deputy.page.keyboard.press("Escape")
    record = deputy.open(link.nth(0))
    record.get_by_role("link", name="Show").click()
    expect(record.locator(".photograph img")).not_to_have_js_property("naturalWidth", 0)
    record.locator("#print > summary").click()
    record.get_by_label("Who gets this copy").fill("Det. D. Vance")
    record.get_by_label("Their agency", exact=True).fill("Marlow Police")
    with deputy.context.expect_event("response", lambda response: response.url.endswith("/prints")) as told:
        record.get_by_role("button", name="Print this copy").click()
    told.value.finished()
    deputy.context.close()
    mine = [event for event in demo.events() if event.get("cj", {}).get("case", {}).get("number") == CASE]
    query = mine[0]["cj"]["query"]["id"]
    return [event for event in demo.events() if event.get("cj", {}).get("query", {}).get("id") == query]


@pytest.fixture
def auditor(visit: Visit, done: list[dict[str, Any]]) -> Visitor:
    """The auditor at the record, once the last of it can be searched."""
    visitor = visit().begin("auditor")
    visitor.reload_until(visitor.page.locator(".beneath-it").get_by_text(f"#{done[-1]['event']['sequence']:,}"))
    return visitor


def story(auditor: Visitor, done: list[dict[str, Any]]) -> Locator:
    return auditor.page.locator(f"#entry-{done[0]['event']['sequence']}")


def test_the_day_is_one_question_and_what_came_of_it(done: list[dict[str, Any]]) -> None:
    acts = [event["event"]["action"] for event in done]

    assert acts[0] == "search.request"
    assert [act for act in acts if act not in {"search.request", "search.disclose", "record.request"}] == [
        "record.view",
        "record.view",
        "photo.view",
        "document.print",
    ]


def test_the_row_is_a_sentence_with_what_each_source_answered(auditor: Visitor, done: list[dict[str, Any]]) -> None:
    expect(story(auditor, done).locator(".what > p")).to_have_text(
        f"Dep. R. Ashgrove searched by name and birth date, purpose C, case {CASE}: "
        "DMV 1, Courts 4, Registry 0, Corrections 1; opened 2, photograph 1, printed 1."
    )


def test_each_act_stands_beneath_it_with_its_entry(auditor: Visitor, done: list[dict[str, Any]]) -> None:
    lines = [" ".join(line.split()) for line in story(auditor, done).locator(".beneath-it li").all_inner_texts()]
    number = {event["event"]["action"]: f"{event['event']['sequence']:,}" for event in done}
    viewed = [f"{event['event']['sequence']:,}" for event in done if event["event"]["action"] == "record.view"]
    copy_id = "-".join(re.findall("....", done[-1]["cj"]["print"]["id"]))

    assert [line.split(" ", 1)[1] for line in lines] == [
        f"Opened a warrant record of Courts #{viewed[0]}",
        f"Opened a license record of DMV #{viewed[1]}",
        f"Saw a photograph of DMV #{number['photo.view']}",
        f"Printed 2 pages of DMV for {RECIPIENT}, Marlow Police, copy {copy_id} #{number['document.print']}",
    ]
    assert all(re.match(r"\d\d:\d\d:\d\d ", line) for line in lines)


def test_what_was_typed_is_opened_by_an_act_that_is_recorded(
    auditor: Visitor, demo: Demo, done: list[dict[str, Any]]
) -> None:
    opened = len(demo.events("audit.open"))
    expect(auditor.page.get_by_text("HOLLIS")).to_have_count(0)

    story(auditor, done).get_by_role("button", name="Show what was typed").click()

    expect(auditor.page.get_by_text("HOLLIS")).to_be_visible()
    entry = demo.events("audit.open")[-1]["event"]["sequence"]
    expect(auditor.page.get_by_text(f"That you opened this is entry {entry:,}.")).to_be_visible()
    assert len(demo.events("audit.open")) == opened + 1


def test_the_officers_day_is_in_order_with_its_outcomes(auditor: Visitor, done: list[dict[str, Any]]) -> None:
    story(auditor, done).get_by_role("button", name="This officer's day").click()

    expect(auditor.page.get_by_role("heading", level=1)).to_contain_text("Dep. R. Ashgrove")
    expect(story(auditor, done).locator(".beneath-it li").first).to_have_text(
        "DMV answered, 1 shown · Courts answered, 4 shown · Registry answered, 0 shown · Corrections answered, 1 shown"
    )


def test_a_case_is_found_and_the_reading_is_an_entry_of_its_own(
    auditor: Visitor, demo: Demo, done: list[dict[str, Any]]
) -> None:
    auditor.page.locator(".filter > summary").click()
    auditor.page.get_by_label("Case", exact=True).fill(CASE)
    auditor.page.get_by_role("button", name="Show", exact=True).click()

    expect(auditor.page.locator(".story")).to_have_count(1)
    expect(story(auditor, done)).to_be_visible()
    entry = demo.events("audit.query")[-1]["event"]["sequence"]
    expect(auditor.page.locator(".foot")).to_have_text(f"Your reading is entry {entry:,}.")


def test_who_looked_names_the_deputy_by_the_persons_name(auditor: Visitor, done: list[dict[str, Any]]) -> None:
    auditor.page.get_by_role("link", name="Who looked?").click()
    auditor.page.fill("#q", TYPED)
    auditor.page.get_by_role("button", name="Who looked?").click()

    expect(auditor.page.get_by_role("rowheader", name="Dep. R. Ashgrove")).to_be_visible()
    expect(story(auditor, done)).to_be_visible()
    expect(auditor.page.get_by_text("Only Pinelake County Sheriff's users are shown.")).to_be_visible()


def test_the_copy_leads_to_who_printed_it_and_for_whom(auditor: Visitor, done: list[dict[str, Any]]) -> None:
    story(auditor, done).locator('a[href^="/activity/prints/"]').click()

    expect(auditor.page.get_by_role("heading", level=1)).to_contain_text("Copy")
    expect(auditor.page.get_by_text(f"for {RECIPIENT}, Marlow Police")).to_be_visible()


def test_the_record_says_that_it_is_whole(auditor: Visitor) -> None:
    expect(auditor.page.locator(".proof")).to_contain_text(re.compile(r"This record is whole: [\d,]+ events"))


def test_another_agencys_day_is_not_the_auditors_to_read(auditor: Visitor) -> None:
    auditor.go("/activity?size=500")

    assert "Ofc. D. Vance" not in auditor.page.locator("main").inner_text()


def test_the_statewide_auditor_reads_every_agencys_day(visit: Visit, demo: Demo) -> None:
    statewide = visit().begin("statewide")

    statewide.go("/activity?action=search.request&size=500")

    agencies = {event["organization"]["id"] for event in demo.events("search.request")}
    assert agencies > {"NC9010000", "NC9020100"}
    assert set(statewide.words(".what > p > .quiet.mono")) == agencies
