"""Whatever an auditor writes as a day is one, or is said to be none beside its field."""

import pytest

from gateway.oversight.look import Look, read_look
from gateway.search.question import Problem

ZONE = "America/New_York"


@pytest.mark.parametrize("name", ["from", "to"])
@pytest.mark.parametrize(
    "text",
    [
        "tomorrow",
        "2026-02-30",
        "2/30/2026",
        "0001-01-01",
        "2026-11-22T25:00",
        "2026-11-22T00:00+99:99",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_day_is_said_beside_its_field(name: str, text: str) -> None:
    assert read_look({name: text}, ZONE) == [Problem(name, "Write a day as 2026-11-22 or 11/22/2026.")]


def test_the_last_of_all_days_has_no_end() -> None:
    assert read_look({"to": "9999-12-31"}, ZONE) == [Problem("to", "Write a day as 2026-11-22 or 11/22/2026.")]


@pytest.mark.parametrize("text", ["2026-11-22", "11/22/2026", "2026-11-22T00:00", "2026-11-22T05:00Z"])
def test_a_day_begins_in_the_agencys_zone(text: str) -> None:
    look = read_look({"from": text}, ZONE)

    assert isinstance(look, Look)
    assert look.wanted.start is not None
    assert look.wanted.start.isoformat() == "2026-11-22T05:00:00+00:00"
