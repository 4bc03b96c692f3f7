"""Every call to the disk, broken in two ways, not done and done but not told, costs no acknowledged event."""

from collections import Counter
from pathlib import Path

import pytest

from audit import canonical
from audit.events import Action, Event, Receipt
from audit.recorder import CannotRecord, JournalBroken
from tests.audit.disks import WatchedDisk
from tests.audit.examples import entries, officer, writer


class Told(OSError):
    """What the disk says of the broken call."""


class BreakingDisk(WatchedDisk):
    """Breaks the one call that is named by what it does, to which file, and for the how-manieth time."""

    def __init__(self, broken=None, *, done=False) -> None:
        super().__init__()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.broken = broken
        self.done = done

    def call(self, what, name, *args):
        do = getattr(super(), what)
        if name.startswith("detail-"):  # its name is drawn by lot
            name = "detail"
        if what == "sync_folder" and name not in {"journal", "keys"}:  # the test's own folder
            name = "data"
        number = self.calls[what, name]
        self.calls[what, name] += 1
        if (what, name, number) != self.broken:
            return do(*args)
        if self.done or what == "close":  # Linux closes even when it reports that it could not
            do(*args)
        raise Told(5, "Input/output error")

    def open(self, path, flags):
        return self.call("open", path.name, path, flags)

    def write(self, descriptor, content, offset):
        return self.call("write", self.name_of[descriptor], descriptor, content, offset)

    def read(self, descriptor, size, offset):
        return self.call("read", self.name_of[descriptor], descriptor, size, offset)

    def sync(self, descriptor):
        return self.call("sync", self.name_of[descriptor], descriptor)

    def close(self, descriptor):
        return self.call("close", self.name_of[descriptor], descriptor)

    def stat(self, path):
        return self.call("stat", path.name, path)

    def identity(self, descriptor):
        return self.call("identity", self.name_of[descriptor], descriptor)

    def rename(self, old, new):
        return self.call("rename", new.name, old, new)

    def unlink(self, path):
        return self.call("unlink", path.name, path)

    def names(self, folder):
        return self.call("names", folder.name, folder)

    def make_folder(self, folder):
        return self.call("make_folder", folder.name, folder)

    def sync_folder(self, folder):
        return self.call("sync_folder", folder.name, folder)

    def lock(self, descriptor):
        return self.call("lock", self.name_of[descriptor], descriptor)


def batch(run, number, size):
    return [Event(action=Action.SESSION_LOGIN, actor=officer(), reason=f"{run}.{number}.{n}") for n in range(size)]


def one_life(data, disk, run):
    """Open, fill the first segment and begin the next, close. Gives what was acknowledged, by reason."""
    acknowledged = {}
    try:
        journal = writer(data, files=disk)
    except JournalBroken:
        return acknowledged
    for number, size in enumerate([1, 3, 100, 1]):
        events = batch(run, number, size)
        for event, outcome in zip(events, journal.write(events), strict=True):
            if isinstance(outcome, Receipt):
                acknowledged[event.reason] = outcome
    try:
        journal.close()
    except CannotRecord:
        assert journal.broken
    return acknowledged


def two_lives(data, broken=None, *, done=False):
    first, second = BreakingDisk(broken and broken[1:], done=done), BreakingDisk(broken and broken[1:], done=done)
    sound = BreakingDisk()
    acknowledged = one_life(data, first if not broken or broken[0] == 1 else sound, "one")
    acknowledged |= one_life(data, second if not broken or broken[0] == 2 else sound, "two")
    return acknowledged, first, second


def calls_of(data):
    _, first, second = two_lives(data)
    return [
        (life, what, name, number)
        for life, disk in ((1, first), (2, second))
        for (what, name), times in disk.calls.items()
        # Of what is done for every batch, the first times and the last stand for all.
        for number in sorted({*range(min(times, 2)), times - 1})
    ]


def test_every_call_to_the_disk_may_fail(tmp_path_factory):
    calls = calls_of(tmp_path_factory.mktemp("sound"))
    assert len({(what, name) for _, what, name, _ in calls}) > 30

    for broken in calls:
        for done in (False, True):
            data = tmp_path_factory.mktemp("broken")

            acknowledged, _, _ = two_lives(data, broken, done=done)
            last = writer(data)
            (outcome,) = last.write(batch("last", 0, 1))
            last.close()

            case = (*broken, "done but not told" if done else "not done")
            assert isinstance(outcome, Receipt), case
            assert_nothing_lost(data, acknowledged | {"last.0.0": outcome}, case)


def assert_nothing_lost(data: Path, acknowledged, case):
    told = entries(data)
    where = [entry["event"]["reason"] for entry in told if entry["event"]["action"] == "session.login"]
    assert len(where) == len(set(where)), (case, "an event stands twice")
    assert [entry["event"]["sequence"] for entry in told] == list(range(len(told))), case
    for reason, receipt in acknowledged.items():
        entry = told[receipt.sequence]
        assert entry["event"]["reason"] == reason, case
        assert canonical.leaf_hash(canonical.encode(entry)).hex() == receipt.leaf, case


@pytest.mark.parametrize("taken", [0, 1, 40])
def test_a_disk_that_takes_part_of_a_write_gets_the_rest_or_breaks_the_journal(tmp_path, taken):
    class ShortDisk(WatchedDisk):
        short = False

        def write(self, descriptor, content, offset):
            return super().write(
                descriptor, content[:taken] if self.short and taken < len(content) else content, offset
            )

    disk = ShortDisk()
    journal = writer(tmp_path, files=disk)
    disk.short = True

    (outcome,) = journal.write(batch("short", 0, 1))

    disk.short = False
    journal.release()
    if taken:
        assert entries(tmp_path)[outcome.sequence]["event"]["reason"] == "short.0.0"
    else:
        assert isinstance(outcome, JournalBroken)
        assert len(entries(tmp_path)) == 3
