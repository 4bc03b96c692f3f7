"""What was released, for pages to show: outcomes and records as they come out of the door."""

from datetime import UTC, date, datetime

from connectors.contract import DataClass, Fault, Field, Kind, Record, Source
from gateway.release.released import PersonCard, ShownOutcome, ShownRecord, shown_outcome, shown_record
from gateway.search import matching
from gateway.search.outcomes import Answered, NotAsked, NotPermitted, Unavailable

TODAY = date(2026, 11, 22)
AS_OF = datetime(2026, 10, 3, 15, 5, tzinfo=UTC)

# A class each field may have, where a test does not care which.
_CLASS = {
    "nc:": DataClass.PII,
    "j:Person": DataClass.PII,
    "j:DriverLicenseCard": DataClass.PII,
}


def field(name: str, value: str, data_class: DataClass | None = None, **changed: object) -> Field:
    guessed = next((found for start, found in _CLASS.items() if name.startswith(start)), DataClass.COURT)
    return Field(name=name, value=value, data_class=data_class or guessed, **changed)


def person(surname: str = "HOLLIS", given: str = "Merrick", born: str = "1980-02-11", **changed: object) -> list[Field]:
    parts = {"nc:PersonSurName": surname, "nc:PersonGivenName": given, "nc:PersonBirthDate": born}
    return [field(name, value, **changed) for name, value in parts.items() if value]


def record(of: Source, kind: Kind, *fields: Field, number: int = 1, as_of: datetime = AS_OF) -> ShownRecord:
    given = Record(source=of.name, kind=kind, id=str(number), version="1", as_of=as_of, fields=fields)
    return shown_record(given, of, f"{of.name}-{number}", headline_only=True)


def answered(of: Source, *records: ShownRecord, total: int | None = None, is_whole: bool = True) -> ShownOutcome:
    matches = len(records) if total is None else total
    outcome = Answered(
        source=of,
        records=(),
        total=matches,
        current_to=AS_OF,
        elapsed_ms=12,
        is_whole=is_whole and matches == len(records),
    )
    return shown_outcome(outcome, records, matches, 41, ())


def unavailable(of: Source, fault: Fault = Fault.TIMEOUT) -> ShownOutcome:
    return shown_outcome(Unavailable(source=of, fault=fault, elapsed_ms=2000), (), 0, 41, ())


def not_permitted(of: Source, rule: str = "role.covers_source") -> ShownOutcome:
    return shown_outcome(NotPermitted(of, rule), (), 0, 41, ())


def not_asked(of: Source, reason: str = "not_chosen") -> ShownOutcome:
    return shown_outcome(NotAsked(of, reason), (), 0, 41, ())


def cards(*outcomes: ShownOutcome) -> list[PersonCard]:
    records = [each for outcome in outcomes for each in outcome.records]
    return [
        PersonCard(tier=card.tier, because=card.because, members=tuple(records[place] for place in card.members))
        for card in matching.cards(records)
    ]
