"""A time on paper is in the agency's zone and says which that is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gateway.prints import times

EASTERN = ZoneInfo("America/New_York")


def test_a_day_is_in_words():
    assert times.day(date(2027, 2, 3)) == "Feb 3, 2027"


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 22, 6, 14, 9, tzinfo=UTC), "Nov 22, 2026, 01:14:09 EST"),
        (datetime(2026, 7, 1, 3, 59, 59, tzinfo=UTC), "Jun 30, 2026, 23:59:59 EDT"),
    ],
)
def test_a_time_is_told_in_the_agency_s_zone(at, shown):
    assert times.second(at, EASTERN) == shown
    assert times.minute(at, EASTERN) == shown[:19] + shown[22:]


def test_utc_is_called_utc():
    assert times.minute(datetime(2026, 11, 22, 1, 14, tzinfo=EASTERN), UTC) == "Nov 22, 2026, 06:14 UTC"


def test_a_bare_time_is_refused():
    bare = datetime(2026, 11, 22, 1, 14, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(ValueError, match="without its zone"):
        times.minute(bare, EASTERN)
    with pytest.raises(ValueError, match="without its zone"):
        times.zone_of(bare)
