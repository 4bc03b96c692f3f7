"""What the disk's honest sync takes and what the way to it adds is measured on the journal's own volume."""

import json
from pathlib import Path

import pytest

from gateway.__main__ import main

pytestmark = pytest.mark.process


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("SIGHTLINE_JOURNAL__FOLDER", str(tmp_path / "journal"))
    assert main(["record", "--measure", "--seconds", "0.05", "--json"]) == 0
    return capsys.readouterr().out


def test_every_way_is_measured_for_one_caller_and_for_many_and_nothing_is_left_behind(
    measured: str, tmp_path: Path
) -> None:
    rows = json.loads(measured)

    ways = [row["way"] for row in rows if row["callers"] == 1]
    assert ways == [
        "write and fdatasync",
        "group commit",
        "journal, in process",
        "journal, recorder",
        "sealed event with ten references, recorder",
    ]
    assert [(row["way"], row["callers"]) for row in rows] == [(way, callers) for way in ways for callers in (1, 16, 64)]
    assert all(row["events_per_s"] > 0 and 0 < row["p50_ms"] <= row["p99_ms"] for row in rows)
    assert list(tmp_path.iterdir()) == []
