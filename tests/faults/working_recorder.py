"""A process that records as fast as it can, by itself or through the recorder at a socket, and says on its standard
output what was acknowledged.
"""

import asyncio
import os
import sys
from pathlib import Path

from audit.events import Action, Event
from audit.inprocess import open_recorder
from audit.recorder import Recorder
from audit.segments import LEAST_SEGMENT_BYTES
from tests.audit.examples import officer
from tests.audit.reaching import remote


async def work(data: Path, run: str, socket: Path | None = None) -> None:
    if socket is None:
        await call(open_recorder(data / "journal", data / "keys", segment_bytes=LEAST_SEGMENT_BYTES), run)
    else:
        async with remote(socket) as recorder:
            await call(recorder, run)


async def call(recorder: Recorder, run: str) -> None:
    async def caller(name: int) -> None:
        number = 0
        while True:
            reason = f"{run}.{name}.{number}"
            receipt = await recorder.append(Event(action=Action.SESSION_LOGIN, actor=officer(), reason=reason))
            os.write(1, f"{reason} {receipt.sequence} {receipt.leaf}\n".encode())
            number += 1

    async with asyncio.TaskGroup() as callers:
        for name in range(16):
            callers.create_task(caller(name))


asyncio.run(work(Path(sys.argv[1]), sys.argv[2], *map(Path, sys.argv[3:])))
