"""An independent cosigner (C2SP tlog-witness): it has seen how long a log was, and signs nothing that is not longer.

It sees sizes and hashes, never an entry. What it cosigns is on its disk before it answers, so that no crash makes it
forget a longer log; one request is answered after the other, so that no two can overtake each other.
"""

import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from audit.checkpoint import Checkpoint
from audit.cosignature import MOST_BODY_BYTES, NotAsked, Submission
from audit.files import DISK, Files, make_folder, write_new
from audit.notes import NotANote, Note, Signer
from audit.published import read_published, write_published
from audit.tree import EMPTY_ROOT, extends
from audit.trust import Trust


class Answer(NamedTuple):
    """What a witness says: an HTTP status, and its words."""

    status: int
    text: str = ""
    type: str = "text/plain; charset=utf-8"


class StateUnreadable(Exception):
    """What the witness wrote down of a log is not there whole. It must not cosign as if it had seen nothing."""


class Witness:
    """Cosigns the logs of `trust` with `signer`, and remembers in `folder` what it cosigned last of each."""

    def __init__(
        self,
        folder: Path,
        trust: Trust,
        signer: Signer,
        *,
        clock: Callable[[], float] = time.time,
        files: Files = DISK,
    ) -> None:
        self._folder = folder
        self._trust = trust
        self._signer = signer
        self._clock = clock
        self._files = files
        self._turn = threading.Lock()
        make_folder(files, folder)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer one `add-checkpoint`. Raises `OSError` and `StateUnreadable`; then nothing was cosigned."""
        try:
            old, proof, note = Submission.parse(body)
            checkpoint = Checkpoint.of(note)
        except (NotAsked, NotANote) as error:
            return Answer(400, f"{error}\n")
        keys = [key for key in self._trust.logs if key.name == checkpoint.origin]
        if not keys:
            return Answer(404, "not a log that this witness knows\n")
        if not any(note.signed_by(key) for key in keys):
            return Answer(403, "not signed with a key of that log\n")
        if old > checkpoint.size:
            return Answer(400, "the old size is above the new\n")
        with self._turn:
            seen, root = self._latest(checkpoint.origin)
            same_size = seen == checkpoint.size
            if old != seen or (same_size and root != checkpoint.root):
                return Answer(409, f"{seen}\n", "text/x.tlog.size")
            if not extends(root, seen, checkpoint.root, checkpoint.size, proof):
                return Answer(422, "this does not show that the log only grew\n")
            write_published(self._folder, _name(checkpoint.origin), note.pack(), self._files)
            return Answer(200, str(self._signer.cosign(note.text, int(self._clock()))))

    def _latest(self, origin: str) -> tuple[int, bytes]:
        """How long the log was when it was last cosigned, and its root."""
        content = read_published(self._folder, _name(origin), self._files)
        if content is None:
            return 0, EMPTY_ROOT
        try:
            latest = Checkpoint.of(Note.parse(content))
        except NotANote:
            raise StateUnreadable(f"{self._folder / _name(origin)} is not what was written there") from None
        return latest.size, latest.root


def application(witness: Witness) -> Starlette:
    """The witness over HTTP."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        try:
            async for part in request.stream():
                body += part
                if len(body) > MOST_BODY_BYTES:
                    return Response("too long\n", 413)
        except ClientDisconnect:
            return Response("", 400)
        answer = await run_in_threadpool(witness.add_checkpoint, bytes(body))
        return Response(answer.text, answer.status, media_type=answer.type)

    return Starlette(routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"])])


def serve(witness: Witness, listening: socket.socket) -> None:
    """Answer at `listening` until told to stop."""
    config = uvicorn.Config(application(witness), access_log=False, log_config=None, server_header=False, ws="none")
    with suppress(KeyboardInterrupt):  # raised once everything has ended
        uvicorn.Server(config).run([listening])


def open_key(folder: Path, files: Files = DISK) -> bytes:
    """The private key of the witness in `folder`, made where there is none."""
    make_folder(files, folder)
    if _KEY not in files.names(folder):
        write_new(files, folder / _KEY, os.urandom(32))
    return read_published(folder, _KEY, files) or b""


def _name(origin: str) -> str:
    return f"{sha256(origin.encode()).hexdigest()}.checkpoint"


_KEY = "witness.key"
