"""A moment has one text, wherever it was told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from audit.moments import instant, utc_now


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 3, 2, 8, tzinfo=UTC),
        datetime(2026, 3, 2, 3, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_a_moment_has_one_text_in_utc_to_the_microsecond(at):
    assert instant(at) == "2026-03-02T08:00:00.000000Z"


def test_the_clock_tells_utc():
    assert utc_now().tzinfo is UTC
