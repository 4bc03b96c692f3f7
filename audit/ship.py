"""From the journal to the index, in order, at least once, for ever: what is durable becomes findable.

It reads segment files, never past what the journal says is durable, so that it can run in any process that may read
them. The index says how far it has come, and takes again what it has already: there is no cursor to lose.
"""

import asyncio
import logging
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.frames import SEGMENT_HEADER_BYTES, frames, time_of
from audit.index import IndexAltered, IndexUnavailable, Intake
from audit.index.cursor import Cursor
from audit.moments import Clock, utc_now
from audit.segments import READ_BYTES, durable_position, reading, segment_path, segments

log = logging.getLogger(__name__)

POLL_S = 0.1  # how long a new entry waits at most before it is read
LOOK_S = 1.0  # between two looks at how far another process has come
MOST_WAIT_S = 30.0  # between two attempts while the index takes nothing


class JournalUnreadable(Exception):
    """Entries that are durable cannot be read. The text says which."""


class Lag(NamedTuple):
    """How far the index is behind: durable entries that are not in it, how old the first of them is, and why."""

    entries: int
    seconds: float
    why: str | None


class Follower:
    """Says how far the index is behind the journal in `folder` where another process ships, by that one's cursor."""

    def __init__(self, folder: Path, cursor: Path, *, clock: Clock = utc_now) -> None:
        self._folder = folder
        self._cursor = Cursor(cursor)
        self._clock = clock
        self._entries = 0
        self._since: datetime | None = None
        self._why: str | None = None
        self._looked = False

    async def run(self) -> None:
        """Look every second until cancelled."""
        while True:
            await asyncio.to_thread(self.look)
            await asyncio.sleep(LOOK_S)

    def look(self) -> None:
        """Look once."""
        try:
            position, durable = self._cursor.read(), durable_position(self._folder)
        except (OSError, ValueError) as error:
            self._why = type(error).__name__
            return
        self._entries, self._why = max(0, (durable.size if durable else 0) - position.size), None
        if not self._entries:
            self._since = None
        elif self._since is None:
            # At the first look nobody knows since when; not before the last entry that is there.
            self._since = (not self._looked and position.at) or self._clock()
        self._looked = True

    def lag(self) -> Lag:
        """How far the index is behind, at once: as of the last look."""
        seconds = (self._clock() - self._since).total_seconds() if self._since else 0.0
        return Lag(entries=self._entries, seconds=max(0.0, seconds), why=self._why)


class Shipper:
    """Brings the entries of the journal in `folder` into `index`."""

    def __init__(self, folder: Path, index: Intake, *, clock: Clock = utc_now) -> None:
        self._folder = folder
        self._index = index
        self._clock = clock
        self._place: _Place | None = None
        self._durable = 0
        self._waiting_since: datetime | None = None
        self._why: str | None = None

    async def run(self) -> None:
        """Ship until cancelled. After a failure it waits, twice as long each time, and never gives up."""
        wait_s = POLL_S
        while True:
            try:
                await self.catch_up()
            except Exception as error:  # noqa: BLE001 a background task that must outlive every fault of the index
                # Of foreign errors the type only: an index's own text may quote an event.
                self._why = str(error) if isinstance(error, _TOLD) else type(error).__name__
                wait_s = min(wait_s * 2, MOST_WAIT_S)
                log.warning("entries wait to be shipped: %s", self._why)
            else:
                self._why, wait_s = None, POLL_S
            await asyncio.sleep(wait_s)

    async def catch_up(self) -> int:
        """Ship what is durable now; how many entries that were. Raises whatever the index raises."""
        if self._place is None:
            self._place = _Place((await self._index.position()).size)
        begin = self._place.sequence
        while batch := await asyncio.to_thread(self._read, self._place):
            entries, after = batch
            await self._index.create(entries)
            self._place, self._waiting_since = after, None
        return self._place.sequence - begin

    def lag(self) -> Lag:
        """How far the index is behind, at once: as of the last look at the journal."""
        since = self._waiting_since
        return Lag(
            entries=max(0, self._durable - (self._place.sequence if self._place else 0)),
            seconds=max(0.0, (self._clock() - since).total_seconds()) if since else 0.0,
            why=self._why,
        )

    def _read(self, place: "_Place") -> tuple[list[tuple[int, bytes]], "_Place"] | None:
        """The next entries that are durable, and the place behind them; None when there are none."""
        durable = durable_position(self._folder)
        self._durable = durable.size if durable else 0
        if place.sequence > self._durable:
            raise IndexAltered(f"the index holds {place.sequence:,} entries, the journal only {self._durable:,}")
        while place.sequence < self._durable:
            entries, place = _read_on(self._folder, place, self._durable)
            if entries:
                self._waiting_since = datetime.fromisoformat(time_of(entries[0][1], 0))
                return entries, place
        return None


_TOLD = (IndexAltered, IndexUnavailable, JournalUnreadable)  # their texts are ours


class _Place(NamedTuple):
    """Where the next entry to ship will be found: behind `offset` in the segment that begins with entry `segment`."""

    sequence: int
    segment: int | None = None  # not looked for yet
    offset: int = SEGMENT_HEADER_BYTES


def _read_on(folder: Path, place: _Place, durable: int) -> tuple[list[tuple[int, bytes]], _Place]:
    """Entries from `place` on, some or none, and the place behind what was read. Raises `JournalUnreadable`."""
    if place.segment is None:
        first = max((first for first, _ in segments(folder) if first <= place.sequence), default=0)
        return [], place._replace(segment=first)
    with reading(segment_path(folder, place.segment)) as read:
        content = read(READ_BYTES, place.offset)
    entries, next_, used = [], place.sequence, 0
    for sequence, *_, start, end in frames(content):
        if sequence >= durable or sequence > next_:
            break
        if sequence == next_:  # those before were shipped earlier
            entries.append((sequence, content[start:end]))
            next_ += 1
        used = end
    if used:
        return entries, _Place(next_, place.segment, place.offset + used)
    if place.segment != place.sequence and segment_path(folder, place.sequence).exists():
        return [], _Place(place.sequence, place.sequence)
    raise JournalUnreadable(f"entry {place.sequence:,} is not where it was acknowledged")
