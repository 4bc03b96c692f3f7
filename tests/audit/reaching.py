"""One recorder, reached as the demo reaches it or as production does: in the same process, or through the daemon."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from audit.checking import Check
from audit.daemon import Daemon, listen
from audit.inprocess import JournalRecorder
from audit.recorder import Recorder
from audit.remote import RemoteRecorder

WAYS = ("in-process", "daemon")


async def until(is_so: Callable[[], bool]) -> None:
    """Look once a turn of the loop until it is so."""
    while not is_so():  # noqa: ASYNC110 - what is looked at belongs to no test
        await asyncio.sleep(0.001)


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder for a socket, whose path has at most 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@asynccontextmanager
async def daemon(
    recorder: JournalRecorder, journal: Path, at: Path | None = None, **changed: Any
) -> AsyncIterator[Path]:
    """A daemon for `recorder`, and the path of its socket. Ends and closes the recorder."""
    with short_folder() as folder:
        path, end = at or folder / "recorder", asyncio.Event()
        serving = asyncio.create_task(
            Daemon(recorder, Check(journal), **changed).serve(listen(path), end, recorder.close)
        )
        try:
            yield path
        finally:
            end.set()
            await serving


@asynccontextmanager
async def remote(path: Path, **changed: Any) -> AsyncIterator[RemoteRecorder]:
    """A gateway's end of the line, once it is connected."""
    recorder = RemoteRecorder(path, **changed)
    running = asyncio.create_task(recorder.run())
    await until(lambda: recorder.health().ok)
    try:
        yield recorder
    finally:
        running.cancel()
        await asyncio.wait([running])


@asynccontextmanager
async def reached(way: str, recorder: JournalRecorder, journal: Path, **changed: Any) -> AsyncIterator[Recorder]:
    """`recorder` by one of the `WAYS`; closed in the end."""
    if way == "in-process":
        yield recorder
        await asyncio.to_thread(recorder.close)
        return
    async with daemon(recorder, journal) as path, remote(path, **changed) as over_there:
        yield over_there
