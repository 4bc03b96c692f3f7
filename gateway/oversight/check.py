"""Is the record whole, up to which entry, and when was it looked at: looked at here every few seconds, or told by the
recorder, who alone may read its journal.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from audit import checking
from audit.recorder import Recorder
from gateway.logs import log


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """The last look: how many entries, whether all is as it was written, what is wrong, and when it was looked.

    `at` None: nobody has looked yet, which is not a finding.
    """

    size: int = 0
    findings: tuple[str, ...] = ()
    at: datetime | None = None

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Watch(Protocol):
    """Whoever looks at the record."""

    @property
    def last(self) -> Whole:
        """What was found when it was last looked at."""


class Told:
    """A `Watch` that passes on what the recorder found."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    @property
    def last(self) -> Whole:
        """As `Watch` says."""
        found = self._recorder.health().checked
        return Whole(size=found.size, findings=found.findings, at=found.at)


class Check:
    """Goes on from where the last look stopped, in a thread; what was found stays found."""

    def __init__(self, journal: Path, every_s: float, clock: Callable[[], datetime]) -> None:
        self._check = checking.Check(journal, clock=clock)
        self._every_s = every_s
        self._clock = clock
        self.last = Whole()

    async def run(self) -> None:
        """Look for as long as the process runs."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Look once. A journal that cannot be read is a finding until it can be: nobody is stopped by it here."""
        try:
            found = await asyncio.to_thread(self._check.go_on)
        except OSError as error:
            log.error("record.unreadable", error=type(error).__name__)
            unreadable = f"the journal cannot be read ({type(error).__name__})"
            self.last = Whole(size=self.last.size, findings=(unreadable,), at=self._clock())
            return
        findings = tuple(str(finding) for finding in found.findings)
        self.last = Whole(size=found.entries, findings=findings, at=found.checked_at)
        if findings:
            log.error("record.not_whole", findings=len(findings), size=found.entries)
