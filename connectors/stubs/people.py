"""Who lives in the invented counties: households with husbands and wives, sons of their father's name, and twins."""

from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from connectors.stubs import numbers
from connectors.stubs.draw import Draw
from connectors.stubs.truth import Name, Person
from connectors.stubs.words import COUNTIES, EYES, GIVEN_BY_SEX, HAIR, RACES, STREETS, SURNAMES

_TOWNS = tuple(COUNTIES.values())
# Birth dates stand fixed in the calendar: a person does not change when today does.
_OLDEST, _YOUNGEST_PARENT, _YOUNGEST = date(1940, 1, 1), date(1986, 12, 31), date(2008, 6, 30)


def people(draw: Draw, first: int, last: int) -> Iterator[Person]:
    """The people numbered from `first` up to, without, `last`, household by household."""
    number = first
    while number < last:
        for person in _household(draw, number):
            if number == last:
                return
            yield person
            number += 1


def _household(draw: Draw, number: int) -> Iterator[Person]:
    surname, home = draw.common(SURNAMES), _address(draw)
    born = date.fromordinal(draw.between(_OLDEST.toordinal(), _YOUNGEST_PARENT.toordinal()))
    head = _person(draw, number, surname, sex=draw.pick("MF"), born=born, home=home)
    yield head
    if draw.chance(0.55):
        number += 1
        yield _married(draw, number, head)
    for _ in range(draw.common((0, 1, 2))):
        number += 1
        child = _child(draw, number, head)
        yield child
        if draw.chance(0.02):
            yield _twin(draw, number + 1, child)
            number += 1


def _married(draw: Draw, number: int, head: Person) -> Person:
    sex = "F" if head.sex == "M" else "M"
    born = head.born + timedelta(days=draw.between(-2_500, 2_500))
    spouse = _person(draw, number, head.name.surname, sex=sex, born=born, home=head.address)
    if sex == "M" or draw.chance(0.3):
        return spouse
    maiden = draw.common(SURNAMES)
    taken = msgspec.structs.replace(spouse.name, surname=f"{maiden}-{head.name.surname}")
    return msgspec.structs.replace(
        spouse,
        name=taken if draw.chance(0.15) else spouse.name,
        aliases=(msgspec.structs.replace(spouse.name, surname=maiden),),
    )


def _child(draw: Draw, number: int, head: Person) -> Person:
    sex = draw.pick("MF")
    born = min(_YOUNGEST, head.born + timedelta(days=draw.between(7_000, 13_000)))
    child = _person(draw, number, head.name.surname, sex=sex, born=born, home=head.address)
    if sex == head.sex == "M" and draw.chance(0.15):
        return msgspec.structs.replace(child, name=msgspec.structs.replace(head.name, suffix="Jr"))
    return child


def _twin(draw: Draw, number: int, child: Person) -> Person:
    other = _person(draw, number, child.name.surname, sex=child.sex, born=child.born, home=child.address)
    return msgspec.structs.replace(other, race=child.race, eyes=child.eyes, hair=child.hair)


def _person(draw: Draw, number: int, surname: str, *, sex: str, born: date, home: str) -> Person:
    given = GIVEN_BY_SEX[sex]
    printed = draw.chance(0.22)  # fingerprinted once, and so numbered
    return Person(
        number=number,
        name=Name(surname, draw.pick(given), draw.pick(given) if draw.chance(0.85) else ""),
        born=born,
        sex=sex,
        race=draw.common(RACES),
        eyes=draw.common(EYES),
        hair=draw.common(HAIR),
        height_in=draw.between(64, 76) if sex == "M" else draw.between(59, 71),
        weight_lb=draw.between(115, 260),
        address=home,
        earlier=(_address(draw),) if draw.chance(0.35) else (),
        ssn=numbers.ssn(number),
        sid=numbers.sid(number) if printed else "",
        fbi=numbers.fbi_number(number) if printed and draw.chance(0.6) else "",
    )


def _address(draw: Draw) -> str:
    """A place to live."""
    return f"{draw.between(1, 980)} {draw.pick(STREETS)}, {draw.common(_TOWNS)}, NC"
