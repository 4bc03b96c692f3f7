"""The deputy's day as a browser sees it: in, ask, read, open, print; each act is in the record before it is seen."""

from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import expect

from tests.flows.conftest import DemoWith, Visit
from tests.flows.demo import Demo
from tests.flows.visitor import Visitor

HOLLIS = "hollis, merrick 2/11/1980"


@pytest.fixture
def answered(deputy: Visitor) -> Visitor:
    """The deputy with the answer to a question on the screen."""
    deputy.ask(HOLLIS)
    return deputy


def test_the_notice_stands_before_everything_else(visit: Visit) -> None:
    visitor = visit()

    visitor.sign_in("officer")

    assert visitor.page.url.endswith("/banner")
    expect(visitor.page.get_by_text("This is a restricted State system.")).to_be_visible()
    visitor.go("/search")
    assert visitor.page.url.endswith("/banner")


def test_a_fresh_page_has_the_cursor_in_the_box(deputy: Visitor) -> None:
    expect(deputy.page.get_by_label("Name, plate, license or file number")).to_be_focused()
    expect(deputy.page.get_by_text("Every search and every record opened is recorded")).to_be_visible()


def test_four_panels_fill_and_the_person_stands_first(answered: Visitor) -> None:
    assert answered.words("#strip-words") == ["All 4 answered."]
    assert answered.words(".chip a") == ["DMV 1 found", "Courts 4 found", "Registry none", "Corrections 1 found"]
    expect(answered.page.get_by_role("heading", name="HOLLIS, Merrick Dane")).to_be_visible()


def test_the_answer_says_what_was_understood_and_for_what(answered: Visitor) -> None:
    assert answered.words(".understood") == [
        "Understood: HOLLIS (surname), MERRICK (given), born Feb 11, 1980 (46). Change"
    ]
    assert answered.words(".people-head p") == ["Purpose C, case 26-04417"]


def test_the_shift_bar_closes_once_it_was_asked_and_keeps_the_case(answered: Visitor) -> None:
    expect(answered.page.locator(".shift-fields")).to_be_hidden()
    assert answered.words(".shift-words") == ["C Criminal justice Case 26-04417 1 question so far"]
    answered.go("/search")
    assert answered.words(".shift-words") == ["C Criminal justice Case 26-04417 1 question so far"]


def test_alerts_stand_on_the_card_with_source_and_date(answered: Visitor) -> None:
    alerts = answered.words(".person .alert")

    assert alerts[0] == "Caution: Armed, Sep 9, 2021 (Corrections)"
    assert [alert.partition(", Oct")[0] for alert in alerts[1:2]] == ["Order for arrest, not served"]
    expect(answered.page.get_by_text("Confirm with the issuing office before you act.")).to_be_visible()


def test_a_record_opens_beside_the_answer(answered: Visitor) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)

    expect(record.get_by_role("heading", name="Driver HOLLIS, Merrick Dane")).to_be_focused()
    expect(answered.page.locator(".person").first).to_be_visible()
    expect(answered.page.locator(".panel").first).to_be_hidden()
    expect(record.locator(".recorded")).to_contain_text("entry")


@pytest.mark.parametrize("way", ["Escape", "Back", "link"])
def test_going_back_finds_the_link_again_and_asks_nothing(answered: Visitor, demo: Demo, way: str) -> None:
    asked = len(demo.events("search.request"))
    link = answered.page.locator(".opens a.record-link").last
    answered.open(link)

    match way:
        case "Escape":
            answered.page.keyboard.press("Escape")
        case "Back":
            answered.page.go_back()
        case _:
            answered.page.get_by_role("link", name="Back to the answer").click()

    expect(link).to_be_focused()
    expect(answered.page.locator(".panel").first).to_be_visible()
    assert len(demo.events("search.request")) == asked


def test_three_records_opened_are_three_views_of_one_question(deputy: Visitor, demo: Demo) -> None:
    before = len(demo.events())
    deputy.ask(HOLLIS)

    for place in range(3):
        deputy.open(deputy.page.locator(".opens a.record-link").nth(place))
        deputy.page.keyboard.press("Escape")
        deputy.page.locator(".panel").first.wait_for()

    done = [event["event"]["action"] for event in demo.events()[before:]]
    assert done.count("search.request") == 1
    assert done.count("record.view") == 3


def test_a_photograph_is_seen_on_request_and_that_is_recorded(answered: Visitor, demo: Demo) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)
    expect(record.get_by_text("Photograph not shown.")).to_be_visible()
    seen = len(demo.events("photo.view"))

    record.get_by_role("link", name="Show").click()

    expect(record.get_by_role("img", name="Photograph of the person")).not_to_have_js_property("naturalWidth", 0)
    assert len(demo.events("photo.view")) == seen + 1


def test_a_copy_names_who_gets_it_and_opens_in_a_new_tab(answered: Visitor, demo: Demo) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)
    record.locator("#print > summary").click()
    expect(record.get_by_text("Carries: 4 of 4 answered.")).to_be_visible()
    record.get_by_label("Who gets this copy").fill("Det. D. Vance")
    record.get_by_label("Their agency", exact=True).fill("Marlow Police")

    with (
        answered.context.expect_event("response", lambda response: response.url.endswith("/prints")) as told,
        answered.page.expect_popup(),
    ):
        record.get_by_role("button", name="Print this copy").click()

    copy = told.value
    assert copy.headers["content-type"] == "application/pdf"
    number = copy.headers["x-sightline-copy"]
    assert demo.events("document.print")[-1]["cj"]["print"]["id"] == number


def test_what_is_printed_carries_the_copy_number_and_who_gets_it(answered: Visitor) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)
    form = {
        "handle": record.locator("#print [name=handle]").input_value(),
        "recipient": "Det. D. Vance",
        "recipient_agency": "Marlow Police",
    }

    copy = answered.context.request.post(
        f"{answered.demo.url}/prints", form=form, headers={"origin": answered.demo.url}
    )

    text = pypdf.PdfReader(BytesIO(copy.body())).pages[0].extract_text()
    assert "Det. D. Vance" in text
    assert copy.headers["x-sightline-copy"][:4] in text


def test_a_question_of_this_shift_fills_the_form_and_asks_nothing(answered: Visitor, demo: Demo) -> None:
    asked = len(demo.events("search.request"))
    answered.page.fill("#q", "")
    answered.page.get_by_text("This shift's questions").click()

    answered.page.locator("button.fill").first.click()

    expect(answered.page.locator("#q")).to_have_value(HOLLIS)
    expect(answered.page.locator("#q")).to_be_focused()
    assert answered.words(".shift-words")[0].startswith("C Criminal justice Case 26-04417")
    assert len(demo.events("search.request")) == asked


def test_change_leads_to_the_box_with_its_text(answered: Visitor) -> None:
    answered.page.locator(".understood a").click()

    expect(answered.page.locator("#q")).to_be_focused()
    expect(answered.page.locator("#q")).to_have_value(HOLLIS)


def test_a_second_question_does_not_wait_for_the_slowest_source_of_the_first(visit: Visit, demo_with: DemoWith) -> None:
    deputy = visit(demo_with("courts:slow,registry:stall")).begin()
    deputy.type("hollis, merrick")
    deputy.page.keyboard.press("Enter")
    deputy.page.locator("#chip-dmv.found").wait_for()

    deputy.type("falk, jory")
    deputy.page.keyboard.press("Enter")

    expect(deputy.page.locator(".understood")).to_contain_text("FALK", timeout=1_000)
    deputy.page.locator('#people[aria-busy="false"]').wait_for()
    assert deputy.words("#chip-registry a") == ["Registry no answer"]
