"""An untouched journal is whole, and whatever was done to one is told by the entry it was done to."""

import asyncio
import shutil

import pytest

from audit.checking import Check
from audit.findings import Wrong
from audit.frames import DURABLE_BYTES, FRAME_BYTES, SEGMENT_HEADER_BYTES, Durable, frames
from audit.journal import Journal
from audit.segments import durable_position, segments
from tests.audit import forging
from tests.audit.disks import StallingDisk
from tests.audit.examples import MARLOW, PINELAKE, Time, disclosure, login, officer, request, writer

DEEP = pytest.mark.parametrize("deep", [False, True], ids=["integrity", "deep"])


@pytest.fixture(scope="module")
def sealed(tmp_path_factory):
    """Sixteen entries of two agencies, one a minute, from 08:00 on; the last three are Marlow's, Pinelake's, and the
    journal's own.
    """
    data, time = tmp_path_factory.mktemp("sealed"), Time()
    journal = writer(data, clock=time.clock, monotonic=time.monotonic)
    for number in range(12):
        time.passes(60)
        journal.write([disclosure(actor=officer(MARLOW if number % 3 == 1 else PINELAKE))])
    journal.close()
    return data


@pytest.fixture
def data(sealed, tmp_path):
    return shutil.copytree(sealed, tmp_path / "data")


def found(data, *, deep=False):
    """What is found, and of which entries."""
    return [
        (finding.what, finding.first, finding.last) for finding in Check(data / "journal", deep=deep).go_on().findings
    ]


@DEEP
def test_an_untouched_journal_is_whole(data, deep):
    verdict = Check(data / "journal", deep=deep).go_on()

    assert verdict.findings == ()
    assert (verdict.entries, verdict.at) == (16, "2026-03-02T08:12:00.000000Z")
    assert verdict.log == durable_position(data / "journal").log.hex()


@DEEP
@pytest.mark.parametrize("number", [0, 5, 14, 15])
def test_an_edited_byte_is_named(data, number, deep):
    path = segments(data / "journal")[0][1]
    content = bytearray(path.read_bytes())
    *_, start, end = list(frames(bytes(content), SEGMENT_HEADER_BYTES))[number]
    content[(start + end) // 2] ^= 1
    path.write_bytes(content)

    assert found(data, deep=deep) == [(Wrong.CHANGED, number, number)]


@DEEP
@pytest.mark.parametrize("number", [0, 5, 14, 15])
def test_an_edited_event_under_a_right_checksum_is_named(data, number, deep):
    entries = forging.read(data)
    entries[number] = entries[number].edited(event__outcome="failure")
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.CHANGED, number, number)]


@DEEP
def test_a_deleted_entry_is_named(data, deep):
    entries = forging.read(data)
    del entries[7]
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.MISSING, 7, 7)]


@DEEP
def test_several_deleted_entries_are_named_together(data, deep):
    entries = forging.read(data)
    del entries[4:8], entries[1]
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.MISSING, 1, 1), (Wrong.MISSING, 4, 7)]


@DEEP
def test_an_entry_erased_where_it_stood_is_named(data, deep):
    path = segments(data / "journal")[0][1]
    content = bytearray(path.read_bytes())
    *_, start, end = list(frames(bytes(content), SEGMENT_HEADER_BYTES))[7]
    content[start - FRAME_BYTES : end] = bytes(end - start + FRAME_BYTES)
    path.write_bytes(content)

    assert found(data, deep=deep) == [(Wrong.CHANGED, 7, 7)]


@DEEP
def test_entries_in_another_order_are_named(data, deep):
    entries = forging.read(data)
    entries[6], entries[7] = entries[7], entries[6]
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.MOVED, 6, 6)]


@DEEP
def test_an_entry_moved_far_is_named(data, deep):
    entries = forging.read(data)
    entries.insert(12, entries.pop(5))
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.MOVED, 5, 5)]


@DEEP
def test_an_entry_put_in_twice_is_named(data, deep):
    entries = forging.read(data)
    entries.insert(10, entries[5])
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.MOVED, 5, 5)]


@DEEP
def test_an_entry_taken_out_and_the_frames_renumbered_is_named(data, deep):
    entries = forging.read(data)
    del entries[7]
    forging.write(data, [entry._replace(sequence=number) for number, entry in enumerate(entries)])

    assert found(data, deep=deep)[0][:2] == (Wrong.RENUMBERED, 7)


@DEEP
def test_an_entry_taken_out_and_the_events_renumbered_is_named(data, deep):
    entries = forging.read(data)
    del entries[7]
    forging.write(data, forging.renumbered(entries))

    # What follows was changed, event for event, to say so; and Marlow's third does not follow Marlow's first.
    assert found(data, deep=deep)[:2] == [(Wrong.CHANGED, 6, 8), (Wrong.AGENCY, 9, 9)]


@DEEP
@pytest.mark.parametrize(("taken", "named"), [(4, 6), (7, 9)], ids=["Marlow's first", "Marlow's second"])
def test_one_agencys_event_taken_out_of_a_chain_made_anew_is_named(data, taken, named, deep):
    entries = forging.read(data)
    del entries[taken]
    forging.write(data, forging.rechained(entries))
    say_durable(data, 15, forging.read(data)[-1].leaf)

    assert found(data, deep=deep) == [(Wrong.AGENCY, named, named)]  # Marlow's next


def say_durable(data, size, leaf):
    log = durable_position(data / "journal").log
    (data / "journal" / "durable").write_bytes(Durable(log, size, 0, 0, leaf).pack())


@DEEP
def test_entries_cut_off_at_the_end_are_named(data, deep):
    forging.write(data, forging.read(data)[:-4])

    assert found(data, deep=deep) == [(Wrong.MISSING, 12, 15)]


@DEEP
def test_it_goes_on_after_the_first_finding(data, deep):
    entries = forging.read(data)
    entries[3] = entries[3].edited(event__outcome="failure")
    entries[9] = entries[9].edited(user__name="Nobody")
    del entries[6]
    forging.write(data, entries)

    assert found(data, deep=deep) == [(Wrong.CHANGED, 3, 3), (Wrong.MISSING, 6, 6), (Wrong.CHANGED, 9, 9)]


@DEEP
def test_something_that_is_no_entry_between_two_is_named(data, deep):
    entries = forging.read(data)
    forging.write(data, entries)
    path = segments(data / "journal")[0][1]
    content = path.read_bytes()
    *_, end = list(frames(content, SEGMENT_HEADER_BYTES))[7]
    path.write_bytes((content[:end] + b"something" + content[end:])[: len(content)])

    assert found(data, deep=deep) == [(Wrong.FOREIGN, 8, 8)]


@pytest.mark.parametrize(
    ("entry", "edit", "what"),
    [
        (5, {"event__sequence": 6}, Wrong.RENUMBERED),
        (5, {"cj__log": "0" * 32}, Wrong.CONTRADICTS),
        (5, {"organization__id": MARLOW}, Wrong.CONTRADICTS),
        (5, {"cj__agency__seq": 9}, Wrong.CONTRADICTS),
        (0, {"organization": {"id": PINELAKE}}, Wrong.CONTRADICTS),
    ],
)
def test_an_event_that_says_something_else_than_its_frame_is_named_by_a_deep_check(data, entry, edit, what):
    entries = forging.read(data)
    entries[entry] = entries[entry].edited(**edit)
    forging.write(data, entries)

    assert (what, entry, entry) in found(data, deep=True)


@pytest.mark.parametrize("event", [b"{}", b'{"a": 1}', b"null", b"\xff", b'{"event":{"sequence":5},"cj":[]}'])
def test_bytes_that_are_no_event_are_named_by_a_deep_check(data, event):
    entries = forging.read(data)
    entries[5] = entries[5]._replace(event=event)
    forging.write(data, entries)

    assert (Wrong.NOT_CANONICAL, 5, 5) in found(data, deep=True)


def test_findings_are_sentences_with_number_and_time(data):
    entries = forging.read(data)
    entries[3] = entries[3].edited(event__outcome="failure")
    del entries[6]
    forging.write(data, entries)

    assert [str(finding) for finding in Check(data / "journal").go_on().findings] == [
        "Entry 3 of 2026-03-02 08:01:00 UTC was changed after it was sealed.",
        "Entry 6 before 2026-03-02 08:05:00 UTC is missing.",
    ]


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A journal of several segments."""
    data = tmp_path_factory.mktemp("long")
    journal = writer(data)
    journal.write([login()] * 600)
    journal.close()
    return data


@DEEP
def test_a_journal_of_many_segments_is_whole(long, deep):
    verdict = Check(long / "journal", deep=deep).go_on()

    assert (verdict.findings, verdict.entries) == ((), 604)


def test_a_missing_segment_is_named_by_its_entries(long, tmp_path):
    data = shutil.copytree(long, tmp_path / "data")
    (_, _), (first, path), (next_, _), *_ = segments(data / "journal")
    path.unlink()

    assert found(data) == [(Wrong.MISSING, first, next_ - 1)]


def test_a_missing_first_segment_is_named_by_its_entries(long, tmp_path):
    data = shutil.copytree(long, tmp_path / "data")
    (_, path), (next_, _), *_ = segments(data / "journal")
    path.unlink()

    assert found(data) == [(Wrong.MISSING, 0, next_ - 1)]


def test_a_journal_without_any_segment_lacks_all_its_entries(long, tmp_path):
    data = shutil.copytree(long, tmp_path / "data")
    for _, path in segments(data / "journal"):
        path.unlink()

    assert found(data) == [(Wrong.MISSING, 0, 603)]


def test_a_segment_whose_end_was_overwritten_is_named_by_its_entries(long, tmp_path):
    data = shutil.copytree(long, tmp_path / "data")
    (_, path), (next_, _), *_ = segments(data / "journal")
    content = path.read_bytes()
    *_, start, end = list(frames(content, SEGMENT_HEADER_BYTES))[-1]
    path.write_bytes(content[: start + 5] + b"x" * (end - start - 5) + content[end:])

    assert found(data) == [(Wrong.CHANGED, next_ - 1, next_ - 1)]


@pytest.mark.parametrize("at", [0, 10, 30, 40, 66])
def test_a_changed_beginning_of_a_file_is_named(long, tmp_path, at):
    data = shutil.copytree(long, tmp_path / "data")
    first, path = segments(data / "journal")[1]
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)

    assert found(data) == [(Wrong.FILE, first, first)]


def test_a_check_goes_on_from_where_it_stopped(tmp_path):
    journal = writer(tmp_path)
    check = Check(tmp_path / "journal")
    assert check.go_on().entries == 3

    for more in (1, 0, 400, 5):
        journal.write([login()] * more)
        verdict = check.go_on()
        assert (verdict.entries, verdict.findings) == (journal.acknowledged.size, ())
    journal.close()


def test_what_was_found_stays_found(data):
    entries = forging.read(data)
    entries[3] = entries[3].edited(event__outcome="failure")
    forging.write(data, entries)
    check = Check(data / "journal")

    assert check.go_on().findings == check.go_on().findings != ()


def test_the_time_of_a_check_is_told(data):
    time = Time()

    assert Check(data / "journal", clock=time.clock).go_on().checked_at == time.at


def test_an_empty_folder_holds_no_entries(tmp_path):
    assert Check(tmp_path).go_on()[:3] == ("", 0, "")


async def test_entries_that_are_being_written_are_no_findings(tmp_path):
    disk = StallingDisk()
    journal = Journal(writer(tmp_path, files=disk))
    disk.stall()
    waiting = [journal.hand_over(request()) for _ in range(5)]
    await asyncio.to_thread(disk.waiting.wait)
    half_written(tmp_path)

    assert Check(tmp_path / "journal").go_on().findings == ()

    disk.go_on.set()
    await asyncio.gather(*waiting)
    journal.close()


def half_written(data):
    """Take the end off the last frame, as if its write had not come that far."""
    path = segments(data / "journal")[-1][1]
    content = path.read_bytes()
    *_, end = list(frames(content, SEGMENT_HEADER_BYTES))[-1]
    with path.open("r+b") as file:
        file.seek(end - 9)
        file.write(bytes(9))


def test_a_torn_tail_of_a_killed_writer_is_no_finding(tmp_path):
    journal = writer(tmp_path)
    size, leaf = journal.acknowledged.size, durable_position(tmp_path / "journal").leaf
    journal.write([login()] * 3)
    journal.release()
    say_durable(tmp_path, size, leaf)
    half_written(tmp_path)

    verdict = Check(tmp_path / "journal").go_on()

    assert (verdict.findings, verdict.entries) == ((), 5)


def test_a_batch_torn_in_its_middle_is_no_finding_while_nobody_acknowledged_it(tmp_path):
    journal = writer(tmp_path)
    size, leaf = journal.acknowledged.size, durable_position(tmp_path / "journal").leaf
    journal.write([login()] * 5)
    journal.release()
    say_durable(tmp_path, size, leaf)
    path = segments(tmp_path / "journal")[-1][1]
    content = bytearray(path.read_bytes())
    *_, start, end = list(frames(bytes(content), SEGMENT_HEADER_BYTES))[4]
    content[start:end] = bytes(end - start)
    path.write_bytes(content)

    verdict = Check(tmp_path / "journal").go_on()

    assert (verdict.findings, verdict.entries) == ((), 4)


def test_what_is_written_while_it_looks_is_no_finding(tmp_path, monkeypatch):
    journal = writer(tmp_path)

    def look_and_let_write(folder):
        if journal.acknowledged.size < 1000:
            journal.write([login()] * 90)
        return segments(folder)

    monkeypatch.setattr("audit.checking.segments", look_and_let_write)

    verdict = Check(tmp_path / "journal").go_on()

    assert (verdict.findings, verdict.entries) == ((), journal.acknowledged.size)
    journal.close()


def test_a_bad_entry_before_a_later_batch_is_a_finding_whatever_the_journal_says_it_acknowledged(data):
    path = segments(data / "journal")[0][1]
    content = bytearray(path.read_bytes())
    *_, start, end = list(frames(bytes(content), SEGMENT_HEADER_BYTES))[5]
    content[(start + end) // 2] ^= 1
    path.write_bytes(content)
    (data / "journal" / "durable").unlink()

    assert found(data) == [(Wrong.CHANGED, 5, 5), (Wrong.UNSAID, 15, 15)]


@DEEP
@pytest.mark.parametrize("at", range(DURABLE_BYTES))
def test_nobody_calls_a_journal_whole_that_no_longer_says_where_it_ends(data, at, deep):
    said = bytearray((data / "journal" / "durable").read_bytes())
    said[at] ^= 1
    (data / "journal" / "durable").write_bytes(said)

    assert found(data, deep=deep) == [(Wrong.UNSAID, 15, 15)]


def test_entries_cut_off_together_with_what_said_they_were_there_do_not_pass(data):
    forging.write(data, forging.read(data)[:-4])
    (data / "journal" / "durable").unlink()

    assert found(data) == [(Wrong.UNSAID, 11, 11)]


def test_every_entry_in_its_place_is_seen(data):
    seen = []

    Check(data / "journal", seen=lambda *entry: seen.append(entry)).go_on()

    assert seen == [(entry.sequence, entry.event) for entry in forging.read(data)]
