"""When the provider says that someone's session is over, it is over here, in every browser, within that very call."""

import secrets
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from gateway.demo.provider import StandIn
from gateway.identity.sessions import Sessions, SessionsUnavailable
from tests.world import ISSUER, PHONE, Browser, World

DEPUTY = "87581f8437ed"
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
GONE = ...


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


def sid_of(world: World) -> str:
    """The provider's name of the session that was signed in last."""
    return next(reversed(world.provider._sessions._issued))


def logout_token(world: World, signer: StandIn | None = None, **but: Any) -> str:
    """A token with which the provider ends the deputy's sessions, but for what is given."""
    claims = {
        "sub": DEPUTY,
        "exp": int(world.clock.at.timestamp()) + 120,
        "jti": secrets.token_urlsafe(16),
        "events": {LOGOUT: {}},
    }
    told = {name: value for name, value in (claims | but).items() if value is not GONE}
    return (signer or world.provider)._signed("logout+jwt", **told)


def tell(world: World, token: str) -> httpx2.Response:
    return world.browser().send("POST", "/backchannel-logout", headers={}, data={"logout_token": token})


def is_let_in(browser: Browser) -> bool:
    return browser.get("/search").status_code == 200


def test_by_its_name_one_provider_session_ends_and_no_other(world: World) -> None:
    desktop = world.signed_in()
    sid = sid_of(world)
    phone = world.signed_in(agent=PHONE)

    assert tell(world, logout_token(world, sid=sid)).status_code == 200
    assert (is_let_in(desktop), is_let_in(phone)) == (False, True)


def test_by_the_name_of_a_person_all_their_sessions_end_in_every_browser(world: World) -> None:
    desktop, phone, other = world.signed_in(), world.signed_in(agent=PHONE), world.signed_in("officer2")

    assert tell(world, logout_token(world)).status_code == 200
    assert (is_let_in(desktop), is_let_in(phone), is_let_in(other)) == (False, False, True)


def test_a_session_that_nobody_agreed_to_the_notice_in_ends_too(world: World) -> None:
    browser = world.browser()
    browser.sign_in("officer")
    tell(world, logout_token(world))

    assert browser.get("/banner").headers["location"] == "/signin"


def test_which_sessions_were_ended_is_in_the_record(world: World) -> None:
    tell(world, logout_token(world))  # of the other tests
    world.signed_in(), world.signed_in(agent=PHONE)
    tokens = {event["cj"]["auth"]["session"] for event in world.events("session.login")[-2:]}
    tell(world, logout_token(world))
    (revoked,) = world.events("session.revoke")[-1:]

    assert revoked["event"]["reason"] == "provider.logout"
    assert revoked["cj"]["system"]["sessions"] == 2
    assert set(revoked["cj"]["system"]["session"].split()) == tokens


def test_what_someone_left_open_does_not_expire_in_the_record_afterwards(world: World) -> None:
    deputy = world.signed_in()
    tell(world, logout_token(world))
    before = len(world.events())
    deputy.get("/search")

    assert len(world.events()) == before


def test_someone_who_is_not_here_can_be_signed_out_too(world: World) -> None:
    assert tell(world, logout_token(world, sub="nobody", sid="nothing")).status_code == 200


def test_no_answer_is_kept_and_a_good_one_is_empty(world: World) -> None:
    good, bad = tell(world, logout_token(world)), tell(world, "nonsense")

    assert (good.status_code, good.text, good.headers["cache-control"]) == (200, "", "no-store")
    assert (bad.status_code, bad.headers["cache-control"]) == (400, "no-store")


def test_a_token_is_good_for_one_use(world: World) -> None:
    token = logout_token(world)
    tell(world, token)
    deputy = world.signed_in()
    again = tell(world, token)

    assert (again.status_code, again.text) == (400, "replayed")
    assert is_let_in(deputy)


def test_what_could_not_be_done_is_done_when_it_is_told_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    deputy, token = world.signed_in(), logout_token(world)

    async def fails(*_: Any, **__: Any) -> None:
        raise SessionsUnavailable

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Sessions, "end_all", fails)
        failed = tell(world, token)
    again = tell(world, token)

    assert (failed.status_code, again.status_code) == (503, 200)
    assert not is_let_in(deputy)


@pytest.mark.parametrize(
    ("but", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"iat": 1}, "stale"),
        ({"aud": "another"}, "aud_mismatch"),
        ({"iss": "https://evil.test"}, "iss_mismatch"),
        ({"nonce": "x"}, "not_a_logout"),
        ({"events": {}}, "not_a_logout"),
        ({"events": {LOGOUT: "x"}}, "not_a_logout"),
        ({"sub": GONE}, "not_a_logout"),
        ({"jti": GONE}, "token_malformed"),
    ],
    ids=repr,
)
def test_a_token_with_a_fault_ends_nothing_and_is_answered_with_its_reason(
    world: World, but: dict[str, Any], reason: str
) -> None:
    deputy = world.signed_in()
    answer = tell(world, logout_token(world, **but))

    assert (answer.status_code, answer.text) == (400, reason)
    assert is_let_in(deputy)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"data": {}}, id="nothing"),
        pytest.param({"data": {"logout_token": ""}}, id="an empty token"),
        pytest.param({"data": {"logout_token": "x" * 5000}}, id="a long word"),
        pytest.param({"data": {"logout_token": "a.b.c"}}, id="three letters"),
        pytest.param({"data": {"logout_token": ["a.b.c", "d.e.f"]}}, id="two tokens"),
        pytest.param({"data": {"token": "a.b.c"}}, id="another field"),
        pytest.param({"content": b"\xff\xfe"}, id="no form"),
        pytest.param({"content": b"", "headers": {"content-type": "application/json"}}, id="no JSON"),
        pytest.param({"json": {"logout_token": 5}}, id="a number"),
        pytest.param({"files": {"logout_token": ("x", b"a.b.c")}}, id="a file"),
    ],
)
def test_garbage_is_refused(world: World, content: dict[str, Any]) -> None:
    answer = world.browser().send("POST", "/backchannel-logout", **{"headers": {}, **content})

    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"


def test_the_token_of_another_key_ends_nothing(world: World) -> None:
    deputy = world.signed_in()
    stranger = StandIn(ISSUER, world.provider._client, world.clock.now, httpx2.MockTransport(lambda _: None))
    answer = tell(world, logout_token(world, stranger))

    assert (answer.status_code, answer.text) == (400, "key_unknown")
    assert is_let_in(deputy)


def test_after_it_was_told_the_way_in_is_open_again(world: World) -> None:
    tell(world, logout_token(world))

    assert is_let_in(world.signed_in())
