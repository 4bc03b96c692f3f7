"""Looks at the journal every few seconds: is the record whole, up to which entry, and when was it looked at."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec

from audit import checking
from gateway.logs import log
from gateway.metrics import RECORD_WHOLE


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


class Check:
    """Goes on from where the last look stopped, in a thread; what was found stays found."""

    def __init__(self, journal: Path, every_s: float, clock: Callable[[], datetime]) -> None:
        self._check = checking.Check(journal, clock=clock)
        self._every_s = every_s
        self.last = Whole()

    async def run(self) -> None:
        """Look for as long as the process runs."""
        while True:
            await self.look()
            await asyncio.sleep(self._every_s)

    async def look(self) -> None:
        """Look once."""
        found = await asyncio.to_thread(self._check.go_on)
        findings = tuple(str(finding) for finding in found.findings)
        self.last = Whole(size=found.entries, findings=findings, at=found.checked_at)
        RECORD_WHOLE.set(0 if findings else 1)
        if findings:
            log.error("record.not_whole", findings=len(findings), size=found.entries)
