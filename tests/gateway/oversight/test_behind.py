"""How far an index that another process fills is behind: how many entries, and since when."""

from typing import Any

import pytest

from audit.index import Page, Scope, Wanted
from audit.recorder import Health
from gateway.oversight.behind import Behind


class Elsewhere:
    """A journal of `size` entries and an index of `held`, or one that is away; and what time it is."""

    def __init__(self) -> None:
        self.size = self.held = 0
        self.now_s = 100.0
        self.away = False
        self.behind = Behind(self, self, lambda: self.now_s)  # type: ignore[arg-type]

    def health(self) -> Health:
        return Health(ok=True, why=None, log="l", size=self.size, last_sync_ms=0.1, worst_sync_ms=0.1)

    async def events(self, scope: Scope, wanted: Wanted, *, size: int) -> Page:
        if self.away:
            raise ConnectionError("HOLLIS")
        newest = ({"event": {"sequence": self.held - 1}},) if self.held else ()
        return Page(events=newest, next=None)

    async def look(self, **changed: Any) -> tuple[int, float]:
        for name, value in changed.items():
            setattr(self, name, value)
        await self.behind.look()
        return self.behind.lag()[:2]


@pytest.fixture
def there() -> Elsewhere:
    return Elsewhere()


async def test_an_index_that_has_everything_is_not_behind(there: Elsewhere) -> None:
    assert await there.look(size=40, held=40) == (0, 0.0)


async def test_an_entry_that_is_not_there_yet_is_waited_for_since_it_was_seen(there: Elsewhere) -> None:
    assert await there.look(size=41, held=40) == (1, 0.0)
    assert await there.look(now_s=107.0) == (1, 7.0)


async def test_it_is_as_far_behind_as_its_first_missing_entry_is_old(there: Elsewhere) -> None:
    await there.look(size=10)
    await there.look(size=20, now_s=110.0)

    assert await there.look(size=30, held=10, now_s=120.0) == (20, 10.0)


async def test_an_index_that_caught_up_is_not_behind(there: Elsewhere) -> None:
    await there.look(size=10)

    assert await there.look(held=10, now_s=130.0) == (0, 0.0)


async def test_an_index_that_is_away_is_behind_and_says_the_kind_of_fault_alone(there: Elsewhere) -> None:
    await there.look(size=10, held=10)
    await there.look(size=12, away=True)

    assert await there.look(now_s=160.0) == (2, 60.0)
    assert there.behind.lag().why == "ConnectionError"
