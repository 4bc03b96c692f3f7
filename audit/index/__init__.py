"""The activity index: a copy of the journal to search, behind one protocol. It proves nothing; the journal does.

Every query is built here from a `Wanted` and a `Scope`. No query text of a caller ever reaches an implementation.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

Document = Mapping[str, Any]  # the nested ECS object of one event


class Scope(msgspec.Struct, frozen=True):
    """Whose users' events may be seen: those of these agencies, or of all. Empty is nobody's."""

    agencies: frozenset[str] = frozenset()
    statewide: bool = False


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to look for; every part given must hold. `tokens` match what was asked, shown or given as a reason."""

    officer: str | None = None
    agency: str | None = None
    actions: tuple[str, ...] = ()
    source: str | None = None  # asked or shown from
    case: str | None = None
    print_id: str | None = None
    purpose: str | None = None
    query_ids: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    start: datetime | None = None  # inclusive, UTC
    end: datetime | None = None  # exclusive, UTC


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Events newest first, and the place to go on from, or None at the end."""

    events: tuple[Document, ...]
    next: str | None


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far the index has come: the number of entries it holds without a gap, and the time of the last."""

    size: int
    at: datetime | None


MOST_A_PAGE = 500


class IndexAltered(Exception):
    """The index holds something else than the journal gave it. The text says which entry."""


class IndexUnavailable(Exception):
    """The index did not answer, or not wholly. The text quotes nothing of a question or of an event."""


class ActivityIndex(Protocol):
    """Where auditors search. Both raise `IndexUnavailable`: a part is never taken for the whole."""

    async def events(self, scope: Scope, wanted: Wanted, *, after: str | None = None, size: int = 100) -> Page:
        """One page, newest first, at most `MOST_A_PAGE`. Raises `ValueError` for an `after` it did not give out."""

    async def counts(self, scope: Scope, wanted: Wanted, by: str, zone: str) -> Sequence[tuple[str, int]]:
        """How many events per `hour` (of the day, in `zone`), `day`, `agency`, `purpose`, `action` or `officer`."""


class Intake(Protocol):
    """Where the journal is shipped to."""

    async def position(self) -> Position:
        """How far the index has come."""

    async def create(self, entries: Iterable[tuple[int, bytes]]) -> None:
        """Add events by sequence number, canonical bytes as journalled. One already there with the same bytes is
        fine; with others, `IndexAltered` is raised: somebody changed the index.
        """
