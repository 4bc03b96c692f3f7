"""The invented population: those made on purpose first, then everyone else, the same for a seed and a day."""

import functools
from datetime import date, datetime
from zoneinfo import ZoneInfo

from connectors.stubs.chosen import chosen
from connectors.stubs.draw import Draw
from connectors.stubs.lives import Lives
from connectors.stubs.people import people
from connectors.stubs.truth import Population

SIZE = 5_000
SEED = 20_261_122


def populate(today: date, seed: int = SEED, size: int = SIZE) -> Population:
    """`size` people as of `today`."""
    made = chosen(today)
    lives = Lives(Draw(seed + 1), today)
    rest = tuple(lives.of(person) for person in people(Draw(seed), len(made), size))
    return Population(seed=seed, today=today, people=made + rest)


@functools.cache
def default_population() -> Population:
    """The one population that all stubs of a process share. Today is today where the sources are."""
    return populate(datetime.now(ZoneInfo("America/New_York")).date())
