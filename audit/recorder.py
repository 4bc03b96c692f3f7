"""The Recorder protocol: hand an event over, get the receipt of its entry; ask about the past only on the record.

Nothing here returns events. An event that was handed over is recorded whether or not its caller still waits; an
append that was not acknowledged is never sent again.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from audit.events import Event, Receipt, Sealed, SensitiveTerm


class CannotRecord(Exception):
    """The event was not acknowledged as durable: nothing may be shown. The text is for operators."""


class JournalBroken(CannotRecord):
    """The journal failed once (a sync, a write, its file vanished) and will not be written again by this process."""


class RecordLate(CannotRecord):
    """The deadline passed without acknowledgement, or none can come any more: the recorder is gone. The event may
    stand in the journal; when an acknowledgement comes late, `search.unshown` will name its entry.
    """


class RecorderBusy(CannotRecord):
    """The bounded queue in front of the journal is full."""


class EventTooLarge(CannotRecord):
    """The event takes more bytes than one entry may have: say it in several events."""


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """How many entries the last signed checkpoint has and the last that enough witnesses cosigned, and why not more.

    `cosigned` is None where there are no witnesses.
    """

    signed: int = 0
    unsigned: str | None = None
    cosigned: int | None = None
    uncosigned: str | None = None


class CannotOpen(Exception):
    """The sealed text cannot be read. The text says why, for the auditor."""


class Handed(asyncio.Future[Receipt]):
    """The wait for one event that was handed over."""

    def __init__(self, event: Event) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.event = event


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the last look at the whole record found: how many entries there are, what is wrong with them, and when.

    `at` None: nobody has looked yet, which is not a finding.
    """

    size: int = 0
    findings: tuple[str, ...] = ()
    at: datetime | None = None


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How the recorder is: `ok`, or why not; the size of the log; the last sync and the longest lately, in ms; its
    proof, which may be behind without keeping anybody from working; and what it found when it last checked the record,
    where that is its own task.
    """

    ok: bool
    why: str | None
    log: str
    size: int
    last_sync_ms: float
    worst_sync_ms: float
    proof: Proof = Proof()
    checked: Checked = Checked()


class Recorder(Protocol):
    """What the gateway may ask of whoever owns the journal."""

    def hand_over(self, event: Event) -> "asyncio.Future[Receipt]":
        """Give `event` to the journal now; the future is done when it is durable.

        Cancelling the future takes nothing back. Raises `CannotRecord` at once when the journal is known to be
        broken or its queue is full, `IncompleteEvent` for an event that lacks a part.
        """

    async def acknowledged(self, handed: "asyncio.Future[Receipt]") -> Receipt:
        """Wait for what was handed over, never longer than the deadline (a setting, 2 s). Raises `CannotRecord`."""

    async def append(self, event: Event) -> Receipt:
        """Record `event` durably and return the receipt of its entry: `hand_over`, then `acknowledged`."""

    async def look_up(self, event: Event, terms: Sequence[SensitiveTerm]) -> tuple[Receipt, tuple[str, ...]]:
        """Record `event` as an `audit.query` about `terms`, then give the tokens to search for."""

    async def open(self, event: Event, sealed: Sealed) -> tuple[Receipt, Mapping[str, str]]:
        """Record `event` as an `audit.open` of `sealed`, then give what was typed, by name.

        Raises `CannotOpen` when the text was altered or its key is gone.
        """

    def health(self) -> Health:
        """How the recorder is, at once and without asking the disk."""
