"""The recorder of another process, over its Unix socket: the same protocol, without journal or keys on this side.

What was sent is never sent again. When the connection breaks, whoever waits is told so at once: the event may stand in
the journal or not, and nothing is shown on the strength of it. A recorder that hangs costs the deadline, no more.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from audit.events import Event, Receipt, Sealed, SensitiveTerm, check
from audit.patience import DEADLINE_S, Observe, Patience, unobserved
from audit.recorder import CannotRecord, EventTooLarge, Handed, Health, RecorderBusy, RecordLate
from audit.wire import Answer, Append, Garbled, HowAreYou, Incoming, LookUp, Open, Question, Refused, TooLong, pack

log = logging.getLogger(__name__)

HOW_ARE_YOU_S = 0.5  # between two questions how the recorder is; readiness is as old as this
RECONNECT_S = 0.1  # between two attempts to reach it
MOST_UNSENT_BYTES = 4 * 1024 * 1024  # of what a recorder that hangs has not taken: two seconds' worth at 2,000 a second

_Answer = TypeVar("_Answer")


class RemoteRecorder:
    """A `Recorder` behind the socket at `path`, connected for as long as `run` runs."""

    def __init__(self, path: Path, *, deadline_s: float = DEADLINE_S, observe: Observe = unobserved) -> None:
        self._path = path
        self._patience = Patience(deadline_s, self.hand_over, observe)
        self._line: _Line | None = None
        silent = "the recorder has not said yet how it is"
        self._heard = Health(ok=False, why=silent, log="", size=0, last_sync_ms=0.0, worst_sync_ms=0.0)
        self._unreachable = f"the recorder at {path} was not reached yet"

    async def run(self) -> None:
        """Reach the recorder, again and again, for as long as the process runs."""
        while True:
            try:
                _, line = await asyncio.get_running_loop().create_unix_connection(_Line, str(self._path))
            except OSError as error:
                self._lost(f"the recorder at {self._path} cannot be reached: {error.strerror or error}")
            else:
                await self._use(line)
            await asyncio.sleep(RECONNECT_S)

    def hand_over(self, event: Event) -> Handed:
        """As `Recorder` says."""
        check(event)
        handed = Handed(event)
        self._connected().ask(Append, handed, event)
        return handed

    async def acknowledged(self, handed: asyncio.Future[Receipt]) -> Receipt:
        """As `Recorder` says."""
        receipt = await self._patience.wait(handed)
        if receipt.sequence >= self._heard.size:
            self._heard = msgspec.structs.replace(self._heard, size=receipt.sequence + 1)
        return receipt

    async def append(self, event: Event) -> Receipt:
        """As `Recorder` says."""
        return await self.acknowledged(self.hand_over(event))

    async def look_up(self, event: Event, terms: Sequence[SensitiveTerm]) -> tuple[Receipt, tuple[str, ...]]:
        """As `Recorder` says."""
        looked_up: tuple[Receipt, tuple[str, ...]] = await self._ask(LookUp, event, tuple(terms))
        return looked_up

    async def open(self, event: Event, sealed: Sealed) -> tuple[Receipt, Mapping[str, str]]:
        """As `Recorder` says."""
        opened: tuple[Receipt, Mapping[str, str]] = await self._ask(Open, event, sealed)
        return opened

    def health(self) -> Health:
        """As `Recorder` says; as of half a second ago."""
        why = self._heard.why
        if self._line is None:
            why = self._unreachable
        elif self._line.is_closing():
            why = f"the recorder at {self._path} hung up"
        elif (silent_s := self._line.silent_s()) > self._patience.deadline_s:
            why = f"the recorder has not answered for {silent_s:.1f} s"
        return msgspec.structs.replace(self._heard, ok=self._heard.ok and not why, why=why)

    async def _use(self, line: "_Line") -> None:
        """Ask how it is, over and over, until the line breaks."""
        self._line = line
        log.info("the recorder at %s is reached", self._path)
        try:
            while not line.broke.done():
                asked: asyncio.Future[Health] = asyncio.get_running_loop().create_future()
                line.ask(HowAreYou, asked)
                await asyncio.wait((asked, line.broke), return_when=asyncio.FIRST_COMPLETED)
                if asked.done() and not asked.exception():
                    self._heard = asked.result()
                await asyncio.wait((line.broke,), timeout=HOW_ARE_YOU_S)
            self._lost(f"the recorder at {self._path} hung up: {line.broke.result()}")
        finally:
            self._line = None
            line.close()

    def _lost(self, why: str) -> None:
        if why != self._unreachable:
            log.error("%s", why)
        self._unreachable = why

    def _connected(self) -> "_Line":
        if self._line is None:
            raise CannotRecord(self._unreachable)
        return self._line

    async def _ask(self, kind: type[LookUp | Open], event: Event, *parts: object) -> Any:
        check(event)
        asked: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._connected().ask(kind, asked, event, *parts)
        return await self._patience.wait(asked)


class _Line(asyncio.Protocol):
    """One connection: questions by number, each with who waits for its answer, the longest waiting first."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._incoming: Incoming[Answer] = Incoming(Answer)
        self._unanswered: dict[int, tuple[asyncio.Future[Any], float]] = {}
        self._number = 0
        self._ready: list[bytes] = []
        self._unsent = 0
        self._transport: asyncio.Transport
        self._why = "the connection broke"
        self.broke: asyncio.Future[str] = self._loop.create_future()

    def ask(self, kind: type[Question], waiting: asyncio.Future[Any], *parts: Any) -> None:
        """Send a question; `waiting` gets its answer. Raises `CannotRecord` when it cannot be sent."""
        if self.is_closing():
            raise CannotRecord(self._why)
        if self._unsent + self._transport.get_write_buffer_size() > MOST_UNSENT_BYTES:
            raise RecorderBusy("the recorder takes nothing, and too much waits for it")
        self._number += 1
        try:
            content = pack(kind(self._number, *parts))
        except TooLong as error:
            raise EventTooLarge(str(error)) from None
        self._unanswered[self._number] = waiting, self._loop.time()
        if not self._ready:
            self._loop.call_soon(self._send)
        self._ready.append(content)
        self._unsent += len(content)

    def is_closing(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._transport.is_closing()

    def silent_s(self) -> float:
        """How long the longest waiting question has had no answer."""
        _, since = next(iter(self._unanswered.values()), (None, self._loop.time()))
        return self._loop.time() - since

    def close(self) -> None:
        """Hang up."""
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class

    def data_received(self, content: bytes) -> None:
        try:
            for answer in self._incoming.take(content):
                self._settle(answer)
        except Garbled as garbled:
            self._why = str(garbled)
            self._transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        for waiting, _ in self._unanswered.values():
            if not waiting.done():
                waiting.set_exception(RecordLate(f"{self._why} before the recorder answered"))
                waiting.exception()  # whoever waits is told; that nobody does any more is no error
        self._unanswered.clear()
        self.broke.set_result(self._why)

    def _settle(self, answer: Answer) -> None:
        if isinstance(answer, Refused) and not answer.number:
            self._why = answer.why
            return
        waiting, _ = self._unanswered.pop(answer.number, (None, 0.0))
        if waiting is None or waiting.done():  # cancelled meanwhile; the entry stands
            return
        if isinstance(answer, Refused):
            waiting.set_exception(answer.error())
        else:
            waiting.set_result(answer.said)

    def _send(self) -> None:
        if not self._transport.is_closing():
            self._transport.write(b"".join(self._ready))
        self._ready.clear()
        self._unsent = 0
