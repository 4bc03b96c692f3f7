"""Whether the record is whole is looked at again and again; what cannot be looked at is told, and stops nobody."""

from datetime import UTC, datetime
from pathlib import Path

from gateway.oversight.check import Check
from tests.audit.examples import login, writer

NOW = datetime(2026, 11, 22, 6, 14, tzinfo=UTC)


async def test_a_journal_that_is_whole_is_said_to_be_up_to_its_last_entry(tmp_path: Path) -> None:
    opened = writer(tmp_path)
    check = Check(tmp_path / "journal", 60.0, lambda: NOW)
    opened.write([login()])

    await check.look()

    assert (check.last.whole, check.last.size, check.last.at) == (True, opened.acknowledged.size, NOW)
    opened.release()


async def test_a_segment_that_is_gone_is_a_finding_and_no_end_of_the_process(tmp_path: Path) -> None:
    opened = writer(tmp_path)
    check = Check(tmp_path / "journal", 60.0, lambda: NOW)
    await check.look()
    for segment in (tmp_path / "journal").glob("*.segment"):
        segment.unlink()

    await check.look()

    assert not check.last.whole
    opened.release()
