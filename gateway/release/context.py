"""What is remembered of an answer so that its records can be opened: kept with the session, encrypted, for a while.

A handle names a record of an answer without saying anything: it is sealed under the session's key. It is good for
nothing in another session, and every use of it is decided anew.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

import msgspec

from connectors.contract import Kind
from gateway.identity.visit import Visit
from gateway.release.door import Door
from gateway.search.envelope import Envelope


class Handle(msgspec.Struct, frozen=True, array_like=True):
    """One record of one answer."""

    query_id: str
    source: str
    kind: Kind
    record_id: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One source in the completeness strip of an answer, as it stood: an outcome, or `waiting` until there is one."""

    source: str
    outcome: str
    fault: str | None = None
    rule: str | None = None
    reason: str | None = None
    count: int = 0
    total: int = 0
    current_to: datetime | None = None


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, for what, when, and what became of it."""

    query_id: str
    asked_at: datetime
    envelope: Envelope
    entry: int
    lines: tuple[Line, ...] = ()


def handle_text(visit: Visit, handle: Handle) -> str:
    """The handle as it stands in a link."""
    return _text(visit.key.seal(msgspec.json.encode(handle), b"handle"))


def read_handle(visit: Visit, text: str) -> Handle | None:
    """What a link's handle names, or None for anything this session was not given."""
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    # Decoding skips what is no base 64: a handle has one spelling, and any other is not one.
    clear = visit.key.open(sealed, b"handle") if _text(sealed) == text else None
    return None if clear is None else msgspec.json.decode(clear, type=Handle)


async def keep(door: Door, visit: Visit, context: Context) -> None:
    """Remember an answer. Raises `SessionsUnavailable`."""
    await door.sessions.keep(visit.key, _name(context.query_id), msgspec.json.encode(context), door.context_s)


async def recall(door: Door, visit: Visit, query_id: str) -> Context | None:
    """The answer, and remembers it a while longer; None when it was not used for too long."""
    kept = await door.sessions.kept(visit.key, _name(query_id), door.context_s)
    return None if kept is None else msgspec.json.decode(kept, type=Context)


def _text(sealed: bytes) -> str:
    return urlsafe_b64encode(sealed).decode().rstrip("=")


def _name(query_id: str) -> str:
    return f"answer:{query_id}"
