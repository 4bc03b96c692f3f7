"""What somebody who owns the disk can do to a journal's file: every checksum right, and whatever else they think of."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from audit import canonical
from audit.frames import NOTHING, SEGMENT_HEADER_BYTES, frame, frames
from audit.segments import segments


class Entry(NamedTuple):
    sequence: int
    place: int
    agency: bytes
    agency_sequence: int
    agency_prev: bytes
    event: bytes

    def edited(self, **changed: Any) -> "Entry":
        """With other values in its event, at paths such as `user__name`; an innocent frame around it."""
        document = json.loads(self.event)
        for path, value in changed.items():
            *parents, name = path.split("__")
            part = document
            for parent in parents:
                part = part[parent]
            part[name] = value
        return self._replace(event=canonical.encode(document))

    @property
    def leaf(self) -> bytes:
        return canonical.leaf_hash(self.event)


def read(data: Path) -> list[Entry]:
    content = segments(data / "journal")[0][1].read_bytes()
    return [
        Entry(sequence, place, agency.rstrip(b"\0"), number, prev, content[start:end])
        for sequence, place, agency, number, prev, start, end in frames(content, SEGMENT_HEADER_BYTES)
    ]


def write(data: Path, entries: list[Entry]) -> None:
    path = segments(data / "journal")[0][1]
    content = path.read_bytes()
    framed = b"".join(
        frame(entry.sequence, entry.place, entry.agency, (entry.agency_sequence, entry.agency_prev), entry.event)
        for entry in entries
    )
    path.write_bytes((content[:SEGMENT_HEADER_BYTES] + framed).ljust(len(content), b"\0"))


def renumbered(entries: list[Entry]) -> list[Entry]:
    """With sequence numbers, in frames and events, as if nothing were missing."""
    return [entry.edited(event__sequence=number)._replace(sequence=number) for number, entry in enumerate(entries)]


def rechained(entries: list[Entry]) -> list[Entry]:
    """With sequence numbers and all hashes made anew; only agencies' own numbers as they were."""
    before, agencies, chained = NOTHING, {}, []
    for entry in renumbered(entries):
        changed = {"cj__prev": before.hex()}
        if entry.agency:
            prev = agencies.get(entry.agency, NOTHING)
            changed["cj__agency__prev"] = prev.hex()
            entry = entry._replace(agency_prev=prev)  # noqa: PLW2901 the same entry, forged further
        chained.append(entry.edited(**changed))
        before = agencies[entry.agency] = chained[-1].leaf
    return chained
