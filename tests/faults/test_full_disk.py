"""A full disk refuses events, keeps what was acknowledged and the last word, and is no matter once there is room."""

import asyncio
import ctypes
import os
import resource
import threading
from pathlib import Path

import pytest

from audit.events import Receipt
from audit.files import DISK
from audit.journal import Journal
from audit.recorder import CannotRecord, JournalBroken
from tests.audit.examples import actions, login, writer

SEGMENT = 256 * 1024


class MountedDisk:
    """A file system of a size of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self):
        with (self.folder / "filler").open("wb", buffering=0) as file:
            while True:
                try:
                    if not file.write(bytes(4096)):
                        break
                except OSError:
                    break

    def free(self):
        (self.folder / "filler").unlink()


class LimitedDisk:
    """Where nobody may mount: no file may become as large as the next segment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, (SEGMENT - 1, self.before[1]))

    def free(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)


@pytest.fixture
def disk(tmp_path):
    libc = ctypes.CDLL(None, use_errno=True)
    folder = tmp_path / "disk"
    folder.mkdir()
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=1200k") == 0:
        yield MountedDisk(folder)
        libc.umount2(os.fsencode(folder), 2)  # even if a failed test left a file open
    else:
        disk = LimitedDisk(folder)
        yield disk
        disk.free()


def full_journal(disk):
    """A journal on a disk that is full, its segment nearly so, and its spare not made."""
    writer(disk.folder, segment_bytes=SEGMENT // 2, files=DISK).close()
    disk.fill()
    return writer(disk.folder, segment_bytes=SEGMENT, files=DISK)


def fill_segment(journal):
    while isinstance((outcome := journal.write([login()])[0]), Receipt):
        pass
    return outcome


def test_a_full_disk_takes_events_while_the_segment_has_room_and_then_refuses(disk):
    journal = full_journal(disk)

    refused = fill_segment(journal)

    assert type(refused) is CannotRecord
    assert "no room for the next segment" in str(refused)
    assert journal.no_room
    assert not journal.broken
    journal.close()


def test_the_last_word_is_said_on_a_full_disk(disk):
    journal = full_journal(disk)
    fill_segment(journal)

    journal.close()

    assert actions(disk.folder)[-1] == "journal.stop"


def test_it_goes_on_once_there_is_room(disk):
    journal = full_journal(disk)
    fill_segment(journal)
    written = len(actions(disk.folder))
    disk.free()

    (receipt,) = journal.write([login()])

    assert receipt.sequence == written
    assert journal.no_room is None
    journal.close()


def test_it_does_not_start_on_a_full_disk_without_room_for_its_first_word(disk):
    journal = full_journal(disk)
    fill_segment(journal)
    journal.close()

    with pytest.raises(CannotRecord, match="no room"):
        writer(disk.folder, segment_bytes=SEGMENT)

    disk.free()
    writer(disk.folder, segment_bytes=SEGMENT).close()
    assert actions(disk.folder)[-2:] == ["journal.start", "journal.stop"]


def test_no_journal_begins_on_a_full_disk(disk):
    disk.fill()

    with pytest.raises(JournalBroken, match="cannot be opened"):
        writer(disk.folder, segment_bytes=SEGMENT)


async def test_a_full_journal_finds_room_by_itself(disk, monkeypatch):
    monkeypatch.setattr("audit.journal._RETRY_S", 0.001)
    opened, found_room = full_journal(disk), threading.Event()
    fill_segment(opened)
    make_room = opened.make_room
    monkeypatch.setattr(opened, "make_room", lambda: (make_room(), found_room.set()))
    journal = Journal(opened)
    assert "no room" in journal.health(2.0).why

    disk.free()

    assert await asyncio.to_thread(found_room.wait, 30)
    assert journal.health(2.0).ok
    journal.close()
