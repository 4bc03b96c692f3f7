"""Behind every entry comes a signed checkpoint over tiles that are on the disk; the journal alone is believed."""

import pytest

from audit import canonical
from audit.checkpoint import Checkpoint
from audit.keys import KeysUnusable
from audit.notes import Key, Note
from audit.publishing import Publisher
from audit.recovery import JournalDamaged
from audit.tiles import Tiles, bundle, tile_name
from audit.tree import consistency_proof, extends, range_root, root_of
from tests.audit import forging
from tests.audit.disks import FastDisk
from tests.audit.examples import Time, entries, login, writer

NEVER = 3600.0  # the thread does nothing unless told


class Day:
    """A journal at work, published when a test says so."""

    def __init__(self, data, files=None):
        self.data = data
        self.time = Time()
        self.writer = writer(data, files=files or FastDisk(), clock=self.time.clock, monotonic=self.time.monotonic)
        self.publisher = Publisher(self.writer, period_s=NEVER, clock=self.time.clock)

    def write(self, number):
        self.writer.write([login()] * number)
        self.publisher.publish()
        return checkpoint(self.data)

    def end(self):
        self.writer.close()
        self.publisher.close()
        return checkpoint(self.data)

    def killed(self):
        """Without a word, and without a last checkpoint."""
        self.writer.release()


def note(data):
    return Note.parse((data / "journal" / "checkpoint").read_bytes())


def checkpoint(data):
    return Checkpoint.of(note(data))


def tiles(data, size):
    return Tiles(size, lambda name: (data / "journal" / name).read_bytes())


def root_of_journal(data):
    return root_of([canonical.leaf_hash(canonical.encode(entry)) for entry in entries(data)])


def names(data):
    """The published files, without the checkpoint."""
    folder = data / "journal"
    return sorted(path.relative_to(folder).as_posix() for path in (folder / "tile").rglob("*") if path.is_file())


@pytest.fixture
def day(tmp_path):
    day = Day(tmp_path)
    yield day
    day.end()


def test_a_checkpoint_has_every_entry_and_is_signed_with_the_key_that_the_log_names(day):
    signed = day.write(5)

    started = entries(day.data)[0]["cj"]["system"]
    assert signed.size == len(entries(day.data)) == 8
    assert note(day.data).signed_by(Key.parse(started["signs_with"]))
    assert signed.origin == f"sightline/{entries(day.data)[0]['cj']['log']}"


def test_its_root_is_that_of_the_journals_entries_and_of_the_tiles(day):
    signed = day.write(700)

    assert root_of_journal(day.data) == signed.root
    assert range_root(0, signed.size, tiles(day.data, signed.size).subtree) == signed.root


def test_the_entries_stand_in_bundles(day):
    signed = day.write(300)

    events = [canonical.encode(entry) for entry in entries(day.data)]
    assert (day.data / "journal" / "tile/entries/000").read_bytes() == bundle(events[:256])
    rest = tile_name(None, 1, signed.size - 256)
    assert (day.data / "journal" / rest).read_bytes() == bundle(events[256:])


def test_every_later_checkpoint_goes_on_from_every_earlier_one(day):
    signed = [day.write(1)]

    for number in (60, 1, 200, 257):
        later = day.write(number)
        for earlier in signed:
            proof = consistency_proof(earlier.size, later.size, tiles(day.data, later.size).subtree)
            assert extends(earlier.root, earlier.size, later.root, later.size, proof)
        signed.append(later)


def test_what_was_not_full_is_removed_once_it_is(day):
    day.write(5)
    assert names(day.data) == ["tile/0/000.p/8", "tile/entries/000.p/8"]

    day.write(248)

    assert names(day.data) == ["tile/0/000", "tile/1/000.p/1", "tile/entries/000"]


def test_nothing_new_is_signed_when_nothing_was_written(day):
    day.write(5)
    before = (day.data / "journal" / "checkpoint").stat().st_ino
    day.publisher.publish()

    assert (day.data / "journal" / "checkpoint").stat().st_ino == before


def test_the_first_checkpoint_of_every_hour_is_kept(day):
    first = day.write(1).size
    day.write(1)
    day.time.passes(3600)
    third = day.write(1).size
    day.write(1)

    kept = {path.name: Checkpoint.of(Note.parse(path.read_bytes())) for path in checkpoints(day.data)}
    assert {name: one.size for name, one in kept.items()} == {f"{first:016}": first, f"{third:016}": third}


def checkpoints(data):
    return sorted((data / "journal" / "checkpoints").iterdir())


def test_the_last_word_is_under_the_last_checkpoint(tmp_path):
    day = Day(tmp_path)

    assert day.end().size == len(entries(tmp_path)) == 4
    assert entries(tmp_path)[-1]["event"]["action"] == "journal.stop"


def test_it_goes_on_where_it_ended(tmp_path):
    before = Day(tmp_path).end()
    day = Day(tmp_path)
    after = day.write(300)
    day.end()

    assert extends(
        before.root,
        before.size,
        after.root,
        after.size,
        consistency_proof(before.size, after.size, tiles(tmp_path, after.size).subtree),
    )


def test_it_publishes_by_itself(tmp_path):
    opened = writer(tmp_path)
    publisher = Publisher(opened, period_s=0.001)
    opened.write([login()])
    opened.close()
    publisher.close()

    assert checkpoint(tmp_path).size == publisher.signed == 5
    assert publisher.unsigned is None


@pytest.mark.parametrize("entries_before_the_kill", [0, 100, 260, 600])
def test_what_a_killed_process_left_unpublished_is_published_by_the_next(tmp_path, entries_before_the_kill):
    day = Day(tmp_path)
    day.write(5)
    day.writer.write([login()] * entries_before_the_kill)
    day.killed()

    signed = Day(tmp_path).end()

    assert signed.size == len(entries(tmp_path))
    assert range_root(0, signed.size, tiles(tmp_path, signed.size).subtree) == signed.root


def test_tiles_that_are_missing_are_made_again_the_same(tmp_path):
    day = Day(tmp_path)
    day.write(1000)
    day.end()
    was = {name: (tmp_path / "journal" / name).read_bytes() for name in names(tmp_path)}
    full = [name for name in was if ".p" not in name]
    for name in full:
        (tmp_path / "journal" / name).unlink()

    Day(tmp_path).end()

    assert {name: (tmp_path / "journal" / name).read_bytes() for name in full} == {name: was[name] for name in full}


def test_a_tile_that_was_changed_is_not_believed_and_not_covered_up(tmp_path):
    day = Day(tmp_path)
    day.write(300)
    day.end()
    tile = tmp_path / "journal" / "tile/0/000"
    tile.write_bytes(bytes(8192))

    signed = Day(tmp_path).end()

    assert signed.root == root_of_journal(tmp_path)
    assert tile.read_bytes() == bytes(8192)


def test_a_journal_shorter_than_its_checkpoint_is_not_written_on(tmp_path):
    day = Day(tmp_path)
    day.write(5)
    day.end()
    kept = (tmp_path / "journal" / "checkpoint").read_bytes()
    forging.write(tmp_path, forging.read(tmp_path)[:-2])
    (tmp_path / "journal" / "durable").unlink()

    with pytest.raises(JournalDamaged, match="has 7 entries, but a checkpoint was signed over 9"):
        writer(tmp_path)
    assert (tmp_path / "journal" / "checkpoint").read_bytes() == kept


def test_a_journal_that_was_written_anew_from_the_first_byte_is_not_written_on(tmp_path):
    Day(tmp_path).end()
    forged = forging.read(tmp_path)
    forged[1] = forged[1].edited(cj__system={"key": "another"})
    forging.write(tmp_path, forging.rechained(forged))
    (tmp_path / "journal" / "durable").unlink()

    with pytest.raises(JournalDamaged, match="first 4 entries was signed over other ones"):
        writer(tmp_path)


def test_a_checkpoint_of_another_log_is_refused(tmp_path):
    Day(tmp_path / "one").end()
    Day(tmp_path / "other").end()
    (tmp_path / "one" / "journal" / "checkpoint").write_bytes((tmp_path / "other" / "journal/checkpoint").read_bytes())

    with pytest.raises(JournalDamaged):
        writer(tmp_path / "one")


def test_a_checkpoint_that_is_none_is_refused(tmp_path):
    Day(tmp_path).end()
    (tmp_path / "journal" / "checkpoint").write_bytes(b"trust me\n")

    with pytest.raises(JournalDamaged, match="its checkpoint is none"):
        writer(tmp_path)


def test_a_lost_signing_key_is_not_replaced_in_silence(tmp_path):
    Day(tmp_path).end()
    next((tmp_path / "keys").glob("log-*.key")).unlink()

    with pytest.raises(KeysUnusable, match="put it back"):
        writer(tmp_path)


def test_what_changed_on_the_disk_before_it_was_published_is_not_signed(tmp_path):
    day = Day(tmp_path)
    day.write(1)
    day.writer.write([login()] * 3)
    forged = forging.read(tmp_path)
    forged[5] = forged[5].edited(user__name="Nobody")
    forging.write(tmp_path, forged)

    with pytest.raises(JournalDamaged, match="entry 6 does not go on"):
        day.publisher.publish()

    assert checkpoint(tmp_path).size == 4
    day.killed()


def test_an_entry_that_changed_last_of_all_is_not_signed_either(tmp_path):
    day = Day(tmp_path)
    day.writer.write([login()] * 3)
    forged = forging.read(tmp_path)
    forged[5] = forged[5].edited(user__name="Nobody")
    forging.write(tmp_path, forged)

    with pytest.raises(JournalDamaged, match="entry 5 is not the one that was acknowledged"):
        day.publisher.publish()

    day.killed()


class FullForTiles(FastDisk):
    """A disk that takes entries and no tiles."""

    full = True

    def rename(self, old, new):
        if self.full and "tile" in new.parts:
            raise OSError(28, "No space left on device")
        super().rename(old, new)


def test_a_disk_that_takes_no_tiles_takes_entries_and_nothing_is_signed_until_it_does(tmp_path):
    disk = FullForTiles()
    day = Day(tmp_path, disk)
    with pytest.raises(OSError, match="No space"):
        day.write(600)
    with pytest.raises(OSError, match="No space"):
        day.write(600)
    assert not (tmp_path / "journal" / "checkpoint").exists()

    disk.full = False

    assert day.write(1).size == len(entries(tmp_path))
    day.end()


def test_why_nothing_is_signed_can_be_asked(tmp_path):
    disk = FullForTiles()
    opened = writer(tmp_path, files=disk)
    publisher = Publisher(opened, period_s=NEVER)
    opened.close()
    publisher.close()

    assert (publisher.signed, publisher.unsigned) == (0, "[Errno 28] No space left on device")


def test_a_key_signs_for_one_log_alone(tmp_path):
    first, second = Day(tmp_path / "a"), Day(tmp_path / "b")
    first.end()
    second.end()

    assert first.writer.signer.key.public != second.writer.signer.key.public
