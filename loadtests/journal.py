"""`make bench`: the journal beside others who promise a durable record, in one run, taking turns.

Ours is measured by `sightline record --measure`. Absolutes are this machine's and this hour's; a ratio inside a run
says more. The table is printed, and written into docs/performance.md.
"""

import argparse
import asyncio
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from peers import PEERS, Connect

CALLERS = (1, 16, 64)
Figures = tuple[float, float, float]  # events a second, median and 99th percentile in ms
_DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
_BASE = "group commit"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sightline", required=True, help="the sightline command")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="a row's in each round")
    parser.add_argument("--folder", type=Path, help="on the volume to measure; the system's for temporary files")
    options = parser.parse_args()
    found: dict[tuple[str, int], list[Figures]] = {}
    load = os.getloadavg()[0]
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="sightline-bench-", dir=options.folder) as folder:
            for way, callers, figures in (
                *_ours(options.sightline, Path(folder), options.seconds),
                *asyncio.run(_peers(Path(folder), options.seconds)),
            ):
                found.setdefault((way, callers), []).append(figures)
    table = "\n".join(_table(found))
    when = f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}"
    said = f"{when}; {options.rounds} rounds; load {load:.1f} when it began.\n\n{table}\n"
    print(said)
    before, begin, rest = _DOCUMENT.read_text().partition("<!-- journal -->\n")
    _, end, after = rest.partition("<!-- end -->\n")
    _DOCUMENT.write_text(before + begin + said + end + after)


def _ours(sightline: str, folder: Path, seconds: float) -> Iterator[tuple[str, int, Figures]]:
    environment = {**os.environ, "SIGHTLINE_JOURNAL__FOLDER": str(folder / "journal")}
    command = [sightline, "record", "--measure", "--json", "--seconds", str(seconds)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True)
    for row in json.loads(done.stdout):
        yield row["way"], row["callers"], (row["events_per_s"], row["p50_ms"], row["p99_ms"])


async def _peers(folder: Path, seconds: float) -> list[tuple[str, int, Figures]]:
    rows = []
    for way, started in PEERS.items():
        place = folder / re.sub(r"\W.*", "", way)
        place.mkdir()
        async with started(place) as connect:
            rows += [(way, callers, await _figures(connect, callers, seconds)) for callers in CALLERS]
    return rows


async def _figures(connect: Connect, callers: int, seconds: float) -> Figures:
    """Callers who ask again as soon as they are answered."""
    writes = [await connect() for _ in range(callers)]
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def call(write) -> None:
        while (began := time.perf_counter()) < end:
            await write()
            took.append(time.perf_counter() - began)

    await asyncio.gather(*map(call, writes))
    took.sort()
    return len(took) / seconds, took[len(took) // 2] * 1000, took[int(len(took) * 0.99)] * 1000


def _table(found: dict[tuple[str, int], list[Figures]]) -> Iterator[str]:
    """Medians over the rounds, and the median of each round's ratio to the bare group commit."""
    yield "| way | callers | events/s | p50 ms | p99 ms | p50 to group commit |"
    yield "|---|---:|---:|---:|---:|---:|"
    for (way, callers), rounds in found.items():
        events, p50, p99 = (statistics.median(column) for column in zip(*rounds, strict=True))
        ratio = statistics.median(one[1] / base[1] for one, base in zip(rounds, found[_BASE, callers], strict=True))
        yield f"| {way} | {callers} | {events:,.0f} | {p50:.3f} | {p99:.3f} | {ratio:.2f} |"


if __name__ == "__main__":
    main()
