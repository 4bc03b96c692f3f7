"""Birth dates as people type them: US order or ISO, read back in words. No date is guessed."""

import re
from datetime import date

from gateway import words

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
EXAMPLE = "Write 2/11/1980."

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_US = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})")
_ISO_RUN = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")  # there is no month 19 that a US date could begin with
_US_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")


class NotADate(ValueError):
    """The text looks like a date and is none; says why, and how to write one."""


def read(text: str, today: date) -> date | None:
    """The date `text` is, None when it does not look like one. Raises `NotADate` for one that does not exist.

    Two-digit years are the last hundred years up to today.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text) or _ISO_RUN.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]), today)
    if found := _US.fullmatch(text) or _US_RUN.fullmatch(text):
        month, day = int(found[1]), int(found[2])
        year = int(found[3]) if len(found[3]) == 4 else _century(int(found[3]), month, day, today)
        return _made(year, month, day, today)
    if found := _WORDS.fullmatch(text):
        said = found[1].lower()
        months = [number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(said)]
        return _made(int(found[3]), months[0], int(found[2]), today) if months else None
    return None


def _century(two_digits: int, month: int, day: int, today: date) -> int:
    year = today.year - today.year % 100 + two_digits
    return year if (year, month, day) <= (today.year, today.month, today.day) else year - 100


def _made(year: int, month: int, day: int, today: date) -> date:
    if not 1 <= month <= 12:
        raise NotADate(f"There is no month {month}. {EXAMPLE}")
    try:
        made = date(year, month, day)
    except ValueError as error:
        leap = f" in {year}" if (month, day) == (2, 29) else ""
        raise NotADate(f"There is no {MONTHS[month - 1]} {day}{leap}. {EXAMPLE}") from error
    if made > today:
        raise NotADate(f"{words.day(made)} is in the future. {EXAMPLE}")
    if year < 1880:
        raise NotADate(f"Nobody alive was born in {year}. {EXAMPLE}")
    return made
