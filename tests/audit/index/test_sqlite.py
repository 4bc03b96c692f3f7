"""The embedded index keeps an event's exact bytes, has one writer, and says when somebody changed it."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import msgspec
import pytest

from audit import canonical
from audit.index import IndexAltered, IndexUnavailable, Position, Scope, Wanted
from audit.index.sqlite import IndexInUse, SqliteIndex
from tests.audit.examples import entries as journal_entries
from tests.audit.examples import login, writer

STATEWIDE = Scope(statewide=True)


@pytest.fixture
def kind():
    return "sqlite"


def as_administrator(path, statement, *values):
    with sqlite3.connect(path) as database:
        database.execute(statement, values)
    database.close()


async def test_the_exact_bytes_are_kept(index, journalled, tmp_path):
    database = sqlite3.connect(tmp_path / "index.sqlite")
    database.text_factory = bytes

    assert database.execute("SELECT sequence, event FROM entry ORDER BY sequence").fetchall() == journalled
    database.close()


async def test_an_event_that_was_changed_is_noticed_when_it_comes_again(index, journalled, tmp_path):
    as_administrator(
        tmp_path / "index.sqlite",
        "UPDATE entry SET event = json_set(event, '$.user.id', 'u-nobody') WHERE sequence = 4",
    )

    with pytest.raises(IndexAltered, match="entry 4 was changed"):
        await index.create(journalled)


async def test_a_change_that_was_noticed_adds_nothing_of_its_batch(empty, journalled):
    await empty.create(journalled[:3])
    other = (2, journalled[2][1].replace(b"key.create", b"key.rotate"))

    with pytest.raises(IndexAltered, match="entry 2 was changed"):
        await empty.create([journalled[3], other])

    assert (await empty.position()).size == 3


async def test_an_event_under_another_number_is_refused(empty, journalled):
    with pytest.raises(IndexAltered, match="entry 7 does not belong"):
        await empty.create([(7, journalled[0][1])])


async def test_another_logs_event_is_refused(index, tmp_path, journalled):
    journal = writer(tmp_path)
    journal.write([login()] * len(journalled))
    journal.close()
    foreign = canonical.encode(journal_entries(tmp_path)[len(journalled)])

    with pytest.raises(IndexAltered, match="does not belong"):
        await index.create([(len(journalled), foreign)])


async def test_an_event_that_was_deleted_is_taken_again_and_found_again(index, journalled, smith, tmp_path):
    as_administrator(tmp_path / "index.sqlite", "DELETE FROM entry WHERE sequence = 5")
    assert (await index.position()).size == 5

    await index.create(journalled[5:])

    assert (await index.position()).size == len(journalled)
    assert 5 in [event["event"]["sequence"] for event in (await index.events(STATEWIDE, Wanted(tokens=smith))).events]


async def test_what_is_searched_cannot_be_changed_but_by_changing_the_event(index, tmp_path):
    with pytest.raises(sqlite3.OperationalError, match="generated column"):
        as_administrator(tmp_path / "index.sqlite", "UPDATE entry SET officer = 'u-nobody'")


async def test_there_is_one_writer(index, tmp_path):
    with pytest.raises(IndexInUse, match="another process"):
        SqliteIndex(tmp_path / "index.sqlite")


async def test_it_is_for_its_owner_alone(index, tmp_path):
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("index.sqlite*")} == {0}


async def test_a_closed_index_can_be_opened_again(index, tmp_path, journalled):
    index.close()

    again = SqliteIndex(tmp_path / "index.sqlite")

    assert (await again.position()).size == len(journalled)
    again.close()


async def test_a_cancelled_create_never_meets_the_next_one(empty, journalled):
    creates = [asyncio.create_task(empty.create(journalled)) for _ in range(5)]
    await asyncio.sleep(0)
    for create in creates[1:]:
        create.cancel()
    await asyncio.gather(*creates, return_exceptions=True)

    await empty.create(journalled)

    assert (await empty.position()).size == len(journalled)


async def test_text_is_found_as_it_is(empty, journalled):
    event = msgspec.json.decode(journalled[0][1])
    event["user"] = {"id": "u'\"\n\N{SNOWMAN}%"}

    await empty.create([(0, msgspec.json.encode(event, order="sorted"))])

    assert len((await empty.events(STATEWIDE, Wanted(officer=event["user"]["id"]))).events) == 1


async def test_a_gap_that_is_filled_later_counts_from_then_on(empty, journalled):
    assert await empty.position() == (position := Position(size=0, at=None))
    await empty.create(journalled[1:3])
    assert await empty.position() == position
    await empty.create([journalled[0], *journalled[4:]])

    later = await empty.position()

    assert later.size == 3
    assert later.at == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


async def test_an_index_that_cannot_be_read_says_so_as_any_index_does(index, tmp_path):
    (tmp_path / "index.sqlite").rename(tmp_path / "elsewhere")

    with pytest.raises(IndexUnavailable):
        await index.events(STATEWIDE, Wanted())
    with pytest.raises(IndexUnavailable):
        await index.counts(STATEWIDE, Wanted(), "hour", "UTC")
