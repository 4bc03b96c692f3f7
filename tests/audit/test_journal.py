"""Whoever has a receipt has a durable entry; whoever goes away takes nothing back; a broken journal says so at once."""

import asyncio

import pytest

from audit.events import Action, Event, IncompleteEvent
from audit.journal import Journal
from audit.recorder import CannotRecord, JournalBroken, RecorderBusy
from tests.audit.disks import DyingDisk, StallingDisk, WatchedDisk
from tests.audit.examples import actions, disclosure, entries, login, officer, request, writer


@pytest.fixture
def disk():
    disk = StallingDisk()
    yield disk
    disk.go_on.set()


@pytest.fixture
def journal(tmp_path, disk):
    journal = Journal(writer(tmp_path, files=disk, segment_bytes=1024 * 1024))
    yield journal
    disk.go_on.set()
    journal.close()


def numbered(number):
    return Event(action=Action.SESSION_LOGIN, actor=officer(), reason=str(number))


async def stalled(disk, journal):
    """One event is being synced and will not be until the disk goes on."""
    disk.stall()
    first = journal.hand_over(login())
    await asyncio.to_thread(disk.waiting.wait)
    return first


async def test_a_receipt_is_given_when_the_event_is_on_the_disk(journal, disk, tmp_path):
    first = await stalled(disk, journal)
    assert not first.done()

    disk.go_on.set()

    receipt = await first
    assert entries(tmp_path)[receipt.sequence]["event"]["action"] == "session.login"


async def test_all_that_waited_for_one_sync_share_the_next(journal, disk):
    await stalled(disk, journal)
    syncs = disk.segment_syncs
    waiting = [journal.hand_over(numbered(number)) for number in range(200)]

    disk.go_on.set()

    receipts = await asyncio.gather(*waiting)
    assert disk.segment_syncs == syncs + 1
    assert [receipt.sequence for receipt in receipts] == list(range(4, 204))


async def test_order_is_the_order_of_handing_over(journal, tmp_path):
    waiting = [journal.hand_over(numbered(number)) for number in range(1000)]

    await asyncio.gather(*waiting)

    assert [entry["event"]["reason"] for entry in entries(tmp_path)[3:]] == [str(number) for number in range(1000)]


async def test_a_batch_wakes_the_loop_once(journal, disk, monkeypatch):
    await stalled(disk, journal)
    waiting = [journal.hand_over(login()) for _ in range(100)]
    loop = asyncio.get_running_loop()
    calls = []
    wake = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", lambda *args: (calls.append(args), wake(*args)))

    disk.go_on.set()

    await asyncio.gather(*waiting)
    assert len(calls) == 2  # the stalled one, and all the others together


async def test_two_hundred_callers_cancelled_at_once_take_nothing_back(journal, disk, tmp_path):
    await stalled(disk, journal)

    async def caller(number):
        await journal.hand_over(numbered(number))

    callers = [asyncio.create_task(caller(number)) for number in range(200)]
    await asyncio.sleep(0)
    for task in callers:
        task.cancel()
    assert all(
        isinstance(one, asyncio.CancelledError) for one in await asyncio.gather(*callers, return_exceptions=True)
    )

    disk.go_on.set()

    await journal.hand_over(login())
    assert [entry["event"]["reason"] for entry in entries(tmp_path)[4:204]] == [str(number) for number in range(200)]
    assert len(entries(tmp_path)) == 205


async def test_a_full_queue_refuses_at_once(tmp_path, disk):
    journal = Journal(writer(tmp_path, files=disk), most_waiting=2)
    first = await stalled(disk, journal)
    waiting = [journal.hand_over(login()), journal.hand_over(login())]

    with pytest.raises(RecorderBusy):
        journal.hand_over(login())

    disk.go_on.set()
    await asyncio.gather(first, *waiting)
    await journal.hand_over(login())
    journal.close()


async def test_an_incomplete_event_is_refused_before_it_is_queued(journal):
    with pytest.raises(IncompleteEvent, match=r"search\.request without policy"):
        journal.hand_over(request(policy=None))


async def test_one_event_without_bytes_harms_no_other_of_its_batch(journal, disk):
    await stalled(disk, journal)
    before, bad, after = (journal.hand_over(event) for event in (login(), request(reason="\ud800"), login()))

    disk.go_on.set()

    with pytest.raises(CannotRecord, match="surrogate"):
        await bad
    assert ((await before).sequence, (await after).sequence) == (4, 5)


@pytest.fixture
def dying(tmp_path):
    disk = DyingDisk()
    journal = Journal(writer(tmp_path, files=disk))
    yield disk, journal
    journal.close()


async def test_after_one_failed_sync_the_journal_is_broken_for_good(dying):
    disk, journal = dying
    disk.dying = True
    with pytest.raises(JournalBroken, match="Input/output error"):
        await journal.hand_over(login())

    disk.dying = False

    with pytest.raises(JournalBroken, match="broke at entry 3"):
        journal.hand_over(login())


async def test_a_failed_sync_is_never_followed_by_another(dying, tmp_path):
    disk, journal = dying
    disk.dying = True
    waiting = [journal.hand_over(login()) for _ in range(50)]
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    syncs = disk.segment_syncs
    disk.dying = False

    journal.close()

    assert all(isinstance(outcome, JournalBroken) for outcome in outcomes)
    assert disk.segment_syncs == syncs
    assert "journal.stop" not in actions(tmp_path)


async def test_a_broken_journal_is_not_well_and_says_why(dying):
    disk, journal = dying
    assert journal.health(2.0).ok
    disk.dying = True

    with pytest.raises(JournalBroken):
        await journal.hand_over(login())

    health = journal.health(2.0)
    assert (health.ok, health.size) == (False, 3)
    assert "Input/output error" in health.why


async def test_health_tells_the_size_and_how_long_syncs_take(journal):
    receipt = await journal.hand_over(login())

    health = journal.health(2.0)

    assert (health.ok, health.why) == (True, None)
    assert (health.log, health.size) == (receipt.log, receipt.sequence + 1)
    assert 0.0 < health.last_sync_ms <= health.worst_sync_ms


async def test_a_disk_that_does_not_answer_is_not_well(journal, disk):
    await stalled(disk, journal)

    assert journal.health(60.0).ok
    assert "has not answered" in journal.health(0.0).why


async def test_closing_writes_what_was_handed_over_and_the_last_word(tmp_path):
    journal = Journal(writer(tmp_path))
    waiting = [journal.hand_over(disclosure()) for _ in range(20)]

    journal.close()

    await asyncio.gather(*waiting)
    assert actions(tmp_path)[3:] == ["search.disclose"] * 20 + ["journal.stop"]


async def test_a_closed_journal_takes_nothing_more(tmp_path):
    journal = Journal(writer(tmp_path))
    journal.close()
    journal.close()

    with pytest.raises(CannotRecord, match="closed"):
        journal.hand_over(login())
    assert journal.health(2.0).why == "the journal is closed"


def test_an_event_loop_that_ended_took_nothing_back(tmp_path):
    disk = StallingDisk()
    journal = Journal(writer(tmp_path, files=disk))

    async def hand_over_and_leave():
        await stalled(disk, journal)

    asyncio.run(hand_over_and_leave())
    disk.go_on.set()
    journal.close()

    assert actions(tmp_path)[3:] == ["session.login", "journal.stop"]


async def test_asking_how_it_is_asks_nothing_of_the_disk(tmp_path):
    disk = WatchedDisk()
    journal = Journal(writer(tmp_path, files=disk))
    await journal.hand_over(login())
    syncs = disk.segment_syncs

    assert journal.health(2.0).ok

    assert disk.segment_syncs == syncs
    journal.close()
