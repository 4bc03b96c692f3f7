"""The people made on purpose, one for each thing that goes wrong between agencies. docs/demo.md shows twelve of them.

Decoys stand here and nowhere else: no honest question finds one, so whoever opens one has been browsing.
"""

from datetime import date

from msgspec.structs import replace

from connectors.stubs.chosen import everyday, wanted
from connectors.stubs.chosen.templates import Day
from connectors.stubs.truth import Person

_MADE = (
    everyday.father_and_son,
    everyday.twins,
    everyday.maiden_name,
    everyday.stolen_vehicle_and_plate,
    everyday.unknown,
    everyday.decoys,
    wanted.absconder,
    wanted.served_but_unreturned,
    wanted.released_tomorrow,
    wanted.stolen_identity,
    wanted.juvenile,
    wanted.protected_person,
    wanted.sixty_cases,
)


def chosen(today: date) -> tuple[Person, ...]:
    """All of them, numbered from 0."""
    everyone = (person for made in _MADE for person in made(Day(today)))
    return tuple(replace(person, number=n, ssn=f"000-99-{n:04d}") for n, person in enumerate(everyone))
