"""What a journal holds when it is opened, or why it must not be opened.

Theory. Entries are written in batches, and a batch is written only when the one before it is on the disk. So a process
or a machine that died leaves whole entries and behind them, at most, one unfinished batch that nobody was told of: a
torn tail, which is dropped, and recorded as dropped. Anything else (a bad entry before a later batch, a missing
segment, fewer entries than were acknowledged, a broken chain) means that somebody or something changed the past. That
is not for a program to mend: it refuses to start, and `sightline verify` says what it finds.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from audit.canonical import leaf_hash
from audit.files import DISK, Files
from audit.frames import (
    FRAME_BYTES,
    NOTHING,
    SEGMENT_HEADER_BYTES,
    Durable,
    Frame,
    SegmentHeader,
    frames,
    names_previous,
    next_frame,
    time_of,
)
from audit.segments import READ_BYTES, durable_position, reading, rest_behind, segments


class JournalDamaged(Exception):
    """The journal is not what its writer left behind, and must not be written on. The text says how."""


class Torn(NamedTuple):
    """Bytes of a batch that was never acknowledged."""

    segment: str
    start: int
    end: int
    sha256: str


class Heads(NamedTuple):
    """Where the next entry goes on: its sequence, the leaf hash and time before it, each agency's own chain."""

    log: bytes
    size: int
    leaf: bytes
    at: str
    agencies: Mapping[bytes, tuple[int, bytes]]


class Recovered(NamedTuple):
    """A journal that may be written on."""

    heads: Heads
    segment: Path
    first: int
    end: int
    torn: Torn | None


# Is told the leaf hash and the event of every entry, in order.
Seen = Callable[[bytes, bytes], None]


def recover(folder: Path, files: Files = DISK, seen: Seen | None = None) -> Recovered | None:
    """Read the whole journal in `folder`; None when there is none yet. Raises `JournalDamaged`, or as `seen` does."""
    listed, durable = segments(folder, files), durable_position(folder, files)
    if not listed:
        if durable:
            raise JournalDamaged("its segments are gone")
        return None
    reader = _Reader(durable, seen)
    for _, path in listed[:-1]:
        _, rest = reader.read(path, files)
        if rest:
            raise JournalDamaged(f"{path.name} has something else behind entry {reader.size - 1:,}")
    first, path = listed[-1]
    end, rest = reader.read(path, files)
    torn = reader.torn(path.name, end, rest) if rest else None
    if durable and durable.size > reader.size:
        raise JournalDamaged(f"it ends before entry {reader.size:,}, but {durable.size:,} entries were acknowledged")
    heads = Heads(reader.log, reader.size, reader.leaf, reader.at, reader.agencies)
    return Recovered(heads, path, first, end, torn)


class _Reader:
    """Goes through the segments in order and keeps where the next entry would go on."""

    def __init__(self, durable: Durable | None, seen: Seen | None) -> None:
        self._durable = durable
        self._seen = seen
        self.log = durable.log if durable else b""
        self.size = 0
        self.leaf = NOTHING
        self.at = ""
        self.agencies: dict[bytes, tuple[int, bytes]] = {}

    def read(self, path: Path, files: Files) -> tuple[int, bytes]:
        """Where the entries of the segment end, and what stands behind them besides zeros."""
        with reading(path, files) as read:
            self._begin(path, SegmentHeader.parse(read(SEGMENT_HEADER_BYTES, 0)))
            end = SEGMENT_HEADER_BYTES
            while True:
                content, used = read(READ_BYTES, end), 0
                for frame in frames(content):
                    self._take(frame, content)
                    used = frame[-1]
                if not used:
                    return end, rest_behind(read, end)
                end += used

    def torn(self, segment: str, end: int, rest: bytes) -> Torn:
        """The unfinished batch at the end. Raises `JournalDamaged` when it is something else."""
        offset, hole = 0, -1
        while found := next_frame(rest, offset):
            sequence, place, *_, start, offset = found
            hole = start - FRAME_BYTES if hole < 0 else hole
            # A later batch was begun, so this one had been finished; or its place was never left empty by a disk
            # that lost power while it wrote the sectors of one batch in an order of its own.
            if sequence - place > self.size or not _has_empty_sector(rest[:hole], end):
                raise JournalDamaged(f"entry {self.size:,} is not whole, but later ones are")
        return Torn(segment, end, end + len(rest), hashlib.sha256(rest).hexdigest())

    def _begin(self, path: Path, header: SegmentHeader | None) -> None:
        if header is None:
            raise JournalDamaged(f"{path.name} does not begin like a segment")
        if header.log != (self.log or header.log):
            raise JournalDamaged(f"{path.name} belongs to another log")
        if (header.first, header.prev) != (self.size, self.leaf) or int(path.stem) != self.size:
            raise JournalDamaged(f"{path.name} does not go on where entry {self.size - 1:,} ended")
        self.log = header.log

    def _take(self, frame: Frame, content: bytes) -> None:
        sequence, _, agency, agency_sequence, agency_prev, start, end = frame
        if sequence != self.size:
            raise JournalDamaged(f"entry {sequence:,} stands where entry {self.size:,} belongs")
        if not names_previous(content, start, end, self.leaf):
            raise JournalDamaged(f"entry {sequence:,} does not go on from entry {sequence - 1:,} as it stands")
        event = content[start:end]
        self.leaf = leaf_hash(event)
        if agency := agency.rstrip(b"\0"):
            if self.agencies.get(agency, (0, NOTHING)) != (agency_sequence, agency_prev):
                raise JournalDamaged(f"entry {sequence:,} does not go on from its agency's previous one")
            self.agencies[agency] = agency_sequence + 1, self.leaf
        self.size = sequence + 1
        if self._durable and self._durable.size == self.size and self._durable.leaf != self.leaf:
            raise JournalDamaged(f"entry {sequence:,} is not the one that was acknowledged")
        self.at = time_of(content, start)
        if self._seen:
            self._seen(self.leaf, event)


def _has_empty_sector(content: bytes, offset: int) -> bool:
    """Whether `content`, which stands at `offset` in its file, has all of one sector still as it was before: zeros."""
    begins = range(-(offset % _SECTOR_BYTES), len(content), _SECTOR_BYTES)
    return any(not content[max(at, 0) : at + _SECTOR_BYTES].strip(b"\0") for at in begins)


_SECTOR_BYTES = 512  # the least that a disk writes whole or not at all
