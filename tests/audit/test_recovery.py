"""A torn tail is dropped and told; anything else that is wrong with the past is a refusal to start."""

import hashlib
import shutil

import pytest

from audit import canonical
from audit.canonical import leaf_hash
from audit.frames import FRAME_BYTES, SEGMENT_HEADER_BYTES, Durable, frames
from audit.recovery import JournalDamaged, Torn, recover
from audit.segments import durable_position, segments
from tests.audit import forging
from tests.audit.examples import MARLOW, actions, entries, login, writer


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A journal of eight entries, each a batch of its own, left by a process that was killed."""
    data = tmp_path_factory.mktemp("written")
    journal = writer(data)
    for event in [login(), login(MARLOW), login(), login(MARLOW), login()]:
        journal.write([event])
    journal.release()
    return data


@pytest.fixture(scope="module")
def one_batch(tmp_path_factory):
    """The same in one batch."""
    data = tmp_path_factory.mktemp("one-batch")
    journal = writer(data)
    journal.write([login(), login(MARLOW), login(), login(MARLOW), login()])
    journal.release()
    return data


def copy_of(data, tmp_path, name="copy"):
    return shutil.copytree(data, tmp_path / name)


def spans(data):
    """Where the frames of the first segment begin and end."""
    content = segment(data).read_bytes()
    return [(start - FRAME_BYTES, end) for *_, start, end in frames(content, SEGMENT_HEADER_BYTES)]


def segment(data):
    return segments(data / "journal")[-1][1]


def change(data, start, content):
    with segment(data).open("r+b") as file:
        file.seek(start)
        file.write(content)


def say_durable(data, size):
    """Put back what the journal said when it had acknowledged only `size` entries."""
    path, log = data / "journal" / "durable", durable_position(data / "journal").log
    path.write_bytes(Durable(log, size, 0, 0, leaf_hash(canonical.encode(entries(data)[size - 1]))).pack())


def start_again(data):
    journal = writer(data)
    journal.close()
    return actions(data)


def cut(entry, at):
    return entry[:at] + bytes(len(entry) - at)


def flip(entry, at):
    return entry[:at] + bytes([entry[at] ^ 0xFF]) + entry[at + 1 :]


def zero(entry, at):
    return entry[:at] + b"\0" + entry[at + 1 :]


@pytest.mark.parametrize("torn_by", [cut, flip, zero])
@pytest.mark.parametrize("number", [5, 6, 7])
def test_a_tail_torn_at_any_byte_is_dropped(written, tmp_path, number, torn_by):
    data = copy_of(written, tmp_path)
    say_durable(data, 5)
    begin, end = spans(written)[number]
    whole = segment(written).read_bytes()[begin:end]
    change(data, end, bytes(spans(written)[-1][1] - end))

    for at in range(len(whole)):
        garbled = torn_by(whole, at)
        change(data, begin, garbled)

        recovered = recover(data / "journal")

        if garbled == whole:  # a zero over a zero
            assert (recovered.heads.size, recovered.torn) == (number + 1, None)
            continue
        left = garbled.rstrip(b"\0")
        told = Torn(segment(data).name, begin, begin + len(left), hashlib.sha256(left).hexdigest())
        assert (recovered.heads.size, recovered.end) == (number, begin)
        assert recovered.torn == (told if left else None)


def test_what_was_dropped_is_the_first_thing_told(written, tmp_path):
    data = copy_of(written, tmp_path)
    say_durable(data, 7)
    begin, end = spans(written)[-1]
    change(data, end - 5, bytes(5))

    told = start_again(data)

    assert told[7:] == ["journal.recovered", "journal.start", "journal.stop"]
    system = entries(data)[7]["cj"]["system"]
    assert (system["segment"], system["start"], system["end"]) == ("0000000000000000.segment", begin, end - 5)


@pytest.mark.parametrize("how", ["flip", "zero", "cut out"])
def test_a_bad_entry_before_a_later_batch_is_a_refusal_at_any_byte(written, tmp_path, how):
    whole = segment(written).read_bytes()
    data = copy_of(written, tmp_path)
    say_durable(data, 1)
    for begin, end in spans(written)[-4:-1]:
        for at in range(begin, end, 5):
            if how == "flip":
                change(data, at, bytes([whole[at] ^ 0xFF]))
            elif how == "zero":  # from here to the end of the entry
                change(data, at, bytes(end - at))
            else:
                change(data, at, whole[end : end + 4096] + bytes(end - at))

            with pytest.raises(JournalDamaged):
                recover(data / "journal")

            change(data, begin, whole[begin : spans(written)[-1][1]])


def test_a_batch_whose_first_sectors_a_dying_disk_never_wrote_is_a_torn_tail(one_batch, tmp_path):
    data = copy_of(one_batch, tmp_path)
    say_durable(data, 3)
    (begin, _), *_, (_, last) = spans(one_batch)[3:]
    change(data, begin // 512 * 512 + 512, bytes(512))

    told = start_again(data)

    assert told[3:] == ["journal.recovered", "journal.start", "journal.stop"]
    assert entries(data)[3]["cj"]["system"]["end"] == last


def test_a_batch_with_a_changed_byte_is_a_refusal_since_no_disk_tears_so(one_batch, tmp_path):
    data = copy_of(one_batch, tmp_path)
    say_durable(data, 3)
    begin, _ = spans(one_batch)[4]
    change(data, begin + 200, b"\xff")

    with pytest.raises(JournalDamaged, match="entry 4 is not whole"):
        writer(data)


def test_acknowledged_entries_that_are_gone_are_a_refusal(written, tmp_path):
    data = copy_of(written, tmp_path)
    begin, end = spans(written)[-1]
    change(data, begin, bytes(end - begin))

    with pytest.raises(JournalDamaged, match="before entry 7, but 8 entries were acknowledged"):
        writer(data)


def test_a_last_entry_that_is_not_the_acknowledged_one_is_a_refusal(written, tmp_path):
    data = copy_of(written, tmp_path)
    other = copy_of(written, tmp_path, "other")
    begin, end = spans(written)[-1]
    say_durable(other, 7)
    change(other, begin, bytes(end - begin))
    journal = writer(other)
    journal.release()
    (data / "journal" / segment(data).name).write_bytes(segment(other).read_bytes())

    with pytest.raises(JournalDamaged, match="entry 7 is not the one"):
        writer(data)


def edited(forged):
    forged[4] = forged[4].edited(event__outcome="failure")


def without_one(forged):
    del forged[4]


def in_an_agencys_wrong_place(forged):
    forged[4] = forged[4]._replace(agency_sequence=7)


def after_another_of_its_agency(forged):
    forged[5] = forged[5]._replace(agency_prev=bytes(32))


@pytest.mark.parametrize(
    ("forge", "refusal"),
    [
        (edited, "entry 5 does not go on from entry 4 as it stands"),
        (without_one, "entry 5 stands where entry 4 belongs"),
        (in_an_agencys_wrong_place, "entry 4 does not go on from its agency's"),
        (after_another_of_its_agency, "entry 5 does not go on from its agency's"),
    ],
)
def test_a_chain_that_was_broken_under_right_checksums_is_a_refusal(written, tmp_path, forge, refusal):
    data = copy_of(written, tmp_path)
    forged = forging.read(data)
    forge(forged)
    forging.write(data, forged)

    with pytest.raises(JournalDamaged, match=refusal):
        writer(data)


def test_a_journal_that_was_emptied_is_a_refusal_not_a_new_journal(written, tmp_path):
    data = copy_of(written, tmp_path)
    segment(data).unlink()

    with pytest.raises(JournalDamaged, match="segments are gone"):
        writer(data)


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A journal of several segments."""
    data = tmp_path_factory.mktemp("long")
    journal = writer(data)
    journal.write([login()] * 600)
    journal.close()
    return data


def without_the_middle(data):
    segments(data / "journal")[1][1].unlink()


def with_two_swapped(data):
    (_, one), (_, other) = segments(data / "journal")[:2]
    one_content = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(one_content)


def with_a_torn_middle(data):
    _, path = segments(data / "journal")[0]
    end = list(frames(path.read_bytes(), SEGMENT_HEADER_BYTES))[-1][-1]
    with path.open("r+b") as file:
        file.seek(end + 10)
        file.write(b"x")


def with_a_foreign_segment(data):
    foreign = writer(data / "foreign")
    foreign.write([login()] * 600)
    foreign.close()
    segments(data / "journal")[1][1].write_bytes(segments(data / "foreign" / "journal")[1][1].read_bytes())


def with_a_headless_segment(data):
    with segments(data / "journal")[1][1].open("r+b") as file:
        file.write(b"x")


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (without_the_middle, "does not go on where"),
        (with_two_swapped, "does not go on where"),
        (with_a_torn_middle, "has something else behind"),
        (with_a_foreign_segment, "belongs to another log"),
        (with_a_headless_segment, "does not begin like a segment"),
    ],
)
def test_segments_that_do_not_make_one_log_are_a_refusal(long, tmp_path, what, refusal):
    data = copy_of(long, tmp_path)
    what(data)

    with pytest.raises(JournalDamaged, match=refusal):
        writer(data)


def test_a_refusal_changes_nothing_on_the_disk(long, tmp_path):
    data = copy_of(long, tmp_path)
    with_a_torn_middle(data)
    before = {path.name: path.read_bytes() for path in (data / "journal").iterdir()}

    with pytest.raises(JournalDamaged):
        writer(data)

    assert {path.name: path.read_bytes() for path in (data / "journal").iterdir()} == before


def test_a_segment_that_was_begun_and_never_filled_is_filled(long, tmp_path):
    data = copy_of(long, tmp_path)
    _, last = segments(data / "journal")[-1]
    content = last.read_bytes()
    last.write_bytes(content[:SEGMENT_HEADER_BYTES] + bytes(len(content) - SEGMENT_HEADER_BYTES))
    say_durable(data, 1)
    kept = len(entries(data))

    assert start_again(data)[kept:] == ["journal.start", "journal.stop"]


def test_a_journal_begun_and_never_written_to_begins(tmp_path):
    writer(tmp_path).release()
    content = segment(tmp_path).read_bytes()
    segment(tmp_path).write_bytes(content[:SEGMENT_HEADER_BYTES] + bytes(len(content) - SEGMENT_HEADER_BYTES))
    (tmp_path / "journal" / "durable").write_bytes(b"")

    assert start_again(tmp_path) == ["journal.start", "key.create", "key.create", "journal.stop"]


def test_a_journal_torn_in_its_very_first_batch_still_begins_with_its_start(tmp_path):
    writer(tmp_path).release()
    begin, end = spans(tmp_path)[0]
    (tmp_path / "journal" / "durable").write_bytes(b"")
    change(tmp_path, begin, bytes(end - begin) + b"x" + bytes(4096))

    assert start_again(tmp_path)[:2] == ["journal.start", "journal.recovered"]


def test_a_leftover_of_an_unfinished_spare_is_no_hindrance(written, tmp_path):
    data = copy_of(written, tmp_path)
    (data / "journal" / "spare.unfinished").write_bytes(b"half")

    assert start_again(data)[-2:] == ["journal.start", "journal.stop"]
