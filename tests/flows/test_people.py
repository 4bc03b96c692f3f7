"""All fifteen people of the demo sign in with their button, and land where their role begins or at the gate that stops
them; nobody reaches a page of another role.
"""

import pytest
from playwright.sync_api import expect

from tests.flows.conftest import Visit
from tests.flows.demo import Demo
from tests.flows.visitor import Visitor

pytestmark = pytest.mark.process

# Who begins where, with what menu.
SEARCHERS = ["Search", "Verify a copy"]
AUDITORS = ["Activity", "Who looked?"]
HOMES = {
    "officer": ("/search", SEARCHERS),
    "officer2": ("/search", SEARCHERS),
    "dispatcher": ("/search", SEARCHERS),
    "probation": ("/search", SEARCHERS),
    "auditor": ("/activity", AUDITORS),
    "statewide": ("/activity", AUDITORS),
    "siteadmin": ("/role", []),
    "trainer": ("/role", []),
    "operations": ("/role", []),
}
# Who is stopped: at which gate, what happened, whom to ask.
STOPPED = {
    "unknown": ("unknown", "No agency lists you.", "(555) 010-0800"),
    "suspended-agency": ("agreement", "Your agency's agreement ended", "Chief O. Dunmarrow, (555) 010-0301"),
    "untrained": ("training", "Your training ended", "T. Wexcombe, training coordinator, (555) 010-0142"),
    "terminated": ("terminated", "Your agency ended your access", "I. Stallard, site administrator, (555) 010-0111"),
    "dormant": ("dormant", "You have not used Sightline for 90 days", "I. Stallard, site administrator"),
    "no-mfa": ("no-mfa", "You signed in without a second factor.", "I. Stallard, site administrator"),
}
WRONG_PAGES = {
    "officer": ["/activity", "/activity/subject"],
    "auditor": ["/search"],
    "siteadmin": ["/search", "/activity"],
    "operations": ["/search", "/activity", "/activity/subject"],
}


def test_the_provider_has_a_button_for_each_of_them(visit: Visit) -> None:
    visitor = visit()

    visitor.go("/signin")

    buttons = visitor.page.locator("button[name=account]")
    assert {button.get_attribute("value") for button in buttons.all()} == {*HOMES, *STOPPED}


@pytest.mark.parametrize("account", HOMES)
def test_whoever_may_use_it_agrees_to_the_notice_and_is_at_home(visit: Visit, account: str) -> None:
    home, menu = HOMES[account]
    visitor = visit()
    visitor.sign_in(account)

    visitor.page.get_by_role("button", name="I understand and agree").click()
    visitor.page.wait_for_url(f"**{home}")

    assert visitor.words("nav[aria-label=Pages] a") == menu
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("account", STOPPED)
def test_whoever_may_not_reads_why_and_whom_to_ask(visit: Visit, demo: Demo, account: str) -> None:
    gate, happened, ask = STOPPED[account]
    visitor = visit()

    visitor.sign_in(account)

    expect(visitor.page.get_by_role("heading", name="You cannot use Sightline now")).to_be_visible()
    told = " ".join(visitor.page.locator(".gate").inner_text().split())
    assert happened in told
    assert ask in told
    assert f"Gate: {gate}." in told
    refusal = next(
        event for event in reversed(demo.events("access.denied")) if event["event"]["reason"] == f"gate.{gate}"
    )
    assert f"Recorded as entry {refusal['event']['sequence']:,}." in told


@pytest.mark.parametrize("account", STOPPED)
def test_no_page_opens_for_whoever_is_stopped_but_the_way_out(visit: Visit, account: str) -> None:
    visitor = visit()
    visitor.sign_in(account)

    visitor.go("/search")
    expect(visitor.page.get_by_role("heading", name="You cannot use Sightline now")).to_be_visible()
    visitor.page.locator(".gate").get_by_role("button", name="Sign out").click()
    visitor.page.wait_for_url("**/signed-out**")


@pytest.mark.parametrize(("account", "path"), [(who, path) for who, paths in WRONG_PAGES.items() for path in paths])
def test_a_page_of_another_role_is_refused_and_that_is_recorded(
    visit: Visit, demo: Demo, account: str, path: str
) -> None:
    visitor = visit().begin(account)
    refused = len(demo.events("access.denied"))

    visitor.go(path)

    expect(visitor.page.get_by_role("heading", name="This page is not for your role.")).to_be_visible()
    assert len(demo.events("access.denied")) == refused + 1


def test_a_dispatcher_says_for_whom_and_sees_no_criminal_history(visit: Visit) -> None:
    dispatcher: Visitor = visit().begin("dispatcher")
    expect(dispatcher.page.get_by_label("For whom")).to_be_visible()

    dispatcher.page.get_by_label("For whom").fill("Dep. R. Ashgrove")
    dispatcher.ask("falk, jory")

    assert any("criminal history" in words for words in dispatcher.words(".never"))
