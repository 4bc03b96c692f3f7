"""What is durable becomes findable, in order, once, whatever the index does; and nothing before it is durable."""

import asyncio
import contextlib

import pytest

from audit import canonical
from audit.index import IndexAltered, Position, Scope, Wanted
from audit.index.cursor import Cursor
from audit.index.sqlite import SqliteIndex
from audit.journal import Journal
from audit.segments import segment_path
from audit.ship import Follower, JournalUnreadable, Shipper
from tests.audit import forging
from tests.audit.disks import StallingDisk
from tests.audit.examples import CANARY, Time, entries, login, request, writer


class MemoryIndex:
    """An index that is away as often as it is told to be."""

    def __init__(self, *, faults=0, after_applying=False, size=0):
        self.events = {}
        self.size = size
        self.faults = faults
        self.after_applying = after_applying
        self.changed = asyncio.Condition()

    async def position(self):
        return Position(size=self.size or len(self.events), at=None)

    async def create(self, batch):
        batch = dict(batch)
        fails, self.faults = self.faults > 0, self.faults - 1
        if fails and not self.after_applying:
            raise ConnectionError(f"could not index {CANARY}")
        for sequence, event in batch.items():
            assert self.events.setdefault(sequence, event) == event
        async with self.changed:
            self.changed.notify_all()
        if fails:
            raise TimeoutError(f"timed out over {CANARY}")


def journalled(data):
    return {entry["event"]["sequence"]: canonical.encode(entry) for entry in entries(data)}


@pytest.fixture
def journal(tmp_path):
    journal = writer(tmp_path)
    journal.write([login()] * 5)
    yield journal
    journal.release()


def shipper(data, index, **changed):
    return Shipper(data / "journal", index, **changed)


async def test_everything_durable_is_shipped_as_it_stands_in_the_journal(journal, tmp_path):
    index = MemoryIndex()

    assert await shipper(tmp_path, index).catch_up() == 8

    assert index.events == journalled(tmp_path)


async def test_what_came_since_is_shipped_next_and_nothing_twice(journal, tmp_path):
    index = MemoryIndex()
    shipping = shipper(tmp_path, index)
    await shipping.catch_up()

    journal.write([login()] * 2)

    assert await shipping.catch_up() == 2
    assert await shipping.catch_up() == 0
    assert index.events == journalled(tmp_path)


async def test_it_goes_on_through_many_segments(journal, tmp_path):
    journal.write([login()] * 1000)
    index = MemoryIndex()

    assert await shipper(tmp_path, index).catch_up() == 1008

    assert index.events == journalled(tmp_path)


@pytest.mark.parametrize("size", [1, 7, 8, 200, 1008])
async def test_a_new_start_goes_on_where_the_index_says_it_is(journal, tmp_path, size):
    journal.write([login()] * 1000)
    index = MemoryIndex(size=size)

    assert await shipper(tmp_path, index).catch_up() == 1008 - size

    assert index.events == {number: event for number, event in journalled(tmp_path).items() if number >= size}


async def test_nothing_is_shipped_before_it_is_durable(tmp_path):
    disk, index = StallingDisk(), MemoryIndex()
    journal, shipping = Journal(writer(tmp_path, files=disk)), shipper(tmp_path, index)
    disk.stall()
    handed = journal.hand_over(login())
    await asyncio.to_thread(disk.waiting.wait)
    assert len(journalled(tmp_path)) == 4  # written, not synced

    assert await shipping.catch_up() == 3

    disk.go_on.set()
    await handed
    assert await shipping.catch_up() == 1
    journal.close()


async def test_no_journal_yet_is_nothing_to_ship(tmp_path):
    (tmp_path / "journal").mkdir()

    assert await shipper(tmp_path, MemoryIndex()).catch_up() == 0


async def until(shipping, index, size):
    """Let it run until the index has `size` entries."""
    task = asyncio.create_task(shipping.run())
    async with asyncio.timeout(10), index.changed:
        await index.changed.wait_for(lambda: len(index.events) == size)
    task.cancel()


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("audit.ship.POLL_S", 0.0)
    monkeypatch.setattr("audit.ship.MOST_WAIT_S", 0.0)


@pytest.mark.parametrize("after_applying", [False, True], ids=["not done", "done but not told"])
async def test_an_index_that_fails_is_tried_again_until_it_has_everything(journal, tmp_path, impatient, after_applying):
    index = MemoryIndex(faults=5, after_applying=after_applying)

    await until(shipper(tmp_path, index), index, 8)
    await shipper(tmp_path, index).catch_up()

    assert index.events == journalled(tmp_path)


async def test_it_waits_longer_each_time_the_index_fails(journal, tmp_path, monkeypatch):
    waits = []

    async def sleep(seconds):
        waits.append(seconds)
        if len(waits) == 12:
            raise asyncio.CancelledError

    monkeypatch.setattr("audit.ship.asyncio.sleep", sleep)
    with contextlib.suppress(asyncio.CancelledError):
        await shipper(tmp_path, MemoryIndex(faults=10)).run()

    assert waits == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0, 0.1, 0.1]


async def test_what_an_index_says_of_an_event_reaches_no_log(journal, tmp_path, impatient, caplog):
    journal.write([request()])
    index = MemoryIndex(faults=3)

    await until(shipper(tmp_path, index), index, 9)

    assert "ConnectionError" in caplog.text
    assert CANARY not in caplog.text


async def test_the_lag_says_how_many_entries_wait_how_long_and_why(tmp_path, monkeypatch):
    time = Time()
    journal = writer(tmp_path, clock=time.clock, monotonic=time.monotonic)
    shipping = shipper(tmp_path, MemoryIndex(faults=1), clock=time.clock)
    time.passes(90)

    async def sleep(seconds):
        raise asyncio.CancelledError

    monkeypatch.setattr("audit.ship.asyncio.sleep", sleep)
    with contextlib.suppress(asyncio.CancelledError):
        await shipping.run()
    assert shipping.lag() == (3, 90.0, "ConnectionError")

    with contextlib.suppress(asyncio.CancelledError):
        await shipping.run()
    assert shipping.lag() == (0, 0.0, None)
    journal.release()


async def test_an_index_ahead_of_its_journal_is_an_alarm(journal, tmp_path):
    with pytest.raises(IndexAltered, match="holds 9 entries, the journal only 8"):
        await shipper(tmp_path, MemoryIndex(size=9)).catch_up()


@pytest.mark.parametrize("size", [0, 4])
async def test_an_acknowledged_entry_that_cannot_be_read_is_an_alarm(journal, tmp_path, size):
    path = segment_path(tmp_path / "journal", 0)
    content = bytearray(path.read_bytes())
    at = content.rindex(b"session.login")
    content[at : at + 7] = b"SESSION"
    path.write_bytes(content)
    index = MemoryIndex(size=size)

    with pytest.raises(JournalUnreadable, match="entry 7 is not where"):
        await shipper(tmp_path, index).catch_up()

    assert sorted(index.events) == list(range(size, 7))


async def test_an_entry_that_was_taken_out_is_not_passed_over(journal, tmp_path):
    entries = forging.read(tmp_path)
    del entries[4]
    forging.write(tmp_path, entries)
    index = MemoryIndex()

    with pytest.raises(JournalUnreadable, match="entry 4 is not where"):
        await shipper(tmp_path, index).catch_up()

    assert sorted(index.events) == [0, 1, 2, 3]


async def test_the_embedded_index_is_followed_while_the_journal_is_written(tmp_path, monkeypatch):
    journal, index, complete = Journal(writer(tmp_path)), SqliteIndex(tmp_path / "index.sqlite"), asyncio.Event()
    create = index.create

    async def create_and_tell(batch):
        await create(batch)
        if batch[-1][0] == 22:
            complete.set()

    monkeypatch.setattr(index, "create", create_and_tell)
    shipping = asyncio.create_task(shipper(tmp_path, index).run())
    for _ in range(20):
        await journal.hand_over(login())

    async with asyncio.timeout(30):
        await complete.wait()

    shipping.cancel()
    events = (await index.events(Scope(statewide=True), Wanted())).events
    assert [event["event"]["sequence"] for event in events] == list(range(22, -1, -1))
    index.close()
    journal.close()


async def test_an_index_rebuilt_from_nothing_has_the_same_bytes(journal, tmp_path):
    one, other = MemoryIndex(), MemoryIndex()
    await shipper(tmp_path, one).catch_up()
    journal.write([login()])
    await shipper(tmp_path, one).catch_up()

    await shipper(tmp_path, other).catch_up()

    assert one.events == other.events


# Where another process ships


@pytest.fixture
def follower(tmp_path):
    """A process that does not ship, beside a journal of eight entries and a shipper that has brought none of them."""
    time = Time()
    following = Follower(tmp_path / "journal", tmp_path / "cursor", clock=time.clock)
    following.time, following.cursor = time, Cursor(tmp_path / "cursor")
    return following


def test_a_cursor_says_how_many_entries_wait(journal, follower):
    follower.cursor.move(Position(size=6, at=follower.time.at))

    follower.look()

    assert follower.lag() == (2, 0.0, None)


def test_entries_wait_since_it_was_first_seen_that_they_do(journal, follower):
    follower.cursor.move(Position(size=8, at=follower.time.at))
    follower.look()
    follower.time.passes(3600)
    journal.write([login()])
    follower.look()
    follower.time.passes(5)

    assert follower.lag() == (1, 5.0, None)


def test_at_a_start_they_may_have_waited_since_the_last_that_is_there(journal, follower):
    follower.cursor.move(Position(size=6, at=follower.time.at))
    follower.time.passes(3600)

    follower.look()

    assert follower.lag().seconds == 3600.0


def test_when_all_are_there_none_waits(journal, follower):
    follower.look()
    follower.time.passes(60)
    assert follower.lag() == (8, 60.0, None)

    follower.cursor.move(Position(size=8, at=follower.time.at))
    follower.look()

    assert follower.lag() == (0, 0.0, None)


def test_a_cursor_that_cannot_be_read_is_told(journal, follower, tmp_path):
    (tmp_path / "cursor").write_text("{")

    follower.look()

    assert follower.lag().why == "DecodeError"
