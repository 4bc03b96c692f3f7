"""Trouble on demand: any connector, wrapped so that it fails in one way, always. What `make demo FAULT=` sets.

`timeout` waits as long as it may and then says so, `stall` never answers until it is cancelled, `slow` answers late.
`odd` answers in time, with what was never declared: another field, another class, a value of a megabyte, controls.
"""

import asyncio
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec.structs import replace

from connectors.contract import (
    Answer,
    Attachment,
    Connector,
    DataClass,
    Deadline,
    Fault,
    Field,
    HasAttachments,
    Query,
    Record,
    Source,
    SourceFault,
)

SLOW_S = 1.2


class Trouble(StrEnum):
    """The ways in which a wrapped connector fails; the first five are said as the fault of that name."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    DENIED = "denied"
    GARBLED = "garbled"
    TOO_MANY = "too_many"
    SLOW = "slow"
    STALL = "stall"
    ODD = "odd"


def parse(text: str) -> dict[str, Trouble]:
    """The trouble of each source in a text such as `courts:timeout,dmv:slow`. Raises `ValueError` in plain words."""
    troubles: dict[str, Trouble] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, trouble = part.partition(":")
        if not name or trouble not in set(Trouble):
            raise ValueError(f"{part!r} is not a fault: write a source, a colon and one of {', '.join(Trouble)}")
        troubles[name] = Trouble(trouble)
    return troubles


def troubled(connectors: Iterable[Connector], troubles: Mapping[str, Trouble]) -> tuple[Connector, ...]:
    """`connectors`, those named in `troubles` wrapped. Raises `ValueError` for a name that none has."""
    given = tuple(connectors)
    unknown = troubles.keys() - {connector.source.name for connector in given}
    if unknown:
        known = ", ".join(connector.source.name for connector in given)
        raise ValueError(f"no source is called {', '.join(sorted(unknown))}; there are {known}")
    return tuple(
        Troubled(connector, troubles[connector.source.name]) if connector.source.name in troubles else connector
        for connector in given
    )


class Troubled:
    """A connector that has `trouble` with every question."""

    def __init__(self, connector: Connector, trouble: Trouble) -> None:
        self._connector = connector
        self._trouble = trouble

    @property
    def source(self) -> Source:
        """As the connector says."""
        return self._connector.source

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        """What the connector finds, if the trouble lets it."""
        await self._meet(deadline)
        answer = await self._connector.search(query, deadline)
        if self._trouble is Trouble.ODD:
            odd, sealed = (tuple(map(self._oddly, records)) for records in (answer.records, answer.sealed))
            return replace(answer, records=odd, sealed=sealed)
        return answer

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        """What the connector has, if the trouble lets it."""
        await self._meet(deadline)
        record = await self._connector.fetch(record_id, query, deadline)
        return self._oddly(record) if record and self._trouble is Trouble.ODD else record

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        """What the connector has, if the trouble lets it; nothing of one that has no pictures."""
        await self._meet(deadline)
        if not isinstance(self._connector, HasAttachments):
            return None
        return await self._connector.attachment(record_id, name, query, deadline)

    async def _meet(self, deadline: Deadline) -> None:
        match self._trouble:
            case Trouble.STALL:
                await asyncio.Event().wait()
            case Trouble.TIMEOUT:
                await asyncio.sleep(deadline.remaining_s())
                raise SourceFault(Fault.TIMEOUT)
            case Trouble.SLOW:
                await asyncio.sleep(SLOW_S)
            case Trouble.ODD:
                return
            case said:
                raise SourceFault(Fault(said.value))

    def _oddly(self, record: Record) -> Record:
        """`record` with what its source never declared, and what none should send."""
        first = record.fields[0]
        spec = self.source.spec(record.kind)
        declared = {each for field in spec.fields if field.name == first.name for each in field.classes} if spec else ()
        undeclared = next(each for each in DataClass if each not in declared)
        return replace(
            record,
            fields=(
                *record.fields,
                Field(name="x:NeverDeclared", value="never declared", data_class=first.data_class),
                replace(first, data_class=undeclared),
                replace(first, value="long " * 200_000),
                replace(first, value="a\x00b\x1b[31m\u202ec<script>alert(1)</script>"),
            ),
        )
