"""How times, dates and figures are written for people: the agency's zone with its letters, 24 hours, dates in words."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def day(value: date) -> str:
    """`Feb 11, 1980`."""
    return f"{_MONTHS[value.month - 1]} {value.day}, {value.year}"


def weekday(value: date) -> str:
    """`Sat Nov 21, 2026`."""
    return f"{_DAYS[value.weekday()]} {day(value)}"


def date_in(value: datetime, zone: str) -> str:
    """`Nov 22, 2026`."""
    return day(value.astimezone(ZoneInfo(zone)).date())


def clock(value: datetime, zone: str) -> str:
    """`01:14:07 EST`."""
    return value.astimezone(ZoneInfo(zone)).strftime("%H:%M:%S %Z")


def typed_in(value: datetime, zone: str) -> str:
    """`11/22/2026`, as people type the day."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{local.month}/{local.day}/{local.year}"


def recent(value: datetime, now: datetime, zone: str) -> str:
    """`Oct 3`, and with its year where that is not this year: `Sep 9, 2021`."""
    on, today = (moment.astimezone(ZoneInfo(zone)).date() for moment in (value, now))
    return day(on).removesuffix(f", {today.year}")


def utc(value: datetime) -> str:
    """`2026-11-22 06:14:09`."""
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def ago(value: datetime, now: datetime) -> str:
    """`3 s ago`, and from two minutes on `6 min ago`."""
    seconds = max(0, round((now - value).total_seconds()))
    return f"{seconds} s ago" if seconds < 120 else f"{seconds // 60} min ago"


def hms(value: datetime, zone: str) -> str:
    """`01:14:07`, where the zone stands beside it."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M:%S}"


def letters(value: datetime, zone: str) -> str:
    """`EST`, the letters of the zone at that moment."""
    return f"{value.astimezone(ZoneInfo(zone)):%Z}"


def minute(value: datetime, zone: str) -> str:
    """`Nov 22, 01:14`."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{_MONTHS[local.month - 1]} {local.day}, {local:%H:%M}"


def moment(value: datetime, zone: str) -> str:
    """`Nov 22, 2026, 01:14 EST`."""
    local = value.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M %Z}"


def iso(text: str) -> date | None:
    """The date a source wrote as `YYYY-MM-DD`, or None for anything else."""
    try:
        value = date.fromisoformat(text)
    except ValueError:
        return None
    return value if value.isoformat() == text else None  # Python reads `20260211` and `2026-W07-3` too


def when(text: str) -> datetime:
    """The moment of an event, as the record writes it."""
    return datetime.fromisoformat(text)


def age(born: date, today: date) -> int:
    """Full years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def number(value: int) -> str:
    """`48,213`."""
    return f"{value:,}"


def count(value: int, one: str, many: str | None = None) -> str:
    """`1 record`, `3 records`."""
    return f"{value:,} {one if value == 1 else many or one + 's'}"


def initials(name: str) -> str:
    """`RA` for `Dep. R. Ashgrove`: the letters of the last two words."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


FILTERS: Mapping[str, Callable[..., Any]] = {
    spoken.__name__: spoken
    for spoken in (
        *(day, weekday, date_in, typed_in, recent, clock, hms, letters, minute, moment, utc, ago, when),
        *(number, count, initials),
    )
}
