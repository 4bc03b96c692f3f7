"""Canaries: texts that are each planted in one place, so that whoever finds one elsewhere knows where it came from.

A canary is made of letters alone, so that it may stand in a name, a plate or a number.
"""

import asyncio
import base64
import binascii
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import msgspec

from connectors.contract import Answer, Attachment, Deadline, Fault, Field, KindSpec, Query, Record, Source, SourceFault
from connectors.stubs.picture import photograph
from connectors.stubs.population import default_population
from gateway.search import matching

DAY = "1931-07-23"  # letters cannot hide in a date: nobody else in these tests was born on it
_DAYS = rb"1931\W?07\W?23|0?7/23/1931|jul(?:y|\.)? 23,? 1931"
_CANARY = re.compile(rb"qzx[a-j]{4}zq|" + _DAYS, re.IGNORECASE)
_IN_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{16,}")


class Canaries:
    """All that were planted, and where."""

    def __init__(self) -> None:
        self._where: dict[str, str] = {}

    def plant(self, where: str) -> str:
        """A new canary, in mixed case."""
        number = f"{len(self._where):04}".translate(str.maketrans("0123456789", "abcdefghij"))
        self._where[f"qzx{number}zq"] = where
        return f"Qzx{number}zq"

    def found(self, content: bytes | str) -> set[str]:
        """Where the canaries were planted that stand in `content`, as they are or in base64."""
        whole = content.encode(errors="surrogatepass") if isinstance(content, str) else content
        texts = [whole, *map(_decoded, _IN_BASE64.findall(whole))]
        return {self._where.get(each.decode().lower(), "a date") for text in texts for each in _CANARY.findall(text)}


def _decoded(text: bytes) -> bytes:
    try:
        return base64.urlsafe_b64decode(text.translate(bytes.maketrans(b"+/", b"-_")) + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""


class Speaking:
    """A source with one record of each kind, every field of which is a canary; it has a sealed one too, and gives a
    field that it never declared.
    """

    def __init__(self, source: Source, canaries: Canaries) -> None:
        self.source = source
        self._canaries = canaries
        self._sid = canaries.plant("a SID in every source")
        self._records = {record.id: record for record in map(self._record, source.kinds)}
        sealed = self._record(source.kinds[0])
        self._sealed = msgspec.structs.replace(sealed, sealed_as="juvenile.court")

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        records = tuple(self._records.values())
        return Answer(records=records, total=len(records), sealed=(self._sealed,), current_to=datetime.now(UTC))

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        return self._records.get(record_id)

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        return photograph(default_population().people[0])

    def _record(self, spec: KindSpec) -> Record:
        name = f"{self.source.name}, {spec.kind}"
        fields = [field for declared in spec.fields for field in self._fields(name, declared)]
        undeclared = Field(name="x:NeverDeclared", value=self._plant(name, "undeclared"), data_class="public")
        return Record(
            source=self.source.name,
            kind=spec.kind,
            id=self._plant(name, "id"),
            version="1",
            as_of=datetime(2026, 11, 2, tzinfo=UTC),
            fields=(*fields, undeclared),
        )

    def _fields(self, record: str, declared) -> Iterator[Field]:
        for data_class in declared.classes:
            value = self._sid if declared.name == matching.SID else self._plant(record, declared.name)
            yield Field(
                name=declared.name,
                value=DAY if declared.date else value,
                data_class=data_class,
                source_text=self._plant(record, "source text"),
                caveat=self._plant(record, "caveat"),
            )

    def _plant(self, record: str, what: str) -> str:
        return self._canaries.plant(f"{what} ({record})")


class Shouting:
    """A source that has nothing but trouble, another each time, and whose every exception quotes a record."""

    def __init__(self, source: Source, canaries: Canaries) -> None:
        self.source = source
        self._canaries = canaries
        self._troubles = [self._raising(trouble) for trouble in _TROUBLES] + [self._garbage]
        self._turn = 0

    def times(self) -> int:
        """How often it must be asked until it has had every trouble."""
        return len(self._troubles)

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        self._turn += 1
        return self._troubles[self._turn % len(self._troubles)]()

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        return await self.search(query, deadline)

    def _raising(self, trouble: Callable[[str], Exception]) -> Callable[[], Answer]:
        def shout() -> Answer:
            error = trouble(self._canaries.plant("an exception of a source"))
            error.add_note(self._canaries.plant("a note of an exception of a source"))
            raise error from ValueError(self._canaries.plant("the cause of an exception of a source"))

        return shout

    def _garbage(self) -> Answer:
        text = self._canaries.plant("garbage of a source")
        return Answer(records=({"name": text}, text), total=2, current_to=datetime.now(UTC), sealed=(text,))


_TROUBLES = (
    RuntimeError,
    KeyError,
    TimeoutError,
    asyncio.InvalidStateError,
    msgspec.ValidationError,
    lambda text: OSError(5, text, text),
    lambda text: UnicodeDecodeError("ascii", text.encode(), 0, 1, text),
    lambda text: ExceptionGroup(text, [ValueError(text)]),
    lambda _text: SourceFault(Fault.DENIED),
)
