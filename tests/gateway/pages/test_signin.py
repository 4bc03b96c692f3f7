"""Signing in and out: proof from the provider, a session of one's own, and the record says so before anybody is in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import fakeredis
import httpx2
import pytest
from starlette.testclient import TestClient

from gateway.boundary.caller import ATTEMPT, SESSION
from tests.world import DESKTOP, ISSUER, PHONE, URL, Browser, World

JSON = "application/json"
DEPUTY, OTHER_OFFICER = "87581f8437ed", "82ff4af53322"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture
def store(world: World) -> fakeredis.FakeRedis:
    """The session store, emptied."""
    redis = fakeredis.FakeRedis(server=world.store)
    redis.flushall()
    return redis


def cookies_of(answer: httpx2.Response) -> dict[str, str]:
    """Each cookie that is set, with what is said about it."""
    return dict(cookie.split("=", 1) for cookie in answer.headers.get_list("set-cookie"))


def is_let_in(browser: Browser) -> bool:
    return browser.get("/search").status_code == 200


def forget_the_provider(world: World) -> None:
    """Let what is known of it grow old: the next sign-in or sign-out has to ask again."""
    world.clock.on(minutes=11)


@contextmanager
def provider_down() -> Iterator[None]:
    async def unreachable(*_: object) -> Any:
        raise httpx2.ConnectError("HOLLIS")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx2.ASGITransport, "handle_async_request", unreachable)
        yield


# The way in


def test_signing_in_leads_to_the_provider_and_back_to_the_first_page(world: World) -> None:
    browser = world.browser()
    to_the_provider = browser.get("/signin")
    back = browser.get(browser.prove(to_the_provider.headers["location"], "officer"))

    assert to_the_provider.status_code == 303
    assert to_the_provider.headers["location"].startswith(f"{ISSUER}/authorize?")
    assert (back.status_code, back.headers["location"]) == (303, "/")


def test_the_login_is_in_the_record_with_who_where_from_and_how_they_proved_it(world: World) -> None:
    browser = world.browser()
    browser.sign_in("officer")
    (login,) = world.events("session.login")[-1:]

    assert login["event"]["outcome"] == "success"
    assert login["user"] == {"id": f"{DEPUTY}{'0' * 20}", "name": "Dep. R. Ashgrove", "roles": ["officer"]}
    assert login["organization"] == {"id": "NC9010000"}
    assert login["source"] == {"ip": "testclient"}
    assert (login["cj"]["auth"]["acr"], login["cj"]["auth"]["amr"]) == ("aal2", ["pwd", "otp"])


def test_everything_of_one_session_bears_its_token_and_nothing_bears_its_cookie(world: World) -> None:
    deputy = world.signed_in()
    deputy.ask()
    deputy.post("/signout")
    done = world.events()[-5:]

    assert [event["event"]["action"] for event in done] == [
        "session.login",
        "policy.ack",
        "search.request",
        "search.disclose",
        "session.logout",
    ]
    assert len({event["cj"]["auth"]["session"] for event in done}) == 1
    assert deputy.cookies[SESSION] not in repr(done)


def test_the_session_is_a_cookie_of_this_host_alone_that_no_script_can_read(world: World) -> None:
    browser = world.browser()
    (cookie,) = cookies_of(browser.sign_in("officer")).items()

    assert cookie[0] == "__Host-sightline"
    value, *said = cookie[1].split("; ")
    assert re.fullmatch(r"[\w-]{43}", value)
    assert sorted(said) == ["HttpOnly", "Path=/", "SameSite=lax", "Secure"]  # no age: it goes with the browser


def test_the_attempt_is_such_a_cookie_too_and_lives_ten_minutes(world: World) -> None:
    (cookie,) = cookies_of(world.browser().get("/signin")).items()

    assert cookie[0] == "__Host-sightline-signin"
    value, *said = cookie[1].split("; ")
    assert re.fullmatch(r"[\w-]{43}", value)
    assert sorted(said) == ["HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"]


def test_no_cookie_is_the_same_twice(world: World) -> None:
    one, other = world.signed_in(), world.signed_in()

    assert one.cookies[SESSION] != other.cookies[SESSION]
    assert one.cookies[ATTEMPT] != other.cookies[ATTEMPT]


def test_a_session_someone_had_before_is_not_the_one_they_get(world: World) -> None:
    browser = world.browser()
    browser.cookies[SESSION] = "A" * 43
    browser.sign_in("officer")

    assert browser.cookies[SESSION] != "A" * 43


# A cookie that is not theirs


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda cookie: "A" * 43, id="another"),
        pytest.param(lambda cookie: cookie[:-1], id="cut"),
        pytest.param(lambda cookie: cookie + "A", id="longer"),
        pytest.param(lambda cookie: cookie[::-1], id="turned round"),
        pytest.param(lambda cookie: cookie[:20] + " " + cookie[20:], id="with a space"),
        pytest.param(lambda cookie: "", id="empty"),
    ],
)
def test_with_another_or_an_altered_cookie_nobody_is_signed_in(world: World, alter: Any) -> None:
    deputy = world.signed_in()
    deputy.cookies[SESSION] = alter(deputy.cookies[SESSION])

    assert deputy.get("/search", JSON).status_code == 401


def test_the_cookie_of_an_attempt_is_no_session(world: World) -> None:
    browser = world.browser()
    browser.get("/signin")
    browser.cookies[SESSION] = browser.cookies[ATTEMPT]

    assert browser.get("/search", JSON).status_code == 401


def test_what_lies_in_the_store_names_nobody(world: World, store: fakeredis.FakeRedis) -> None:
    deputy = world.signed_in()
    deputy.ask()
    names = store.keys()
    held = [store.get(name) if store.type(name) == b"string" else b"".join(store.smembers(name)) for name in names]
    told = b"\n".join([*names, *held]).lower()

    for canary in (
        "ashgrove",
        "nc9010000",
        "pinelake",
        DEPUTY,
        "hollis",
        "merrick",
        "26-04417",
        "127.0.0.1",
        "officer",
    ):
        assert canary.encode() not in told
    assert deputy.cookies[SESSION].encode().lower() not in told


# Its end


@pytest.mark.parametrize(
    ("agent", "idle_s"), [(DESKTOP, 900), (PHONE, 600), ("", 600)], ids=["desktop", "phone", "unknown"]
)
def test_an_idle_session_ends_after_fifteen_minutes_and_after_ten_on_what_is_carried(
    world: World, store: fakeredis.FakeRedis, agent: str, idle_s: int
) -> None:
    browser = world.signed_in("officer", agent)
    (name,) = store.keys("session:*")
    assert store.ttl(name) == pytest.approx(idle_s, abs=30)

    store.expire(name, 60)
    browser.get("/search")
    assert store.ttl(name) == pytest.approx(idle_s, abs=30)


def test_twelve_hours_after_signing_in_a_session_is_over_however_busy(world: World) -> None:
    deputy = world.signed_in()
    world.clock.on(hours=12, microseconds=-1)
    assert is_let_in(deputy)

    world.clock.on(microseconds=1)
    assert not is_let_in(deputy)


@pytest.mark.parametrize(("ends", "days"), [("training_until", 0), ("terminated_on", 1)])
def test_no_session_outlives_the_day_on_which_a_gate_closes(world: World, ends: str, days: int) -> None:
    there = ZoneInfo("America/New_York")
    noon = (world.clock.at + timedelta(days=1)).astimezone(there).replace(hour=12, minute=0, second=0, microsecond=0)
    midnight = datetime.combine(noon.date() + timedelta(days=1), time(), there)
    world.clock.at = noon.astimezone(UTC)
    world.change(OTHER_OFFICER, **{ends: noon.date() + timedelta(days=days)})
    officer = world.signed_in("officer2")
    world.change(OTHER_OFFICER, training_until=noon.date() + timedelta(days=200), terminated_on=None)

    world.clock.at = midnight.astimezone(UTC) - timedelta(seconds=1)
    assert is_let_in(officer)
    world.clock.at = midnight.astimezone(UTC)
    assert not is_let_in(officer)


def test_who_comes_back_with_a_session_that_ended_by_itself_is_in_the_record_once(
    world: World, store: fakeredis.FakeRedis
) -> None:
    deputy, before = world.signed_in(), len(world.events())
    store.delete(*store.keys("session:*"))  # as fifteen minutes do
    deputy.get("/search")
    deputy.get("/search")
    (expired,) = world.events()[before:]

    assert (expired["event"]["action"], expired["event"]["reason"]) == ("session.expire", "session.idle")
    assert expired["user"]["name"] == "Dep. R. Ashgrove"
    assert expired["cj"]["auth"]["session"] == world.events("session.login")[-1]["cj"]["auth"]["session"]


def test_the_record_tells_a_long_session_from_an_idle_one(world: World) -> None:
    deputy = world.signed_in()
    world.clock.on(hours=12)
    deputy.post("/search")

    assert world.events()[-1]["event"]["reason"] == "session.absolute"


def test_who_comes_with_a_cookie_nobody_made_is_not_in_the_record(world: World) -> None:
    before = len(world.events())
    browser = world.browser()
    browser.cookies[SESSION] = "A" * 43
    browser.get("/search")

    assert len(world.events()) == before


# Signing out


def test_signing_out_ends_the_session_here_at_once_and_takes_the_cookies_back(world: World) -> None:
    deputy = world.signed_in()
    answer = deputy.post("/signout")

    assert answer.status_code == 200
    assert not is_let_in(deputy)  # the browser of this test still sends its cookie
    assert {name: "Max-Age=0" in said for name, said in cookies_of(answer).items()} == {SESSION: True, ATTEMPT: True}
    assert world.events()[-1]["event"]["action"] == "session.logout"


def test_the_provider_is_told_by_a_form_so_that_the_token_is_in_no_address(world: World) -> None:
    answer = world.signed_in().post("/signout")
    (action,) = re.findall(r'<form method="post" action="([^"]+)" id="signout-there">', answer.text)
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))

    assert action == f"{ISSUER}/end-session"
    assert set(fields) == {"id_token_hint", "client_id", "post_logout_redirect_uri", "state"}
    assert fields["id_token_hint"].count(".") == 2
    assert not any(fields["id_token_hint"] in value for value in answer.headers.values())
    assert fields["post_logout_redirect_uri"] == f"{URL}/signed-out"


def test_the_provider_sends_back_to_a_page_that_says_it_is_done(world: World) -> None:
    page = world.signed_in().post("/signout").text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    with TestClient(world.stand_in, ISSUER, follow_redirects=False) as provider:
        there = provider.post("/end-session", data=fields)

    assert there.headers["location"].startswith(f"{URL}/signed-out?state=")
    for path in (there.headers["location"].removeprefix(URL), "/signed-out?state=wrong", "/signed-out"):
        done = world.browser().get(path)
        assert done.status_code == 200
        assert "You are signed out of Sightline" in done.text


def test_signing_out_needs_nothing_of_the_provider(world: World) -> None:
    deputy = world.signed_in()
    forget_the_provider(world)
    with provider_down():
        answer = deputy.post("/signout")

    assert answer.status_code == 200
    assert "signout-there" not in answer.text
    assert not is_let_in(deputy)


def test_who_is_not_signed_in_cannot_sign_out(world: World) -> None:
    assert world.browser().post("/signout").status_code == 401


def test_one_browser_signing_out_leaves_another_signed_in(world: World) -> None:
    desktop, phone = world.signed_in(), world.signed_in(agent=PHONE)
    desktop.post("/signout")

    assert is_let_in(phone)


# The provider proves nothing


def test_while_the_provider_is_down_nobody_can_begin_and_the_page_says_so(world: World) -> None:
    forget_the_provider(world)
    with provider_down():
        page, program = world.browser().get("/signin"), world.browser().get("/signin", JSON)

    assert (page.status_code, program.status_code) == (503, 503)
    assert "The state&#39;s identity service does not answer" in page.text
    assert "HOLLIS" not in page.text + program.text
    assert world.browser().sign_in("officer").headers["location"] == "/"


def test_a_provider_that_goes_down_midway_lets_nobody_in_and_that_is_recorded(world: World) -> None:
    browser = world.browser()
    path = browser.prove(browser.get("/signin").headers["location"], "officer")
    with provider_down():
        answer = browser.get(path, JSON)
    (failed,) = world.events("session.fail")[-1:]

    assert (answer.status_code, answer.json()["entry"]) == (503, failed["event"]["sequence"])
    assert failed["event"]["reason"] == "provider_down"
    assert SESSION not in browser.cookies


@pytest.mark.parametrize(
    ("altered", "reason"),
    [
        pytest.param(("code=", "code=x"), "provider_error", id="a code of nobody"),
        pytest.param(
            ("iss=http%3A%2F%2F127.0.0.1%3A9", "iss=https%3A%2F%2Fevil.test"), "iss_mismatch", id="another issuer"
        ),
        pytest.param(("state=", "state=x"), "state_mismatch", id="a state of nobody"),
        pytest.param(("code=", "error=access_denied&x="), "provider_error", id="an error"),
    ],
)
def test_an_answer_that_proves_nothing_is_recorded_and_shown_by_its_reason(
    world: World, altered: tuple[str, str], reason: str
) -> None:
    browser = world.browser()
    path = browser.prove(browser.get("/signin").headers["location"], "officer")
    answer = browser.get(path.replace(*altered))
    (failed,) = world.events("session.fail")[-1:]

    assert path.replace(*altered) != path
    assert answer.status_code == 403
    assert f"signin.{reason}" in answer.text
    assert f"entry {failed['event']['sequence']}" in answer.text
    assert (failed["event"]["outcome"], failed["event"]["reason"]) == ("failure", reason)
    assert SESSION not in browser.cookies


def test_nothing_that_stands_in_an_answer_gets_onto_the_page(world: World) -> None:
    told = "error=%3Cscript%3E&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=%3Cscript%3E"
    answer = world.browser().get(f"/signin/callback?{told}")

    assert answer.status_code == 403
    assert "alert(1)" not in answer.text


@pytest.mark.parametrize("query", ["", "?code=x", "?state=", "?state=&code=x&iss=x", "?code=%ff%00&state=%ff"])
def test_an_answer_nobody_asked_for_is_refused(world: World, query: str) -> None:
    answer = world.browser().get(f"/signin/callback{query}", JSON)

    assert (answer.status_code, answer.json()["rule"]) == (403, "signin.state_mismatch")


def test_an_answer_is_good_for_one_use(world: World) -> None:
    browser = world.browser()
    path = browser.prove(browser.get("/signin").headers["location"], "officer")
    first, again = browser.get(path), browser.get(path, JSON)

    assert first.status_code == 303
    assert (again.status_code, again.json()["rule"]) == (403, "signin.state_mismatch")


def test_an_answer_is_good_in_no_other_browser(world: World) -> None:
    attacker, victim = world.browser(), world.browser()
    path = attacker.prove(attacker.get("/signin").headers["location"], "officer2")
    victim.get("/signin")
    answer = victim.get(path, JSON)

    assert (answer.status_code, answer.json()["rule"]) == (403, "signin.state_mismatch")
    assert SESSION not in victim.cookies


def test_an_answer_after_ten_minutes_comes_too_late(world: World) -> None:
    browser = world.browser()
    path = browser.prove(browser.get("/signin").headers["location"], "officer")
    world.clock.on(seconds=601)

    assert browser.get(path, JSON).json()["rule"] == "signin.attempt_expired"


# Several tabs


def test_two_tabs_can_sign_in_at_once(world: World) -> None:
    browser = world.browser()
    first, second = browser.get("/signin"), browser.get("/signin")

    for begun in (first, second):
        answer = browser.get(browser.prove(begun.headers["location"], "officer"))
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_of_many_tabs_the_last_eight_can(world: World) -> None:
    browser = world.browser()
    begun = [browser.get("/signin").headers["location"] for _ in range(10)]
    answers = [browser.get(browser.prove(location, "officer")).status_code for location in begun]

    assert answers == [403, 403, *[303] * 8]


def test_what_one_browser_can_make_us_keep_does_not_grow(world: World, store: fakeredis.FakeRedis) -> None:
    browser = world.browser()
    for _ in range(8):
        browser.get("/signin")
    (name,) = store.keys("kept:*")
    size = store.strlen(name)
    for _ in range(8):
        browser.get("/signin")

    assert store.keys("kept:*") == [name]
    assert store.strlen(name) == size
    assert store.ttl(name) == pytest.approx(600, abs=30)


# What the claims say


def test_claims_that_cannot_be_read_stop_at_the_door_by_their_name(world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:
        person = "gateway.demo.people.Person.claims"
        patch.setattr(person, lambda person: {"sub": person.subject, "given_name": ["Rowan", "HOLLIS"]})
        browser = world.browser()
        answer = browser.sign_in("officer")
    (failed,) = world.events("session.fail")[-1:]

    assert answer.status_code == 403
    assert "What it says as your given name is not usable." in answer.text
    assert "HOLLIS" not in answer.text
    assert failed["event"]["reason"] == "claim.given_name"
    assert SESSION not in browser.cookies
