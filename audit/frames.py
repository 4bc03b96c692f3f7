"""The bytes of a journal: segment header, frame and durable position. Standard library alone; FORMAT.md is the text.

A frame repeats outside its event what a check needs of every entry, so that an auditor's machine goes through millions
without reading JSON. Nothing is believed for standing in a frame: the event has it too, under its leaf hash.
"""

import struct
import zlib
from binascii import hexlify
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from audit.canonical import MOST_BYTES

NOTHING = bytes(32)  # the leaf hash of what came before the first

# sequence, place in its batch, agency, the agency's own sequence, leaf hash of the agency's previous event,
# where the event begins and where it ends. A plain tuple: a named one costs a fifth of an integrity check.
Frame: TypeAlias = tuple[int, int, bytes, int, bytes, int, int]


def frame(sequence: int, place: int, agency: bytes, agency_head: tuple[int, bytes], event: bytes) -> bytes:
    """One entry as it is written. `place` is 0 for the first of the entries that are synced together; `agency_head`
    is the agency's own sequence and the leaf hash of its previous event.
    """
    head = _FRAME.pack(_FRAME_MAGIC, 0, len(event), sequence, place, agency, *agency_head)
    return b"".join((_FRAME_MAGIC, _crc(head[8:] + event), head[8:], event))


def frames(content: bytes, offset: int = 0) -> Iterator[Frame]:
    """The frames that stand one after the other from `offset`, up to the first place where none stands whole."""
    unpack, crc32, view = _FRAME.unpack_from, zlib.crc32, memoryview(content)
    last = len(content) - FRAME_BYTES
    while offset <= last:
        magic, crc, length, sequence, place, agency, agency_sequence, agency_prev = unpack(content, offset)
        start = offset + FRAME_BYTES
        end = start + length
        # A slice that ends early gives another checksum: a cut frame is no frame.
        if magic != _FRAME_MAGIC or length > MOST_BYTES or crc32(view[offset + 8 : end]) != crc:
            return
        yield sequence, place, agency, agency_sequence, agency_prev, start, end
        offset = end


def next_frame(content: bytes, offset: int) -> Frame | None:
    """The first whole frame that begins at or after `offset`, whatever stands before it."""
    while (offset := content.find(_FRAME_MAGIC, offset)) >= 0:
        if found := next(frames(content, offset), None):
            return found
        offset += 1
    return None


def names_previous(content: bytes, start: int, end: int, leaf: bytes) -> bool:
    """Whether the event that stands there says in `cj.prev` that the entry before it had this leaf hash.

    Found without reading JSON: a quote inside text is escaped, so no text looks like this, and `cj.agency.prev` is
    the first key of its object, so that no comma stands before it.
    """
    place = content.find(_PREV, start, end)  # the short needle: with the hash behind it the search takes thrice as long
    return place >= 0 and content.startswith(hexlify(leaf) + b'"', place + len(_PREV), end)


def time_of(content: bytes, start: int) -> str:
    """The `@timestamp` of the event that begins there: it is the first key of every event."""
    return content[start + 15 : start + 42].decode("ascii", "replace")


class SegmentHeader(NamedTuple):
    """What a segment file says first: which log it is a part of and where it goes on from."""

    log: bytes
    first: int  # the sequence of its first entry
    prev: bytes  # the leaf hash of the entry before that

    def pack(self) -> bytes:
        """The header's bytes."""
        return _sealed(_SEGMENT.pack(_SEGMENT_MAGIC, *self))

    @classmethod
    def parse(cls, content: bytes) -> "SegmentHeader | None":
        """The header at the beginning of `content`, or None when none stands there whole."""
        return cls(*_SEGMENT.unpack(body)[1:]) if (body := _unsealed(content, _SEGMENT, _SEGMENT_MAGIC)) else None


class Durable(NamedTuple):
    """How far the journal is on the disk for certain. Nobody reads past it."""

    log: bytes
    size: int  # entries
    segment: int  # the first sequence of the last entry's segment
    end: int  # where the last entry ends in that segment
    leaf: bytes  # the last entry's leaf hash

    def pack(self) -> bytes:
        """The position's bytes."""
        return _sealed(_DURABLE.pack(_DURABLE_MAGIC, *self))

    @classmethod
    def parse(cls, content: bytes) -> "Durable | None":
        """The position in `content`, or None when none stands there whole."""
        return cls(*_DURABLE.unpack(body)[1:]) if (body := _unsealed(content, _DURABLE, _DURABLE_MAGIC)) else None


_PREV = b',"prev":"'


def _crc(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(4, "big")


def _sealed(body: bytes) -> bytes:
    return body + _crc(body)


def _unsealed(content: bytes, shape: struct.Struct, magic: bytes) -> bytes | None:
    body, crc = content[: shape.size], content[shape.size : shape.size + 4]
    return body if body.startswith(magic) and crc == _crc(body) else None


# Big-endian throughout. The frame's last byte is the zero that RFC 6962 puts before a leaf: from there to the frame's
# end is what the leaf hash is taken of, in one piece.
_FRAME = struct.Struct(">4sIIQI16sQ32sx")
_FRAME_MAGIC = b"SLe1"
FRAME_BYTES = _FRAME.size
MOST_FRAME_BYTES = FRAME_BYTES + MOST_BYTES

_SEGMENT = struct.Struct(">8s16sQ32s")
_SEGMENT_MAGIC = b"SLsegm1\n"
SEGMENT_HEADER_BYTES = _SEGMENT.size + 4

_DURABLE = struct.Struct(">8s16sQQQ32s")
_DURABLE_MAGIC = b"SLdura1\n"
DURABLE_BYTES = _DURABLE.size + 4

AGENCY_BYTES = 16
