"""What happened to invented people, and how each office wrote it down: late, with an initial, at an old address.

How often each goes wrong is in the tables of `_seen`. Dates lie a number of days before or after today, so that the
demo is as fresh next year; draws never depend on today, so that the same people do the same things every day.
"""

from datetime import date, timedelta

import msgspec

from connectors.stubs import numbers
from connectors.stubs.draw import Draw
from connectors.stubs.truth import (
    Case,
    Charge,
    Custody,
    Licence,
    Name,
    Order,
    Person,
    Process,
    Registration,
    Seen,
    Supervision,
    Vehicle,
    Withdrawal,
)
from connectors.stubs.words import (
    CARS,
    CAUTIONS,
    COLOURS,
    COUNTIES,
    CRIMINAL,
    DETAINERS,
    ENDORSEMENTS,
    GIVEN_BY_SEX,
    PRISONS,
    REGISTRABLE,
    RESTRICTIONS,
    SURNAMES,
    TRAFFIC,
    WITHDRAWALS,
)

_COUNTY_CODES = tuple(COUNTIES)


class Lives:
    """Leads people through their lives, as of one day."""

    def __init__(self, draw: Draw, today: date) -> None:
        self._draw = draw
        self._today = today

    def of(self, person: Person) -> Person:
        """`person` with all that any office has on file about them."""
        draw = self._draw
        if draw.chance(0.92):
            person = msgspec.structs.replace(person, licence=self._licence(person))
        record = bool(person.sid)
        offender = record and draw.chance(0.35)
        custody = self._custody(person) if offender and draw.chance(0.6) else None
        at_large = custody is None or custody.status == "released"
        return msgspec.structs.replace(
            person,
            vehicles=tuple(self._vehicle(person, n) for n in range(draw.common((0, 1, 2, 3)) if person.licence else 0)),
            cases=tuple(self._case(person, n) for n in range(self._how_many_cases(record))),
            processes=(self._process(person),) if record and at_large and draw.chance(0.14) else (),
            orders=(self._order(person),) if record and draw.chance(0.05) else (),
            registration=self._registration(person) if record and draw.chance(0.06) else None,
            custody=custody,
            supervision=self._supervision(person) if offender and at_large and draw.chance(0.6) else None,
        )

    def _how_many_cases(self, record: bool) -> int:
        if record:
            return self._draw.between(1, 4)
        return 1 if self._draw.chance(0.12) else 0

    def _days_ago(self, low: int, high: int) -> date:
        return self._today - timedelta(days=self._draw.between(low, high))

    def _in_days(self, low: int, high: int) -> date:
        return self._today + timedelta(days=self._draw.between(low, high))

    def _seen(self, person: Person, *, care: float) -> Seen:
        """How an office describes `person`; with `care` 1 nothing is wrong, with 0 most of it is."""
        draw, wrong = self._draw, 1 - care
        name, born = person.name, person.born
        if draw.chance(0.5 * wrong):
            name = msgspec.structs.replace(name, middle=name.middle[:1] if draw.chance(0.7) else "")
        if draw.chance(0.08 * wrong):
            name = msgspec.structs.replace(name, surname=_misheard(draw, name.surname))
        elif person.aliases and draw.chance(0.4 * wrong):
            name = person.aliases[0]
        if draw.chance(0.05 * wrong) and born.day <= 12:
            born = born.replace(day=born.month, month=born.day)
        elif draw.chance(0.03 * wrong) and (born.month, born.day) != (2, 29):
            born = born.replace(year=born.year + draw.pick((-1, 1)))
        known = (person.name, *person.aliases)
        return Seen(
            name=name,
            born=born,
            address=person.earlier[0] if person.earlier and draw.chance(0.6 * wrong) else person.address,
            aliases=tuple(other for other in known if other != name and other.surname != name.surname)
            if draw.chance(care)
            else (),
            licence=person.licence.number if person.licence and draw.chance(care) else "",
            sid=person.sid if draw.chance(0.5 + care / 2) else "",
            fbi=person.fbi if draw.chance(care) else "",
            ssn=person.ssn if draw.chance(care / 2) else "",
        )

    def _licence(self, person: Person) -> Licence:
        draw = self._draw
        status = draw.pick(("LIC",) * 60 + ("ELG",) * 4 + ("NOT",) * 4 + ("NEN", "RPD"))
        issued = self._days_ago(40, 1_800)
        withdrawn = Withdrawal(draw.pick(WITHDRAWALS), self._days_ago(20, 900), self._in_days(30, 700))
        seen = self._seen(person, care=0.95)
        return Licence(
            number=numbers.licence_number(person.number),
            status=status,
            card_class=draw.pick(("C",) * 12 + ("A", "B")),
            issued=issued,
            expires=issued + timedelta(days=2_922),
            restrictions=(draw.common(RESTRICTIONS),) if draw.chance(0.4) else (),
            endorsements=(draw.common(ENDORSEMENTS),) if draw.chance(0.08) else (),
            withdrawals=(withdrawn,) if status in {"ELG", "NOT"} else (),
            seen=msgspec.structs.replace(seen, licence=numbers.licence_number(person.number), sid="", fbi=""),
            changed=issued,
        )

    def _vehicle(self, person: Person, n: int) -> Vehicle:
        draw, count = self._draw, person.number * 4 + n
        year = draw.between(2002, 2025)
        make, model = draw.pick(CARS)
        status = draw.pick(("00",) * 40 + ("03",) * 5 + ("05", "04", "02"))
        stolen = draw.pick(("Vehicle reported stolen", "Plate reported stolen, not the vehicle"))
        seen = self._seen(person, care=0.9)
        return Vehicle(
            plate=numbers.plate(count),
            vin=numbers.vin(count, year),
            year=year,
            make=make,
            model=model,
            colour=draw.common(COLOURS),
            status=status,
            expires=self._days_ago(5, 300) if status == "03" else self._in_days(5, 360),
            stolen=stolen if status == "02" else "",
            seen=msgspec.structs.replace(seen, sid="", fbi="", ssn="", aliases=()),
            changed=self._days_ago(2, 360),
        )

    def _case(self, person: Person, n: int) -> Case:
        draw = self._draw
        criminal = bool(person.sid) and draw.chance(0.7)
        pending = draw.chance(0.2)
        filed = self._days_ago(20, 300) if pending else self._days_ago(400, 6_000)
        charges = tuple(
            self._charge(criminal, filed, pending) for _ in range(draw.common((1, 2, 3)) if criminal else 1)
        )
        return Case(
            file=f"{filed:%y}{'CR' if criminal else 'IF'}{numbers.court_serial(person.number * 6 + n)}",
            county=draw.common(_COUNTY_CODES),
            category="criminal" if criminal else "traffic",
            status="pending" if pending else "closed",
            filed=filed,
            hearing=self._in_days(1, 90) if pending else None,
            charges=charges,
            witnesses=tuple(self._stranger() for _ in range(draw.between(0, 2))) if criminal else (),
            seen=self._seen(person, care=0.5),
            changed=filed + timedelta(days=draw.between(1, 15)),
        )

    def _charge(self, criminal: bool, filed: date, pending: bool) -> Charge:
        draw = self._draw
        offence = draw.pick(CRIMINAL if criminal else TRAFFIC)
        disposed = filed + timedelta(days=draw.between(20, 350))
        ended = draw.pick(("Guilty", "Guilty", "Dismissed by the district attorney", "Not guilty"))
        term = f"{draw.between(10, 90)} days, suspended" if criminal else f"Fine of ${draw.between(3, 30) * 10}"
        if pending:
            return Charge(*offence)
        return Charge(*offence, ended, disposed, term if ended == "Guilty" else "")

    def _stranger(self) -> Name:
        draw = self._draw
        return Name(draw.pick(SURNAMES), draw.pick(GIVEN_BY_SEX[draw.pick("MF")]))

    def _process(self, person: Person) -> Process:
        draw = self._draw
        issued = self._days_ago(3, 500)
        served = issued + timedelta(days=draw.between(0, 2)) if draw.chance(0.5) else None
        returned = served if served and draw.chance(0.8) else None
        return Process(
            kind=draw.pick(("warrant for arrest", "order for arrest", "order for arrest", "criminal summons")),
            file=f"{issued:%y}CR{numbers.court_serial(person.number * 6 + 4)}",
            county=draw.common(_COUNTY_CODES),
            offence=draw.pick(CRIMINAL)[0],
            issued=issued,
            served=served,
            returned=returned,
            caution=draw.common(CAUTIONS) if draw.chance(0.1) else "",
            seen=self._seen(person, care=0.5),
            changed=returned or served or issued,
        )

    def _order(self, person: Person) -> Order:
        draw = self._draw
        issued = self._days_ago(5, 700)
        expires = issued + timedelta(days=365)
        return Order(
            kind="domestic violence protective order",
            file=f"{issued:%y}CVD{numbers.court_serial(person.number * 6 + 5)}",
            county=draw.common(_COUNTY_CODES),
            status="in force" if expires >= self._today else "expired",
            conditions="No contact. Surrender all firearms." if draw.chance(0.5) else "No contact.",
            issued=issued,
            expires=expires,
            served=issued + timedelta(days=draw.between(0, 3)),
            protects=self._stranger(),
            seen=self._seen(person, care=0.6),
            changed=issued + timedelta(days=3),
        )

    def _registration(self, person: Person) -> Registration:
        draw = self._draw
        caution, note = draw.chance(0.2), draw.chance(0.3)
        return Registration(
            number=numbers.registry_number(person.number),
            status=draw.pick(("registered",) * 7 + ("absconded", "removed")),
            category=draw.pick(("Sexually violent offender", "Offense against a minor")),
            offence=draw.pick(REGISTRABLE),
            registered=self._days_ago(400, 6_000),
            verified=self._days_ago(2, 180),
            caution=draw.common(CAUTIONS) if caution else "",
            note="Internet identifiers under review" if note else "",
            seen=self._seen(person, care=0.9),
            changed=self._days_ago(2, 180),
        )

    def _custody(self, person: Person) -> Custody:
        draw = self._draw
        inside = draw.chance(0.35)
        admitted = self._days_ago(100, 1_500)
        return Custody(
            opus=numbers.opus_number(person.number),
            status="in prison" if inside else "released",
            facility=draw.pick(PRISONS),
            offence=draw.pick(CRIMINAL)[0],
            sentence=f"{draw.between(8, 30)} to {draw.between(31, 60)} months",
            admitted=admitted,
            release=self._in_days(2, 1_200) if inside else admitted + timedelta(days=90),
            caution=draw.common(CAUTIONS) if draw.chance(0.15) else "",
            detainer=draw.pick(DETAINERS) if inside and draw.chance(0.1) else "",
            seen=self._seen(person, care=0.8),
            changed=admitted if inside else admitted + timedelta(days=90),
        )

    def _supervision(self, person: Person) -> Supervision:
        draw = self._draw
        start, officer = self._days_ago(10, 700), self._stranger()
        return Supervision(
            opus=numbers.opus_number(person.number),
            status=draw.pick(("active", "active", "absconded", "ended")),
            category=draw.pick(("probation", "probation", "parole", "post-release supervision")),
            offence=draw.pick(CRIMINAL)[0],
            officer=f"{officer.given} {officer.surname}",
            phone=numbers.phone(person.number + 10_000),
            start=start,
            end=start + timedelta(days=730),
            monitored=draw.chance(0.1),
            caution=draw.common(CAUTIONS) if draw.chance(0.1) else "",
            seen=self._seen(person, care=0.8),
            changed=start,
        )


def _misheard(draw: Draw, surname: str) -> str:
    """`surname` as someone else would spell it: a letter doubled, two exchanged, an ending that sounds alike."""
    at = draw.between(1, max(1, len(surname) - 3))
    doubled = surname[:at] + surname[at] + surname[at:]
    exchanged = surname[:at] + surname[at + 1 : at + 2] + surname[at] + surname[at + 2 :]
    return draw.pick((doubled, exchanged, surname + "e"))
