"""A world in which all is well: a provider in memory, a clock that stands, and the gateway's side of it."""

import pytest

from gateway.identity.provider import Provider
from tests.gateway.identity.misbehaving import SETTINGS, Clock, Misbehaving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def idp(clock: Clock) -> Misbehaving:
    return Misbehaving(clock)


@pytest.fixture
def provider(idp: Misbehaving, clock: Clock) -> Provider:
    return Provider(SETTINGS, clock, idp.transport())
