"""Behind the journal: the tree of its entries in tiles, then a signed checkpoint, a second after the entry at most.

A thread of its own follows what is durable and publishes it; whoever appends waits for none of it. What it reads back
from the disk must be what was acknowledged, or nothing is signed any more. A disk that takes no tiles costs no entry:
it is tried again, and `unsigned` says why the checkpoint is behind.
"""

import hashlib
import logging
import threading
from collections.abc import Callable
from datetime import date

from audit.checkpoint import origin_of
from audit.frames import SEGMENT_HEADER_BYTES, frames, names_previous
from audit.moments import Clock, utc_now
from audit.notes import Note
from audit.published import CHECKPOINT, kept_name, write_published
from audit.recovery import JournalDamaged
from audit.segments import READ_BYTES, reading, segment_path
from audit.writer import Writer

log = logging.getLogger(__name__)

PERIOD_S = 0.5  # between two looks at the journal


class Publisher:
    """Publishes what `writer` writes. `close` it when the journal is closed: the last word is published too.

    Nothing is signed before `before_signing` has returned once. If it raises `JournalDamaged`, no more is written.
    """

    def __init__(
        self,
        writer: Writer,
        *,
        before_signing: Callable[[], None] | None = None,
        period_s: float = PERIOD_S,
        clock: Clock = utc_now,
    ) -> None:
        self.signed = 0  # entries under the checkpoint signed last, by this process
        self.unsigned: str | None = None  # why there is no checkpoint of more
        self.newest: Note | None = None
        self._before_signing = before_signing
        self._folder = writer.folder
        self._files = writer.files
        self._writer = writer
        self._published = writer.published
        self._segment, self._offset, self._leaf = writer.opened.segment, writer.opened.end, writer.opened.leaf
        self._origin = origin_of(writer.log)
        self._period_s = period_s
        self._clock = clock
        self._kept: tuple[date, int] | None = None  # the hour of the checkpoint that was kept last
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal-checkpoints", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Publish what is durable, then end. Waits for the disk."""
        self._closing.set()
        self._thread.join()

    def publish(self) -> None:
        """Publish what is durable now. Raises `OSError`, `JournalDamaged`. For one thread at a time."""
        self._ask_first()
        acknowledged = self._writer.acknowledged
        while self._published.size < acknowledged.size:
            self._published.write_full_tiles()  # or no more is read: what waits to be written takes memory
            self._read_on(acknowledged.size)
        if self._leaf != acknowledged.leaf:
            raise JournalDamaged(f"entry {acknowledged.size - 1:,} is not the one that was acknowledged")
        if self._published.size == self.signed:
            return
        self._published.write_tiles()
        text = self._published.checkpoint(self._origin).text()
        note = Note(text, (self._writer.signer.sign(text),))
        write_published(self._folder, CHECKPOINT, note.pack(), self._files)
        self.signed, self.newest = self._published.size, note
        self._keep(note)

    def _ask_first(self) -> None:
        if self._before_signing:
            try:
                self._before_signing()
            except JournalDamaged as error:
                self._writer.refuse(str(error))
                raise
            self._before_signing = None

    def _keep(self, note: Note) -> None:
        """Keep the first checkpoint of each hour, and of each process, under a name of its own."""
        now = self._clock()
        if self._kept != (now.date(), now.hour):
            write_published(self._folder, kept_name(self.signed), note.pack(), self._files)
            self._kept = now.date(), now.hour

    def _run(self) -> None:
        while not self._closing.wait(self._period_s):
            self._try()
        self._try()

    def _try(self) -> None:
        try:
            self.publish()
        except (OSError, JournalDamaged) as error:
            if self.unsigned is None:
                log.warning("no checkpoint is signed: %s", error)
            self.unsigned = str(error)
        else:
            self.unsigned = None

    def _read_on(self, size: int) -> None:
        """Add the entries that stand next in the present segment, or go on to the next one."""
        with reading(segment_path(self._folder, self._segment), self._files) as read:
            content = read(READ_BYTES, self._offset)
        offset = self._offset
        for sequence, *_, start, end in frames(content):
            if sequence >= size:
                break
            if sequence != self._published.size or not names_previous(content, start, end, self._leaf):
                raise JournalDamaged(f"entry {sequence:,} does not go on from the one before it")
            self._leaf = hashlib.sha256(memoryview(content)[start - 1 : end]).digest()
            self._offset = offset + end  # before it is added: what `add` raises of the disk takes nothing back
            self._published.add(self._leaf, content[start:end])
        if self._offset > offset:
            return
        following = segment_path(self._folder, self._published.size)
        if self._segment == self._published.size or not following.exists():
            raise JournalDamaged(f"entry {self._published.size:,} is not where it was acknowledged")
        self._segment, self._offset = self._published.size, SEGMENT_HEADER_BYTES
