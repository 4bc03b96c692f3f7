"""Is every entry of a journal there, as it was sealed, in its place? Goes on after a finding, and from where it ended.

Nothing that the journal's writer computed is believed. Theory: an entry's event names the leaf hash of the entry before
it, so a changed entry is found at its successor, and one taken out, moved or renumbered at the next. Where something is
found, what follows is taken as it stands, so that one change is one finding.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from audit import canonical
from audit.canonical import NotCanonical
from audit.findings import Finding, Findings, Wrong
from audit.frames import (
    AGENCY_BYTES,
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
from audit.moments import Clock, utc_now
from audit.proving import Holds, Proving, Signed
from audit.segments import READ_BYTES, durable_position, reading, rest_behind, segments


class Verdict(NamedTuple):
    """How a record stands: `entries` of `log` were checked, the last written `at`; whole when there are no findings."""

    log: str
    entries: int
    at: str
    checked_at: datetime
    findings: tuple[Finding, ...]


# Where an agency's own chain goes on: its next number there, the leaf hash it must name (None when that cannot be
# known after a finding), and the entry that was its last.
_AgencyHead: TypeAlias = tuple[int, bytes | None, int]

Seen = Callable[[int, bytes], None]
Progress = Callable[[int], None]


class Check:
    """A check of the journal in `folder`: of frames, hashes and chains, and, when `deep`, of every event's bytes.

    `seen` is called with every entry that stands in its place, whatever was found of it; `holds` with every checkpoint
    whose root is that of the entries, those that were `kept` elsewhere too; `progress` with the bytes that were read.
    """

    def __init__(
        self,
        folder: Path,
        *,
        deep: bool = False,
        seen: Seen | None = None,
        kept: Sequence[Signed] = (),
        holds: Holds | None = None,
        progress: Progress | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._folder = folder
        self._deep = deep
        self._seen = seen
        self._progress = progress
        self._clock = clock
        self._findings = Findings()
        self._proving = Proving(folder, self._findings, kept, holds)
        self._leaves: list[bytes] = []  # of what was read last
        self.keys: set[str] = set()  # that sign checkpoints, as the log itself says
        self._path: Path | None = None
        self._offset = 0
        self._log = b""
        self._next = 0
        self._leaf: bytes | None = NOTHING  # of the entry before the next; None when that could not be read
        self._before = b"", 0  # where that entry's event stands
        self._agencies: dict[bytes, _AgencyHead] = {}
        self._unread = -1  # the last entry that could not be read: no chain can be followed across it

    def go_on(self) -> Verdict:
        """Check what was written since the last call. May run beside the writer; best off the event loop."""
        self._proving.look()
        durable, still = durable_position(self._folder), False
        while True:
            if self._read() or self._pass_over(durable, still=still):
                continue
            # What was half written a moment ago may be whole now. Only when the writer has not moved since, what
            # stands here is what it left.
            again = durable_position(self._folder)
            if still and again == durable:
                break
            durable, still = again, again == durable
        self._proving.end()
        findings = (*self._findings, *self._at_the_end(durable))
        return Verdict(self._log.hex(), self._next, time_of(*self._before), self._clock(), findings)

    def _read(self) -> bool:
        """Take the entries that stand at the present place; whether there were any."""
        if self._path is None:
            return False
        with reading(self._path) as read:
            content = read(READ_BYTES, self._offset)
        used = self._take_all(content)
        self._offset += used
        self._proving.grow(self._leaves)
        self._leaves.clear()
        if self._progress:
            self._progress(used)
        return used > 0

    def _take_all(self, content: bytes) -> int:
        """Take the entries that stand at the front of `content`; where they end."""
        found, view = list(frames(content)), memoryview(content)
        leaves = [sha256(view[frame[5] - 1 : frame[6]]).digest() for frame in found]
        if self._deep or self._seen or not self._are_sound(found, leaves, content):
            for frame, leaf in zip(found, leaves, strict=True):
                self._take(frame, content, leaf)
        return found[-1][-1] if found else 0

    def _are_sound(self, found: Sequence[Frame], leaves: Sequence[bytes], content: bytes) -> bool:
        """Whether nothing is wrong with any of these entries, which is nearly always so; they are taken then.

        It asks what `_take` asks, of all of them at once, without a call for each.
        """
        if not found or not self._leaf:
            return False
        after, before = self._next + len(found), (self._leaf, *leaves[:-1])
        named = [names_previous(content, frame[5], frame[6], leaf) for frame, leaf in zip(found, before, strict=True)]
        if not all(named) or [frame[0] for frame in found] != [*range(self._next, after)]:
            return False
        agencies = self._agencies.copy()
        for (sequence, _, agency, number, prev, start, end), leaf in zip(found, leaves, strict=True):
            if agency == _NOBODY:
                self._learn_key(content, start, end)
                continue
            head = agencies.get(agency, _BEGINNING)
            if head[0] != number or head[1] != prev:
                return False
            agencies[agency] = number + 1, leaf, sequence
        self._agencies = agencies
        self._leaves += leaves
        self._next, self._leaf, self._before = after, leaves[-1], (content, found[-1][5])
        return True

    def _learn_key(self, content: bytes, start: int, end: int) -> None:
        """Remember the key that this event names, if it is `journal.start`, in which nobody acts.

        No text looks like that: a quote inside text is escaped.
        """
        place = content.find(_SIGNS_WITH, start, end)
        if place >= 0:
            place += len(_SIGNS_WITH)
            self.keys.add(content[place : content.find(b'"', place)].decode("ascii", "replace"))

    def _take(self, frame: Frame, content: bytes, leaf: bytes) -> None:
        sequence, _, agency, agency_sequence, agency_prev, start, end = frame
        if sequence < self._next:
            self._findings.take_back(Wrong.MISSING, sequence)
            self._findings.add(Wrong.MOVED, sequence, at=time_of(content, start))
            return
        if sequence > self._next:
            self._findings.add(Wrong.MISSING, self._next, sequence - 1, at=time_of(content, start))
            self._unread, self._leaf = sequence - 1, None
            self._proving.give_up()
        elif self._leaf is not None and not names_previous(content, start, end, self._leaf):
            self._chain_broke(sequence, content[start:end])
        if self._deep:
            self._check_event(frame, content[start:end])
        if self._seen:
            self._seen(sequence, content[start:end])
        if agency != _NOBODY:
            head = self._agencies.get(agency, _BEGINNING)
            if head[0] != agency_sequence or head[1] != agency_prev:
                self._agency_broke(head, frame, content)
            self._agencies[agency] = agency_sequence + 1, leaf, sequence
        else:
            self._learn_key(content, start, end)
        self._leaves.append(leaf)
        self._next, self._leaf, self._before = sequence + 1, leaf, (content, start)

    def _chain_broke(self, sequence: int, event: bytes) -> None:
        """This entry does not name the one before it as that one stands."""
        said = _said(event)
        if said and said[0] != sequence:
            self._findings.add(Wrong.RENUMBERED, sequence, at=time_of(event, 0))
            self._unread = sequence - 1
            return
        self._findings.add(Wrong.CHANGED, sequence - 1, at=time_of(*self._before))
        for agency, (number, _, entry) in self._agencies.items():
            if entry == sequence - 1:
                self._agencies[agency] = number, None, entry

    def _agency_broke(self, head: _AgencyHead, frame: Frame, content: bytes) -> None:
        """This entry does not go on where its agency's chain ended, unless an earlier finding explains it."""
        sequence, _, _, agency_sequence, _, start, _ = frame
        number, leaf, entry = head
        if entry >= self._unread and not (leaf is None and number == agency_sequence):
            self._findings.add(Wrong.AGENCY, sequence, at=time_of(content, start))

    def _check_event(self, frame: Frame, event: bytes) -> None:
        """Hold an event's bytes against the one form they may have, and what it says of its place against the frame."""
        sequence, _, agency, agency_sequence, agency_prev, *_ = frame
        said, at = _said(event), time_of(event, 0)
        chain = (agency.rstrip(b"\0").decode("ascii", "replace"), agency_sequence, agency_prev.hex())
        if said is None:
            self._findings.add(Wrong.NOT_CANONICAL, sequence, at=at)
        elif said[0] != sequence:
            self._findings.add(Wrong.RENUMBERED, sequence, at=at)
        elif said[1:] != (self._log.hex(), *(chain if agency != _NOBODY else (None, None, None))):
            self._findings.add(Wrong.CONTRADICTS, sequence, at=at)

    def _pass_over(self, durable: Durable | None, *, still: bool) -> bool:
        """No entry stands at the present place: go on behind what does, or in the next file. Whether there was one."""
        following = next((path for _, path in segments(self._folder) if self._path is None or path > self._path), None)
        rest = self._rest()
        if found := next_frame(rest, 0):
            sequence, place, *_, start, _ = found
            if start == FRAME_BYTES:
                return True  # it became whole meanwhile: read it
            # The writer went on from here, so nothing here is in the making: it says so, or a later batch does.
            acknowledged = following or (durable and durable.size > self._next)
            if acknowledged or (still and sequence - place > self._next):
                self._skip_to(sequence, rest)
                self._offset += start - FRAME_BYTES
                return True
        if following is None:
            return False
        if rest:
            self._skip_to(int(following.stem), rest)
        self._begin(following)
        return True

    def _rest(self) -> bytes:
        """What stands in the present file behind the entries, but for zeros."""
        if self._path is None:
            return b""
        with reading(self._path) as read:
            return rest_behind(read, self._offset)

    def _skip_to(self, sequence: int, rest: bytes) -> None:
        """What stands here is no entry; the next that can be read is `sequence`."""
        if sequence <= self._next:
            self._findings.add(Wrong.FOREIGN, self._next)
            return
        at = time_of(rest, FRAME_BYTES)
        self._findings.add(Wrong.CHANGED, self._next, sequence - 1, at=at if _MOMENT.fullmatch(at) else "")
        self._next, self._unread, self._leaf = sequence, sequence - 1, None
        self._proving.give_up()

    def _begin(self, path: Path) -> None:
        with reading(path) as read:
            header = SegmentHeader.parse(read(SEGMENT_HEADER_BYTES, 0))
        self._path, self._offset = path, SEGMENT_HEADER_BYTES
        self._log = self._log or (header.log if header else b"")
        first = int(path.stem)
        expected = SegmentHeader(self._log, first, self._leaf or b"")
        if header is None or header[:2] != expected[:2] or (self._next == first and self._leaf and header != expected):
            self._findings.add(Wrong.FILE, first)

    def _at_the_end(self, durable: Durable | None) -> Findings:
        """What is wrong with the end as it stands now: the journal says how many entries it has acknowledged."""
        found = Findings()
        size = max(durable.size if durable else 0, self._proving.covered)
        if size > self._next:
            found.add(Wrong.CHANGED if self._rest() else Wrong.MISSING, self._next, size - 1)
        elif durable and durable.size == self._next and self._leaf and self._leaf != durable.leaf:
            found.add(Wrong.CHANGED, self._next - 1, at=time_of(*self._before))
        elif self._next and not durable:
            found.add(Wrong.UNSAID, self._next - 1, at=time_of(*self._before))
        return found


def _said(event: bytes) -> tuple[Any, ...] | None:
    """What an event says of its place: sequence, log, agency, its sequence there and the hash of the one before.

    None when it is not in the one form of an event.
    """
    try:
        document: Any = canonical.parse(event)
        cj = document["cj"]
        agency, organization = cj.get("agency", {}), document.get("organization", {})
        return document["event"]["sequence"], cj["log"], organization.get("id"), agency.get("seq"), agency.get("prev")
    except (NotCanonical, AttributeError, KeyError, TypeError):
        return None


_BEGINNING: _AgencyHead = 0, NOTHING, -1
_NOBODY = bytes(AGENCY_BYTES)
_SIGNS_WITH = b'"signs_with":"'
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
