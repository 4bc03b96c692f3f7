"""`sightline record --measure`: what the disk's honest sync takes, and how much the way to it adds.

Every row carries the same 500 opaque bytes: written and synced by hand, by a group commit without framing, by the
journal in this process, and through a recorder of its own. Callers ask again as soon as they are answered. The rows
take turns, so that a busy moment of the machine falls on all of them.
"""

import asyncio
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from audit.events import Action, Event, Sensitive, SensitiveTerm, TermType
from audit.files import DISK
from audit.inprocess import open_recorder
from audit.recorder import Recorder
from audit.remote import RemoteRecorder
from audit.segments import SEGMENT_BYTES, prepare_spare

CALLERS = (1, 16, 64)
ROUNDS = 5
PAYLOAD_BYTES = 500
_PAYLOAD = "x" * PAYLOAD_BYTES

_Write = Callable[[], Awaitable[object]]


class Row(NamedTuple):
    """How one way did with so many callers: events a second, and how long a caller waited, in milliseconds."""

    way: str
    callers: int
    events_per_s: float
    p50_ms: float
    p99_ms: float


def measure(folder: Path, seconds: float, said: Callable[[str], None]) -> list[Row]:
    """Measure on the volume of `folder`, each row `seconds` long in all; `said` is told how far it is.

    Leaves nothing behind. Raises `OSError`, and whatever opening a journal raises.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-measure-", dir=folder) as place:
        for way in range(len(_WAYS)):
            (Path(place) / str(way)).mkdir()
        return asyncio.run(_measure(Path(place), seconds / ROUNDS, said))


async def _measure(place: Path, seconds: float, said: Callable[[str], None]) -> list[Row]:
    waits: dict[tuple[str, int], list[float]] = {}
    async with AsyncExitStack() as until_the_end:
        writes = {
            way: await until_the_end.enter_async_context(opened(place / str(number)))
            for number, (way, opened) in enumerate(_WAYS.items())
        }
        for number in range(1, ROUNDS + 1):
            said(f"round {number} of {ROUNDS}")
            for way, write in writes.items():
                for callers in CALLERS:
                    waits.setdefault((way, callers), []).extend(await _waits(write, callers, seconds))
    return [_row(way, callers, sorted(took), seconds * ROUNDS) for (way, callers), took in waits.items()]


async def _waits(write: _Write, callers: int, seconds: float) -> list[float]:
    """How long each event took, in seconds, while so many callers keep asking."""
    took: list[float] = []
    end = time.perf_counter() + seconds

    async def caller() -> None:
        while (began := time.perf_counter()) < end:
            await write()
            took.append(time.perf_counter() - began)

    async with asyncio.TaskGroup() as all_:
        for _ in range(callers):
            all_.create_task(caller())
    return took


def _row(way: str, callers: int, took: Sequence[float], seconds: float) -> Row:
    p50, p99 = (took[int(len(took) * part)] * 1000 for part in (0.5, 0.99))
    return Row(way, callers, round(len(took) / seconds, 1), round(p50, 3), round(p99, 3))


@asynccontextmanager
async def _by_hand(folder: Path) -> AsyncIterator[_Write]:
    """One write and one sync an event, in the caller's own thread: nothing but the disk."""
    file, offset = _prewritten(folder), 0

    async def write() -> None:
        nonlocal offset
        os.pwrite(file, _PAYLOAD.encode(), offset % (SEGMENT_BYTES - PAYLOAD_BYTES))
        offset += PAYLOAD_BYTES
        os.fdatasync(file)

    yield write
    os.close(file)


@asynccontextmanager
async def _together(folder: Path) -> AsyncIterator[_Write]:
    """Whatever queued during the last sync is the next batch; one thread writes."""
    file, loop = _prewritten(folder), asyncio.get_running_loop()
    waiting: queue.SimpleQueue[asyncio.Future[None] | None] = queue.SimpleQueue()

    def settle(batch: Sequence[asyncio.Future[None]]) -> None:
        for one in batch:
            one.set_result(None)

    def run() -> None:
        offset = 0
        while (first := waiting.get()) is not None:
            batch = [first, *(later for _ in range(waiting.qsize()) if (later := waiting.get()))]
            content = _PAYLOAD.encode() * len(batch)
            os.pwrite(file, content, offset % (SEGMENT_BYTES - len(content)))
            offset += len(content)
            os.fdatasync(file)
            loop.call_soon_threadsafe(settle, batch)

    thread = threading.Thread(target=run)
    thread.start()

    def write() -> asyncio.Future[None]:
        done = loop.create_future()
        waiting.put(done)
        return done

    yield write
    waiting.put(None)
    await asyncio.to_thread(thread.join)
    os.close(file)


@asynccontextmanager
async def _in_process(folder: Path, event: Event) -> AsyncIterator[_Write]:
    """The journal as the demo has it."""
    recorder = await asyncio.to_thread(open_recorder, folder / "journal", folder / "keys")
    yield partial(_append, recorder, event)
    await asyncio.to_thread(recorder.close)


@asynccontextmanager
async def _through_the_recorder(folder: Path, event: Event) -> AsyncIterator[_Write]:
    """The journal as production has it: another process, over its socket."""
    socket = folder / "s"
    command = [sys.executable, "-m", "audit", "record", folder / "journal", "--keys", folder / "keys"]
    daemon = await asyncio.create_subprocess_exec(
        *map(str, command), "--socket", str(socket), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert daemon.stdout is not None  # noqa: S101 it was asked for
    await daemon.stdout.readline()
    recorder = RemoteRecorder(socket)
    running = asyncio.create_task(recorder.run())
    while not recorder.health().ok:  # noqa: ASYNC110 it has no event for that
        await asyncio.sleep(0.01)
    yield partial(_append, recorder, event)
    running.cancel()
    daemon.terminate()
    await daemon.communicate()


async def _append(recorder: Recorder, event: Event) -> None:
    await recorder.append(event)


def _prewritten(folder: Path) -> int:
    return DISK.open(prepare_spare(folder, SEGMENT_BYTES, DISK), os.O_RDWR)


_OPAQUE = Event(action=Action.ACCESS_DENIED, reason=_PAYLOAD)
_SEALED = Event(
    action=Action.ACCESS_DENIED,
    reason="measured",
    sensitive=Sensitive(
        shown=tuple(SensitiveTerm(TermType.RECORD, ("dmv", f"{number:012}")) for number in range(10)),
        detail={"surname": "Nobody", "given_name": "At All"},
    ),
)
_WAYS: Mapping[str, Callable[[Path], AbstractAsyncContextManager[_Write]]] = {
    "write and fdatasync": _by_hand,
    "group commit": _together,
    "journal, in process": partial(_in_process, event=_OPAQUE),
    "journal, recorder": partial(_through_the_recorder, event=_OPAQUE),
    "sealed event with ten references, recorder": partial(_through_the_recorder, event=_SEALED),
}
