"""Every act of the day by keyboard alone; the keys are listed, rest while someone types, and can be switched off."""

import pytest
from playwright.sync_api import expect

from tests.flows.demo import Demo
from tests.flows.tour import HOLLIS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process


@pytest.fixture
def answered(deputy: Visitor) -> Visitor:
    """The deputy with two people on the screen, the focus on the answer."""
    deputy.ask("hollis, merrick")
    expect(deputy.page.get_by_role("heading", name="Answer", exact=True)).to_be_focused()
    return deputy


def test_one_key_changes_the_purpose_and_enter_asks(deputy: Visitor, demo: Demo) -> None:
    deputy.ask(HOLLIS)
    press = deputy.page.keyboard.press

    press("F2")
    expect(deputy.page.get_by_label("Purpose")).to_be_focused()
    press("f")  # Firearms
    press("Tab")
    expect(deputy.page.get_by_label("Case number")).to_be_focused()
    press("Enter")

    expect(deputy.page.locator(".people-head p")).to_have_text("Purpose F, case 26-04417")
    assert demo.events("search.request")[-1]["cj"]["purpose"]["code"] == "F"


def test_slash_leads_to_the_question(answered: Visitor) -> None:
    answered.page.keyboard.press("/")

    expect(answered.page.locator("#q")).to_be_focused()


def test_j_and_k_go_from_person_to_person(answered: Visitor) -> None:
    people = answered.page.locator(".person")
    press = answered.page.keyboard.press

    press("j")
    expect(people.nth(0)).to_be_focused()
    press("j")
    expect(people.nth(1)).to_be_focused()
    press("k")
    expect(people.nth(0)).to_be_focused()


@pytest.mark.parametrize(("key", "source"), list(enumerate(("dmv", "courts", "registry", "corrections"), 1)))
def test_a_digit_leads_to_the_panel_that_shows_it(answered: Visitor, key: int, source: str) -> None:
    answered.page.keyboard.press(str(key))

    expect(answered.page.locator(f"#panel-{source}")).to_be_focused()
    expect(answered.page.locator(f"#panel-{source} kbd")).to_have_text(str(key))


def test_enter_opens_p_prints_and_escape_goes_back(answered: Visitor) -> None:
    press = answered.page.keyboard.press

    press("2")
    press("Enter")
    expect(answered.page.locator("#record .title")).to_be_focused()
    press("p")
    expect(answered.page.get_by_label("Who gets this copy")).to_be_focused()
    press("Escape")

    expect(answered.page.locator("#panel-courts a.record-link").first).to_be_focused()


def test_a_question_mark_lists_the_keys(answered: Visitor) -> None:
    answered.page.keyboard.press("?")

    listed = answered.page.locator(".keys dt")
    expect(listed.first).to_be_visible()
    assert answered.words(".keys dt") == ["F2", "/", "J K", "1 to 4", "Enter", "P", "Esc", "?"]


def test_single_keys_rest_while_someone_types(answered: Visitor) -> None:
    answered.page.keyboard.press("/")
    answered.page.fill("#q", "")

    answered.page.keyboard.type("j/2?p")

    expect(answered.page.locator("#q")).to_be_focused()
    expect(answered.page.locator("#q")).to_have_value("j/2?p")


def test_all_keys_can_be_switched_off_and_stay_off(answered: Visitor) -> None:
    answered.page.locator(".user > summary").click()
    with answered.page.expect_response("**/appearance"):
        answered.page.get_by_role("group", name="Keys").get_by_label("Off").check()
    answered.go("/search")
    answered.page.locator("body").focus()
    answered.page.get_by_role("link", name="Verify a copy").focus()

    for key in ("/", "?", "F2"):
        answered.page.keyboard.press(key)

    expect(answered.page.get_by_role("link", name="Verify a copy")).to_be_focused()
    expect(answered.page.locator(".user[open], .shift[open]")).to_have_count(0)


def test_everything_on_the_way_to_a_record_is_reached_by_tab_in_the_order_it_is_read(deputy: Visitor) -> None:
    deputy.ask(HOLLIS)

    reached: list[str] = []
    for _ in range(40):
        deputy.page.keyboard.press("Tab")
        reached.append(deputy.page.evaluate(_WHERE))

    order = [place for place in dict.fromkeys(reached) if place]
    assert order == ["understood", "strip", "lamps", "people", "panels"]


# In which part of the answer the focus is; outside of it, nowhere.
_WHERE = """() => {
  const part = document.activeElement.closest(".understood, .strip, .lamps, #people, #panels");
  return part ? part.id || part.className : "";
}"""
