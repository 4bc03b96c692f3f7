"""Secrets that stand for something for a while: codes, access tokens, provider sessions."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_Meant = TypeVar("_Meant")
_MOST = 1000  # then the oldest go: nobody can fill the memory


class Tickets(Generic[_Meant]):
    """One kind of secret, each good for `lives_s` seconds."""

    def __init__(self, lives_s: int, clock: Callable[[], datetime]) -> None:
        self._lives = timedelta(seconds=lives_s)
        self._clock = clock
        self._issued: dict[str, tuple[datetime, _Meant]] = {}

    def issue(self, meant: _Meant) -> str:
        """A new secret that stands for `meant`."""
        if len(self._issued) >= _MOST:
            del self._issued[next(iter(self._issued))]
        ticket = secrets.token_urlsafe(32)
        self._issued[ticket] = (self._clock() + self._lives, meant)
        return ticket

    def look(self, ticket: str) -> _Meant | None:
        """What a secret stands for, or None."""
        until, meant = self._issued.get(ticket, (None, None))
        return meant if until is not None and self._clock() < until else None

    def take(self, ticket: str) -> _Meant | None:
        """The same, for the last time."""
        meant = self.look(ticket)
        self._issued.pop(ticket, None)
        return meant
