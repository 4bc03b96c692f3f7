"""The recorder keeps its callers no longer than its deadline, and asks and opens only on the record: in the process of
its callers or behind its socket, which nobody can tell from what it does.
"""

import asyncio
import logging
import re

import pytest

from audit.events import Action, Event, IncompleteEvent, Printed, Sealed, Sensitive, SensitiveTerm, TermType, sealed_in
from audit.inprocess import JournalRecorder, open_recorder
from audit.journal import Journal
from audit.patience import DEADLINE_S
from audit.publishing import Publisher
from audit.recorder import CannotOpen, CannotRecord, EventTooLarge, JournalBroken, Recorder, RecordLate
from audit.segments import LEAST_SEGMENT_BYTES
from tests.audit.disks import DyingDisk, StallingDisk
from tests.audit.examples import CANARY, Time, actions, disclosure, entries, login, officer, request, writer
from tests.audit.reaching import WAYS, reached, until

SOMEBODY = SensitiveTerm(TermType.NAME_DOB, (CANARY, "Ann", "1980-02-11"))


IMPATIENT_S = 0.02


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture
async def recorder(tmp_path, way):
    own = open_recorder(tmp_path / "journal", tmp_path / "keys", segment_bytes=LEAST_SEGMENT_BYTES)
    async with reached(way, own, tmp_path / "journal") as recorder:
        yield recorder


@pytest.fixture
def disk():
    disk = StallingDisk()
    yield disk
    disk.go_on.set()


@pytest.fixture
def opened(tmp_path, disk):
    return writer(tmp_path, files=disk)


@pytest.fixture
async def impatient(tmp_path, disk, opened, way):
    patience_s = IMPATIENT_S if way == "in-process" else DEADLINE_S
    own = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened), deadline_s=patience_s)
    async with reached(way, own, tmp_path / "journal", deadline_s=IMPATIENT_S) as recorder:
        yield recorder
        disk.go_on.set()


def query():
    return Event(action=Action.AUDIT_QUERY, actor=officer(roles=("auditor",)))


async def test_it_is_a_recorder(recorder):
    as_promised: Recorder = recorder

    assert (await as_promised.append(login())).sequence == 3


async def test_a_disk_that_stalls_costs_a_caller_the_deadline_and_no_more(impatient, disk):
    disk.stall()

    with pytest.raises(RecordLate, match=r"within 0\.02 s"):
        await impatient.append(login())

    await until(lambda: "has not answered" in (impatient.health().why or ""))


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


async def test_an_unshown_that_cannot_be_recorded_is_an_error_in_the_log(impatient, opened, disk, monkeypatch):
    lines, told = [], asyncio.Event()
    disk.stall()
    with pytest.raises(RecordLate):
        await impatient.append(disclosure())
    monkeypatch.setattr(logging.getLogger("audit.patience"), "error", lambda *said: (lines.append(said), told.set()))

    opened.broken = "an earlier failure"
    disk.go_on.set()
    await told.wait()

    ((line, refused),) = lines
    assert line % refused == "search.unshown could not be recorded: an earlier failure"


async def test_a_broken_journal_breaks_every_append(tmp_path, way, monkeypatch):
    monkeypatch.setattr("audit.remote.HOW_ARE_YOU_S", 0.001)
    disk = DyingDisk()
    opened = writer(tmp_path, files=disk)
    own = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened))
    async with reached(way, own, tmp_path / "journal") as recorder:
        disk.dying = True

        for _ in range(2):
            with pytest.raises(JournalBroken):
                await recorder.append(login())
        await until(lambda: not recorder.health().ok)
        assert "Input/output error" in recorder.health().why


async def test_a_wait_that_was_long_is_told_and_measured(tmp_path, disk, opened, way, monkeypatch, caplog):
    monkeypatch.setattr("audit.patience.SLOW_S", 0.0)
    monkeypatch.setattr("audit.patience.WARN_EVERY_S", 60.0)
    waits = []
    own = JournalRecorder(Journal(opened), opened.sealer, Publisher(opened), observe=waits.append)
    async with reached(way, own, tmp_path / "journal", observe=waits.append) as recorder:
        for _ in range(3):
            await recorder.append(login())

    assert len(waits) == 3
    assert min(waits) > 0
    told = [line for line in caplog.messages if re.fullmatch(r"the record took \d+ ms to answer", line)]
    assert len(told) == 1  # one line a second


async def test_an_event_without_bytes_is_refused_and_harms_no_other(recorder):
    waiting = [recorder.hand_over(event) for event in (login(), request(reason="\ud800"), login())]

    with pytest.raises(CannotRecord, match="surrogate"):
        await recorder.acknowledged(waiting[1])
    assert [(await waiting[place]).sequence for place in (0, 2)] == [3, 4]


async def test_a_record_whose_id_no_encoding_can_say_has_its_token_all_the_same(recorder, tmp_path):
    odd = SensitiveTerm(TermType.RECORD, ("dmv", "\ud800"))

    await recorder.append(request(sensitive=Sensitive(shown=(odd,))))

    _, (token,) = await recorder.look_up(query(), [odd])
    assert entries(tmp_path)[3]["cj"]["shown"]["token"] == [token]


async def test_an_event_too_large_for_one_entry_is_refused(recorder):
    for much in ("x" * 61_000, "x" * 1_000_000):
        with pytest.raises(EventTooLarge):
            await recorder.append(request(sensitive=Sensitive(detail={"q": much})))

    assert (await recorder.append(login())).sequence == 3


async def test_an_incomplete_event_is_refused_before_anything_else(recorder):
    with pytest.raises(IncompleteEvent, match=r"search\.request without policy"):
        recorder.hand_over(request(policy=None))


async def test_it_says_how_long_the_log_is(recorder):
    receipt = await recorder.append(login())

    health = recorder.health()

    assert (health.ok, health.why, health.log, health.size) == (True, None, receipt.log, 4)


async def test_order_is_the_order_of_handing_over(recorder, tmp_path):
    waiting = [
        recorder.hand_over(Event(action=Action.SESSION_LOGIN, actor=officer(), reason=str(number)))
        for number in range(500)
    ]

    await asyncio.gather(*waiting)

    assert [entry["event"]["reason"] for entry in entries(tmp_path)[3:]] == [str(number) for number in range(500)]


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


async def test_a_recorder_on_an_invented_clock_tells_that_time(tmp_path, way):
    time = Time()
    own = open_recorder(
        tmp_path / "journal",
        tmp_path / "keys",
        segment_bytes=LEAST_SEGMENT_BYTES,
        clock=time.clock,
        monotonic=time.monotonic,
    )
    time.passes(86_400)
    async with reached(way, own, tmp_path / "journal") as recorder:
        assert (await recorder.append(login())).at == "2026-03-03T08:00:00.000000Z"
    assert "clock.step" not in actions(tmp_path)
