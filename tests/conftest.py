"""What every test has at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.world import World

settings.register_profile("sightline", deadline=None)  # no test is about speed
settings.load_profile("sightline")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"  # the product runs on asyncio alone


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The whole gateway at work, with nothing wrong."""
    with World(tmp_path).running() as made:
        yield made
