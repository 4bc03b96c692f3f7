"""A gateway to be broken."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.running import Gateway


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    """Makes gateways, all over one folder, that are ended with the test."""
    made: list[Gateway] = []

    def one(fault: str = "") -> Gateway:
        made.append(Gateway(tmp_path / "data", fault))
        return made[-1]

    yield one
    for gateway in made:
        gateway.end()


@pytest.fixture
def gateway(make: Callable[..., Gateway]) -> Gateway:
    """A gateway at work, with nothing wrong."""
    gateway = make()
    gateway.start()
    return gateway
