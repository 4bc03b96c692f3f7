"""How this process has the activity record: its own journal and index, or the recorder's behind a socket.

Behind a socket it holds neither the journal's file nor a key: the recorder checks the record and says what it found,
and `sightline ship` fills the index.
"""

from collections.abc import Callable, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass

from audit.index.sqlite import SqliteIndex
from audit.inprocess import open_recorder
from audit.moments import Clock, Monotonic
from audit.recorder import Recorder
from audit.remote import RemoteRecorder
from audit.ship import Lag, Shipper
from gateway import metrics
from gateway.oversight.behind import Behind
from gateway.oversight.check import Check, Told, Watch
from gateway.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The record as the parts of a gateway use it, what works for it in the background, and how it is ended.

    `close` waits for the disk where the journal is this process's own.
    """

    recorder: Recorder
    index: SqliteIndex
    watch: Watch
    lag: Callable[[], Lag]
    work: tuple[Callable[[], Coroutine[None, None, None]], ...]
    close: Callable[[], None]


def recording(settings: Settings, clock: Clock, monotonic: Monotonic) -> Recording:
    """The record that the settings name. Raises what opening the journal and the index raises."""
    made = _own(settings, clock, monotonic) if settings.journal.socket is None else _elsewhere(settings, monotonic)
    metrics.RECORDING.set_function(lambda: made.recorder.health().ok)
    metrics.ENTRIES.set_function(lambda: made.recorder.health().size)
    metrics.WORST_SYNC.set_function(lambda: made.recorder.health().worst_sync_ms / 1000)
    metrics.RECORD_WHOLE.set_function(lambda: made.watch.last.whole)
    metrics.INDEX_LAG.set_function(lambda: made.lag().entries)
    return made


def _own(settings: Settings, clock: Clock, monotonic: Monotonic) -> Recording:
    with ExitStack() as undo:
        index = SqliteIndex(settings.index.path)
        undo.callback(index.close)
        recorder = open_recorder(
            settings.journal.folder,
            settings.journal.keys,
            deadline_s=settings.journal.deadline_s,
            segment_bytes=settings.journal.segment_bytes,
            clock=clock,
            monotonic=monotonic,
            observe=metrics.RECORD_WAITS.observe,
        )
        undo.callback(recorder.close)
        ended = undo.pop_all()  # from here on nothing refuses
    shipper = Shipper(settings.journal.folder, index)
    check = Check(settings.journal.folder, settings.index.check_every_s, clock)
    return Recording(
        recorder=recorder,
        index=index,
        watch=check,
        lag=shipper.lag,
        work=(shipper.run, check.run),
        close=ended.close,
    )


def _elsewhere(settings: Settings, monotonic: Monotonic) -> Recording:
    journal = settings.journal
    assert journal.socket is not None  # noqa: S101 asked by the caller
    recorder = RemoteRecorder(journal.socket, deadline_s=journal.deadline_s, observe=metrics.RECORD_WAITS.observe)
    index = SqliteIndex(settings.index.path, reads_only=True)
    behind = Behind(index, recorder, monotonic)
    return Recording(
        recorder=recorder,
        index=index,
        watch=Told(recorder),
        lag=lambda: behind.last,
        work=(recorder.run, behind.run),
        close=index.close,
    )
