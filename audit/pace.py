"""How fast this machine checks a journal, beside the least that any check must do: one CRC and two SHA-256 an entry.

The three take turns, and of each the best round counts, the one that whatever else the machine does disturbed least.
"""

import time
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from audit.checking import Check
from audit.frames import FRAME_BYTES, SEGMENT_HEADER_BYTES, frames
from audit.segments import READ_BYTES, reading, segments
from audit.tree import HASH_BYTES


class Measured(NamedTuple):
    """Entries a second: of the bare loop, of a check, and of a deep check."""

    bare: float
    integrity: float
    deep: float

    def line(self) -> str:
        """The row."""
        bare, integrity, deep = (f"{rate:,.0f}/s" for rate in self)
        return f"bare loop {bare}  integrity {integrity} ({self.integrity / self.bare:.2f} of it)  deep {deep}"


def measure(journal: Path, rounds: int = 5) -> Measured:
    """The best of some rounds over the journal, which should have ten thousand entries or more."""
    extents = [_extents(path) for _, path in segments(journal)]
    works: list[Callable[[], int]] = [
        lambda: sum(map(_bare, extents)),
        lambda: Check(journal).go_on().entries,
        lambda: Check(journal, deep=True).go_on().entries,
    ]
    rates = [[_rate(work) for work in works] for _ in range(rounds)]
    return Measured(*(max(column) for column in zip(*rates, strict=True)))


def _extents(path: Path) -> tuple[Path, list[tuple[int, int]]]:
    """Where in the file the frames stand, in pieces that are read at once."""
    found, offset = [], SEGMENT_HEADER_BYTES
    with reading(path) as read:
        while ends := [frame[-1] for frame in frames(read(READ_BYTES, offset))]:
            found.append((offset, ends[-1]))
            offset += ends[-1]
    return path, found


def _bare(extents: tuple[Path, list[tuple[int, int]]]) -> int:
    """Read the frames, and compute of each what any check has to."""
    path, pieces = extents
    entries, two = 0, bytes(2 * HASH_BYTES + 1)
    with reading(path) as read:
        for offset, size in pieces:
            content = read(size, offset)
            view, at = memoryview(content), 0
            while at < size:
                end = at + FRAME_BYTES + int.from_bytes(content[at + 8 : at + 12], "big")
                zlib.crc32(view[at + 8 : end])
                sha256(view[at + FRAME_BYTES - 1 : end]).digest()
                sha256(two).digest()
                at = end
                entries += 1
    return entries


def _rate(work: Callable[[], int]) -> float:
    began = time.process_time()
    return work() / (time.process_time() - began or 1e-9)
