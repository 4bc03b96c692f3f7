"""A process that records as fast as it can, and says on its standard output what was acknowledged."""

import asyncio
import os
import sys
from pathlib import Path

from audit.events import Action, Event
from audit.inprocess import open_recorder
from audit.segments import LEAST_SEGMENT_BYTES
from tests.audit.examples import officer


async def work(data: Path, run: str) -> None:
    recorder = open_recorder(data / "journal", data / "keys", segment_bytes=LEAST_SEGMENT_BYTES)

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


asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
