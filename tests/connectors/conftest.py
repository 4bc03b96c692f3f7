"""One population as of one day."""

from datetime import date

import pytest

from connectors.stubs.population import populate
from connectors.stubs.truth import Population

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def people() -> Population:
    return populate(TODAY)
