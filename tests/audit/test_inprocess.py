"""The recorder keeps its callers no longer than its deadline, and asks and opens only on the record."""

import asyncio
import logging

import pytest

from audit.events import Action, Event, Printed, Sealed, Sensitive, SensitiveTerm, TermType, sealed_in
from audit.inprocess import JournalRecorder, open_recorder
from audit.journal import Journal
from audit.publishing import Publisher
from audit.recorder import JournalBroken, Recorder, RecordLate
from audit.sealing import CannotOpen
from audit.segments import LEAST_SEGMENT_BYTES
from tests.audit.disks import DyingDisk, StallingDisk
from tests.audit.examples import CANARY, Time, actions, disclosure, entries, login, officer, request, writer

SOMEBODY = SensitiveTerm(TermType.NAME_DOB, (CANARY, "Ann", "1980-02-11"))


@pytest.fixture
def recorder(tmp_path):
    recorder = open_recorder(tmp_path / "journal", tmp_path / "keys", segment_bytes=LEAST_SEGMENT_BYTES)
    yield recorder
    recorder.close()


@pytest.fixture
def disk():
    disk = StallingDisk()
    yield disk
    disk.go_on.set()


@pytest.fixture
def impatient(tmp_path, disk):
    opened = writer(tmp_path, files=disk)
    recorder = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened), deadline_s=0.02)
    yield recorder
    disk.go_on.set()
    recorder.close()


def query():
    return Event(action=Action.AUDIT_QUERY, actor=officer(roles=("auditor",)))


async def test_it_is_a_recorder(recorder):
    as_promised: Recorder = recorder

    assert (await as_promised.append(login())).sequence == 3


async def test_a_disk_that_stalls_costs_a_caller_the_deadline_and_no_more(impatient, disk):
    disk.stall()

    with pytest.raises(RecordLate, match=r"within 0\.02 s"):
        await impatient.append(login())

    assert "has not answered" in impatient.health().why


async def test_the_loop_goes_on_while_the_disk_stalls(impatient, disk):
    disk.stall()
    turns = 0

    async def others():
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    other = asyncio.create_task(others())
    with pytest.raises(RecordLate):
        await impatient.append(login())
    other.cancel()

    assert turns > 10


@pytest.mark.parametrize(
    "event",
    [
        disclosure(),
        disclosure(action=Action.RECORD_VIEW),
        disclosure(action=Action.PHOTO_VIEW),
        disclosure(action=Action.DOCUMENT_PRINT, printed=Printed(id="COPY00000001")),
    ],
    ids=lambda event: event.action,
)
async def test_what_became_durable_too_late_is_said_to_have_been_shown_to_nobody(impatient, disk, tmp_path, event):
    disk.stall()
    with pytest.raises(RecordLate):
        await impatient.append(event)

    disk.go_on.set()
    await impatient.hand_over(login())
    await impatient.hand_over(login())

    late, _, unshown, _ = entries(tmp_path)[3:]
    assert (late["event"]["action"], unshown["event"]["action"]) == (event.action, "search.unshown")
    assert unshown["cj"]["about"] == late["event"]["sequence"]
    assert unshown["cj"]["query"]["id"] == late["cj"]["query"]["id"]
    assert (unshown["user"], unshown["organization"]) == (late["user"], late["organization"])


async def test_a_late_event_that_claimed_nothing_shown_needs_no_such_word(impatient, disk, tmp_path):
    disk.stall()
    with pytest.raises(RecordLate):
        await impatient.append(request())
    disk.go_on.set()

    await impatient.hand_over(login())
    await impatient.hand_over(login())

    assert actions(tmp_path)[3:] == ["search.request", "session.login", "session.login"]


async def test_a_caller_who_was_answered_in_time_needs_no_such_word(recorder, tmp_path):
    await recorder.append(disclosure())
    await recorder.append(login())

    assert actions(tmp_path)[3:] == ["search.disclose", "session.login"]


async def test_a_browser_that_hung_up_is_no_late_answer(impatient, disk, tmp_path):
    disk.stall()
    caller = asyncio.create_task(impatient.append(disclosure()))
    await asyncio.to_thread(disk.waiting.wait)
    caller.cancel()
    disk.go_on.set()

    await impatient.hand_over(login())
    await impatient.hand_over(login())

    assert actions(tmp_path)[3:] == ["search.disclose", "session.login", "session.login"]


async def test_an_unshown_that_cannot_be_recorded_is_an_error_in_the_log(tmp_path, disk, monkeypatch):
    opened, lines = writer(tmp_path, files=disk), []
    recorder = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened), deadline_s=0.02)
    disk.stall()
    with pytest.raises(RecordLate):
        await recorder.append(disclosure())
    told = asyncio.Event()
    monkeypatch.setattr(logging.getLogger("audit.inprocess"), "error", lambda *said: (lines.append(said), told.set()))

    opened.broken = "an earlier failure"
    disk.go_on.set()
    await told.wait()

    ((line, refused),) = lines
    assert line % refused == "search.unshown could not be recorded: an earlier failure"
    recorder.close()


async def test_a_broken_journal_breaks_every_append(tmp_path):
    disk = DyingDisk()
    opened = writer(tmp_path, files=disk)
    recorder = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened))
    disk.dying = True

    for _ in range(2):
        with pytest.raises(JournalBroken):
            await recorder.append(login())
    assert not recorder.health().ok
    recorder.close()


async def test_who_asks_about_a_person_gets_the_tokens_that_were_written(recorder, tmp_path):
    await recorder.append(request())

    receipt, tokens = await recorder.look_up(query(), [SOMEBODY])

    asked, looked_up = entries(tmp_path)[3:5]
    assert list(tokens) == asked["cj"]["subject"]["token"]
    assert (receipt.sequence, looked_up["event"]["action"]) == (4, "audit.query")


async def test_the_record_of_a_look_up_names_whom_it_was_about_whatever_its_author_wrote(recorder, tmp_path):
    other = Sensitive(subject=(SensitiveTerm(TermType.NAME, ("Smith", "John")),))
    event = Event(action=Action.SESSION_LOGIN, actor=officer(), sensitive=other)

    _, tokens = await recorder.look_up(event, [SOMEBODY])

    written = entries(tmp_path)[3]
    assert (written["event"]["action"], written["cj"]["subject"]["token"]) == ("audit.query", list(tokens))


async def test_what_was_typed_is_opened_on_the_record(recorder, tmp_path):
    await recorder.append(request())
    document = entries(tmp_path)[3]

    receipt, typed = await recorder.open(query(), sealed_in(document))

    assert typed == {"surname": CANARY, "reason": f"{CANARY} asked"}
    opened = entries(tmp_path)[receipt.sequence]
    assert (opened["event"]["action"], opened["cj"]["opened"]) == ("audit.open", document["event"]["id"])


async def test_nothing_is_opened_or_looked_up_that_is_not_recorded_first(impatient, disk, tmp_path):
    await impatient.hand_over(request())
    disk.stall()

    with pytest.raises(RecordLate):
        await impatient.look_up(query(), [SOMEBODY])
    with pytest.raises(RecordLate):
        await impatient.open(query(), sealed_in(entries(tmp_path)[3]))


async def test_a_failed_opening_is_recorded_too(recorder, tmp_path):
    with pytest.raises(CannotOpen):
        await recorder.open(query(), Sealed(log="l", event="e", kid="k", nonce="n", ct="c"))

    assert actions(tmp_path)[3:] == ["audit.open"]


async def test_a_recorder_on_an_invented_clock_tells_that_time(tmp_path):
    time = Time()
    recorder = open_recorder(
        tmp_path / "journal",
        tmp_path / "keys",
        segment_bytes=LEAST_SEGMENT_BYTES,
        clock=time.clock,
        monotonic=time.monotonic,
    )
    time.passes(86_400)

    assert (await recorder.append(login())).at == "2026-03-03T08:00:00.000000Z"
    recorder.close()
    assert "clock.step" not in actions(tmp_path)
