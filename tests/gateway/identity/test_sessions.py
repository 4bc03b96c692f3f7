"""A session is found and read by its cookie alone; it ends when its time is over, or when somebody entitled says so."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import fakeredis
import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.events import Actor
from gateway.identity.sessions import Key, Session, Sessions, SessionsUnavailable, connect, new_id

NOW = datetime(2026, 11, 22, 6, 14, tzinfo=UTC)
IDLE_S = 900
ISSUER = "https://idp.example"
WHO = Actor(id="87581f84", name="Dep. R. Ashgrove", roles=("officer",), ori="NC9010000", session="abc")


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def cookie_of(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def session(**but: Any) -> Session:
    """A deputy's session in which all is well, but for what is given."""
    made = Session(
        principal=None,
        stopped=None,
        stopped_entry=None,
        who=WHO,
        agency_name="Pinelake County Sheriff",
        zone="America/New_York",
        agreed=False,
        issuer=ISSUER,
        subject="someone",
        provider_session="sid-1",
        id_token="an.id.token",
        expires_at=NOW + timedelta(hours=12),
    )
    return msgspec.structs.replace(made, **but)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def redis() -> AsyncIterator[fakeredis.FakeAsyncRedis]:
    made = fakeredis.FakeAsyncRedis(server=fakeredis.FakeServer())
    yield made
    await made.aclose()


@pytest.fixture
def sessions(redis: fakeredis.FakeAsyncRedis, clock: Clock) -> Sessions:
    return Sessions(redis, b"deployment key of 32 bytes......", clock)


async def begin(sessions: Sessions, **but: Any) -> Key:
    key = Key.of(new_id())
    await sessions.begin(key, session(**but), IDLE_S)
    return key


async def ttl_of_session(redis: fakeredis.FakeAsyncRedis) -> int:
    (name,) = await redis.keys("session:*")
    return int(await redis.ttl(name))


# Only the cookie


async def test_a_cookie_finds_its_session(sessions: Sessions) -> None:
    key = await begin(sessions)

    assert await sessions.find(key, IDLE_S) == session()


async def test_another_cookie_finds_nothing(sessions: Sessions) -> None:
    await begin(sessions)

    assert await sessions.find(Key.of(new_id()), IDLE_S) is None


async def test_the_store_can_be_read_by_nobody(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    await sessions.keep(key, "shift", b"26-04417 HOLLIS", 60)
    names = await redis.keys("*")
    held = [
        await redis.get(name) if await redis.type(name) == b"string" else await redis.smembers(name) for name in names
    ]

    assert len(names) == 6
    for told in (
        b"Ashgrove",
        b"NC9010000",
        b"Pinelake",
        b"someone",
        b"sid-1",
        b"idp.example",
        b"id.token",
        b"26-04417",
    ):
        assert told not in b"".join(names)
        assert told not in b"".join(b"".join(value) if isinstance(value, set) else value for value in held)


async def test_what_was_changed_in_the_store_is_no_session(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    (name,) = await redis.keys("session:*")
    sealed = await redis.get(name)

    for altered in (sealed[:-1], sealed + b"x", bytes([sealed[0] ^ 1]) + sealed[1:], sealed[:20], b""):
        await redis.set(name, altered)
        assert await sessions.find(key, IDLE_S) is None


async def test_one_session_in_the_place_of_another_is_none(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    mine, other = await begin(sessions), await begin(sessions)
    await redis.set(f"session:{mine.name}", await redis.get(f"session:{other.name}"))

    assert await sessions.find(mine, IDLE_S) is None


async def test_what_was_kept_for_one_purpose_is_nothing_under_another(
    sessions: Sessions, redis: fakeredis.FakeAsyncRedis
) -> None:
    key = await begin(sessions)
    await sessions.keep(key, "attempts", b"[]", 60)
    await redis.rename(f"kept:{key.name}:attempts", f"kept:{key.name}:shift")

    assert await sessions.kept(key, "shift") is None


async def test_a_session_that_another_version_wrote_is_over(
    sessions: Sessions, redis: fakeredis.FakeAsyncRedis
) -> None:
    key = await begin(sessions)
    await redis.set(f"session:{key.name}", key.seal(b'{"principal": null}', b"session"))

    assert await sessions.find(key, IDLE_S) is None


def test_a_cookie_is_256_bits_in_43_letters_and_never_the_same() -> None:
    cookies = {new_id() for _ in range(100)}

    assert len(cookies) == 100
    assert {len(cookie) for cookie in cookies} == {43}


def test_a_key_shows_neither_its_cookie_nor_its_secret() -> None:
    cookie = new_id()
    key = Key.of(cookie)

    assert cookie not in key.name
    assert cookie not in key.token
    assert key.name not in repr(key)


raws = st.binary(min_size=32, max_size=32)
letters = st.sampled_from([*LETTERS, *"=+/ \n.é\x00"])


@given(raws)
def test_every_cookie_is_read_as_what_it_is(raw: bytes) -> None:
    read = Key.read(cookie_of(raw))

    assert read is not None
    assert read.name == Key(raw).name


@given(raws, st.integers(0, 43), letters, st.booleans())
def test_a_cookie_that_was_altered_in_any_letter_is_another_or_none(
    raw: bytes, at: int, letter: str, in_place: bool
) -> None:
    cookie = cookie_of(raw)
    altered = cookie[:at] + letter + cookie[at + in_place :]
    assume(altered != cookie)
    read = Key.read(altered)

    assert read is None or read.name != Key(raw).name


@given(raws, st.integers(0, 42))
def test_a_cookie_that_was_cut_is_none(raw: bytes, length: int) -> None:
    assert Key.read(cookie_of(raw)[:length]) is None


@given(raws, st.integers(1, 3))
def test_the_spare_bits_of_the_last_letter_count(raw: bytes, spare: int) -> None:
    cookie = cookie_of(raw)

    assert Key.read(cookie[:-1] + LETTERS[LETTERS.index(cookie[-1]) + spare]) is None


@given(st.none() | st.text())
def test_what_is_no_cookie_of_ours_has_no_key(cookie: str | None) -> None:
    assert Key.read(cookie) is None


# Its time


async def test_each_use_starts_the_idle_time_again(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    assert await ttl_of_session(redis) == pytest.approx(IDLE_S, abs=30)

    await sessions.find(key, 600)
    assert await ttl_of_session(redis) == pytest.approx(600, abs=30)


async def test_looking_is_no_use(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    await redis.expire(f"session:{key.name}", 100)
    await sessions.find(key, None)

    assert await ttl_of_session(redis) == pytest.approx(100, abs=30)


async def test_agreeing_to_the_notice_gives_no_more_time(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    await redis.expire(f"session:{key.name}", 100)
    await sessions.replace(key, session().agree())

    assert await ttl_of_session(redis) == pytest.approx(100, abs=30)
    found = await sessions.find(key, IDLE_S)
    assert found is not None
    assert found.agreed


async def test_nothing_brings_an_ended_session_back(sessions: Sessions) -> None:
    key = await begin(sessions)
    await sessions.end(key)
    await sessions.replace(key, session().agree())

    assert await sessions.find(key, IDLE_S) is None


async def test_however_busy_a_session_ends_with_its_longest_time(
    sessions: Sessions, clock: Clock, redis: fakeredis.FakeAsyncRedis
) -> None:
    key = await begin(sessions)
    clock.at = NOW + timedelta(hours=12) - timedelta(microseconds=1)
    assert await sessions.find(key, IDLE_S) is not None

    clock.at = NOW + timedelta(hours=12)
    assert await sessions.find(key, IDLE_S) is None
    assert await redis.keys("session:*") == []


async def test_nothing_in_the_store_is_for_ever(sessions: Sessions, redis: fakeredis.FakeAsyncRedis) -> None:
    key = await begin(sessions)
    await sessions.keep(key, "shift", b"", 60)
    await sessions.once("jti:1", 600)

    assert all([0 < await redis.ttl(name) <= 72 * 3600 for name in await redis.keys("*")])


# Told once that it ended by itself


async def test_who_comes_with_a_session_that_was_idle_too_long_is_known_once(
    sessions: Sessions, redis: fakeredis.FakeAsyncRedis, clock: Clock
) -> None:
    key = await begin(sessions)
    await redis.delete(f"session:{key.name}")  # as time does

    ended = await sessions.expired(key)
    assert ended is not None
    assert (ended.who, ended.reason(clock())) == (WHO, "session.idle")
    assert await sessions.expired(key) is None


async def test_who_comes_with_a_session_past_its_longest_time_is_known_as_that(
    sessions: Sessions, clock: Clock
) -> None:
    key = await begin(sessions)
    clock.at = NOW + timedelta(hours=12)
    await sessions.find(key, IDLE_S)

    ended = await sessions.expired(key)
    assert ended is not None
    assert ended.reason(clock()) == "session.absolute"


async def test_of_a_session_that_somebody_ended_nothing_is_left_to_tell(sessions: Sessions) -> None:
    signed_out, revoked = await begin(sessions), await begin(sessions)
    await sessions.end(signed_out)
    await sessions.end_all(ISSUER, subject="someone")

    assert await sessions.expired(signed_out) is None
    assert await sessions.expired(revoked) is None


# Ended by others


async def test_a_provider_session_ends_in_every_browser(sessions: Sessions) -> None:
    desktop, phone = await begin(sessions), await begin(sessions)
    other = await begin(sessions, provider_session="sid-2")

    assert set(await sessions.end_all(ISSUER, provider_session="sid-1")) == {desktop.token, phone.token}
    assert [await sessions.find(key, IDLE_S) for key in (desktop, phone)] == [None, None]
    assert await sessions.find(other, IDLE_S) is not None


async def test_a_person_ends_in_every_browser(sessions: Sessions) -> None:
    mine = [await begin(sessions), await begin(sessions, provider_session=None)]
    other = await begin(sessions, subject="somebody else")

    assert len(await sessions.end_all(ISSUER, subject="someone")) == 2
    assert [await sessions.find(key, IDLE_S) for key in mine] == [None, None]
    assert await sessions.find(other, IDLE_S) is not None


async def test_the_same_name_at_another_provider_is_somebody_else(sessions: Sessions) -> None:
    key = await begin(sessions)

    assert await sessions.end_all("https://other.example", subject="someone") == []
    assert await sessions.end_all("https://other.example", provider_session="sid-1") == []
    assert await sessions.find(key, IDLE_S) is not None


async def test_what_ended_already_is_not_counted_again(sessions: Sessions) -> None:
    await begin(sessions)
    await sessions.end_all(ISSUER, subject="someone")

    assert await sessions.end_all(ISSUER, subject="someone") == []


async def test_another_deployment_cannot_find_whose_sessions_these_are(
    sessions: Sessions, redis: fakeredis.FakeAsyncRedis, clock: Clock
) -> None:
    key = await begin(sessions)

    assert await Sessions(redis, bytes(32), clock).end_all(ISSUER, subject="someone") == []
    assert await sessions.find(key, IDLE_S) is not None


# Once


async def test_a_token_is_good_for_one_use_while_it_is_remembered(
    sessions: Sessions, redis: fakeredis.FakeAsyncRedis
) -> None:
    assert await sessions.once("jti:1", 600)
    assert not await sessions.once("jti:1", 600)
    assert await redis.ttl("once:jti:1") == pytest.approx(600, abs=30)


# Without the store


async def test_without_the_store_every_question_says_so_and_none_waits() -> None:
    server = fakeredis.FakeServer()
    server.connected = False
    gone = Sessions(fakeredis.FakeAsyncRedis(server=server, retry=None), bytes(32), Clock())
    key = Key.of(new_id())

    for asked in (
        gone.begin(key, session(), IDLE_S),
        gone.find(key, IDLE_S),
        gone.expired(key),
        gone.replace(key, session()),
        gone.end(key),
        gone.end_all(ISSUER, subject="someone"),
        gone.keep(key, "shift", b"", 60),
        gone.kept(key, "shift"),
        gone.once("jti:1", 60),
        gone.ping(),
    ):
        with pytest.raises(SessionsUnavailable):
            await asked


def test_a_connection_gives_up_within_a_second() -> None:
    redis = connect("redis://127.0.0.1:9/0", "a password")
    told = redis.connection_pool.connection_kwargs

    assert (told["socket_connect_timeout"], told["socket_timeout"]) == (0.25, 0.5)
    assert told["retry"].get_retries() == 1
    assert told["password"] == "a password"
