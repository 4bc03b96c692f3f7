"""Times, dates and figures are written as the people who read them say them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import words

NIGHT = datetime(2026, 11, 22, 6, 14, 7, tzinfo=UTC)  # just after one where the agency is
SUMMER = datetime(2026, 7, 4, 3, 30, tzinfo=UTC)
NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (words.day(date(1980, 2, 11)), "Feb 11, 1980"),
        (words.weekday(date(2026, 11, 21)), "Sat Nov 21, 2026"),
        (words.date_in(NIGHT, NEW_YORK), "Nov 22, 2026"),
        (words.date_in(SUMMER, NEW_YORK), "Jul 3, 2026"),
        (words.clock(NIGHT, NEW_YORK), "01:14:07 EST"),
        (words.clock(SUMMER, NEW_YORK), "23:30:00 EDT"),
        (words.clock(NIGHT, "America/Los_Angeles"), "22:14:07 PST"),
        (words.minute(NIGHT, NEW_YORK), "Nov 22, 01:14"),
        (words.moment(NIGHT, NEW_YORK), "Nov 22, 2026, 01:14 EST"),
        (words.number(48213), "48,213"),
        (words.count(1, "record"), "1 record"),
        (words.count(0, "record"), "0 records"),
        (words.count(1200, "person", "people"), "1,200 people"),
        (words.initials("Dep. R. Ashgrove"), "RA"),
        (words.initials("O. de Sedgemoor"), "DS"),
        (words.initials("Cher"), "C"),
        (words.initials(""), ""),
    ],
)
def test_it_reads_as_it_is_said(said: str, written: str) -> None:
    assert said == written


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(1980, 2, 11), date(2026, 2, 10), 45),
        (date(1980, 2, 11), date(2026, 2, 11), 46),
        (date(2004, 2, 29), date(2026, 2, 28), 21),
        (date(2004, 2, 29), date(2026, 3, 1), 22),
    ],
)
def test_an_age_is_in_full_years(born: date, today: date, age: int) -> None:
    assert words.age(born, today) == age


@given(st.dates())
def test_a_date_of_a_source_is_read_back(value: date) -> None:
    assert words.iso(value.isoformat()) == value


@pytest.mark.parametrize(
    "text", ["", "20260211", "2026-W07-3", "2026-2-11", "2026-02-30", "2026-02-11T00:00", "\uff12026-02-11"]
)
def test_what_a_source_wrote_otherwise_is_no_date(text: str) -> None:
    assert words.iso(text) is None


def test_the_moment_of_an_event_is_read_as_the_record_writes_it() -> None:
    assert words.when("2026-11-22T06:14:07.000000Z") == NIGHT


def test_templates_have_each_by_its_name() -> None:
    assert {"day", "moment", "clock", "number", "count", "initials"} <= set(words.FILTERS)
