"""How this process has the activity record: its own journal and index, or the recorder's behind a socket.

Behind a socket it holds neither the journal's file nor a key: the recorder checks the record and says what it found,
and `sightline ship` fills the index.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from audit.cosigning import OverHttp, Witnesses
from audit.index.opensearch import OpenSearchIndex
from audit.index.sqlite import SqliteIndex
from audit.inprocess import open_recorder
from audit.moments import Clock, Monotonic
from audit.recorder import Recorder
from audit.remote import RemoteRecorder
from audit.ship import Follower, Shipper
from audit.trust import read_trust
from gateway import metrics
from gateway.oversight.behind import Behind
from gateway.oversight.check import Check, Told, Watch
from gateway.oversight.indexes import let_go, open_elsewhere, open_index
from gateway.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The record as the parts of a gateway use it, what works for it in the background, and how it is ended.

    `end` waits for the disk where the journal is this process's own.
    """

    recorder: Recorder
    index: SqliteIndex | OpenSearchIndex
    watch: Watch
    shipping: Shipper | Follower | Behind
    work: tuple[Callable[[], Coroutine[None, None, None]], ...]
    end: Callable[[], None]

    async def close(self) -> None:
        """Let go of the record, then of its index."""
        await asyncio.to_thread(self.end)
        await let_go(self.index)


def recording(settings: Settings, clock: Clock, monotonic: Monotonic) -> Recording:
    """The record that the settings name. Raises what opening the journal and the index raises."""
    made = (
        _own(settings, clock, monotonic) if settings.journal.socket is None else _elsewhere(settings, clock, monotonic)
    )
    metrics.RECORDING.set_function(lambda: made.recorder.health().ok)
    metrics.ENTRIES.set_function(lambda: made.recorder.health().size)
    metrics.SIGNED.set_function(lambda: made.recorder.health().proof.signed)
    metrics.COSIGNED.set_function(lambda: made.recorder.health().proof.cosigned or 0)
    metrics.WORST_SYNC.set_function(lambda: made.recorder.health().worst_sync_ms / 1000)
    metrics.RECORD_WHOLE.set_function(lambda: made.watch.last.whole)
    metrics.INDEX_LAG.set_function(lambda: made.shipping.lag().entries)
    metrics.INDEX_LAG_SECONDS.set_function(lambda: made.shipping.lag().seconds)
    return made


def _own(settings: Settings, clock: Clock, monotonic: Monotonic) -> Recording:
    journal = settings.journal
    with ExitStack() as undo:
        index, shipping = open_index(settings.index, journal.folder, clock)
        if isinstance(index, SqliteIndex):
            undo.callback(index.close)
        recorder = open_recorder(
            journal.folder,
            journal.keys,
            deadline_s=journal.deadline_s,
            segment_bytes=journal.segment_bytes,
            clock=clock,
            monotonic=monotonic,
            witnesses=_witnesses(journal.witnesses),
            observe=metrics.RECORD_WAITS.observe,
        )
        undo.pop_all()  # from here on nothing refuses
    check = Check(journal.folder, settings.index.check_every_s, clock)
    return Recording(
        recorder=recorder,
        index=index,
        watch=check,
        shipping=shipping,
        work=(shipping.run, check.run),
        end=recorder.close,
    )


def _elsewhere(settings: Settings, clock: Clock, monotonic: Monotonic) -> Recording:
    journal = settings.journal
    assert journal.socket is not None  # noqa: S101 asked by the caller
    recorder = RemoteRecorder(journal.socket, deadline_s=journal.deadline_s, observe=metrics.RECORD_WAITS.observe)
    index = open_elsewhere(settings.index, clock)
    behind = Behind(index, recorder, monotonic)
    return Recording(
        recorder=recorder,
        index=index,
        watch=Told(recorder),
        shipping=behind,
        work=(recorder.run, behind.run),
        end=_nothing,
    )


def _nothing() -> None:
    """The recorder's own process ends the recorder."""


def _witnesses(file: Path | None) -> Witnesses | None:
    return None if file is None else Witnesses(read_trust(file), OverHttp())
