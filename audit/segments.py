"""The files of a journal: written with zeros beforehand, filled from the front, watched while they are filled.

A file that has its full size and its blocks needs no new ones to take an entry: one flush makes it durable, and a full
disk cannot refuse it. Standard library alone, so that a verifier reads a journal by the same code that wrote it.
"""

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from audit.files import DISK, UNFINISHED, Files, write_all
from audit.frames import DURABLE_BYTES, SEGMENT_HEADER_BYTES, Durable, SegmentHeader

SEGMENT_BYTES = 64 * 1024 * 1024
LAST_WORDS_BYTES = 4096  # kept free in every segment, so that a full disk does not keep a journal from its last word
LEAST_SEGMENT_BYTES = 128 * 1024  # the largest entry, the last words, and some others


class Segment:
    """One segment file, open to be filled. Raises `OSError` alone; after the first one nothing may be believed."""

    def __init__(self, path: Path, descriptor: int, first: int, end: int, files: Files) -> None:
        self.first = first
        self.end = end
        self._path = path
        self._descriptor = descriptor
        self._files = files
        self._opened = files.identity(descriptor)

    @classmethod
    def begin(cls, folder: Path, spare: Path, header: SegmentHeader, files: Files) -> "Segment":
        """Make `spare` the next segment. It has its name only once its header is on the disk."""
        descriptor = files.open(spare, os.O_RDWR)
        write_all(files, descriptor, header.pack(), 0)
        files.sync(descriptor)
        path = segment_path(folder, header.first)
        files.rename(spare, path)
        files.sync_folder(folder)
        return cls(path, descriptor, header.first, SEGMENT_HEADER_BYTES, files)

    @classmethod
    def go_on(cls, path: Path, first: int, end: int, files: Files) -> "Segment":
        """Open a segment that has entries up to `end`, and make sure that they and its name are on the disk: the
        process that wrote them may have died before it did.
        """
        descriptor = files.open(path, os.O_RDWR)
        files.sync(descriptor)
        files.sync_folder(path.parent)
        return cls(path, descriptor, first, end, files)

    def room(self) -> int:
        """How many bytes of entries fit, besides the last words."""
        return self._opened.st_size - self.end - LAST_WORDS_BYTES

    def append(self, content: bytes) -> None:
        """Write behind the last entry and wait for the disk. When this returns, `content` is durable, in this file,
        under its name.
        """
        write_all(self._files, self._descriptor, content, self.end)
        self._files.sync(self._descriptor)
        self._refuse_another_file()
        self.end += len(content)

    def erase(self, until: int) -> None:
        """Put zeros behind the last entry up to `until`."""
        write_all(self._files, self._descriptor, bytes(until - self.end), self.end)
        self._files.sync(self._descriptor)

    def close(self) -> None:
        """Close the file, without a sync: what was not synced was never acknowledged."""
        self._files.close(self._descriptor)

    def _refuse_another_file(self) -> None:
        """A file removed, replaced, cut or locked under us still takes writes: they would be lost in silence."""
        now, then = self._files.stat(self._path), self._opened
        if (now.st_dev, now.st_ino) != (then.st_dev, then.st_ino):
            raise OSError("another file stands in its place")
        if now.st_size != then.st_size:
            raise OSError("its size was changed")
        if not now.st_mode & stat.S_IWUSR:
            raise OSError("it was made read-only")


class DurablePosition:
    """The file in which a running journal says how far it is durable. Not synced: an older one is true as well."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._files = files
        self._descriptor = files.open(folder / _DURABLE_NAME, os.O_RDWR | os.O_CREAT)

    def publish(self, durable: Durable) -> None:
        """Let readers go as far as this."""
        write_all(self._files, self._descriptor, durable.pack(), 0)

    def close(self) -> None:
        """Close the file; what it says stays true."""
        self._files.close(self._descriptor)


def prepare_spare(folder: Path, size: int, files: Files) -> Path:
    """Make a file of `size` zeros that is wholly on the disk, to be the next segment."""
    spare = folder / f"spare{UNFINISHED}"
    if spare.name in files.names(folder):
        files.unlink(spare)
    descriptor = files.open(spare, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        for offset in range(0, size, _STEP_BYTES):
            write_all(files, descriptor, bytes(min(_STEP_BYTES, size - offset)), offset)
            # In small steps: whoever else syncs on this disk, the journal first, waits for one of them at most.
            files.sync(descriptor)
    finally:
        files.close(descriptor)
    return spare


def segments(folder: Path, files: Files = DISK) -> list[tuple[int, Path]]:
    """The segment files in `folder` with the first sequence that their name says, in order."""
    named = (re.fullmatch(r"(\d{16})\.segment", name) for name in files.names(folder))
    return [(int(match[1]), folder / match[0]) for match in named if match]


def segment_path(folder: Path, first: int) -> Path:
    """The file of the segment that begins with entry `first`."""
    return folder / f"{first:016}.segment"


def durable_position(folder: Path, files: Files = DISK) -> Durable | None:
    """How far the journal in `folder` is durable, or None when it does not say."""
    if _DURABLE_NAME not in files.names(folder):
        return None
    with reading(folder / _DURABLE_NAME, files) as read:
        return Durable.parse(read(DURABLE_BYTES, 0))


def log_of(folder: Path) -> str:
    """The id of the log whose journal lies in `folder`; nothing when no file there says it."""
    if durable := durable_position(folder):
        return durable.log.hex()
    for _, path in segments(folder):
        with reading(path) as read:
            if header := SegmentHeader.parse(read(SEGMENT_HEADER_BYTES, 0)):
                return header.log.hex()
    return ""


@contextmanager
def reading(path: Path, files: Files = DISK) -> Iterator[Callable[[int, int], bytes]]:
    """Read the file by calling what this gives with a size and an offset."""
    descriptor = files.open(path, os.O_RDONLY)
    try:
        yield partial(files.read, descriptor)
    finally:
        files.close(descriptor)


def rest_behind(read: Callable[[int, int], bytes], offset: int) -> bytes:
    """What stands in a file behind `offset`, without the zeros at its end; mostly nothing."""
    rest: list[bytes] = []
    zeros = 0
    while content := read(READ_BYTES, offset):
        offset += len(content)
        if content == _ZEROS[: len(content)]:
            zeros += len(content)
        else:
            rest += [bytes(zeros), content]
            zeros = 0
    return b"".join(rest).rstrip(b"\0")


READ_BYTES = 1024 * 1024  # at a time; more than the largest frame, or a reader would take it for the end
_STEP_BYTES = 1024 * 1024
_ZEROS = bytes(READ_BYTES)
_DURABLE_NAME = "durable"
