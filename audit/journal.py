"""Durable append for an event loop: whoever holds a receipt knows that the event is on the disk, in its place.

Theory. One thread writes; callers put events into its queue and wait for futures. The thread takes whatever has queued
while it was busy with the last flush as its next batch (group commit without a timer): one flush serves many callers,
and an idle journal flushes at once. Cancelling a caller takes nothing back, since nothing of the thread's is his.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress

from audit.events import Event, Receipt, check
from audit.recorder import CannotRecord, Handed, Health, JournalBroken, RecorderBusy
from audit.writer import Writer

MOST_WAITING = 4096  # events in the queue: at 2,000 a second, two seconds' worth


class Journal:
    """A writer at work in a thread of its own. `close` lets it finish what it was handed, and say its last word."""

    def __init__(self, writer: Writer, *, most_waiting: int = MOST_WAITING) -> None:
        self._writer = writer
        self._most_waiting = most_waiting
        self._queue: queue.SimpleQueue[Handed | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    def hand_over(self, event: Event) -> Handed:
        """Give `event` to the writer; the future is done when the event is durable.

        Raises `CannotRecord` when it is known already that it will not be, and `IncompleteEvent`.
        """
        check(event)
        if self._writer.broken:
            raise JournalBroken(self._writer.broken)
        if self._closed or not self._thread.is_alive():
            raise CannotRecord(_NOT_RUNNING)
        if self._queue.qsize() >= self._most_waiting:
            raise RecorderBusy(f"{self._most_waiting:,} events are waiting to be written")
        handed = Handed(event)
        self._queue.put(handed)
        return handed

    def health(self, patience_s: float) -> Health:
        """How the journal is, at once; a disk that has not answered for `patience_s` is not well."""
        writer = self._writer
        since, syncs_ms = writer.busy_since, tuple(writer.syncs_ms)
        waited_s = 0.0 if since is None else time.monotonic() - since
        why = writer.broken or writer.no_room or (None if self._thread.is_alive() else _NOT_RUNNING)
        if not why and waited_s > patience_s:
            why = f"the disk has not answered for {waited_s:.1f} s"
        return Health(
            ok=not why,
            why=why,
            log=writer.log,
            size=writer.acknowledged.size,
            last_sync_ms=syncs_ms[-1],
            worst_sync_ms=max(syncs_ms),
        )

    def close(self) -> None:
        """Write what was handed over and the last word, then let go of the files. Waits for the disk."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        open_ = True
        while open_:
            batch = self._take()
            open_ = None not in batch
            handed = [one for one in batch if one is not None]
            _settle_later(handed, self._writer.write([one.event for one in handed]))
        with suppress(CannotRecord):  # it is closing: health has said why before
            self._writer.close()

    def _take(self) -> Sequence[Handed | None]:
        """Wait for an event, then take all that wait."""
        while True:
            try:
                batch = [self._queue.get(timeout=_RETRY_S if self._writer.no_room else None)]
                break
            except queue.Empty:  # nobody sends events to a journal that has no room: look for room unasked
                with suppress(CannotRecord):
                    self._writer.make_room()
        while len(batch) < _MOST_AT_ONCE:
            try:
                batch.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return batch


_NOT_RUNNING = "the journal is closed"
_RETRY_S = 1.0
_MOST_AT_ONCE = 512  # under a long queue the first need not wait for the last


def _settle_later(handed: Sequence[Handed], outcomes: Sequence[Receipt | CannotRecord]) -> None:
    """Wake the callers, all of one event loop by one call into it."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[Handed, Receipt | CannotRecord]]] = {}
    for one, outcome in zip(handed, outcomes, strict=True):
        by_loop.setdefault(one.get_loop(), []).append((one, outcome))
    for loop, settled in by_loop.items():
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(_settle, settled)


def _settle(settled: Sequence[tuple[Handed, Receipt | CannotRecord]]) -> None:
    for one, outcome in settled:
        if one.done():  # cancelled meanwhile; the entry stands
            continue
        if isinstance(outcome, CannotRecord):
            one.set_exception(outcome)
        else:
            one.set_result(outcome)
