"""The index is away while officers work: nothing is lost, nothing is doubled, and nobody waits for it.

`make drill outage`: an hour at 200 and an hour at 2,000 events a second (`N` says how many seconds); `make test` does
the same for seconds. The journal, the disk and the cluster are real; the cluster is killed, not asked to stop.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from audit.events import Receipt
from audit.journal import Handed, Journal
from audit.ship import Shipper
from audit.stored import Cluster as Stored
from audit.verify import Report, verify
from audit.writer import open_writer
from tests.audit.examples import disclosure
from tests.opensearch.months import Months
from tests.opensearch.server import OpenSearch


class Outage(NamedTuple):
    """What came of it."""

    acknowledged: int
    waits_ms: list[float]  # of each event, from the hand-over to the acknowledgement, while the index was away
    backlog: int  # the most entries that waited
    caught_up_s: float  # from the moment the cluster answered again until the index had everything
    report: Report

    def told(self, rate: int) -> str:
        """A line for whoever ran the drill."""
        p50, p99 = (statistics.quantiles(self.waits_ms, n=100)[place] for place in (49, 98))
        behind = self.backlog / self.caught_up_s
        return (
            f"{rate:,} events a second: {self.acknowledged:,} acknowledged, backlog at most {self.backlog:,}, "
            f"caught up in {self.caught_up_s:.0f} s ({behind:,.0f} a second beside the new ones); an event waited "
            f"{p50:.2f} ms at the median and {p99:.2f} ms at the 99th percentile while the index was away; "
            f"{len(self.report.findings)} findings, {self.report.index_behind} behind"
        )


class _Officers:
    """Hand over `rate` events a second, whatever else happens, and count what was acknowledged."""

    def __init__(self, journal: Journal, rate: int) -> None:
        self.acknowledged = 0
        self.waits_ms: list[float] = []
        self.counting = False
        self._journal = journal
        self._rate = rate
        self._last: Handed | None = None

    async def work(self) -> None:
        begun, handed = time.monotonic(), 0
        while True:
            due = int((time.monotonic() - begun) * self._rate)
            for _ in range(due - handed):
                self._last = self._journal.hand_over(disclosure())
                self._last.add_done_callback(partial(self._done, time.perf_counter()))
            handed = due
            await asyncio.sleep(0.005)

    def _done(self, since: float, handed: asyncio.Future[Receipt]) -> None:
        handed.result()
        self.acknowledged += 1
        if self.counting:
            self.waits_ms.append((time.perf_counter() - since) * 1000)

    async def done(self) -> None:
        """Wait for what was handed over."""
        if self._last:
            await self._last


async def outage(server: OpenSearch, data: Path, *, rate: int, seconds: float, killed: bool = True) -> Outage:
    """Take the index away for `seconds` while `rate` events a second are recorded: killed, or hanging."""
    journal = Journal(open_writer(data / "journal", data / "keys", segment_bytes=16 << 20))
    months = Months(server, data)
    shipper = Shipper(data / "journal", months.intake)
    officers = _Officers(journal, rate)
    working, shipping = (asyncio.create_task(work) for work in (officers.work(), shipper.run()))
    await _until(lambda: officers.acknowledged >= rate)

    await asyncio.to_thread(server.kill if killed else server.pause)
    officers.counting = True
    await asyncio.sleep(seconds)
    officers.counting = False
    await asyncio.to_thread(server.start if killed else server.resume)
    await asyncio.to_thread(server.wait)

    backlog, answers = officers.acknowledged - (await months.position()).size, time.monotonic()
    with suppress(TimeoutError):  # on a machine that does not keep up beside new ones, without them
        async with asyncio.timeout(seconds):
            await _until(lambda: shipper.lag().entries <= rate)
    working.cancel()
    await officers.done()
    await _until(lambda: shipper.lag().entries == 0)
    caught_up_s = time.monotonic() - answers
    shipping.cancel()
    await asyncio.gather(working, shipping, return_exceptions=True)
    journal.close()
    await shipper.catch_up()
    await months.close()
    months.refresh()
    verifier = server.identities / "sightline-verifier"
    stored = Stored(server.url, verifier / "ca.pem", verifier / "identity.pem", months.name)
    report = await asyncio.to_thread(verify, data, against_index=True, cluster=stored)
    return Outage(officers.acknowledged, officers.waits_ms, backlog, caught_up_s, report)


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 nothing here tells of its progress
        await asyncio.sleep(0.05)


def main(seconds: int = 3600) -> None:
    """Run the drill and say what came of it."""
    for rate in (200, 2000):
        server = OpenSearch(heap="1g")
        try:
            server.start()
            server.wait()
            server.apply()
            with TemporaryDirectory(prefix="sightline-outage-") as folder:
                found = asyncio.run(outage(server, Path(folder), rate=rate, seconds=seconds))
            sys.stdout.write(found.told(rate) + "\n")
            assert (found.report.findings, found.report.index_behind) == ((), 0)
        finally:
            server.end()
