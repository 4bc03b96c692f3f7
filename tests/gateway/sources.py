"""A small source that does as a test tells it: answers, waits, fails, and remembers what it was asked."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec.structs import replace

from connectors.contract import (
    Answer,
    Attachment,
    DataClass,
    Deadline,
    Field,
    FieldSpec,
    Key,
    Kind,
    KindSpec,
    Qualifier,
    Query,
    Record,
    Source,
)

AT = datetime(2026, 11, 22, 6, 10, tzinfo=UTC)
SURNAME, GIVEN, BORN = "nc:PersonSurName", "nc:PersonGivenName", "nc:PersonBirthDate"
SID, LICENCE = "j:PersonStateFingerprintIdentification", "j:DriverLicenseCardIdentification"
PICTURE = "nc:PersonDigitalImage"

EXACT = frozenset({Qualifier.EXACT})
ALL = frozenset(Qualifier)


def source(name: str = "courts", **changed: object) -> Source:
    pii = frozenset({DataClass.PII})
    declared: dict[str, object] = {
        "name": name,
        "title": name.capitalize(),
        "owner": f"Office of {name}",
        "owner_ori": "NC9300000",
        "version": "1",
        "caveat": f"Confirm with {name}.",
        "keys": {Key.SURNAME: ALL, Key.GIVEN_NAME: ALL, Key.BIRTH_DATE: EXACT, Key.SID: EXACT},
        "kinds": (
            KindSpec(
                kind=Kind.CASE,
                title="Case of {nc:PersonSurName}, {nc:PersonGivenName}",
                fields=(
                    *(
                        FieldSpec(name=field, label=field.partition(":")[2], classes=pii, headline=True)
                        for field in (SURNAME, GIVEN, BORN, SID, LICENCE)
                    ),
                    FieldSpec(name="j:CourtName", label="Court", classes=frozenset({DataClass.COURT}), headline=True),
                    FieldSpec(name="j:ChargeDisposition", label="Disposition", classes=frozenset({DataClass.CHRI})),
                    FieldSpec(name="nc:PersonFullName", label="Witness", classes=frozenset({DataClass.COURT_WITNESS})),
                    FieldSpec(name=PICTURE, label="Photograph", classes=frozenset({DataClass.COURT}), attachment=True),
                ),
            ),
        ),
    }
    return Source(**declared | changed)


def reclassed(label: str, data_class: DataClass) -> Source:
    """The source if its field of that label were of another class."""
    declared = source()
    (kind,) = declared.kinds
    fields = tuple(
        replace(spec, classes=frozenset({data_class})) if spec.label == label else spec for spec in kind.fields
    )
    return replace(declared, kinds=(replace(kind, fields=fields),))


def field(name: str, value: str, data_class: DataClass = DataClass.PII, **changed: object) -> Field:
    return Field(name=name, value=value, data_class=data_class, **changed)


def named(surname: str = "HOLLIS", given: str = "Merrick", born: str = "1980-02-11") -> tuple[Field, ...]:
    return (field(SURNAME, surname), field(GIVEN, given), field(BORN, born))


def record(number: int = 1, *more: Field, of: str = "courts", **changed: object) -> Record:
    facts: dict[str, object] = {
        "source": of,
        "kind": Kind.CASE,
        "id": f"{of}-{number}",
        "version": "7",
        "as_of": AT,
        "fields": (*named(), field("j:CourtName", "Pinelake County", DataClass.COURT), *more),
    }
    return Record(**facts | changed)


def answer(*records: Record, **changed: object) -> Answer:
    return Answer(**{"records": records, "total": len(records), "current_to": AT} | changed)


class Desk:
    """A source at work. `gate` must be opened before it answers; `says` may be an answer, an error, or a function."""

    def __init__(
        self,
        declared: Source | None = None,
        says: Answer | BaseException | Callable[[Query], Answer] | None = None,
        *,
        records: Sequence[Record] = (),
        gate: asyncio.Event | None = None,
    ) -> None:
        self.source = declared or source()
        self.asked: list[Query] = []
        self.fetched: list[str] = []
        self.pictures: list[str] = []
        self.was_asked = asyncio.Event()
        self.hung_up = False
        self._says = answer(*records) if says is None else says
        self._records = {each.id: each for each in records}
        self._gate = gate

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        self.asked.append(query)
        self.was_asked.set()
        if self._gate:
            try:
                await self._gate.wait()
            except asyncio.CancelledError:
                self.hung_up = True
                raise
        if isinstance(self._says, BaseException):
            raise self._says
        return self._says(query) if callable(self._says) else self._says

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        self.fetched.append(record_id)
        if isinstance(self._says, BaseException):
            raise self._says
        return self._records.get(record_id)

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        self.pictures.append(record_id)
        return Attachment("image/png", b"\x89PNG face")
