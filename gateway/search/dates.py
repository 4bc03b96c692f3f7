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
_RUN = re.compile(r"(\d{2})(\d{2})(\d{4})")
_WORDS = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})")


class NotADate(ValueError):
    """The text looks like a date and is none; says why, and how to write one."""


def read(text: str, today: date) -> date | None:
    """The date `text` is, None when it does not look like one. Raises `NotADate` for one that does not exist.

    Two-digit years are the last hundred years up to today.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text):
        return _made(int(found[1]), int(found[2]), int(found[3]), today)
    if found := _US.fullmatch(text) or _RUN.fullmatch(text):
        year = int(found[3]) if len(found[3]) == 4 else _century(int(found[3]), today)
        return _made(year, int(found[1]), int(found[2]), today)
    if found := _WORDS.fullmatch(text):
        month = next((n for n, name in enumerate(MONTHS, 1) if name[:3].lower() == found[1][:3].lower()), 0)
        return _made(int(found[3]), month, int(found[2]), today) if month else None
    return None


def _century(two_digits: int, today: date) -> int:
    year = today.year - today.year % 100 + two_digits
    return year if year <= today.year else year - 100


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
