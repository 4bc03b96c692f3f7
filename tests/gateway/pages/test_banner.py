"""Before anything else is opened, each sign-in reads the notice and agrees to it, and the record holds which text."""

import hashlib
from collections.abc import Iterator

import pytest

from gateway.settings import NOTICE
from tests.world import Browser, World

JSON = "application/json"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture
def new(world: World) -> Browser:
    browser = world.browser()
    browser.sign_in("officer")
    return browser


def test_the_notice_is_read_whole_with_two_ways_on(new: Browser) -> None:
    page = new.get("/banner")

    assert page.status_code == 200
    assert f'<p class="notice-text">{NOTICE}</p>' in page.text
    assert "I understand and agree" in page.text
    assert 'action="/signout"' in page.text


def test_the_notice_says_what_policy_asks_for() -> None:
    for words in ("restricted", "monitored, recorded and audited", "Unauthorized use is prohibited", "you consent"):
        assert words in NOTICE


def test_agreeing_leads_on_and_is_in_the_record_with_the_hash_of_the_text(world: World, new: Browser) -> None:
    answer = new.post("/banner", {"accept": "yes"})
    (agreed,) = world.events("policy.ack")[-1:]

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert agreed["cj"]["notice"] == hashlib.sha256(NOTICE.encode()).hexdigest()
    assert agreed["user"]["name"] == "Dep. R. Ashgrove"
    assert new.get("/search").status_code == 200


def test_it_is_asked_at_each_sign_in_in_each_browser(world: World) -> None:
    world.signed_in()
    again = world.browser()
    again.sign_in("officer")

    assert again.get("/search").headers["location"] == "/banner"


@pytest.mark.parametrize("form", [{}, {"accept": ""}, {"accept": "no"}, {"accept": "YES"}, {"accept": "yes,yes"}])
def test_anything_but_yes_is_no(world: World, new: Browser, form: dict[str, str]) -> None:
    before = len(world.events("policy.ack"))
    answer = new.post("/banner", form)

    assert answer.status_code == 422
    assert "Agree to the notice, or sign out" in answer.text
    assert len(world.events("policy.ack")) == before
    assert new.get("/search").headers["location"] == "/banner"


def test_a_program_agrees_in_json(new: Browser) -> None:
    refused = new.send("POST", "/banner", headers={"accept": JSON, "sec-fetch-site": "same-origin"}, json={})
    agreed = new.send("POST", "/banner", headers={"sec-fetch-site": "same-origin"}, json={"accept": "yes"})

    assert refused.json()["errors"] == [{"field": "accept", "message": "Agree to the notice, or sign out."}]
    assert agreed.status_code == 303


def test_who_does_not_agree_can_sign_out(world: World, new: Browser) -> None:
    assert new.post("/signout").status_code == 200
    assert new.get("/banner").headers["location"] == "/signin"


def test_what_cannot_be_recorded_was_not_agreed_to(world: World, new: Browser) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("audit.inprocess.JournalRecorder.append", _cannot)
        assert new.post("/banner", {"accept": "yes"}).status_code == 503

    assert new.get("/search").headers["location"] == "/banner"


async def _cannot(*_: object) -> None:
    from audit.recorder import CannotRecord

    raise CannotRecord
