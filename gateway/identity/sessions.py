"""Sessions: an opaque id in a cookie; all else in Redis, encrypted under a key that only the cookie has.

Whoever reads Redis alone learns how many sessions there are and when they end. A session is found by a digest of its
id, and by three indexes (person, provider session, agency) whose names are HMACs under a deployment key, so that one
call ends every session of a person, everywhere, at once. Nothing is cached: a deleted key is a deleted session.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialBackoff
from redis.exceptions import RedisError

from audit.events import Actor
from gateway.directory.gates import Stopped
from gateway.identity.principal import Principal


class SessionsUnavailable(Exception):
    """The session store cannot be reached: nobody is let in and nobody sees data."""


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a sign-in. `principal` is there for whoever may act, `stopped` for whoever may not.

    `who` is how events name them, `agreed` that they acknowledged the notice, `id_token` what ends it at the provider.
    """

    principal: Principal | None
    stopped: Stopped | None
    stopped_entry: int | None
    who: Actor
    agency_name: str | None
    zone: str | None
    agreed: bool
    issuer: str
    subject: str
    provider_session: str | None
    id_token: str
    expires_at: datetime

    def agree(self) -> "Session":
        """The same session once the notice is acknowledged."""
        return msgspec.structs.replace(self, agreed=True)


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A session that ended by itself: whose it was, and why."""

    who: Actor
    expires_at: datetime

    def reason(self, now: datetime) -> str:
        """`session.absolute` once its longest time was over, else `session.idle`."""
        return "session.absolute" if self.expires_at <= now else "session.idle"


class Key:
    """The two things a session id is good for: finding the session, and reading it."""

    def __init__(self, cookie: bytes) -> None:
        self.name = urlsafe_b64encode(hmac.digest(cookie, b"name", "sha256")).decode()
        self.token = _token(self.name)  # what events call this session
        self._cipher = AESGCM(hmac.digest(cookie, b"seal", "sha256"))

    @classmethod
    def of(cls, cookie: str) -> "Key":
        """The key of a cookie's text made by `new_id`."""
        return cls(urlsafe_b64decode(cookie + "="))

    @classmethod
    def read(cls, cookie: str | None) -> "Key | None":
        """The key a cookie stands for, or None for anything that is not one, letter for letter."""
        # Python's decoder skips what it does not know and ignores the last letter's spare bits.
        try:
            raw = urlsafe_b64decode((cookie or "").encode() + b"=")
        except ValueError:
            return None
        return cls(raw) if len(raw) == 32 and _text(raw) == cookie else None

    def seal(self, clear: bytes, purpose: bytes) -> bytes:
        """Encrypt for this session alone; `purpose` must be the same to open it."""
        nonce = secrets.token_bytes(12)
        return nonce + self._cipher.encrypt(nonce, clear, purpose)

    def open(self, sealed: bytes, purpose: bytes) -> bytes | None:
        """The clear bytes, or None when they are not of this session and purpose, or were changed."""
        try:
            return self._cipher.decrypt(sealed[:12], sealed[12:], purpose)
        except (InvalidTag, ValueError):
            return None


def new_id() -> str:
    """The text of a new cookie: 256 random bits."""
    return _text(secrets.token_bytes(32))


def _text(cookie: bytes) -> str:
    return urlsafe_b64encode(cookie).decode().rstrip("=")


def connect(url: str, password: str | None = None) -> "Redis":
    """A client that gives up quickly: by default it would hold a request for four seconds when Redis is gone."""
    return Redis.from_url(
        url,
        password=password,
        retry=Retry(ExponentialBackoff(cap=0.1, base=0.01), 1),
        socket_timeout=0.5,
        socket_connect_timeout=0.25,
        health_check_interval=15,
    )


class Sessions:
    """The store. Every method raises `SessionsUnavailable` when Redis cannot be reached."""

    def __init__(self, redis: "Redis", deployment_key: bytes, clock: Callable[[], datetime]) -> None:
        self._redis = redis
        self._deployment_key = deployment_key
        self._clock = clock

    async def begin(self, key: Key, session: Session, idle_s: int) -> None:
        """Store a new session under the key of its cookie."""
        ended = msgspec.json.encode(Ended(who=session.who, expires_at=session.expires_at))
        try:
            async with self._redis.pipeline(transaction=True) as together:
                together.set(_session(key), _sealed(key, session), ex=idle_s)
                together.set(_ended(key.name), key.seal(ended, b"ended"), ex=_ENDED_S)
                for index in self._indexes(session):
                    together.sadd(index, key.name)
                    together.expire(index, 24 * 3600)  # longer than any session
                await together.execute()
        except RedisError as error:
            raise SessionsUnavailable from error

    async def find(self, key: Key, idle_s: int | None) -> Session | None:
        """The session, or None when it ended; one round trip reads it and starts its idle time again.

        `idle_s` None only looks (a stream is not activity). The store may hold a session for one idle time beyond
        its absolute end; it is refused here all the same.
        """
        try:
            sealed = await self._redis.getex(_session(key), ex=idle_s)
            session = None if sealed is None else _opened(key, _bytes(sealed))
            if session is not None and session.expires_at <= self._clock():
                await self._redis.delete(_session(key))
                return None
        except RedisError as error:
            raise SessionsUnavailable from error
        return session

    async def expired(self, key: Key) -> Ended | None:
        """Whose session ended by itself, told once; None where there was none, or someone ended it."""
        try:
            sealed = await self._redis.getdel(_ended(key.name))
        except RedisError as error:
            raise SessionsUnavailable from error
        clear = None if sealed is None else key.open(_bytes(sealed), b"ended")
        return None if clear is None else msgspec.json.decode(clear, type=Ended)

    async def replace(self, key: Key, session: Session) -> None:
        """Store a changed session in place of the old one, unless it ended meanwhile."""
        try:
            await self._redis.set(_session(key), _sealed(key, session), keepttl=True, xx=True)
        except RedisError as error:
            raise SessionsUnavailable from error

    async def end(self, key: Key) -> None:
        """End one session. What it kept ends with it: nobody else has the key, and it expires by itself."""
        try:
            await self._redis.delete(_session(key), _ended(key.name))
        except RedisError as error:
            raise SessionsUnavailable from error

    async def end_all(
        self, issuer: str, *, provider_session: str | None = None, subject: str | None = None
    ) -> list[str]:
        """End every session of a provider session, or else of a person. Returns what events call those there were."""
        index = (
            self._index("sid", issuer, provider_session)
            if provider_session
            else self._index("sub", issuer, subject or "")
        )
        try:
            names = [_bytes(name).decode() for name in await self._redis.smembers(index)]
            async with self._redis.pipeline(transaction=True) as together:
                for name in names:
                    together.delete(f"session:{name}")
                    together.delete(_ended(name))
                there = (await together.execute())[::2]
        except RedisError as error:
            raise SessionsUnavailable from error
        return [_token(name) for name, was_there in zip(names, there, strict=True) if was_there]

    async def keep(self, key: Key, name: str, clear: bytes, for_s: int) -> None:
        """Keep something with a session, encrypted likewise, for a while."""
        try:
            await self._redis.set(_kept(key, name), key.seal(clear, name.encode()), ex=for_s)
        except RedisError as error:
            raise SessionsUnavailable from error

    async def kept(self, key: Key, name: str, for_s: int | None = None) -> bytes | None:
        """What was kept under `name`, or None; asking keeps it for `for_s` more seconds."""
        try:
            sealed = await self._redis.getex(_kept(key, name), ex=for_s)
        except RedisError as error:
            raise SessionsUnavailable from error
        return None if sealed is None else key.open(_bytes(sealed), name.encode())

    async def once(self, name: str, for_s: int) -> bool:
        """True the first time `name` is seen within `for_s` seconds (a token that may be used once)."""
        try:
            return bool(await self._redis.set(f"once:{name}", b"1", ex=for_s, nx=True))
        except RedisError as error:
            raise SessionsUnavailable from error

    async def was_seen(self, name: str) -> bool:
        """Whether `once` was asked for `name` lately."""
        try:
            return bool(await self._redis.exists(f"once:{name}"))
        except RedisError as error:
            raise SessionsUnavailable from error

    async def ping(self) -> None:
        """Raise `SessionsUnavailable` unless the store answers."""
        try:
            await self._redis.exists("session:")
        except RedisError as error:
            raise SessionsUnavailable from error

    def _indexes(self, session: Session) -> list[str]:
        found = [self._index("sub", session.issuer, session.subject), self._index("ori", session.who.ori)]
        if session.provider_session:
            found.append(self._index("sid", session.issuer, session.provider_session))
        return found

    def _index(self, *parts: str) -> str:
        digest = hmac.digest(self._deployment_key, "\0".join(parts).encode(), "sha256")
        return f"index:{digest.hex()}"


_ENDED_S = 72 * 3600  # until someone comes back after a weekend


def _session(key: Key) -> str:
    return f"session:{key.name}"


def _ended(name: str) -> str:
    return f"ended:{name}"


def _token(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _kept(key: Key, name: str) -> str:
    return f"kept:{key.name}:{name}"


def _sealed(key: Key, session: Session) -> bytes:
    return key.seal(msgspec.json.encode(session), b"session")


def _opened(key: Key, sealed: bytes) -> Session | None:
    clear = key.open(sealed, b"session")
    try:
        return None if clear is None else msgspec.json.decode(clear, type=Session)
    except msgspec.ValidationError:
        return None  # another version of the gateway wrote it: sign in again


def _bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else value.encode()
