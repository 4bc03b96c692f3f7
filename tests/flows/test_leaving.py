"""How a session ends: signed out here and at the provider, over by itself, or locked on the screen."""

import re

import pytest
from playwright.sync_api import expect

from tests.flows.conftest import Visit
from tests.flows.demo import Demo, Demos
from tests.flows.tour import HOLLIS
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

MINUTE = 60_000  # milliseconds


@pytest.fixture
def on_the_clock(deputy: Visitor) -> Visitor:
    """The deputy with an answer and a record on the screen, in a browser whose clock is ours."""
    deputy.page.clock.install()
    deputy.go("/search")
    deputy.ask(HOLLIS)
    deputy.open(deputy.page.locator(".opens a.record-link").first)
    return deputy


# Signed out


def test_sign_out_ends_it_here_and_at_the_provider(deputy: Visitor, demo: Demo) -> None:
    ended = len(demo.events("session.logout"))
    cookies = deputy.context.cookies()
    deputy.page.locator(".user > summary").click()

    with deputy.page.expect_request(f"{demo.provider}/**") as told:
        deputy.page.get_by_role("button", name="Sign out").click()
    deputy.page.wait_for_url("**/signed-out**")

    assert told.value.method == "POST"  # the token that names the session is in no address
    assert "id_token_hint" not in told.value.url
    expect(deputy.page.get_by_role("heading", name="You are signed out of Sightline")).to_be_visible()
    assert len(demo.events("session.logout")) == ended + 1
    # Nor is the old cookie good for anything.
    deputy.context.add_cookies(cookies)
    deputy.go("/search")
    assert deputy.page.url.startswith(demo.provider)


def test_back_shows_nothing_of_what_was_on_the_screen(deputy: Visitor) -> None:
    deputy.ask(HOLLIS)
    deputy.page.locator(".user > summary").click()
    deputy.page.get_by_role("button", name="Sign out").click()
    deputy.page.wait_for_url("**/signed-out**")

    for _ in range(3):
        deputy.page.go_back()
        assert "HOLLIS" not in deputy.page.locator("body").inner_text()


# Over


def test_a_session_that_ended_says_so_and_keeps_what_was_typed(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble("dmv:garbled")).begin()  # a demo whose other people have gone home
    deputy.type(HOLLIS)
    deputy.demo.end_sessions()

    deputy.page.keyboard.press("Enter")

    expect(deputy.page.get_by_text("You are not signed in")).to_be_visible()
    expect(deputy.page.locator("#q")).to_have_value(HOLLIS)
    with deputy.page.expect_popup() as opened:
        deputy.page.get_by_role("link", name="Sign in again, new tab").click()
    opened.value.click('button[value="officer"]')
    opened.value.get_by_role("button", name="I understand and agree").click()
    opened.value.locator("#q").wait_for()

    deputy.page.bring_to_front()
    deputy.page.get_by_role("button", name="Send again").click()

    expect(deputy.page.get_by_role("heading", name="HOLLIS, Merrick D")).to_be_visible()


def test_a_page_opened_after_it_ended_leads_to_the_provider(visit: Visit, demos: Demos) -> None:
    deputy = visit(demos.with_trouble("dmv:garbled")).begin()
    deputy.demo.end_sessions()

    deputy.go("/search")

    assert deputy.page.url.startswith(deputy.demo.provider)


# Locked


def test_a_minute_before_the_lock_the_page_says_so_and_stay_starts_the_time_again(on_the_clock: Visitor) -> None:
    page, idle = on_the_clock.page, on_the_clock.idle_s * 1000
    page.clock.run_for(idle - MINUTE // 2)

    expect(page.get_by_role("alertdialog")).to_contain_text(re.compile(r"This screen locks in \d\d seconds\."))
    page.get_by_role("button", name="Stay").click()
    page.clock.run_for(MINUTE)

    expect(page.get_by_role("alertdialog")).to_be_hidden()
    expect(page.locator(".person")).to_be_visible()


def test_the_lock_takes_the_records_off_the_page_and_keeps_what_was_typed(on_the_clock: Visitor) -> None:
    page = on_the_clock.page
    page.clock.run_for(on_the_clock.idle_s * 1000 + MINUTE)

    expect(
        page.get_by_role("heading", name=re.compile(r"Locked at \d\d:\d\d\. What you typed is kept here\."))
    ).to_be_visible()
    assert "HOLLIS" not in page.content()
    expect(page.locator("#q")).to_have_value(HOLLIS)
    expect(page.locator("#q")).to_be_hidden()

    with page.expect_popup():
        page.get_by_role("link", name="Sign in again, new tab").click()
    expect(page.locator("#q")).to_be_visible()
