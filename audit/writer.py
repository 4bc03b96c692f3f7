"""One batch of events after the other onto the disk: each acknowledged when it is durable, or refused.

After the first failed write or flush nobody knows what the disk holds: the kernel drops the pages it could not write
and calls the next flush a success. So a broken writer never writes again; the next start reads the disk and decides. A
disk without room for the next segment is no such case: nothing was begun, and events are refused until there is room.
"""

import os
import socket
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from audit.canonical import NotCanonical, TooLarge
from audit.checkpoint import origin_of
from audit.events import Action, Event, Receipt
from audit.fence import Fence
from audit.files import DISK, Files, make_folder
from audit.frames import MOST_FRAME_BYTES, NOTHING, Durable, SegmentHeader
from audit.keys import Keys, log_key, open_keys
from audit.moments import Clock, Monotonic, utc_now
from audit.mounts import is_network
from audit.notes import Signer
from audit.published import Published
from audit.recorder import CannotRecord, EventTooLarge, JournalBroken
from audit.recovery import Heads, Recovered, Torn, recover
from audit.sealing import Sealer
from audit.segments import (
    LAST_WORDS_BYTES,
    LEAST_SEGMENT_BYTES,
    SEGMENT_BYTES,
    DurablePosition,
    Segment,
    prepare_spare,
)
from audit.stamping import Stamper

# Is given who signs the log's checkpoints, and how many entries it has.
Witnessed = Callable[[Signer, int], None]


def open_writer(
    folder: Path,
    keys: Path,
    *,
    segment_bytes: int = SEGMENT_BYTES,
    clock: Clock = utc_now,
    monotonic: Monotonic = time.monotonic,
    files: Files = DISK,
    witnessed: Witnessed | None = None,
) -> "Writer":
    """The writer of the journal in `folder`, with the keys in the folder `keys`; begins a journal where there is none.

    The wall clock and the monotonic one must agree on how time passes. `witnessed` is asked before anything is written
    whether the journal is as long as it was seen elsewhere, and raises `JournalDamaged` when it is not.

    Raises `JournalBroken` when the folder cannot be used or another process uses it, `JournalDamaged` and
    `KeysUnusable` as their modules say.
    """
    if segment_bytes < LEAST_SEGMENT_BYTES:
        raise ValueError(f"a segment has at least {LEAST_SEGMENT_BYTES:,} bytes")
    with ExitStack() as undo:
        try:
            make_folder(files, folder)
            lock = files.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            undo.callback(files.close, lock)
            files.lock(lock)
            if is_network(kind := files.file_system(folder)):
                raise JournalBroken(f"the journal in {folder} would be on a network file system ({kind})")
            published = Published(folder, files)
            recovered = recover(folder, files, published.add)
            may_make = not (recovered and recovered.heads.size)
            ring = open_keys(keys, clock(), may_make=may_make, files=files)
            heads, segment = _go_on(recovered, files) if recovered else _begin(folder, segment_bytes, files)
            undo.callback(segment.close)
            origin = origin_of(heads.log.hex())
            published.agree(origin)
            signer = Signer(origin, log_key(keys, heads.log.hex(), may_make=may_make, files=files))
            if witnessed:
                witnessed(signer, heads.size)
            fence = Fence(folder, files)
            undo.callback(fence.close)
            sealer = Sealer(ring)
            stamper = Stamper(heads, sealer, clock, monotonic)
            writer = Writer(
                folder,
                lock,
                segment,
                stamper,
                fence=fence,
                sealer=sealer,
                signer=signer,
                published=published,
                segment_bytes=segment_bytes,
                files=files,
            )
            undo.pop_all()  # they are the writer's now
            undo.callback(writer.release)
        except BlockingIOError:
            raise JournalBroken(f"another process has the journal in {folder}") from None
        except OSError as error:
            raise JournalBroken(f"the journal in {folder} cannot be opened: {error}") from error
        torn = recovered.torn if recovered else None
        for outcome in writer.write(_first_events(ring, signer, fence, torn, stamper.clock_step(), new=not heads.size)):
            if isinstance(outcome, CannotRecord):
                raise outcome
        undo.pop_all()
    return writer


class Writer:
    """The one who writes a journal. Belongs to one thread; the public attributes may be read from any."""

    def __init__(
        self,
        folder: Path,
        lock: int,
        segment: Segment,
        stamper: Stamper,
        *,
        fence: Fence,
        sealer: Sealer,
        signer: Signer,
        published: Published,
        segment_bytes: int,
        files: Files,
    ) -> None:
        self.sealer = sealer
        self.signer = signer
        self.published = published  # as of when the journal was opened; its publisher's from then on
        self.broken: str | None = None  # why it will never write again
        self.no_room: str | None = None  # why it cannot write for now
        self.busy_since: float | None = None  # on the monotonic clock, while it waits for the disk
        self.syncs_ms = deque([0.0], maxlen=1024)
        self.opened = Durable(stamper.log, stamper.size, segment.first, segment.end, stamper.leaf)
        self.acknowledged = self.opened
        self.log = stamper.log.hex()
        self.folder = folder
        self._lock = lock
        self._fence = fence
        self._segment = segment
        self._stamper = stamper
        self._segment_bytes = segment_bytes
        self.files = files
        self._position = DurablePosition(folder, files)
        self._preparer = ThreadPoolExecutor(1, "journal-spare")
        self._spare: Future[Path] = self._prepare_spare()

    def write(self, events: Sequence[Event]) -> list[Receipt | CannotRecord]:
        """Write `events` in order; what became of each of them, in the same order.

        A receipt means that the entry is on the disk. Nothing that was refused has taken a place in the journal,
        unless the writer broke over it: then only the next start can tell.
        """
        self.busy_since = time.monotonic()
        outcomes: list[Receipt | CannotRecord] = []
        while len(outcomes) < len(events):
            left = events[len(outcomes) :]
            try:
                outcomes += self._write_batch(left)
            except CannotRecord as refused:
                outcomes += [type(refused)(*refused.args) for _ in left]
        self.busy_since = None
        return outcomes

    def make_room(self) -> None:
        """Begin the next segment when the present one is full. Raises `CannotRecord` while there is no room for it."""
        if self._segment.room() >= MOST_FRAME_BYTES:
            return
        try:
            if self._spare.exception():
                self._spare = self._prepare_spare()  # there may be room again
            spare = self._spare.result()
        except OSError as error:
            self.no_room = f"no room for the next segment: {error}"
            raise CannotRecord(self.no_room) from None
        try:
            header = SegmentHeader(self._stamper.log, self._stamper.size, self._stamper.leaf)
            full, self._segment = self._segment, Segment.begin(self.folder, spare, header, self.files)
            full.close()
        except OSError as error:
            self._break(error)
        self.no_room = None
        self._spare = self._prepare_spare()

    def refuse(self, why: str) -> None:
        """Write no more, from the next batch on: somebody knows that this journal must not be written on."""
        self.broken = why

    def close(self) -> None:
        """Say the last word, if there is anything left to say it with, and let go of the files."""
        try:
            if not self.broken:
                framed, _ = self._stamper.stamp(Event(action=Action.JOURNAL_STOP), 0)
                if len(framed) <= self._segment.room() + LAST_WORDS_BYTES:
                    self._append(framed)
        finally:
            self.release()

    def release(self) -> None:
        """Let go of the files without a word."""
        self._preparer.shutdown()
        closing = (self._position.close, self._segment.close, self._fence.close, partial(self.files.close, self._lock))
        for close in closing:
            with suppress(OSError):  # what was not synced was not acknowledged: there is nothing left to fail
                close()

    def _write_batch(self, events: Sequence[Event]) -> list[Receipt | CannotRecord]:
        """Write as many of `events` as fit together. Raises `CannotRecord` when none of them was written."""
        if self.broken:
            raise JournalBroken(self.broken)
        self.make_room()
        room = self._segment.room()
        frames: list[bytes] = []
        outcomes: list[Receipt | CannotRecord] = []
        if step := self._stamper.clock_step():
            framed, _ = self._stamper.stamp(step, 0)
            frames.append(framed)
            room -= len(framed)
        for event in events:
            if room < MOST_FRAME_BYTES:
                break
            try:
                framed, receipt = self._stamper.stamp(event, len(frames))
            except TooLarge as error:
                outcomes.append(EventTooLarge(f"{event.action}: {error}"))
            except NotCanonical as error:
                outcomes.append(CannotRecord(f"{event.action}: {error}"))
            except Exception as error:  # noqa: BLE001 one caller's defect must not silence all the others
                # The type only: the text may quote the event.
                outcomes.append(CannotRecord(f"{event.action}: {type(error).__name__}"))
            else:
                outcomes.append(receipt)
                frames.append(framed)
                room -= len(framed)
        if frames:
            self._append(b"".join(frames))
        return outcomes

    def _append(self, frames: bytes) -> None:
        stamper, segment, began = self._stamper, self._segment, time.monotonic()
        try:
            self._fence.check()
            segment.append(frames)
            self._fence.check()  # a long sync is when it could have happened
            durable = Durable(stamper.log, stamper.size, segment.first, segment.end, stamper.leaf)
            self._position.publish(durable)
        except Exception as error:  # noqa: BLE001 whatever it was, nobody knows now what the disk holds
            self._break(error)
        self.acknowledged = durable
        self.syncs_ms.append((time.monotonic() - began) * 1000)

    def _break(self, error: Exception) -> NoReturn:
        self.broken = f"the journal broke at entry {self.acknowledged.size:,}: {error}"
        raise JournalBroken(self.broken) from error

    def _prepare_spare(self) -> Future[Path]:
        return self._preparer.submit(prepare_spare, self.folder, self._segment_bytes, self.files)


def _begin(folder: Path, segment_bytes: int, files: Files) -> tuple[Heads, Segment]:
    log = os.urandom(16)  # names the log for ever
    spare = prepare_spare(folder, segment_bytes, files)
    segment = Segment.begin(folder, spare, SegmentHeader(log, 0, NOTHING), files)
    return Heads(log, 0, NOTHING, "", {}), segment


def _go_on(recovered: Recovered, files: Files) -> tuple[Heads, Segment]:
    segment = Segment.go_on(recovered.segment, recovered.first, recovered.end, files)
    if recovered.torn:
        segment.erase(recovered.torn.end)
    return recovered.heads, segment


def _first_events(
    keys: Keys, signer: Signer, fence: Fence, torn: Torn | None, clock_step: Event | None, *, new: bool
) -> list[Event]:
    """What a journal says of itself when it is opened: what was lost before anything else, but for its very first."""
    started: dict[str, str | int] = {
        "node": socket.gethostname(),
        "pid": os.getpid(),
        "generation": fence.generation,
        "signs_with": str(signer.key),
    }
    events = [Event(action=Action.JOURNAL_START, system=started)]
    if torn:
        events.insert(int(new), Event(action=Action.JOURNAL_RECOVERED, system=torn._asdict()))
    if new:
        events += [Event(action=Action.KEY_CREATE, system={"key": name}) for name in keys.names]
    if clock_step:
        events.append(clock_step)
    return events
