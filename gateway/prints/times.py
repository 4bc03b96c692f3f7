"""Times as they stand on paper: in words, in the agency's zone, with its abbreviation."""

from datetime import date, datetime, tzinfo


def day(on: date) -> str:
    """`Nov 22, 2026`."""
    return f"{on:%b} {on.day}, {on.year}"


def minute(at: datetime, zone: tzinfo) -> str:
    """`Nov 22, 2026, 01:14 EST`."""
    return _in(zone, at, "%H:%M %Z")


def second(at: datetime, zone: tzinfo) -> str:
    """`Nov 22, 2026, 01:14:09 EST`."""
    return _in(zone, at, "%H:%M:%S %Z")


def zone_of(at: datetime) -> tzinfo:
    """The zone `at` is told in. Raises `ValueError` for a bare time, which Python would take for this machine's own."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.tzinfo


def _in(zone: tzinfo, at: datetime, clock: str) -> str:
    zone_of(at)
    local = at.astimezone(zone)
    return f"{day(local)}, {local:{clock}}"
