"""A journal begins with its start, goes on where it ended, and refuses what it cannot vouch for."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit import canonical
from audit.events import Action, Event, Receipt, Sensitive
from audit.keys import KeysUnusable
from audit.recorder import CannotRecord, EventTooLarge, JournalBroken
from audit.segments import LEAST_SEGMENT_BYTES, durable_position, segments
from tests.audit.examples import (
    CANARY,
    MARLOW,
    PINELAKE,
    Time,
    actions,
    disclosure,
    entries,
    login,
    officer,
    request,
    writer,
)

BEGINNING = ["journal.start", "key.create", "key.create"]


def test_a_new_journal_begins_with_its_start_and_its_keys(tmp_path):
    writer(tmp_path).close()

    assert actions(tmp_path) == [*BEGINNING, "journal.stop"]
    assert [entry["event"]["sequence"] for entry in entries(tmp_path)] == [0, 1, 2, 3]


def test_a_receipt_says_where_the_event_stands(tmp_path):
    journal = writer(tmp_path, clock=Time().clock, monotonic=Time().monotonic)

    (receipt,) = journal.write([login()])

    entry = entries(tmp_path)[3]
    assert receipt == Receipt(
        log=entry["cj"]["log"],
        sequence=3,
        leaf=canonical.leaf_hash(canonical.encode(entry)).hex(),
        at="2026-03-02T08:00:00.000000Z",
    )
    journal.close()


def test_each_entry_names_the_hash_of_the_one_before(tmp_path):
    journal = writer(tmp_path)
    journal.write([login(), request(), disclosure()])
    journal.close()

    before = bytes(32).hex()
    for entry in entries(tmp_path):
        assert entry["cj"]["prev"] == before
        before = canonical.leaf_hash(canonical.encode(entry)).hex()


def test_each_agency_has_a_chain_of_its_own(tmp_path):
    journal = writer(tmp_path)
    journal.write([login(PINELAKE), login(MARLOW), login(PINELAKE), login(MARLOW)])
    journal.close()

    for ori in (PINELAKE, MARLOW):
        one, other = (entry for entry in entries(tmp_path) if entry.get("organization") == {"id": ori})
        assert one["cj"]["agency"] == {"seq": 0, "prev": bytes(32).hex()}
        assert other["cj"]["agency"] == {"seq": 1, "prev": canonical.leaf_hash(canonical.encode(one)).hex()}


def test_a_start_goes_on_where_the_last_one_ended(tmp_path):
    first = writer(tmp_path)
    first.write([login(), login(MARLOW)])
    first.close()

    second = writer(tmp_path)
    second.write([login()])
    second.close()

    told = entries(tmp_path)
    assert actions(tmp_path)[5:] == ["journal.stop", "journal.start", "session.login", "journal.stop"]
    assert [entry["event"]["sequence"] for entry in told] == list(range(9))
    assert told[7]["cj"]["agency"]["seq"] == 1
    assert told[6]["cj"]["prev"] == canonical.leaf_hash(canonical.encode(told[5])).hex()
    assert {entry["cj"]["log"] for entry in told} == {second.log}


def test_two_journals_have_different_names(tmp_path):
    one, other = writer(tmp_path / "one"), writer(tmp_path / "other")

    assert one.log != other.log
    one.close()
    other.close()


def test_a_full_segment_is_followed_by_the_next(tmp_path):
    journal = writer(tmp_path)
    events = [login()] * 1000

    outcomes = journal.write(events)
    journal.close()

    assert [outcome.sequence for outcome in outcomes] == list(range(3, 1003))
    assert len(segments(tmp_path / "journal")) > 3
    assert [entry["event"]["sequence"] for entry in entries(tmp_path)] == list(range(1004))
    assert {path.stat().st_size for _, path in segments(tmp_path / "journal")} == {LEAST_SEGMENT_BYTES}


def test_a_start_goes_on_in_the_last_of_many_segments(tmp_path):
    first = writer(tmp_path)
    first.write([login()] * 1000)
    first.close()

    second = writer(tmp_path)
    second.close()

    assert actions(tmp_path)[-3:] == ["journal.stop", "journal.start", "journal.stop"]


def test_the_published_position_is_the_last_acknowledged_entry(tmp_path):
    journal = writer(tmp_path)

    (receipt,) = journal.write([login()])

    durable = durable_position(tmp_path / "journal")
    assert (durable.size, durable.leaf.hex()) == (receipt.sequence + 1, receipt.leaf)
    journal.close()


def test_two_processes_never_write_one_journal(tmp_path):
    first = writer(tmp_path)

    with pytest.raises(JournalBroken, match="another process"):
        writer(tmp_path)

    first.close()
    writer(tmp_path).close()


def test_a_journal_whose_keys_are_gone_does_not_start(tmp_path):
    writer(tmp_path).close()
    for key in (tmp_path / "keys").iterdir():
        key.unlink()

    with pytest.raises(KeysUnusable, match="put them back"):
        writer(tmp_path)


def test_a_folder_that_cannot_be_used_is_said_so(tmp_path):
    (tmp_path / "journal").touch()

    with pytest.raises(JournalBroken, match="cannot be opened"):
        writer(tmp_path)


def test_everything_on_the_disk_is_for_its_owner_alone(tmp_path):
    writer(tmp_path).close()

    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "journal").iterdir()} == {0o600}
    assert (tmp_path / "journal").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (request(source_status={"dmv": {"elapsed_ms": 0.5}}), "float"),
        (request(source_status={"d\xe9v": {"total": 1}}), "ASCII"),
        (request(reason="\ud800"), "surrogate"),
        (request(about=2**53), "2\\*\\*53"),
        (request(actor=officer("NC90100000000000X")), "letters and digits"),
        (request(actor=officer("NC\xe9")), "letters and digits"),
        (request(actor=officer("")), "letters and digits"),
        (request(source_status="nothing like it"), "AttributeError"),
    ],
)
def test_an_event_without_bytes_is_refused_and_takes_no_place(tmp_path, event, refusal):
    journal = writer(tmp_path)

    before, refused, after = journal.write([login(), event, login()])
    journal.close()

    assert isinstance(refused, CannotRecord)
    assert f"{event.action}: " in str(refused)
    with pytest.raises(CannotRecord, match=refusal):
        raise refused
    assert (before.sequence, after.sequence) == (3, 4)
    assert entries(tmp_path)[4]["cj"]["agency"]["seq"] == 1


def test_an_event_over_sixty_thousand_bytes_is_refused_by_a_name_of_its_own(tmp_path):
    journal = writer(tmp_path)

    def of_bytes(size):
        empty = journal.write([request(reason="", sensitive=Sensitive())])[0]
        entry = entries(tmp_path)[empty.sequence]
        return request(reason="x" * (size - len(canonical.encode(entry))), sensitive=Sensitive())

    fits, too_large = journal.write([of_bytes(60_000), of_bytes(60_001)])
    journal.close()

    assert isinstance(fits, Receipt)
    assert isinstance(too_large, EventTooLarge)


def test_a_clock_set_back_is_recorded_and_order_stays_by_sequence(tmp_path):
    time = Time()
    journal = writer(tmp_path, clock=time.clock, monotonic=time.monotonic)
    time.at -= timedelta(hours=1)
    time.elapsed_s += 1

    (receipt,) = journal.write([login()])
    journal.close()

    step = entries(tmp_path)[3]
    assert step["event"]["action"] == "clock.step"
    assert step["cj"]["system"] == {
        "from": "2026-03-02T08:00:00.000000Z",
        "to": "2026-03-02T07:00:00.000000Z",
        "step_ms": -3_601_000,
    }
    assert (receipt.sequence, receipt.at) == (4, "2026-03-02T07:00:00.000000Z")


def test_a_clock_that_leaps_ten_years_is_recorded(tmp_path):
    time = Time()
    journal = writer(tmp_path, clock=time.clock, monotonic=time.monotonic)
    time.at += timedelta(days=3652)

    journal.write([login()])
    journal.close()

    assert actions(tmp_path)[3:] == ["clock.step", "session.login", "journal.stop"]


def test_a_quiet_night_is_no_step_of_the_clock(tmp_path):
    time = Time()
    journal = writer(tmp_path, clock=time.clock, monotonic=time.monotonic)
    time.passes(36_000)

    journal.write([login()])
    journal.close()

    assert actions(tmp_path) == [*BEGINNING, "session.login", "journal.stop"]


def test_a_clock_set_back_between_two_starts_is_recorded(tmp_path):
    time = Time()
    writer(tmp_path, clock=time.clock, monotonic=time.monotonic).close()
    time.at -= timedelta(days=1)

    writer(tmp_path, clock=time.clock, monotonic=time.monotonic).close()

    assert actions(tmp_path)[4:] == ["journal.start", "clock.step", "journal.stop"]


def test_what_was_typed_is_nowhere_in_the_clear(tmp_path):
    journal = writer(tmp_path)
    journal.write([request(), disclosure()])
    journal.close()

    content = b"".join(path.read_bytes() for path in (tmp_path / "journal").iterdir())
    assert CANARY.encode() not in content
    assert CANARY.lower().encode() not in content
    shown = entries(tmp_path)[4]["cj"]
    assert shown["subject"]["token"] == shown["shown"]["token"]
    assert shown["subject"]["token"][0].startswith("name_dob:")
    assert shown["reason"]["token"][0].startswith("reason:")
    assert set(shown["detail"]) == {"kid", "nonce", "ct"}


@settings(deadline=None)
@given(st.text(st.characters(max_codepoint=0xDFFF), min_size=1), st.sampled_from(["reason", "source_status", "policy"]))
def test_no_refusal_says_what_the_event_said(tmp_path_factory, text, part):
    journal = writer(tmp_path_factory.mktemp("data"))
    secret = CANARY + text
    events = [request(**{part: {secret: {secret: 0.5}} if part == "source_status" else secret}), request(about=secret)]

    outcomes = journal.write(events)
    journal.close()

    for outcome in outcomes:
        assert CANARY not in repr(outcome)
        assert isinstance(outcome, Receipt) or outcome.__context__ is None


def test_the_last_word_has_room_on_a_full_segment(tmp_path):
    journal = writer(tmp_path)
    room = journal._segment.room
    while room() >= 60_081:
        journal.write([login()])
    assert len(segments(tmp_path / "journal")) == 1

    journal.close()

    assert actions(tmp_path)[-1] == "journal.stop"
    assert len(segments(tmp_path / "journal")) == 1


def test_a_journal_has_segments_of_a_useful_size(tmp_path):
    with pytest.raises(ValueError, match="131,072 bytes"):
        writer(tmp_path, segment_bytes=LEAST_SEGMENT_BYTES - 1)


def test_no_file_stays_open_when_a_journal_closes(tmp_path):
    before = open_files()

    writer(tmp_path).close()

    assert open_files() == before


def open_files():
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def test_the_chain_goes_on_through_an_event_of_nobody(tmp_path):
    journal = writer(tmp_path)

    journal.write([Event(action=Action.ACCESS_DENIED, reason="gate")])
    journal.close()

    assert "agency" not in entries(tmp_path)[3]["cj"]
    assert "organization" not in entries(tmp_path)[3]
