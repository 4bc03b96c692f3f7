"""What a question asked for and what a record identifies, as terms to make tokens of: the answer to "who saw her?"

Someone reached by a plate, or only through an alias, must be found by name as well, so each record gives the terms of
everyone and everything it identifies, at most six beside its own.
"""

from collections.abc import Iterable, Mapping, Sequence

from audit.events import SensitiveTerm, TermType
from connectors.contract import Key, Record, Term
from gateway.search import matching

MOST_OF_A_RECORD = 6

GIVEN = "nc:PersonGivenName"
PLATE = "j:ConveyanceRegistrationPlateIdentification"
VIN = "nc:VehicleIdentification"
SSN = "nc:PersonSSNIdentification"
DOCKET = "nc:CaseDocketID"
REGISTRY = "j:RegisteredOffenderIdentification"

_BY_KEY: Mapping[Key, TermType] = {
    Key.LICENCE_NUMBER: TermType.DL,
    Key.PLATE: TermType.PLATE,
    Key.VIN: TermType.VIN,
    Key.SID: TermType.SID,
    Key.FBI_NUMBER: TermType.FBI,
    Key.COURT_FILE: TermType.COURT_FILE,
    Key.OPUS_NUMBER: TermType.OPUS,
    Key.REGISTRY_NUMBER: TermType.REGISTRY,
}

# A thing's own number first, then a person's: of a case its file, of a vehicle its plate.
_BY_NAME: Mapping[str, TermType] = {
    PLATE: TermType.PLATE,
    VIN: TermType.VIN,
    DOCKET: TermType.COURT_FILE,
    REGISTRY: TermType.REGISTRY,
    matching.OPUS: TermType.OPUS,
    matching.SID: TermType.SID,
    matching.LICENCE: TermType.DL,
    matching.FBI: TermType.FBI,
    SSN: TermType.SSN,
}


def of_question(readings: Sequence[Sequence[Term]]) -> tuple[SensitiveTerm, ...]:
    """What was asked for: every identifier, and the name with and without its birth date, in every reading."""
    terms: list[SensitiveTerm] = []
    for reading in readings:
        typed = {term.key: term.value for term in reading}
        terms += [SensitiveTerm(kind, (typed[key],)) for key, kind in _BY_KEY.items() if key in typed]
        if Key.SURNAME in typed:
            terms += _names(typed[Key.SURNAME], typed.get(Key.GIVEN_NAME, ""), typed.get(Key.BIRTH_DATE))
    return tuple(dict.fromkeys(terms))


def of_subject(readings: Sequence[Sequence[Term]]) -> tuple[SensitiveTerm, ...]:
    """What an auditor asks about: as a question, but with a birth date only people born that day, not namesakes."""
    terms = of_question(readings)
    dated = any(term.type is TermType.NAME_DOB for term in terms)
    return tuple(term for term in terms if not (dated and term.type is TermType.NAME))


def of_record(record: Record) -> tuple[SensitiveTerm, ...]:
    """The record itself, then the names in it (its own, then aliases) with birth dates, then its numbers."""
    births = record.values(matching.BIRTH_DATE)
    people: list[SensitiveTerm] = []
    for surname, given in _people(record):
        people += _names(surname, given, births[0] if births else None)
    numbers = [SensitiveTerm(kind, (value,)) for name, kind in _BY_NAME.items() for value in record.values(name)[:1]]
    # Whoever it is about comes first, then numbers, then further names: six must do (DOMAIN.md 6).
    identifying = dict.fromkeys([*people[:2], *numbers[:2], *people[2:], *numbers[2:]])
    return (SensitiveTerm(TermType.RECORD, (record.source, record.id)), *list(identifying)[:MOST_OF_A_RECORD])


def _people(record: Record) -> Iterable[tuple[str, str]]:
    """Every surname with the given name of its group: the main name first, aliases after."""
    given = {field.group: field.value for field in record.fields if field.name == GIVEN}
    return [(field.value, given.get(field.group, "")) for field in record.fields if field.name == matching.SURNAME]


def _names(surname: str, given: str, born: str | None) -> list[SensitiveTerm]:
    name = SensitiveTerm(TermType.NAME, (surname, given))
    return [name] if born is None else [SensitiveTerm(TermType.NAME_DOB, (surname, given, born)), name]
