"""`sightline record`: the one process of a node that owns the journal and its keys, behind a Unix socket.

Whoever connects is asked of the kernel, not believed: only the users named may speak, and the recorder's own. What they
may say is in `wire`: hand events over, look up, open, ask how it is. Nothing gives an event back. Deadlines are the
caller's: here an event is recorded however long it takes, and acknowledged if anybody is left to hear it.
"""

import asyncio
import logging
import os
import signal
import socket
import struct
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import msgspec

from audit.checking import Check
from audit.recorder import CannotRecord, Checked, Health, Recorder
from audit.wire import (
    Answer,
    Append,
    Garbled,
    HowAreYou,
    Incoming,
    LookedUp,
    LookUp,
    Open,
    Opened,
    Question,
    Recorded,
    TooLong,
    Well,
    pack,
    refusal,
)

log = logging.getLogger(__name__)

SOCKET_MODE = 0o660  # connecting takes the right to write: the recorder's user and group
CHECK_EVERY_S = 5.0
MOST_FINDINGS = 100  # that are told to gateways; `sightline verify` says all
LAST_ANSWERS_S = 1.0  # for callers to take their last answers when the recorder ends


class CannotListen(Exception):
    """Nobody can be heard at this path. The text says why, for the operator."""


def listen(path: Path) -> socket.socket:
    """A socket at `path` for the owner and the group; what a recorder that died left there is taken away.

    Raises `CannotListen`, above all when another recorder is heard there.
    """
    with ExitStack() as undo:
        try:
            listening = undo.enter_context(socket.socket(socket.AF_UNIX))
            taken = _is_answered(path)
            if not taken:
                if path.is_socket():
                    path.unlink()
                undo.callback(os.umask, os.umask(0o777 & ~SOCKET_MODE))
                listening.bind(os.fspath(path))
                listening.listen()
        except OSError as error:
            raise CannotListen(f"nobody can listen at {path}: {error}") from error
        if taken:
            raise CannotListen(f"another recorder listens at {path}")
        return listening.dup()


def _is_answered(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking, suppress(FileNotFoundError, ConnectionRefusedError):
        asking.connect(os.fspath(path))
        return True
    return False


class Daemon:
    """Lets gateways speak to `recorder`. `uids` are the users who may, beside the recorder's own."""

    def __init__(self, recorder: Recorder, check: Check, *, uids: Collection[int] = ()) -> None:
        self._recorder = recorder
        self._check = check
        self._checked = Checked()
        self._allowed = frozenset({os.geteuid(), *uids})
        self._connections: set[_Connection] = set()

    async def serve(self, listening: socket.socket, until: asyncio.Event, close: Callable[[], None]) -> None:
        """Hear whoever connects, `until` it is time to end; then `close` the recorder, off the loop, and let those
        who wait have their last answers.
        """
        path = listening.getsockname()
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(self._connection, sock=listening)
        checking = asyncio.create_task(self._check_for_ever())
        await until.wait()
        server.close()
        checking.cancel()
        await asyncio.to_thread(close)
        leaving = [asyncio.create_task(connection.leave()) for connection in self._connections]
        if leaving:
            await asyncio.wait(leaving, timeout=LAST_ANSWERS_S)
        with suppress(OSError):
            os.unlink(path)  # noqa: PTH108 a name, as the socket has it

    async def _check_for_ever(self) -> None:
        """Look every few seconds whether the record is whole: gateways cannot, the journal is not theirs to read."""
        while True:
            try:
                found = await asyncio.to_thread(self._check.go_on)
            except Exception as error:  # noqa: BLE001 recording goes on; readers see from its time that a check is old
                log.warning("the record cannot be checked: %s", type(error).__name__)
            else:
                findings = tuple(str(finding) for finding in found.findings[:MOST_FINDINGS])
                self._checked = Checked(size=found.entries, findings=findings, at=found.checked_at)
                if findings:
                    log.error("the record is not whole: %d findings", len(found.findings))
            await asyncio.sleep(CHECK_EVERY_S)

    def _health(self) -> Health:
        return msgspec.structs.replace(self._recorder.health(), checked=self._checked)

    def _connection(self) -> "_Connection":
        return _Connection(self._recorder, self._health, self._allowed, self._connections)


class _Connection(asyncio.Protocol):
    """One gateway worker's line. Answers go out together, once a turn of the loop, in the order they are ready."""

    def __init__(
        self,
        recorder: Recorder,
        health: Callable[[], Health],
        allowed: Collection[int],
        all_: "set[_Connection]",
    ) -> None:
        self._recorder = recorder
        self._health = health
        self._allowed = allowed
        self._all = all_
        self._loop = asyncio.get_running_loop()
        self._incoming: Incoming[Question] = Incoming(Question)
        self._waiting: set[asyncio.Future[Any]] = set()
        self._ready: list[bytes] = []
        self._gone = self._loop.create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self._all.add(self)
        uid = peer(transport.get_extra_info("socket"))
        if uid not in self._allowed:
            log.warning("user %d may not record and was refused", uid)
            self._answer(refusal(0, CannotRecord(f"user {uid} may not record here")))
            self._send()
            transport.close()

    def connection_lost(self, _error: Exception | None) -> None:
        self._all.discard(self)
        if not self._gone.done():
            self._gone.set_result(None)

    def data_received(self, content: bytes) -> None:
        if self._transport.is_closing():
            return
        try:
            for question in self._incoming.take(content):
                self._take(question)
        except Garbled as garbled:
            log.warning("a caller was hung up on: %s", garbled)
            self._answer(refusal(0, CannotRecord(str(garbled))))
            self._send()
            self._transport.close()

    def pause_writing(self) -> None:
        """Whoever does not take answers asks no more questions."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    async def leave(self) -> None:
        """Say what is left to be said, and hang up."""
        if self._waiting:
            await asyncio.wait(self._waiting)
        self._send()
        self._transport.close()
        await self._gone

    def _take(self, question: Question) -> None:
        try:
            match question:
                case HowAreYou(number):
                    self._answer(Well(number, self._health()))
                case Append(number, event):
                    self._once(self._recorder.hand_over(event), number, Recorded)
                case LookUp(number, event, terms):
                    self._once(self._loop.create_task(self._recorder.look_up(event, terms)), number, LookedUp)
                case Open(number, event, sealed):
                    self._once(self._loop.create_task(self._recorder.open(event, sealed)), number, Opened)
        except Exception as error:  # noqa: BLE001 one caller's defect must not silence the others
            self._answer(refusal(question.number, error))

    def _once(self, asked: asyncio.Future[Any], number: int, answer: Callable[[int, Any], Answer]) -> None:
        """Answer once it is known."""
        self._waiting.add(asked)
        asked.add_done_callback(partial(self._settled, number, answer))

    def _settled(self, number: int, answer: Callable[[int, Any], Answer], asked: asyncio.Future[Any]) -> None:
        self._waiting.discard(asked)
        error = asked.exception()
        self._answer(refusal(number, error) if error else answer(number, asked.result()))

    def _answer(self, answer: Answer) -> None:
        if not self._ready:
            self._loop.call_soon(self._send)
        try:
            self._ready.append(pack(answer))
        except TooLong as error:
            self._ready.append(pack(refusal(answer.number, CannotRecord(str(error)))))

    def _send(self) -> None:
        if self._ready and not self._transport.is_closing():
            self._transport.write(b"".join(self._ready))
        self._ready.clear()


def peer(connected: socket.socket) -> int:
    """The user at the other end, as the kernel says."""
    _, uid, _ = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return int(uid)


def run(daemon: Daemon, listening: socket.socket, close: Callable[[], None]) -> None:
    """Serve until the process is told to end."""

    async def main() -> None:
        until = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, until.set)
        await daemon.serve(listening, until, close)

    asyncio.run(main())
