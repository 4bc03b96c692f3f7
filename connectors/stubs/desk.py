"""What all four stubs do alike: file papers, look them up, count, cut, keep the sealed apart, say how fresh it is."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta

import msgspec

from connectors.contract import Answer, Attachment, Deadline, Fault, Query, Record, Source, SourceFault
from connectors.stubs.picture import PHOTOGRAPH, photograph
from connectors.stubs.population import default_population
from connectors.stubs.shelf import Paper, Row, Shelf, filed
from connectors.stubs.truth import Person, Population


def now() -> datetime:
    """The clock of a stub, unless it is given another."""
    return datetime.now(UTC)


class Desk:
    """The counter of one source, whose data is always `minutes_behind`. It refuses purpose R, which is the FBI's."""

    source: Source
    minutes_behind: int

    def __init__(self, population: Population | None = None, clock: Callable[[], datetime] = now) -> None:
        people = population or default_population()
        order = {spec.kind: place for place, spec in enumerate(self.source.kinds)}
        self._seed = people.seed
        self._shelf = Shelf(filed(self._id(paper), order[paper.kind], paper) for paper in self.papers(people))
        self._clock = clock

    def papers(self, people: Population) -> Iterator[Paper]:
        """Everything this source has of these people."""
        raise NotImplementedError

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        """What matches, at most `max_results` of it written out: the urgent first, then the new."""
        _admit(query, deadline)
        found = self._shelf.find(query.terms)
        shown = [row for row in found if row.paper.sealed_as is None]
        sealed = [row for row in found if row.paper.sealed_as is not None]
        return Answer(
            records=tuple(self._record(row) for row in shown[: query.max_results]),
            total=len(shown),
            sealed=tuple(self._record(row) for row in sealed[: query.max_results]),
            current_to=self._clock() - timedelta(minutes=self.minutes_behind),
        )

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        """The record of that id, sealed or not: whether it may be known is the gateway's to decide."""
        _admit(query, deadline)
        row = self._shelf.row(record_id)
        return self._record(row) if row else None

    def about(self, record_id: str) -> Person | None:
        """Whom a record is really about, which no source knows: what matching is measured by."""
        row = self._shelf.row(record_id)
        return row.paper.person if row else None

    def _id(self, paper: Paper) -> str:
        """Opaque, and the same for the same record of the same population for ever."""
        parts = f"{self._seed}/{self.source.name}/{paper.kind}/{paper.person.number}/{paper.n}"
        return hashlib.blake2b(parts.encode(), digest_size=10).hexdigest()

    def _record(self, row: Row) -> Record:
        """What a paper says. The version changes with any of its fields; the hour of its last change lies in its id."""
        paper, given = row.paper, tuple(row.paper.says())
        hour, minute = 6 + int(row.id[0], 16), int(row.id[1:3], 16) % 60
        return Record(
            source=self.source.name,
            kind=paper.kind,
            id=row.id,
            version=hashlib.blake2b(msgspec.json.encode((paper.changed, given)), digest_size=6).hexdigest(),
            as_of=datetime.combine(paper.changed, time(hour, minute), UTC),
            fields=given,
            sealed_as=paper.sealed_as,
        )


class PictureDesk(Desk):
    """A counter that hands out photographs too."""

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        """The photograph that a record says it has."""
        _admit(query, deadline)
        row = self._shelf.row(record_id)
        if row and name == PHOTOGRAPH in self._record(row).values("nc:PersonDigitalImage"):
            return photograph(row.paper.person)
        return None


def _admit(query: Query, deadline: Deadline) -> None:
    if query.purpose_code == "R":
        raise SourceFault(Fault.DENIED)
    if not deadline.remaining_s():
        raise SourceFault(Fault.TIMEOUT)
