"""docs/demo.md is true: what it says to type shows, in each source, exactly what it says, whatever day it is."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from connectors.contract import Answer, Key, Kind, Record, Term
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.faults import Trouble
from connectors.stubs.inmate import Corrections
from connectors.stubs.population import populate
from connectors.stubs.sex_offender import Registry
from connectors.stubs.truth import Population
from tests.connectors.asking import search, title

DEMO = Path(__file__).parents[3] / "docs" / "demo.md"
DAYS = [date(2026, 11, 22), date(2027, 1, 1), date(2028, 2, 29)]

NUMBERS = [
    (r"\d{12}", Key.LICENCE_NUMBER),
    (r"[A-Z]{3}-\d{4}", Key.PLATE),
    (r"ZZ9\w{14}", Key.VIN),
    (r"NC\d{7}[A-Z]", Key.SID),
    (r"\d\d[A-Z]{2,3} ?\d+(-9\d\d)?", Key.COURT_FILE),
    (r"\d{7}", Key.OPUS_NUMBER),
    (r"R\d{6}", Key.REGISTRY_NUMBER),
]


# The rows of every table that begins with what to type.
TABLES = [
    [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    for table in re.findall(r"^\| Type \|.*\n\|[-| ]+\n((?:\|.*\n)+)", DEMO.read_text(), re.MULTILINE)
]
ROWS = [row for table in TABLES for row in table]


def terms(typed: str) -> tuple[Term, ...]:
    for pattern, key in NUMBERS:
        if re.fullmatch(pattern, typed):
            return (Term(key, typed),)
    name = re.fullmatch(r"([^,]+), (\S+)(?: (\d+)/(\d+)/(\d{4}))?", typed)
    assert name, f"{typed!r} is no name and no number"
    surname, given, month, day, year = name.groups()
    born = [Term(Key.BIRTH_DATE, f"{year}-{int(month):02d}-{int(day):02d}")] if year else []
    return (Term(Key.SURNAME, surname), Term(Key.GIVEN_NAME, given), *born)


def alerts(records: Sequence[Record], today: date) -> Iterator[str]:
    """What an officer is warned of, from fields that are released with a list of results."""

    def holds(name: str, *values: str, kind: Kind | None = None) -> bool:
        of_kind = [record for record in records if kind in {None, record.kind}]
        return any(value in values or not values for record in of_kind for value in record.values(name))

    if holds("j:PersonCautionInformationText"):
        yield "Caution"
    for warrant in (record for record in records if record.values("j:CourtOrderStatus") == ["unreturned"]):
        yield f"Open warrant, {warrant.values('j:CourtOrderServiceDescriptionText')[0]}"
    if holds("j:ConveyanceRegistrationStatus", "02"):
        yield "Stolen"
    if holds("j:CourtOrderStatus", "in force", kind=Kind.ORDER):
        yield "Protective order"
    if holds("nc:SupervisionCustodyStatus", "in prison") or holds("j:SupervisionStatus", "active", "absconded"):
        yield "Prison or probation"
    if holds("j:RegisteredOffenderDescriptionText", "registered", "absconded"):
        yield "Registered offender"
    if holds("j:DriverLicenseNonCommercialStatusCode", "ELG", "NOT", "NEN", "RPD"):
        yield "License not valid"
    soon = (str(today + timedelta(days=days)) for days in range(15))
    if holds("j:CourtAppearanceDate", *soon):
        yield "Hearing soon"


def shown(source, answer: Answer | None) -> str:
    if answer is None:
        return "not asked"
    if answer.total > 5:
        return f"{answer.total} records"
    return "<br>".join(title(source, record) for record in answer.records) or "none"


@pytest.fixture(scope="module", params=DAYS, ids=str)
def of_the_day(request: pytest.FixtureRequest):
    people = populate(request.param)
    return request.param, [make(people) for make in (Dmv, Courts, Registry, Corrections)]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
async def test_what_is_typed_shows_what_the_table_says(of_the_day, row: list[str]) -> None:
    today, sources = of_the_day
    asked = terms(row[0].strip("`"))
    answers = []
    for source in sources:
        known = [term for term in asked if term.key in source.source.keys]
        can = source.source.can_answer(frozenset(term.key for term in known))
        answers.append(await search(source, *known) if can else None)
    records = [record for answer in answers if answer for record in answer.records]

    assert row[2:6] == [shown(source, answer) for source, answer in zip(sources, answers, strict=True)]
    assert row[6] == ("; ".join(alerts(records, today)) or "none")


def test_the_first_table_shows_twelve_people() -> None:
    first, *_ = TABLES

    assert len(first) == 12


def test_every_trouble_stands_on_the_page() -> None:
    assert {trouble for trouble in Trouble if f"`{trouble}`" not in DEMO.read_text()} == set()


def test_no_decoy_stands_on_the_page(people: Population) -> None:
    decoys = [person.name.surname for person in people.people if person.part == "decoy"]

    assert decoys
    assert not [name for name in decoys if name in DEMO.read_text()]
