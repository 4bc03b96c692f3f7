"""The exact bytes of an event: one value, one encoding, one hash. Standard library alone.

The encoding is RFC 8785 (JSON Canonicalization Scheme), narrowed to what has a single meaning everywhere: text and
integers, in lists and objects. Keys are ASCII, so that sorting by UTF-16 unit, code point and byte is the same thing;
integers stay below 2**53, so that every JSON reader sees the same number. There are no floats, no null and no
Booleans: what is absent is left out, and a yes is written as a word.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | int | Sequence[Value] | Mapping[str, Value]"

MOST_BYTES = 60_000  # of one event: an entry of a C2SP tlog-tiles bundle may have 65,535
MOST_INTEGER = 2**53 - 1  # RFC 7493 2.2


class NotCanonical(ValueError):
    """The value has no canonical bytes, or the bytes are not canonical. The text quotes nothing of either."""


class TooLarge(NotCanonical):
    """The event would take more than `MOST_BYTES`; what it says has to be said in several events."""


def encode(value: Value, *, most: int | None = MOST_BYTES, encoder: Callable[[Value], bytes] | None = None) -> bytes:
    """The canonical bytes of `value`. Raises `NotCanonical`, and `TooLarge` beyond `most` bytes.

    A faster `encoder` may be given that makes the same bytes of whatever passes `check`.
    """
    check(value)
    try:
        encoded = (encoder or _plainly)(value)
    except UnicodeEncodeError:
        encoded = b""  # raised below instead: this error would carry the text with it
    if not encoded:
        raise NotCanonical("text with a lone surrogate")
    if most is not None and len(encoded) > most:
        raise TooLarge(f"{len(encoded):,} bytes; an event has at most {most:,}")
    return encoded


def check(value: Value) -> None:
    """Raise `NotCanonical` when `value` holds anything but text, integers, lists and objects with ASCII keys.

    Lone surrogates are left to the encoder, which meets them anyway.
    """
    if isinstance(value, dict):
        _check_names(value)
        parts: Iterable[Value] = value.values()
    elif isinstance(value, list):
        parts = value
    else:
        _check_single(value)
        parts = ()
    for part in parts:
        if type(part) is not str:  # saves a call for most of an event
            check(part)


def parse(encoded: bytes) -> Value:
    """The value whose canonical bytes these are. Raises `NotCanonical` for any other bytes."""
    try:
        value: Value = json.loads(encoded.decode())
        canonical = encode(value, most=None) == encoded
    except (ValueError, RecursionError):
        canonical = False  # raised below instead: these errors carry the document with them
    if not canonical:
        raise NotCanonical("not the canonical bytes of any value")
    return value


def leaf_hash(encoded: bytes) -> bytes:
    """The hash of an event as a leaf of the log's tree (RFC 6962 2.1)."""
    return hashlib.sha256(b"\0" + encoded).digest()


def _check_names(names: Iterable[str]) -> None:
    try:
        in_ascii = "".join(names).isascii()
    except TypeError:
        in_ascii = False
    if not in_ascii:
        raise NotCanonical("a key that is not ASCII text")


def _check_single(value: Value) -> None:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise NotCanonical(f"a value of type {type(value).__name__}")
    if isinstance(value, int) and not -MOST_INTEGER <= value <= MOST_INTEGER:
        raise NotCanonical("an integer beyond 2**53")


def _plainly(value: Value) -> bytes:
    return _encoder.encode(value).encode()


_encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
