"""The recorder in the process of its callers: the demo's, and any deployment's of a single worker."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import msgspec

from audit.cosigning import Cosigner, Witnesses
from audit.events import Action, Event, Receipt, Sealed, Sensitive, SensitiveTerm
from audit.journal import Journal
from audit.moments import Clock, Monotonic, utc_now
from audit.patience import DEADLINE_S, Observe, Patience, unobserved
from audit.publishing import Publisher
from audit.recorder import Health, Proof
from audit.sealing import Sealer
from audit.segments import SEGMENT_BYTES
from audit.writer import open_writer


def open_recorder(
    folder: Path,
    keys: Path,
    *,
    deadline_s: float = DEADLINE_S,
    segment_bytes: int = SEGMENT_BYTES,
    clock: Clock = utc_now,
    monotonic: Monotonic = time.monotonic,
    witnesses: Witnesses | None = None,
    observe: Observe = unobserved,
) -> "JournalRecorder":
    """The recorder of the journal in `folder` with the keys in the folder `keys`, begun where there is none.

    Blocks while it reads the journal and asks the witnesses. Raises what `audit.writer.open_writer` raises.
    """
    with ExitStack() as undo:
        if witnesses:
            undo.callback(witnesses.close)
        cosigner = Cosigner(folder, witnesses) if witnesses else None
        writer = open_writer(
            folder,
            keys,
            segment_bytes=segment_bytes,
            clock=clock,
            monotonic=monotonic,
            witnessed=cosigner.witnessed if cosigner else None,
        )
        undo.pop_all()  # they are the recorder's now
    publisher = Publisher(writer, before_signing=cosigner.ask_first if cosigner else None)
    if cosigner:
        cosigner.follow(lambda: publisher.newest)
    return JournalRecorder(Journal(writer), writer.sealer, publisher, cosigner, deadline_s=deadline_s, observe=observe)


class JournalRecorder:
    """A `Recorder` whose journal, keys and all, is in this process. `close` it to write the last word."""

    def __init__(
        self,
        journal: Journal,
        sealer: Sealer,
        publisher: Publisher,
        cosigner: Cosigner | None = None,
        *,
        deadline_s: float = DEADLINE_S,
        observe: Observe = unobserved,
    ) -> None:
        self._journal = journal
        self._sealer = sealer
        self._publisher = publisher
        self._cosigner = cosigner
        self._patience = Patience(deadline_s, self.hand_over, observe)

    def hand_over(self, event: Event) -> asyncio.Future[Receipt]:
        """As `Recorder` says."""
        return self._journal.hand_over(event)

    async def acknowledged(self, handed: asyncio.Future[Receipt]) -> Receipt:
        """As `Recorder` says."""
        return await self._patience.wait(handed)

    async def append(self, event: Event) -> Receipt:
        """As `Recorder` says."""
        return await self.acknowledged(self.hand_over(event))

    async def look_up(self, event: Event, terms: Sequence[SensitiveTerm]) -> tuple[Receipt, tuple[str, ...]]:
        """As `Recorder` says."""
        # The record names whom the question is about, whatever its author wrote there.
        about = Sensitive(subject=tuple(terms), reason=event.sensitive.reason, detail=event.sensitive.detail)
        asked = msgspec.structs.replace(event, action=Action.AUDIT_QUERY, sensitive=about)
        return await self.append(asked), self._sealer.tokens(terms)

    async def open(self, event: Event, sealed: Sealed) -> tuple[Receipt, Mapping[str, str]]:
        """As `Recorder` says."""
        opened = msgspec.structs.replace(event, action=Action.AUDIT_OPEN, opened=sealed.event)
        return await self.append(opened), self._sealer.open(sealed)

    def health(self) -> Health:
        """As `Recorder` says."""
        publisher, cosigner = self._publisher, self._cosigner
        proof = Proof(
            signed=publisher.signed,
            unsigned=publisher.unsigned,
            cosigned=cosigner.cosigned if cosigner else None,
            uncosigned=cosigner.why if cosigner else None,
        )
        return msgspec.structs.replace(self._journal.health(self._patience.deadline_s), proof=proof)

    def close(self) -> None:
        """Write what was handed over and the last word, and publish it. Waits for the disk: call it off the loop."""
        self._journal.close()
        self._publisher.close()
        if self._cosigner:
            self._cosigner.close()
