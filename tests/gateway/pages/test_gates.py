"""Each of the demo's people lands where their role begins, or is stopped at one gate that says why and whom to ask."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.world import Browser, World

JSON = "application/json"

# Who begins where: whoever asks at the question, auditors at what was asked, others at what their role may do.
HOMES = {
    "officer": "/search",
    "officer2": "/search",
    "dispatcher": "/search",
    "probation": "/search",
    "siteadmin": "/role",
    "trainer": "/role",
    "auditor": "/activity",
    "statewide": "/activity",
    "operations": "/role",
}
# Who is stopped: what happened, why, what to do, whom to ask.
STOPPED = {
    "unknown": (
        r"Ursula Blackmere, Harrow Falls Marine Patrol\. No agency lists you\.",
        "Only people whom an agency lists may see records.",
        "Ask your agency&#39;s site administrator to list you.",
        r"Your agency, or operations: <span class=\"mono tel\">\(555\) 010-0800</span>\.",
    ),
    "suspended-agency": (
        r"Ofc\. S\. Thornbury, Tarrow Creek Police\. Your agency&#39;s agreement ended \w+ \d+, \d{4}\.",
        "Records go only to agencies whose agreement is in force.",
        "The head of your agency signs or renews it.",
        r"Chief O\. Dunmarrow, <span class=\"mono tel\">\(555\) 010-0301</span>\.",
    ),
    "untrained": (
        r"Dep\. U\. Fennimore, Pinelake County Sheriff\. Your training ended \w+ \d+, \d{4}\.",
        "Training is due every year before records may be seen.",
        "Take the class. Access returns when your coordinator reports it",
        r"T\. Wexcombe, training coordinator, <span class=\"mono tel\">\(555\) 010-0142</span>\.",
    ),
    "terminated": (
        r"Dep\. G\. Penhallow, Pinelake County Sheriff\. Your agency ended your access \w+ \d+, \d{4}\.",
        "Access ends with the job.",
        "Return or destroy every copy you hold",
        r"I\. Stallard, site administrator, <span class=\"mono tel\">\(555\) 010-0111</span>\.",
    ),
    "dormant": (
        r"Dep\. D\. Winslade, Pinelake County Sheriff\. You have not used Sightline for 90 days or more",
        "Unused access is closed",
        "Your site administrator can open it again.",
        r"I\. Stallard, site administrator",
    ),
    "no-mfa": (
        r"Dep\. N\. Mereworth, Pinelake County Sheriff\. You signed in without a second factor\.",
        "Passwords get stolen",
        "Sign out, and sign in again with your code or key.",
        r"I\. Stallard, site administrator",
    ),
}
GATES = {account: "agreement" if account == "suspended-agency" else account for account in STOPPED} | {
    "untrained": "training"
}
each_stopped = pytest.mark.parametrize("account", STOPPED)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture(scope="module")
def stopped(world: World) -> dict[str, Browser]:
    browsers = {account: world.browser() for account in STOPPED}
    for account, browser in browsers.items():
        browser.sign_in(account)
    return browsers


def test_all_fifteen_people_are_looked_at() -> None:
    assert len({*HOMES, *STOPPED}) == 15


@pytest.mark.parametrize(("account", "home"), HOMES.items())
def test_everyone_else_begins_where_their_role_does(world: World, account: str, home: str) -> None:
    browser = world.browser()
    assert browser.sign_in(account).headers["location"] == "/"
    assert browser.get("/").headers["location"] == "/banner"
    browser.post("/banner", {"accept": "yes"})

    assert browser.get("/").headers["location"] == home
    assert browser.get(home).status_code == 200


# Stopped


@each_stopped
def test_the_page_says_what_happened_why_what_to_do_and_whom_to_ask(stopped: dict[str, Browser], account: str) -> None:
    answer = stopped[account].get("/")
    happened, why, do, ask = STOPPED[account]

    assert answer.status_code == 403
    assert ">You cannot use Sightline now</h1>" in answer.text
    told = dict(re.findall(r"<h2>(.+?)</h2><p>(.+?)</p>", answer.text))
    assert list(told) == ["What happened", "Why it stops you", "What to do", "Whom to ask"]
    assert re.search(happened, told["What happened"])
    assert why in told["Why it stops you"]
    assert do in told["What to do"]
    assert re.search(ask, told["Whom to ask"])


@each_stopped
def test_it_is_recorded_that_they_came_and_then_that_they_were_stopped(world: World, account: str) -> None:
    before = len(world.events())
    browser = world.browser()
    browser.sign_in(account)
    login, denied = world.events()[before:]

    assert (login["event"]["action"], login["event"]["outcome"]) == ("session.login", "success")
    assert (denied["event"]["action"], denied["event"]["outcome"]) == ("access.denied", "failure")
    assert denied["event"]["reason"] == f"gate.{GATES[account]}"
    assert denied["user"] == login["user"]
    assert f"Recorded as entry {denied['event']['sequence']:,}." in browser.get("/").text


@each_stopped
def test_as_json_it_is_a_problem_with_the_gate_and_the_entry(
    world: World, stopped: dict[str, Browser], account: str
) -> None:
    problem = stopped[account].get("/search", JSON).json()

    assert problem["rule"] == f"gate.{GATES[account]}"
    (denied,) = [event for event in world.events("access.denied") if event["event"]["sequence"] == problem["entry"]]
    assert denied["event"]["reason"] == problem["rule"]


@each_stopped
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/search"),
        ("POST", "/search"),
        ("GET", "/role"),
        ("GET", "/banner"),
        ("POST", "/banner"),
        ("GET", "/records/x"),
        ("GET", "/records/x/photograph"),
        ("POST", "/prints"),
        ("GET", "/activity"),
        ("POST", "/activity/subject"),
    ],
)
def test_every_other_door_leads_to_that_page(stopped: dict[str, Browser], account: str, method: str, path: str) -> None:
    browser = stopped[account]
    answer = browser.get(path) if method == "GET" else browser.post(path, {"accept": "yes", "q": "hollis"})

    assert answer.status_code == 403
    assert "You cannot use Sightline now" in answer.text


@each_stopped
def test_there_is_no_menu_and_no_mark_of_an_officer_on_it(stopped: dict[str, Browser], account: str) -> None:
    page = stopped[account].get("/").text

    assert "<li><a href=" not in page
    assert 'class="mark"' not in page


@each_stopped
def test_they_can_sign_out_and_that_is_recorded(world: World, account: str) -> None:
    browser = world.browser()
    browser.sign_in(account)
    answer = browser.post("/signout")

    assert answer.status_code == 200
    assert world.events()[-1]["event"]["action"] == "session.logout"
    assert browser.get("/").headers["location"] == "/signin"


def test_to_be_stopped_is_no_use_and_opens_no_gate_that_was_closed_for_want_of_it(world: World) -> None:
    for _ in range(2):
        browser = world.browser()
        browser.sign_in("dormant")
        assert browser.get("/search", JSON).json()["rule"] == "gate.dormant"


def test_who_is_let_in_is_not_dormant_for_another_ninety_days(tmp_path: object) -> None:
    with World(tmp_path).running() as world:
        world.clock.on(days=60)
        world.signed_in("officer")
        world.clock.on(days=60)

        assert world.signed_in("officer").get("/search").status_code == 200
        assert world.signed_in("officer2").get("/search", JSON).json()["rule"] == "gate.dormant"


def test_two_strangers_are_two_and_neither_has_an_id_of_ours(world: World, stopped: dict[str, Browser]) -> None:
    (stranger,) = {
        event["user"]["id"] for event in world.events("session.login") if event["user"]["name"] == "Ursula Blackmere"
    }

    assert re.fullmatch(r"[0-9a-f]{32}", stranger)
    assert not stranger.startswith("c836c2d1a362")


def test_what_never_was_is_not_said_to_have_ended(world: World) -> None:
    untrained, browser = "31ba2dc27488", world.browser()
    world.change(untrained, training_until=None)
    browser.sign_in("untrained")
    world.change(untrained, training_until=world.clock.at.date() - timedelta(days=23))

    assert "Your training is not done." in browser.get("/").text
