"""A birth date is read as it is typed, US order or ISO; none is guessed, and one that never was says so."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.search.dates import MONTHS, NotADate, read

TODAY = date(2026, 11, 22)
BORN = date(1980, 2, 11)


@pytest.mark.parametrize(
    "text",
    [
        "2/11/1980",
        "02/11/1980",
        "2-11-1980",
        "2.11.1980",
        "2/11/80",
        "02111980",
        "1980-02-11",
        "1980-2-11",
        "19800211",
        "Feb 11, 1980",
        "feb 11 1980",
        "Feb. 11, 1980",
        "February 11, 1980",
        " 2/11/1980 ",
    ],
)
def test_a_date_may_be_written_in_many_ways(text: str) -> None:
    assert read(text, TODAY) == BORN


@pytest.mark.parametrize("text", ["", "hollis", "2/11", "1980", "11 Feb 1980", "Fob 11, 1980", "2/11/198", "26-04417"])
def test_what_does_not_look_like_a_date_is_none(text: str) -> None:
    assert read(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2/30/1980", "There is no February 30. Write 2/11/1980."),
        ("1980-02-30", "There is no February 30. Write 2/11/1980."),
        ("Feb 30, 1980", "There is no February 30. Write 2/11/1980."),
        ("2/29/1981", "There is no February 29 in 1981. Write 2/11/1980."),
        ("13/2/1980", "There is no month 13. Write 2/11/1980."),
        ("0/2/1980", "There is no month 0. Write 2/11/1980."),
        ("4/31/1980", "There is no April 31. Write 2/11/1980."),
        ("2/0/1980", "There is no February 0. Write 2/11/1980."),
        ("11/23/2026", "Nov 23, 2026 is in the future. Write 2/11/1980."),
        ("2/11/1879", "Nobody alive was born in 1879. Write 2/11/1980."),
    ],
)
def test_a_date_that_never_was_says_why_and_how_to_write_one(text: str, message: str) -> None:
    with pytest.raises(NotADate, match=f"^{message}$"):
        read(text, TODAY)


def test_a_leap_day_is_a_day() -> None:
    assert read("2/29/1980", TODAY) == date(1980, 2, 29)


@pytest.mark.parametrize(
    ("text", "year"), [("1/1/26", 2026), ("11/22/26", 2026), ("11/23/26", 1926), ("1/1/27", 1927), ("1/1/00", 2000)]
)
def test_two_digits_are_a_year_of_the_last_hundred(text: str, year: int) -> None:
    assert read(text, TODAY).year == year


@given(st.dates(date(1880, 1, 1), TODAY))
def test_every_day_is_read_back_however_it_is_written(day: date) -> None:
    written = [
        day.isoformat(),
        f"{day:%Y%m%d}" if day.year >= 1900 else day.isoformat(),
        f"{day.month}/{day.day}/{day.year}",
        f"{MONTHS[day.month - 1]} {day.day}, {day.year}",
        f"{MONTHS[day.month - 1][:3]} {day.day} {day.year}",
    ]

    assert {read(text, TODAY) for text in written} == {day}


@given(st.text() | st.text(alphabet="0123456789/-. ", max_size=12))
def test_any_text_is_a_day_of_someone_alive_or_none_or_says_why_not(text: str) -> None:
    found = None
    with suppress(NotADate):
        found = read(text, TODAY)

    assert found is None or date(1880, 1, 1) <= found <= TODAY
