"""Twelve months of a state's activity in OpenSearch: how fast it is filled, how long auditors wait for each question.

`make drill index`: ten million events (`N` says how many). They go the way all events go: stamped and sealed by the
journal's writer, shipped by the shipper, asked through the index that the gateway asks.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.events import Action, Actor, Asked, Event, Grounds, Printed, Sensitive, SensitiveTerm, Shown, TermType
from audit.index import Scope, Wanted
from audit.ship import Shipper
from audit.writer import Writer, open_writer
from tests.audit.disks import FastDisk
from tests.audit.examples import Time
from tests.opensearch.months import Months
from tests.opensearch.server import OpenSearch

BEGIN, DAYS = datetime(2026, 1, 1, tzinfo=UTC), 365
AGENCIES, OFFICERS, PEOPLE = 100, 5_000, 200_000
A_BATCH = 250
TIMES = 40  # that each question is asked
STATEWIDE = Scope(statewide=True)


class State:
    """Who there is, and what they do: a question, what was shown for it, sometimes a print."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._questions = 0

    def agency(self) -> str:
        return f"NC{9_000_000 + self.random.randrange(AGENCIES):07}"

    def person(self) -> tuple[SensitiveTerm, ...]:
        """Somebody; a few are asked for much more often than most."""
        number = int(PEOPLE * self.random.random() ** 3)
        return (
            SensitiveTerm(TermType.NAME_DOB, (f"Surname{number}", "Given", "1980-02-11")),
            SensitiveTerm(TermType.RECORD, ("dmv", str(number))),
        )

    def question(self) -> list[Event]:
        """One question and all that came of it."""
        self._questions += 1
        officer = self.random.randrange(OFFICERS)
        agency = f"NC{9_000_000 + officer % AGENCIES:07}"
        person = self.person()
        shared = {
            "actor": Actor(
                id=f"u-{officer}", name=f"Officer {officer}", roles=("officer",), ori=agency, ip="192.0.2.7"
            ),
            "grounds": Grounds(purpose=self.random.choice("CCCCCJDF"), case_number=f"26-{self._questions // 3:07}"),
            "query": Asked(id=f"{self._questions:032x}", kind="person", fields=("surname", "given_name")),
            "policy": "2026-01",
            "trace_id": f"{self._questions:032x}",
        }
        shown = Shown(
            count=2,
            total=2,
            source=("dmv", "courts"),
            owner=("NCDMV0000", "NCAOC0000"),
            data_class=("dmv", "pii", "court"),
            version=("7", "12"),
            as_of=("2026-02-28T00:00:00Z",) * 2,
            digest="d" * 64,
        )
        status = {name: {"outcome": "answered", "total": 1} for name in ("dmv", "courts", "registry", "corrections")}
        told = Sensitive(shown=person)
        events = [
            Event(action=Action.SEARCH_REQUEST, sensitive=Sensitive(subject=person[:1], detail={"q": "x"}), **shared),
            Event(action=Action.SEARCH_DISCLOSE, shown=shown, source_status=status, sensitive=told, **shared),
        ]
        if self._questions % 2:
            events.append(Event(action=Action.RECORD_VIEW, shown=shown, sensitive=told, **shared))
        if self._questions % 20 == 0:
            printed = Printed(id=f"{self._questions:012}", sha256="a" * 64, pages=2, recipient="A. Clerk")
            events.append(Event(action=Action.DOCUMENT_PRINT, shown=shown, printed=printed, sensitive=told, **shared))
        return events


def journalled(data: Path, number: int, seed: int) -> Writer:
    """A journal of about `number` events, spread over the year. Still open: it makes the tokens to look for."""
    state, now = State(seed), Time(BEGIN)
    writer = open_writer(
        data / "journal",
        data / "keys",
        clock=now.clock,
        monotonic=now.monotonic,
        files=FastDisk(),
        segment_bytes=64 << 20,
    )
    a_batch_s = DAYS * 86_400 * A_BATCH / number
    waiting: list[Event] = []
    while writer.durable < number:
        while len(waiting) < A_BATCH:
            waiting += state.question()
        writer.write(waiting)
        waiting = []
        now.passes(a_batch_s)
    return writer


def questions(state: State, tokens: Callable[[], tuple[str, ...]]) -> dict[str, Callable[[], Wanted]]:
    """What auditors ask for lists of."""
    draw = state.random

    def day() -> dict[str, datetime]:
        start = BEGIN + timedelta(days=draw.randrange(DAYS))
        return {"start": start, "end": start + timedelta(days=1)}

    return {
        "the latest fifty": Wanted,
        "one officer's day": lambda: Wanted(officer=f"u-{draw.randrange(OFFICERS)}", **day()),
        "one officer's latest": lambda: Wanted(officer=f"u-{draw.randrange(OFFICERS)}"),
        "who saw one person": lambda: Wanted(tokens=tokens()),
        "one case": lambda: Wanted(case=f"26-{draw.randrange(1000):07}"),
        "one print": lambda: Wanted(print_id=f"{draw.randrange(1, 50) * 20:012}"),
        "an agency's prints": lambda: Wanted(agency=state.agency(), actions=("document.print",)),
        "a source on a day": lambda: Wanted(source="courts", **day()),
    }


def charts(state: State) -> dict[str, tuple[str, Callable[[], Wanted]]]:
    """What auditors ask for figures of, each over one month."""

    def month() -> Wanted:
        first = state.random.randrange(1, 12)
        return Wanted(start=datetime(2026, first, 1, tzinfo=UTC), end=datetime(2026, first + 1, 1, tzinfo=UTC))

    return {f"a month by {by}": (by, month) for by in ("hour", "day", "agency", "purpose", "officer")}


async def measured(ask: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """The median and the 95th percentile of the milliseconds one question takes."""
    took = []
    for _ in range(TIMES + 3):
        begun = time.perf_counter()
        await ask()
        took.append((time.perf_counter() - begun) * 1000)
    asked = took[3:]  # the first warm up
    return statistics.median(asked), statistics.quantiles(asked, n=20)[18]


async def drill(server: OpenSearch, data: Path, number: int, seed: int = 1) -> dict[str, tuple[float, float]]:
    """Fill it, ask it, and say how long each question took: milliseconds at the median and at the 95th percentile."""
    writer = await asyncio.to_thread(journalled, data, number, seed)
    months, state = Months(server, data), State(seed + 1)
    begun = time.monotonic()
    shipped = await Shipper(data / "journal", months.intake).catch_up()
    seconds = time.monotonic() - begun
    months.refresh()
    sys.stdout.write(f"{shipped:,} entries shipped in {seconds:,.0f} s: {shipped / seconds:,.0f} a second\n")

    def tokens() -> tuple[str, ...]:
        return tuple(writer.sealer.tokens(state.person()[:1]))

    found = {}
    for name, wanted in questions(state, tokens).items():
        found[name] = await measured(lambda wanted=wanted: months.events(STATEWIDE, wanted(), size=50))
    for name, (by, wanted) in charts(state).items():
        found[name] = await measured(
            lambda by=by, wanted=wanted: months.counts(STATEWIDE, wanted(), by, "America/New_York")
        )
    writer.close()
    await months.close()
    return found


def main(number: int = 10_000_000) -> None:
    """Run the drill and say what came of it."""
    server = OpenSearch(heap="1g", quick_start=False)
    try:
        server.start()
        server.wait()
        server.apply()
        with TemporaryDirectory(prefix="sightline-index-") as folder:
            found = asyncio.run(drill(server, Path(folder), number))
    finally:
        server.end()
    for name, (p50, p95) in found.items():
        sys.stdout.write(f"{name:24} {p50:8,.0f} ms at the median {p95:8,.0f} ms at the 95th percentile\n")
