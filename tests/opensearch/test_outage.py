"""The index hangs, or is killed, while events are recorded: nothing is lost or doubled, and it catches up by itself."""

from pathlib import Path

import pytest

from tests.drills.outage import outage
from tests.opensearch.server import OpenSearch


@pytest.mark.opensearch
@pytest.mark.parametrize(("rate", "killed"), [(200, False), (2000, True)], ids=["hanging", "killed"])
async def test_an_index_that_is_away_costs_no_entry_and_nobody_a_wait(
    opensearch: OpenSearch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rate: int, killed: bool
) -> None:
    monkeypatch.setattr("audit.ship.MOST_WAIT_S", 1.0)

    came = await outage(opensearch, tmp_path, rate=rate, seconds=3, killed=killed)

    assert came.report.findings == ()
    assert came.report.index_behind == 0
    assert came.acknowledged == came.report.journal.entries - _OF_THE_JOURNAL
    assert came.backlog > rate


_OF_THE_JOURNAL = 4  # its start, two keys and its stop
