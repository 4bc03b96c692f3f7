"""What is ordinary about the people made on purpose, to be changed where they are not."""

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from connectors.stubs import numbers
from connectors.stubs.truth import Case, Charge, Licence, Name, Person, Process, Seen, Supervision, Vehicle


class Day:
    """Today, and the days around it."""

    def __init__(self, today: date) -> None:
        self._today = today

    def ago(self, days: int) -> date:
        """`days` before today."""
        return self._today - timedelta(days=days)

    def ahead(self, days: int) -> date:
        """`days` after today."""
        return self._today + timedelta(days=days)


def someone(part: str, name: Name, born: date, address: str, sex: str = "M") -> Person:
    """A person to play `part`, of whom no office knows."""
    return Person(
        number=0,
        part=part,
        name=name,
        born=born,
        address=address,
        sex=sex,
        race="W",
        eyes="BRO",
        hair="BRO",
        height_in=70 if sex == "M" else 65,
        weight_lb=180 if sex == "M" else 140,
        ssn="",
    )


def seen_as(person: Person, **otherwise: Any) -> Seen:
    """`person` described truly, except for what is `otherwise`."""
    true = Seen(
        name=person.name,
        born=person.born,
        address=person.address,
        aliases=person.aliases,
        sid=person.sid,
        fbi=person.fbi,
    )
    return replace(true, **otherwise)


def licence_of(person: Person, number: str, day: Day) -> Licence:
    """A licence in order."""
    return Licence(
        number=number,
        status="LIC",
        card_class="C",
        issued=day.ago(700),
        expires=day.ahead(2_200),
        seen=seen_as(person, sid="", fbi="", licence=number),
        changed=day.ago(265),
    )


def stolen_car(person: Person, plate: str, day: Day, number: int) -> Vehicle:
    """A car reported stolen; `number` makes its VIN."""
    return Vehicle(
        plate=plate,
        vin=numbers.vin(number, 2019),
        year=2019,
        make="Ford",
        model="Escape",
        colour="blue",
        status="02",
        stolen="Vehicle reported stolen",
        expires=day.ahead(120),
        seen=seen_as(person),
        changed=day.ago(3),
    )


def case_in_court(file: str, county: str, filed: date, seen: Seen) -> Case:
    """A criminal case, pending, without charges yet."""
    return Case(
        file=file,
        county=county,
        category="criminal",
        status="pending",
        filed=filed,
        charges=(),
        seen=seen,
        changed=filed + timedelta(days=1),
    )


def closed(case: Case, charge: Charge, sentence: str) -> Case:
    """`case` after a plea of guilty to `charge`."""
    disposed = case.filed + timedelta(days=90)
    guilty = replace(charge, disposition="Guilty", disposed=disposed, sentence=sentence)
    return replace(case, status="closed", charges=(guilty,), changed=disposed)


def issued_on(issued: date, kind: str, case: Case, offence: str) -> Process:
    """Process in `case`, not served and not returned."""
    return Process(
        kind=kind,
        file=case.file,
        county=case.county,
        offence=offence,
        issued=issued,
        seen=case.seen,
        changed=issued,
    )


def under_supervision(opus: str, category: str, day: Day, seen: Seen) -> Supervision:
    """A supervision that goes well."""
    return Supervision(
        opus=opus,
        status="active",
        category=category,
        offence="Obtaining property by false pretense",
        officer="Rosalind Thornfield",
        phone="(555) 012-4471",
        start=day.ago(120),
        end=day.ahead(610),
        seen=seen,
        changed=day.ago(120),
    )
