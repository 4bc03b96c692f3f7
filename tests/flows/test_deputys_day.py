"""The deputy's day as a browser sees it: in, ask, read, open, print; each act is in the record before it is seen."""

import re
from io import BytesIO

import pypdf
import pytest
from playwright.sync_api import expect

from tests.flows.chromium import ON_A_PHONE
from tests.flows.conftest import Visit
from tests.flows.demo import Demo
from tests.flows.tour import HOLLIS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

DAY = r"[A-Z][a-z]{2} \d{1,2}, \d{4}"
AGE = r"\(\d+\)"


@pytest.fixture
def answered(deputy: Visitor) -> Visitor:
    """The deputy with the answer to a question on the screen."""
    deputy.ask(HOLLIS)
    return deputy


# In


def test_the_notice_stands_before_everything_else(visit: Visit) -> None:
    visitor = visit()

    visitor.sign_in("officer")

    assert visitor.page.url.endswith("/banner")
    expect(visitor.page.get_by_text("This is a restricted State system.")).to_be_visible()
    visitor.go("/search")
    assert visitor.page.url.endswith("/banner")


def test_one_key_agrees_to_the_notice_and_the_question_is_there(visit: Visit, demo: Demo) -> None:
    visitor = visit()
    visitor.sign_in("officer")
    agreed = len(demo.events("policy.ack"))

    visitor.page.keyboard.press("Enter")

    expect(visitor.page.get_by_label("Name, plate, license or file number")).to_be_focused()
    assert len(demo.events("policy.ack")) == agreed + 1


def test_a_fresh_page_has_the_cursor_in_the_box(deputy: Visitor) -> None:
    expect(deputy.page.get_by_label("Name, plate, license or file number")).to_be_focused()
    expect(deputy.page.get_by_text("Every search and every record opened is recorded")).to_be_visible()


# Ask


def test_four_panels_fill_and_the_person_stands_first(answered: Visitor) -> None:
    assert answered.words("#strip-words") == ["All 4 answered."]
    assert answered.words(".chip a") == ["DMV 1 found", "Courts 4 found", "Registry none", "Corrections 1 found"]
    expect(answered.page.get_by_role("heading", name="HOLLIS, Merrick Dane")).to_be_visible()


def test_the_answer_says_what_was_understood_and_for_what(answered: Visitor) -> None:
    understood = f"Understood: HOLLIS \\(surname\\), MERRICK \\(given\\), born Feb 11, 1980 {AGE}. Change"
    assert re.fullmatch(understood, *answered.words(".understood"))
    assert answered.words(".people-head p") == ["Purpose C, case 26-04417"]


def test_contradictions_stand_side_by_side_with_who_says_so_and_when(answered: Visitor) -> None:
    births = answered.page.locator(".facts tr", has=answered.page.get_by_text("Birth date"))

    three, one = f"DMV {DAY}; Courts {DAY}; Corrections {DAY}", f"Courts {DAY}"
    row = f"Birth date differs Feb 11, 1980 {AGE} {three} Nov 2, 1980 {AGE} {one}"
    assert re.fullmatch(row, " ".join(births.inner_text().split()))


def test_the_shift_bar_closes_once_it_was_asked_and_keeps_the_case(answered: Visitor) -> None:
    expect(answered.page.locator(".shift-fields")).to_be_hidden()
    assert answered.words(".shift-words") == ["C Criminal justice Case 26-04417 1 question so far"]
    answered.go("/search")
    assert answered.words(".shift-words") == ["C Criminal justice Case 26-04417 1 question so far"]


def test_alerts_stand_on_the_card_with_source_and_date(answered: Visitor) -> None:
    alerts = answered.words(".person .alert")

    assert re.fullmatch(f"Caution: Armed, {DAY} \\(Corrections\\)", alerts[0])
    assert re.fullmatch(r"Order for arrest, not served, [A-Z][a-z]{2} \d{1,2}(, \d{4})? \(Courts\)", alerts[1])
    expect(answered.page.get_by_text("Confirm with the issuing office before you act.")).to_be_visible()


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


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("birth_date", "2/30/1980", "There is no February 30. Write 2/11/1980."),
        ("case_number", "", "Give a case, event or reason."),
        ("q", "   ", "Type a name, plate, license or file number."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_is_kept(
    deputy: Visitor, demo: Demo, field: str, typed: str, message: str
) -> None:
    asked = len(demo.events("search.request"))
    deputy.page.get_by_text("More fields").click()
    for name, value in {"case_number": "26-04417", "q": "<b>hollis</b>", "birth_date": "", field: typed}.items():
        deputy.page.fill(f"#{name}", value)

    deputy.page.click("#go")

    expect(deputy.page.locator("#errors")).to_be_focused()
    assert deputy.page.title().startswith("Error: ")
    expect(deputy.page.locator(f"#{field}")).to_have_accessible_description(re.compile(re.escape(message)))
    expect(deputy.page.locator(f"#{field}")).to_have_value(typed)
    if field != "q":
        expect(deputy.page.locator("#q")).to_have_value("<b>hollis</b>")
    assert len(demo.events("search.request")) == asked


# Read


def test_a_record_opens_beside_the_answer(answered: Visitor) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)

    expect(record.get_by_role("heading", name="Driver HOLLIS, Merrick Dane")).to_be_focused()
    expect(answered.page.locator(".person").first).to_be_visible()
    expect(answered.page.locator(".panel").first).to_be_hidden()
    expect(record.locator(".recorded")).to_contain_text("entry")


@pytest.mark.parametrize("way", ["Escape", "Back", "link"])
def test_going_back_finds_the_link_again_where_it_was(answered: Visitor, demo: Demo, way: str) -> None:
    asked = len(demo.events("search.request"))
    link = answered.page.locator(".opens a.record-link").last
    link.scroll_into_view_if_needed()
    scrolled = answered.page.evaluate("scrollY")
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
    assert answered.page.evaluate("scrollY") == scrolled
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


# Print


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


def test_every_page_of_a_copy_carries_its_number_its_watermark_and_who_gets_it(answered: Visitor) -> None:
    record = answered.open(answered.page.locator(".panel a.record-link").first)
    form = {
        "handle": record.locator("#print [name=handle]").input_value(),
        "recipient": "Det. D. Vance",
        "recipient_agency": "Marlow Police",
    }

    copy = answered.context.request.post(
        f"{answered.demo.url}/prints", form=form, headers={"origin": answered.demo.url}
    )

    number = "-".join(re.findall("....", copy.headers["x-sightline-copy"]))
    pages = pypdf.PdfReader(BytesIO(copy.body())).pages
    assert len(pages) > 1
    for page in pages:
        text = page.extract_text()
        assert "Det. D. Vance" in text
        assert number in text
        assert list(page["/Resources"]["/Pattern"]), "no watermark is laid over it"


def test_a_copy_for_nobody_in_particular_is_not_printed(answered: Visitor, demo: Demo) -> None:
    printed = len(demo.events("document.print"))
    record = answered.open(answered.page.locator(".panel a.record-link").first)
    record.locator("#print > summary").click()

    with answered.page.expect_popup() as opened:
        record.get_by_role("button", name="Print this copy").click()

    field = opened.value.get_by_label("Who gets this copy")
    expect(field).to_have_accessible_description("Name the person who gets this copy.")
    assert len(demo.events("document.print")) == printed


def test_the_browsers_own_print_is_a_page_that_says_where_to_print(answered: Visitor) -> None:
    paper = pypdf.PdfReader(BytesIO(answered.page.pdf()))

    text = " ".join(paper.pages[0].extract_text().split())
    assert len(paper.pages) == 1
    assert text.startswith("This page cannot be printed from the browser. In Sightline, choose Print.")
    assert "Asked by Dep. R. Ashgrove, NC9010000" in text
    assert "HOLLIS" not in text


def test_printing_is_off_on_a_phone(visit: Visit) -> None:
    phone = visit(**ON_A_PHONE).begin()
    phone.ask(HOLLIS)

    record = phone.open(phone.page.locator(".opens a.record-link").first)

    expect(record.get_by_text("Printing is off on phones and tablets.")).to_be_visible()
    expect(record.get_by_role("button", name="Print this copy")).to_have_count(0)
