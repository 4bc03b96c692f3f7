"""What every test has at hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.world import World


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"  # the product runs on asyncio alone


@pytest.fixture
def world(tmp_path: Path) -> "Iterator[World]":
    """The whole gateway at work, with nothing wrong."""
    from tests.world import World  # all of the gateway: most tests need little of it

    with World(tmp_path).running() as made:
        yield made
