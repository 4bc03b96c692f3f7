"""When something was: moments in UTC, and the one text they have in an event."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]  # in UTC
Monotonic = Callable[[], float]  # seconds; nobody sets it


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


def instant(at: datetime) -> str:
    """A moment as events have it: in UTC, to the microsecond, always of one width."""
    if at.tzinfo is not UTC:
        at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:26] + "Z"
