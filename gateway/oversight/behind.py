"""How far an index that another process fills is behind the journal: looked at every few seconds."""

import asyncio
from collections import deque

from audit.index import ActivityIndex, Scope, Wanted
from audit.moments import Monotonic
from audit.recorder import Recorder
from audit.ship import Lag

LOOK_EVERY_S = 2.0
MOST_SEEN = 86_400  # two days of looks: who is further behind is behind by two days at least


class Behind:
    """Remembers when the journal had how many entries, until the index has as many."""

    def __init__(self, index: ActivityIndex, recorder: Recorder, monotonic: Monotonic) -> None:
        self._index = index
        self._recorder = recorder
        self._monotonic = monotonic
        self._seen: deque[tuple[int, float]] = deque(maxlen=MOST_SEEN)
        self._held = 0
        self._last = Lag(0, 0.0, None)

    async def run(self) -> None:
        """Look for as long as the process runs."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Look once."""
        size, now, why = self._recorder.health().size, self._monotonic(), None
        if size > (self._seen[-1][0] if self._seen else self._held):
            self._seen.append((size, now))
        try:
            newest = await self._index.events(Scope(statewide=True), Wanted(), size=1)
            self._held = newest.events[0]["event"]["sequence"] + 1 if newest.events else 0
        except Exception as error:  # noqa: BLE001 an index that is away is behind, and nothing worse
            why = type(error).__name__  # its own text may quote an event
        while self._seen and self._seen[0][0] <= self._held:
            self._seen.popleft()
        self._last = Lag(max(0, size - self._held), now - self._seen[0][1] if self._seen else 0.0, why)

    def lag(self) -> Lag:
        """How far the index is behind, at once: as of the last look."""
        return self._last
