"""A recorder that fails one event, in one of the ways in which a recorder can fail."""

import asyncio
import time
from enum import StrEnum
from pathlib import Path

from audit.events import Action, Event, Receipt
from audit.inprocess import DEADLINE_S, JournalRecorder
from audit.journal import Journal
from audit.moments import Clock, Monotonic, utc_now
from audit.publishing import Publisher
from audit.recorder import CannotRecord, JournalBroken, RecordLate
from audit.sealing import Sealer
from audit.writer import open_writer


class How(StrEnum):
    """Not taken, taken and not written, written and not told."""

    REFUSED = "refused"
    LOST = "lost"
    NOT_TOLD = "not told"


class BreakingRecorder(JournalRecorder):
    """Fails the event `broken`, counted from the last `fail`, and no other. `handed` are the actions since then."""

    def __init__(self, journal: Journal, sealer: Sealer, publisher: Publisher, *, deadline_s: float) -> None:
        super().__init__(journal, sealer, publisher, deadline_s=deadline_s)
        self.disclosing = asyncio.Event()
        self.fail(None)

    def fail(self, number: int | None, how: How = How.REFUSED) -> None:
        self.handed: list[Action] = []
        self._broken, self._how, self._untold = number, how, set()
        self.disclosing.clear()

    def hand_over(self, event: Event) -> asyncio.Future[Receipt]:
        number = len(self.handed)
        self.handed.append(event.action)
        if event.action is Action.SEARCH_DISCLOSE:
            self.disclosing.set()
        if number != self._broken:
            return super().hand_over(event)
        match self._how:
            case How.REFUSED:
                raise JournalBroken("the disk broke before")
            case How.LOST:
                lost = asyncio.get_running_loop().create_future()
                lost.set_exception(CannotRecord("the disk is full"))
                return lost
            case How.NOT_TOLD:
                handed = super().hand_over(event)
                self._untold.add(handed)
                return handed

    async def acknowledged(self, handed: asyncio.Future[Receipt]) -> Receipt:
        receipt = await super().acknowledged(handed)
        if handed in self._untold:
            raise RecordLate("the journal did not answer in time")
        return receipt


def open_breaking(
    folder: Path,
    keys: Path,
    *,
    deadline_s: float = DEADLINE_S,
    segment_bytes: int,
    clock: Clock = utc_now,
    monotonic: Monotonic = time.monotonic,
    witnesses: None = None,
) -> BreakingRecorder:
    """As `audit.inprocess.open_recorder`, where there are no witnesses."""
    writer = open_writer(folder, keys, segment_bytes=segment_bytes, clock=clock, monotonic=monotonic)
    return BreakingRecorder(Journal(writer), writer.sealer, Publisher(writer), deadline_s=deadline_s)
