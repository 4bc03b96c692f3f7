"""What goes wrong behind the page is said on it: a silent source, a garbled one, a record that cannot be written."""

import pytest
from playwright.sync_api import expect

from tests.flows.conftest import Visit
from tests.flows.demo import Demo, Demos
from tests.flows.tour import HOLLIS, SLOW
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process


# A source


def test_the_others_are_shown_while_one_is_still_asked(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble(SLOW)).begin()
    deputy.type(HOLLIS)
    deputy.page.keyboard.press("Enter")

    expect(deputy.page.locator("#chip-dmv.found")).to_be_visible()

    expect(deputy.page.locator("#chip-registry.waiting, #panel-registry.waiting")).to_have_count(2)
    expect(deputy.page.locator("#panel-dmv a.record-link")).to_have_count(1)
    expect(deputy.page.locator("#people")).to_have_attribute("aria-busy", "true")


def test_a_silent_source_is_not_known_and_never_none(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble(SLOW)).begin()

    deputy.ask(HOLLIS)

    assert deputy.words("#strip-words") == ["3 of 4 answered. Registry did not."]
    assert deputy.words("#chip-registry a") == ["Registry no answer"]
    assert deputy.words("#panel-registry .sentence") == ['No answer in 2.0 s. This is not "none".']
    assert deputy.words("#lamp-registered_offender .lamp-text") == ["Registered offender unknown"]
    assert deputy.words(".facts .silent td") == ["Registry (no answer, so not known)"]
    assert deputy.words(".chip.found strong") == ["DMV", "Courts", "Corrections"]


def test_a_second_question_does_not_wait_for_the_slowest_source_of_the_first(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble(SLOW)).begin()
    deputy.type("hollis, merrick")
    deputy.page.keyboard.press("Enter")
    deputy.page.locator("#chip-dmv.found").wait_for()

    deputy.type("falk, jory")
    deputy.page.keyboard.press("Enter")

    expect(deputy.page.locator(".understood")).to_contain_text("FALK")
    expect(deputy.page.locator("#chip-registry.waiting")).to_be_visible()  # of the first, it would be silent by now
    deputy.page.locator('#people[aria-busy="false"]').wait_for()
    assert deputy.words("#chip-registry a") == ["Registry no answer"]


def test_a_garbled_answer_is_unusable_and_none_of_it_is_shown(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble("dmv:garbled")).begin()

    deputy.ask(HOLLIS)

    assert deputy.words("#strip-words") == ["3 of 4 answered. DMV did not."]
    assert deputy.words("#chip-dmv a") == ["DMV unusable"]
    assert deputy.words("#panel-dmv .sentence") == [
        'The answer could not be read safely; none of it is shown. This is not "none".'
    ]
    assert deputy.words("#lamp-licence_not_valid .lamp-text") == ["License not valid unknown"]
    expect(deputy.page.locator("#panel-dmv a.record-link")).to_have_count(0)


# The record


@pytest.fixture
def broken(visit: Visit, demos: Demos) -> Visitor:
    """The deputy's page when the record broke between the first source's answer and the second's."""
    deputy = visit(demos.to_break("courts:slow")).begin()
    deputy.type(HOLLIS)
    deputy.page.keyboard.press("Enter")
    deputy.page.locator("#chip-dmv.found").wait_for()
    deputy.demo.break_journal()
    deputy.page.locator("#people .stopped").wait_for()
    return deputy


def test_when_the_record_breaks_midway_the_page_stops_there_and_says_so(broken: Visitor) -> None:
    page = broken.page

    expect(page.get_by_role("alert")).to_contain_text("Sightline cannot record, so it shows nothing.")
    expect(page.get_by_role("alert")).to_contain_text("Use your dispatcher or radio now.")
    expect(page.locator("#panel-dmv a.record-link")).to_have_count(1)  # what stands stays
    assert broken.words("#chip-courts a") == ["Courts stopped"]
    assert broken.words("#lamp-open_warrant .lamp-text") == ["Open warrant stopped"]
    expect(page.locator("#panel-courts a.record-link")).to_have_count(0)
    expect(page.locator("#q")).to_have_value(HOLLIS)

    # Nor is anything shown from here on: no record, no question. What was typed stays.
    page.locator("#panel-dmv a.record-link").click()
    expect(page.locator("#record .stopped")).to_be_visible()
    page.keyboard.press("Escape")
    broken.page.fill("#q", "falk, jory")
    page.keyboard.press("Enter")
    expect(page.locator("#answer > .stopped")).to_be_visible()
    expect(page.locator("#q")).to_have_value("falk, jory")
    assert broken.context.request.get(f"{broken.demo.url}/readyz").status == 503


def test_the_page_whose_gateway_is_gone_says_that_it_does_not_answer(visit: Visit, demo: Demo) -> None:
    deputy = visit().begin()
    deputy.context.set_offline(True)
    deputy.type(HOLLIS)

    deputy.page.keyboard.press("Enter")

    expect(deputy.page.locator("#answer .stopped")).to_contain_text("Sightline does not answer, so nothing is shown.")
    expect(deputy.page.locator("#q")).to_have_value(HOLLIS)
    deputy.complaints.clear()  # the browser's own, of a network that is away
