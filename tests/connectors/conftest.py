"""One population as of one day, and the four sources over it."""

from datetime import UTC, date, datetime

import pytest

from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.population import populate
from connectors.stubs.sex_offender import Registry
from connectors.stubs.truth import Population

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 14, tzinfo=UTC)


def clock() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def people() -> Population:
    return populate(TODAY)


@pytest.fixture(scope="session")
def dmv(people: Population) -> Dmv:
    return Dmv(people, clock)


@pytest.fixture(scope="session")
def courts(people: Population) -> Courts:
    return Courts(people, clock)


@pytest.fixture(scope="session")
def registry(people: Population) -> Registry:
    return Registry(people, clock)


@pytest.fixture(scope="session")
def corrections(people: Population) -> Corrections:
    return Corrections(people, clock)


@pytest.fixture(scope="session")
def sources(
    dmv: Dmv, courts: Courts, registry: Registry, corrections: Corrections
) -> tuple[Dmv, Courts, Registry, Corrections]:
    return dmv, courts, registry, corrections
