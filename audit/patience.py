"""Nobody waits for the record longer than the deadline; what came too late is said to have been shown to nobody."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeVar

from audit.events import Action, Event, Receipt
from audit.recorder import CannotRecord, Handed, RecordLate

log = logging.getLogger(__name__)

DEADLINE_S = 2.0
SLOW_S = 0.2  # from here on a wait is worth a warning
WARN_EVERY_S = 1.0  # a disk that stalls keeps everybody waiting: one line says it

# What claims that something was shown. Durable only after its caller was refused, the claim is not true.
DISCLOSING = frozenset({Action.SEARCH_DISCLOSE, Action.RECORD_VIEW, Action.PHOTO_VIEW, Action.DOCUMENT_PRINT})

Observe = Callable[[float], object]  # is told of every wait, in seconds
_Answer = TypeVar("_Answer")


def unobserved(_waited_s: float) -> None:
    """For whoever keeps no figures."""


class Patience:
    """How long a caller waits for a recorder, and what is recorded by `hand_over` once it is too late."""

    def __init__(
        self, deadline_s: float, hand_over: Callable[[Event], asyncio.Future[Receipt]], observe: Observe
    ) -> None:
        self.deadline_s = deadline_s
        self._hand_over = hand_over
        self._observe = observe
        self._warned = -WARN_EVERY_S

    async def wait(self, asked: asyncio.Future[_Answer]) -> _Answer:
        """What was asked for, within the deadline. Raises `RecordLate`; cancelling the wait takes nothing back."""
        began = asyncio.get_running_loop().time()
        # Not `wait_for`: it would cancel what was handed over, and wait for that.
        done, _ = await asyncio.wait((asked,), timeout=self.deadline_s)
        now = asyncio.get_running_loop().time()
        waited_s = now - began
        self._observe(waited_s)
        if waited_s >= SLOW_S and now - self._warned >= WARN_EVERY_S:
            self._warned = now
            log.warning("the record took %.0f ms to answer", waited_s * 1000)
        if not done:
            asked.add_done_callback(self._came_late)
            raise RecordLate(f"the journal did not answer within {self.deadline_s:g} s")
        return asked.result()

    def _came_late(self, asked: asyncio.Future[_Answer]) -> None:
        """Its caller was refused: if it claims that something was shown, say that nothing was."""
        if asked.cancelled() or asked.exception() or not isinstance(asked, Handed):
            return
        event = asked.event
        if event.action not in DISCLOSING:
            return
        unshown = Event(
            action=Action.SEARCH_UNSHOWN,
            about=asked.result().sequence,
            actor=event.actor,
            trace_id=event.trace_id,
            grounds=event.grounds,
            query=event.query,
        )
        try:
            self._hand_over(unshown).add_done_callback(_tell_if_lost)
        except CannotRecord as refused:
            _tell(refused)


def _tell_if_lost(handed: asyncio.Future[Receipt]) -> None:
    if not handed.cancelled() and (refused := handed.exception()):
        _tell(refused)


def _tell(refused: BaseException) -> None:
    log.error("search.unshown could not be recorded: %s", refused)
