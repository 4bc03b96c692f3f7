"""The invented courts: process out for someone's arrest, protective orders and cases; juvenile matters under seal.

Clerks have typed birth dates both ways round, so the index holds each both ways: an order for arrest is not to be
missed over Nov 2 for Feb 11.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial

from connectors.contract import Key, Samples, Source, Term
from connectors.stubs.court_records import CASE, ORDER, WARRANT, Matter, is_open, kind_of, seal_of, written
from connectors.stubs.desk import Desk
from connectors.stubs.person_fields import EXACT, PERSON_KEYS
from connectors.stubs.shelf import Paper
from connectors.stubs.truth import Person, Population
from connectors.stubs.words import COUNTIES


class Courts(Desk):
    """Process, orders and cases of the invented population; of each, what is open first."""

    source = Source(
        name="courts",
        title="Courts",
        owner="Administrative Office of the Courts",
        owner_ori="NC9300000",
        version="1",
        caveat="Confirm a warrant or order with the clerk before arrest. A case may be another person's of that name.",
        phone="(555) 010-3000",
        keys={
            **PERSON_KEYS,
            Key.LICENCE_NUMBER: EXACT,
            Key.SID: EXACT,
            Key.FBI_NUMBER: EXACT,
            Key.COURT_FILE: EXACT,
            Key.COUNTY: EXACT,
        },
        kinds=(WARRANT, ORDER, CASE),
    )
    samples = Samples(
        found=(Term(Key.SURNAME, "Hollis"), Term(Key.GIVEN_NAME, "Merrick")),
        absent=(Term(Key.SURNAME, "Nettlefold"), Term(Key.GIVEN_NAME, "Quillan")),
    )
    minutes_behind = 11

    def papers(self, people: Population) -> Iterator[Paper]:
        """As `Desk` says."""
        for person in people.people:
            matters: tuple[Matter, ...] = (*person.processes, *person.orders, *person.cases)
            for n, matter in enumerate(matters):
                yield _paper(person, n, matter)


def _paper(person: Person, n: int, matter: Matter) -> Paper:
    return Paper(
        kind=kind_of(matter),
        person=person,
        n=n,
        seen=matter.seen,
        changed=matter.changed,
        says=partial(written, person, matter),
        numbers={
            Key.COURT_FILE: (matter.file, f"{matter.file}-{matter.county}"),
            Key.COUNTY: (matter.county, COUNTIES[matter.county]),
        },
        births=_both_ways(matter.seen.born),
        urgent=is_open(matter),
        sealed_as=seal_of(matter),
    )


def _both_ways(born: date) -> tuple[date, ...]:
    return (born, born.replace(month=born.day, day=born.month)) if born.day <= 12 else (born,)
