"""However a recorder dies while it publishes, the next one signs nothing that contradicts what was signed."""

import itertools

from audit.checkpoint import Checkpoint
from audit.notes import Key, Note
from audit.publishing import Publisher
from audit.recorder import CannotRecord
from audit.tiles import Tiles
from audit.tree import EMPTY_ROOT, consistency_proof, extends, range_root
from tests.audit.disks import FastDisk
from tests.audit.examples import entries, login, writer
from tests.faults.running import times

NEVER = 3600.0
CALLS = range(20, 200)  # in a life; the first make the journal


class DyingDisk(FastDisk):
    """Does nothing any more after so many calls that change something; the last is done and not told, or not done."""

    def __init__(self, calls: int, *, done: bool) -> None:
        self.calls = calls
        self.done = done

    def _call(self, do, *args):
        self.calls -= 1
        if self.calls > 0:
            return do(*args)
        if self.calls == 0 and self.done:
            do(*args)
        raise OSError(5, "killed")

    def open(self, path, flags):
        return self._call(super().open, path, flags) if "journal" in path.parts else super().open(path, flags)

    def write(self, descriptor, content, offset):
        return self._call(super().write, descriptor, content, offset)

    def sync(self, descriptor):
        return self._call(super().sync, descriptor)

    def rename(self, old, new):
        return self._call(super().rename, old, new)

    def unlink(self, path):
        return self._call(super().unlink, path)

    def make_folder(self, folder):
        return self._call(super().make_folder, folder)

    def remove_folder(self, folder):
        return self._call(super().remove_folder, folder)

    def sync_folder(self, folder):
        return self._call(super().sync_folder, folder)


def live(data, disk):
    """Write, publish, write, publish until the disk is gone; every checkpoint that ever stood there."""
    seen = []
    try:
        opened = writer(data, files=disk)
    except CannotRecord:
        return seen
    publisher = Publisher(opened, period_s=NEVER)
    try:
        for number in (3, 250, 1):
            opened.write([login()] * number)
            publisher.publish()
            seen.append(signed(data))
    except OSError:
        if found := signed(data):
            seen.append(found)
    opened.release()
    publisher.close()
    return seen


def signed(data):
    path = data / "journal" / "checkpoint"
    return Note.parse(path.read_bytes()) if path.exists() else None


def test_whenever_it_dies_the_next_checkpoint_goes_on_from_all_that_were_signed(tmp_path_factory):
    died = 0
    for calls, done in itertools.product(CALLS[:: len(CALLS) // times(8)], (False, True)):
        data = tmp_path_factory.mktemp("life")
        disk = DyingDisk(calls, done=done)
        before = live(data, disk)
        died += disk.calls <= 0

        (*_, last) = live(data, DyingDisk(100_000, done=False))

        key = Key.parse(entries(data)[0]["cj"]["system"]["signs_with"])
        now = Checkpoint.of(last)
        tiles = Tiles(now.size, lambda name, data=data: (data / "journal" / name).read_bytes())
        assert range_root(0, now.size, tiles.subtree) == now.root, (calls, done)
        for note in before:
            earlier = Checkpoint.of(note)
            proof = consistency_proof(earlier.size, now.size, tiles.subtree)
            assert note.signed_by(key), (calls, done)
            assert extends(earlier.root, earlier.size, now.root, now.size, proof), (calls, done)
            assert earlier.root != EMPTY_ROOT
    assert died > 8
