"""Five thousand people who do not exist, the same ones every time, none of whom is taken for another by a number."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest

from connectors.stubs.numbers import vin_check_digit
from connectors.stubs.population import SEED, default_population, populate
from connectors.stubs.truth import Person, Population, Seen
from connectors.stubs.words import COUNTIES


def digest(people: Population) -> str:
    return hashlib.sha256(msgspec.json.encode(people)).hexdigest()


def matters(person: Person) -> Iterator[tuple[str, Seen, date]]:
    """Everything any source has on file about someone: what it is, how they are described, when it last changed."""
    for name in ("licence", "registration", "custody", "supervision"):
        if matter := getattr(person, name):
            yield name, matter.seen, matter.changed
    for name in ("vehicles", "cases", "processes", "orders"):
        for matter in getattr(person, name):
            yield name, matter.seen, matter.changed


def turned(born: date) -> date | None:
    return born.replace(day=born.month, month=born.day) if born.day <= 12 else None


def test_the_population_of_a_seed_and_a_day_never_changes() -> None:
    people = populate(date(2026, 11, 22), seed=20_261_122)

    assert digest(people) == "d36a4ff72332f0a4e4d62ff37af480d3295d0b1c970feb5db7c56d982119d92f"


def test_another_seed_gives_other_people() -> None:
    assert populate(date(2026, 11, 22), seed=1, size=50) != populate(date(2026, 11, 22), seed=2, size=50)


def test_there_are_five_thousand_people_numbered_in_order(people: Population) -> None:
    assert [person.number for person in people.people] == list(range(5_000))


def test_people_stay_who_they_are_when_the_day_changes() -> None:
    def who(people: Population) -> list[object]:
        return [(p.number, p.name, p.address, p.ssn, p.sid, len(p.cases)) for p in people.people]

    assert who(populate(date(2026, 11, 22))) == who(populate(date(2031, 2, 28)))


def test_all_stubs_of_a_process_share_one_population() -> None:
    assert default_population() is default_population()
    assert default_population().seed == SEED


@pytest.mark.parametrize("number", ["sid", "fbi", "ssn"])
def test_no_two_people_share_a_number(people: Population, number: str) -> None:
    held = Counter(getattr(person, number) for person in people.people if getattr(person, number))

    assert held.most_common(1)[0][1] == 1


def test_no_two_people_share_a_licence_plate_vehicle_file_offender_or_registry_number(people: Population) -> None:
    held = Counter(
        (kind, number)
        for p in people.people
        for kind, numbers in {
            "licence": [p.licence.number] if p.licence else [],
            "plate": [vehicle.plate for vehicle in p.vehicles],
            "vin": [vehicle.vin for vehicle in p.vehicles],
            "file": {matter.file for matter in (*p.cases, *p.processes, *p.orders)},
            "opus": {matter.opus for matter in (p.custody, p.supervision) if matter},
            "registry": [p.registration.number] if p.registration else [],
        }.items()
        for number in numbers
    )

    assert held.most_common(1)[0][1] == 1


def test_only_a_stolen_identity_puts_one_persons_number_on_anothers_record(people: Population) -> None:
    owner = {p.licence.number: p for p in people.people if p.licence}
    owner |= {number: p for p in people.people for number in (p.sid, p.fbi, p.ssn) if number}

    wrong = {
        (owner[number].part, person.part)
        for person in people.people
        for _, seen, _ in matters(person)
        for number in (seen.licence, seen.sid, seen.fbi, seen.ssn)
        if number and owner[number] is not person
    }

    assert wrong == {("stolen identity", "identity thief")}


def test_every_vehicle_number_has_its_check_digit(people: Population) -> None:
    numbers = [vehicle.vin for person in people.people for vehicle in person.vehicles]

    assert len(numbers) > 3_000
    assert all(len(number) == 17 and number[8] == vin_check_digit(number) for number in numbers)


def test_the_check_digit_is_that_of_the_regulation() -> None:
    assert vin_check_digit("1M8GDM9AXKP042788") == "X"


def test_nothing_real_is_numbered(people: Population) -> None:
    assert all(person.ssn.startswith("000-") for person in people.people)
    assert all(p.supervision.phone.startswith("(555) 01") for p in people.people if p.supervision)
    assert min(COUNTIES) > "900"


def test_nothing_on_file_changed_today_or_later(people: Population) -> None:
    latest = max(changed for person in people.people for _, _, changed in matters(person))

    assert latest == people.today - timedelta(days=1)


def test_each_source_has_people_of_its_own_and_misses_others(people: Population) -> None:
    held = Counter(name for person in people.people for name in {name for name, _, _ in matters(person)})

    assert 4_000 < held["licence"] < 5_000
    assert 1_000 < held["cases"] < 2_500
    assert 30 < held["registration"] < 100
    assert 200 < held["custody"] + held["supervision"] < 800


@pytest.mark.parametrize(
    ("wrong", "least"),
    [
        (lambda person, seen: seen.name.middle != person.name.middle, 500),
        (lambda person, seen: seen.name.surname != person.name.surname, 100),
        (lambda person, seen: seen.address != person.address, 300),
        (lambda person, seen: seen.born == turned(person.born) != person.born, 20),
        (lambda person, seen: abs(seen.born.year - person.born.year) == 1, 20),
    ],
    ids=["middle name", "surname", "address", "day and month", "year"],
)
def test_descriptions_are_sometimes_wrong(people: Population, wrong, least: int) -> None:
    assert sum(wrong(person, seen) for person in people.people for _, seen, _ in matters(person)) >= least


def test_dates_follow_the_day() -> None:
    for today in (date(2026, 11, 22), date(2028, 2, 29)):
        people = populate(today, size=100)
        assert people.who("released tomorrow").custody.release == today + timedelta(days=1)
        assert people.who("father").cases[0].hearing == today + timedelta(days=2)
