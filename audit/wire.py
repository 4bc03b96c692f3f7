"""What a gateway and the recorder say to each other over their socket: whole messages of a bounded size.

A message is its length in four bytes, the most significant first, and one of these types in MessagePack. No answer
holds an event. Everything that arrives is held against the types before anybody looks at it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from audit.events import Event, IncompleteEvent, Receipt, Sealed, SensitiveTerm
from audit.recorder import CannotOpen, CannotRecord, EventTooLarge, Health, JournalBroken, RecorderBusy, RecordLate

# An event has at most 60 kB as it is written; what it was made from, tokens, ciphertext and all, is larger.
MOST_MESSAGE_BYTES = 256 * 1024


class Append(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Record this."""

    number: int  # the answer has the same
    event: Event


class LookUp(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Record that somebody asks about `terms`, then say their tokens."""

    number: int
    event: Event
    terms: tuple[SensitiveTerm, ...]


class Open(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Record that somebody opens `sealed`, then say what was typed."""

    number: int
    event: Event
    sealed: Sealed


class HowAreYou(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Say how the recorder is."""

    number: int


class Recorded(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The answer to `Append`."""

    number: int
    said: Receipt


class LookedUp(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The answer to `LookUp`."""

    number: int
    said: tuple[Receipt, tuple[str, ...]]


class Opened(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The answer to `Open`."""

    number: int
    said: tuple[Receipt, Mapping[str, str]]


class Well(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The answer to `HowAreYou`, however the recorder is."""

    number: int
    said: Health


class Refused(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The answer to anything; to nothing in particular where `number` is 0, and then the connection is closed."""

    number: int
    kind: str
    why: str

    def error(self) -> Exception:
        """What the recorder raised."""
        return _KINDS.get(self.kind, CannotRecord)(self.why)


Question: TypeAlias = Append | LookUp | Open | HowAreYou
Answer: TypeAlias = Recorded | LookedUp | Opened | Well | Refused

_REFUSALS = (
    CannotRecord,
    JournalBroken,
    RecordLate,
    RecorderBusy,
    EventTooLarge,
    CannotOpen,
    IncompleteEvent,
)
_KINDS: Mapping[str, type[Exception]] = {refusal.__name__: refusal for refusal in _REFUSALS}


def refusal(number: int, error: BaseException) -> Refused:
    """The answer where the recorder raised `error`. Of a defect the type only: its text may quote the event."""
    if type(error).__name__ in _KINDS:
        return Refused(number, type(error).__name__, str(error))
    return Refused(number, CannotRecord.__name__, type(error).__name__)


class TooLong(Exception):
    """A message would have more than `MOST_MESSAGE_BYTES`."""


class Garbled(Exception):
    """What arrived is no message. The text never quotes it."""


def pack(message: Question | Answer) -> bytes:
    """The bytes of `message`. Raises `TooLong`."""
    try:
        body = _encode(message)
    except UnicodeEncodeError:
        # A source's record id may hold a lone surrogate and must have its token all the same. UTF-8 has no bytes for
        # it, JSON an escape; no message begins like a JSON text in MessagePack.
        body = json.dumps(msgspec.to_builtins(message)).encode()
    if len(body) > MOST_MESSAGE_BYTES:
        raise TooLong(f"a message of {len(body):,} bytes")
    return len(body).to_bytes(_LENGTH_BYTES, "big") + body


_Message = TypeVar("_Message")


class Incoming(Generic[_Message]):
    """Puts messages of one kind together from what arrives, in whatever pieces."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._decoder: msgspec.msgpack.Decoder[_Message] = msgspec.msgpack.Decoder(kind)
        self._buffer = bytearray()

    def take(self, content: bytes) -> Iterator[_Message]:
        """The messages that `content` completes. Raises `Garbled`; nothing can be read behind that."""
        buffer, begin = self._buffer, 0
        buffer += content
        while len(buffer) >= (body := begin + _LENGTH_BYTES):
            size = int.from_bytes(buffer[begin:body], "big")
            if size > MOST_MESSAGE_BYTES:
                raise Garbled(f"a message of {size:,} bytes")
            if len(buffer) < body + size:
                break
            yield self._read(bytes(buffer[body : body + size]))
            begin = body + size
        del buffer[:begin]

    def _read(self, body: bytes) -> _Message:
        try:
            if body.startswith(b"["):
                escaped: _Message = msgspec.convert(json.loads(body), self._kind)
                return escaped
            return self._decoder.decode(body)
        except (ValueError, RecursionError) as error:  # msgspec's own is a ValueError
            raise Garbled(f"not a message: {type(error).__name__}") from None


_encode = msgspec.msgpack.Encoder().encode
_LENGTH_BYTES = 4
