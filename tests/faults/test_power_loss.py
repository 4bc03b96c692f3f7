"""A process killed and a machine without power, in the middle of anything, cost no acknowledged event, and the journal
starts again.
"""

import random
import threading
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from audit import canonical
from audit.events import Action, Event, Receipt
from audit.files import Files
from audit.recorder import CannotRecord
from tests.audit.examples import entries, officer, writer

SECTOR = 512


class CachingDisk(Files):
    """A disk that keeps in its cache whatever nobody made it write, and remembers what is really on it.

    Content is safe after a sync of the file, a name after a sync of the folder; until then each sector and each
    name may be as before or as after, in any order.
    """

    def __init__(self) -> None:
        self.calls_left = 0
        self._turn = threading.Lock()
        self._content: dict[int, bytes] = {}  # by file number
        self._unsynced: dict[int, list[tuple[int, bytes]]] = {}
        self._names: dict[Path, int] = {}
        self._unsynced_names: list[tuple[Path, int | None]] = []

    def _call(self) -> None:
        self.calls_left -= 1
        if self.calls_left < 0:
            raise OSError(5, "no power")

    def open(self, path, flags):
        with self._turn:
            self._call()
            new = not path.exists()
            descriptor = super().open(path, flags)
            if new:
                self._unsynced_names.append((path, super().identity(descriptor).st_ino))
            return descriptor

    def write(self, descriptor, content, offset):
        with self._turn:
            self._call()
            self._unsynced.setdefault(super().identity(descriptor).st_ino, []).append((offset, bytes(content)))
            return super().write(descriptor, content, offset)

    def sync(self, descriptor):
        with self._turn:
            self._call()
            number = super().identity(descriptor).st_ino
            content = bytearray(self._content.get(number, b""))
            for offset, written in self._unsynced.pop(number, []):
                put(content, offset, written)
            self._content[number] = bytes(content)

    def rename(self, old, new):
        with self._turn:
            self._call()
            number = super().stat(old).st_ino
            super().rename(old, new)
            self._unsynced_names += [(new, number), (old, None)]

    def unlink(self, path):
        with self._turn:
            self._call()
            super().unlink(path)
            self._unsynced_names.append((path, None))

    def sync_folder(self, folder):
        with self._turn:
            self._call()
            for path, number in self._unsynced_names:
                if path.parent == folder:
                    self._name(path, number)
            self._unsynced_names = [(path, number) for path, number in self._unsynced_names if path.parent != folder]

    def _name(self, path, number):
        if number is None:
            self._names.pop(path, None)
        else:
            self._names[path] = number

    def wake_up(self, data: Path, chance: random.Random) -> None:
        """Put into `data` what is on the disk when the power is back."""
        for path, number in self._unsynced_names[: chance.randint(0, len(self._unsynced_names))]:
            self._name(path, number)
        for path, number in self._names.items():
            content = bytearray(self._content.get(number, b""))
            for offset, written in self._unsynced.get(number, []):
                for at in range(offset // SECTOR * SECTOR, offset + len(written), SECTOR):
                    begin, end = max(at, offset), min(at + SECTOR, offset + len(written))
                    if chance.random() < 0.7:
                        put(content, begin, written[begin - offset : end - offset])
            there = data / path.relative_to(path.parents[1])
            there.parent.mkdir(mode=0o700, exist_ok=True)
            there.write_bytes(content)
            there.chmod(0o600)


def put(content: bytearray, offset: int, written: bytes) -> None:
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(written)] = written


def live(data, disk, calls):
    """Write until nothing happens any more. Gives what was acknowledged, by reason."""
    disk.calls_left = calls
    acknowledged = {}
    try:
        journal = writer(data, files=disk)
    except CannotRecord:
        return acknowledged
    number = 0
    while not journal.broken:
        sizes = (1, 7, 2, 30)
        events = [
            Event(action=Action.SESSION_LOGIN, actor=officer(), reason=f"{calls}.{number}.{n}")
            for n in range(sizes[number % len(sizes)])
        ]
        number += 1
        for event, outcome in zip(events, journal.write(events), strict=True):
            if isinstance(outcome, Receipt):
                acknowledged[event.reason] = outcome
        if journal.no_room:
            break
    journal.release()
    return acknowledged


@settings(deadline=None, max_examples=150)
@given(st.integers(0, 130), st.none() | st.integers(0, 90), st.integers(0, 2**32))
def test_no_acknowledged_event_is_lost_and_the_journal_starts_again(tmp_path_factory, killed_after, then_after, seed):
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    disk = CachingDisk()
    acknowledged = live(before, disk, killed_after)
    if then_after is not None:  # the process was killed, and what it wrote is still in the cache
        acknowledged |= live(before, disk, then_after)

    assert_nothing_is_lost(disk, after, acknowledged, seed)


@pytest.mark.parametrize("folder", ["journal", "keys"])
def test_a_name_that_a_killed_process_gave_and_never_synced_is_synced_by_the_next(tmp_path, folder, monkeypatch):
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    disk = CachingDisk()
    with monkeypatch.context() as killed:
        sync_folder = disk.sync_folder
        killed.setattr(disk, "sync_folder", lambda path: None if path.name == folder else sync_folder(path))
        assert live(before, disk, 55)
    # What that process was told, it was told falsely; what the next is told must be true.
    acknowledged = live(before, disk, 40)

    assert_nothing_is_lost(disk, after, acknowledged, seed=1)


def assert_nothing_is_lost(disk, after, acknowledged, seed):
    disk.wake_up(after, random.Random(seed))
    journal = writer(after)
    (outcome,) = journal.write([Event(action=Action.SESSION_LOGIN, actor=officer(), reason="after")])
    journal.close()
    assert isinstance(outcome, Receipt)
    told = entries(after)
    assert [entry["event"]["sequence"] for entry in told] == list(range(len(told)))
    for reason, receipt in acknowledged.items():
        assert told[receipt.sequence]["event"]["reason"] == reason
        assert canonical.leaf_hash(canonical.encode(told[receipt.sequence])).hex() == receipt.leaf
