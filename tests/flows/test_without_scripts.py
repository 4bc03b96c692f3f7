"""The same day where no script runs: every act is a link or a form, and a record opens in a tab of its own."""

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Visit
from tests.flows.demo import Demo
from tests.flows.tour import HOLLIS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process


@pytest.fixture
def deputy(visit: Visit) -> Visitor:
    return visit(java_script_enabled=False).begin("officer")


@pytest.fixture
def answered(deputy: Visitor) -> Visitor:
    deputy.type(HOLLIS)
    deputy.page.click("#go")
    deputy.page.locator(".person").wait_for()
    return deputy


def record(answered: Visitor) -> Page:
    """The first record of the answer, in its tab."""
    with answered.page.expect_popup() as opened:
        answered.page.locator(".panel a.record-link").first.click()
    return opened.value


def test_the_notice_is_a_form(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.sign_in("officer")

    visitor.page.get_by_role("button", name="I understand and agree").click()

    assert visitor.page.url.endswith("/search")


def test_one_page_holds_the_whole_answer(answered: Visitor) -> None:
    assert answered.words("#strip-words") == ["All 4 answered."]
    expect(answered.page.get_by_role("heading", name="HOLLIS, Merrick Dane")).to_be_visible()
    expect(answered.page.locator(".lamp.lit")).to_have_count(4)
    expect(answered.page.locator("#q")).to_have_value(HOLLIS)


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(deputy: Visitor) -> None:
    deputy.page.fill("#q", HOLLIS)
    deputy.page.click("#go")

    expect(deputy.page.locator("#case_number")).to_have_accessible_description("Give a case, event or reason.")
    expect(deputy.page.locator("#q")).to_have_value(HOLLIS)
    assert deputy.page.title().startswith("Error: ")


def test_a_record_opens_in_a_tab_of_its_own_and_nothing_is_asked_again(answered: Visitor, demo: Demo) -> None:
    asked = len(demo.events("search.request"))

    opened = record(answered)

    expect(opened.get_by_role("heading", name="Driver HOLLIS, Merrick Dane")).to_be_visible()
    expect(answered.page.locator(".panel").first).to_be_visible()
    assert len(demo.events("search.request")) == asked


def test_the_photograph_is_an_act_of_its_own(answered: Visitor, demo: Demo) -> None:
    seen = len(demo.events("photo.view"))
    opened = record(answered)
    assert len(demo.events("photo.view")) == seen

    with opened.expect_popup() as picture:
        opened.get_by_role("link", name="Show").click()
    picture.value.wait_for_load_state()

    expect(picture.value.locator("img")).not_to_have_js_property("naturalWidth", 0)
    assert len(demo.events("photo.view")) == seen + 1


def test_a_copy_is_printed_by_a_form(answered: Visitor, demo: Demo) -> None:
    printed = len(demo.events("document.print"))
    opened = record(answered)
    opened.locator("#print > summary").click()
    opened.get_by_label("Who gets this copy").fill("Det. D. Vance")
    opened.get_by_label("Their agency", exact=True).fill("Marlow Police")

    with answered.context.expect_event("response", lambda response: response.url.endswith("/prints")) as told:
        opened.get_by_role("button", name="Print this copy").click()

    assert told.value.headers["content-type"] == "application/pdf"
    assert len(demo.events("document.print")) == printed + 1


def test_a_question_of_this_shift_fills_the_form_and_asks_nothing(answered: Visitor, demo: Demo) -> None:
    asked = len(demo.events("search.request"))
    answered.go("/search")
    answered.page.get_by_text("This shift's questions").click()

    answered.page.locator("button.fill").first.click()

    expect(answered.page.locator("#q")).to_have_value(HOLLIS)
    expect(answered.page.locator(".person")).to_have_count(0)
    assert len(demo.events("search.request")) == asked


def test_sign_out_leads_to_the_provider_by_a_button(deputy: Visitor) -> None:
    deputy.page.locator(".user > summary").click()
    deputy.page.get_by_role("button", name="Sign out").click()

    deputy.page.get_by_role("button", name="Sign out there too").click()

    assert deputy.page.url.startswith(f"{deputy.demo.url}/signed-out")
    deputy.go("/search")
    assert deputy.page.url.startswith(deputy.demo.provider)


def test_the_page_leaves_the_records_when_the_session_is_over(answered: Visitor) -> None:
    """Without scripts nothing can lock the page, so it goes to where someone has to sign in."""
    refresh = answered.page.locator('noscript meta[http-equiv="refresh"], meta[http-equiv="refresh"]')

    expect(refresh).to_have_attribute("content", f"{answered.idle_s}; url=/")
