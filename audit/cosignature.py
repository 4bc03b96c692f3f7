"""What a log sends a witness (C2SP tlog-witness): the size it saw last, a proof of growth, and the new checkpoint."""

import base64
import binascii
import re
from collections.abc import Sequence
from typing import NamedTuple

from audit.notes import MOST_NOTE_BYTES, Note
from audit.tree import HASH_BYTES

MOST_PROOF = 63  # hashes
MOST_BODY_BYTES = MOST_NOTE_BYTES + 8192


class NotAsked(ValueError):
    """These bytes are no such question."""


class Submission(NamedTuple):
    """The body of `add-checkpoint`."""

    old: int
    proof: Sequence[bytes]
    note: Note

    def pack(self) -> bytes:
        """The body's bytes."""
        lines = [f"old {self.old}", *(base64.b64encode(one).decode() for one in self.proof), "", ""]
        return "\n".join(lines).encode() + self.note.pack()

    @classmethod
    def parse(cls, body: bytes) -> "Submission":
        """The question that `body` is. Raises `NotAsked` and `NotANote`."""
        head, separator, rest = body.partition(b"\n\n")
        first, *proof = head.split(b"\n")
        match = _OLD.fullmatch(first)
        if not separator or not match or len(proof) > MOST_PROOF:
            raise NotAsked("not an old size, a proof and a checkpoint")
        return cls(int(match[1]), tuple(map(_hash, proof)), Note.parse(rest))


def _hash(line: bytes) -> bytes:
    try:
        found = base64.b64decode(line, validate=True)
    except binascii.Error:
        found = b""
    if len(found) != HASH_BYTES:
        raise NotAsked("a line of the proof is not a hash")
    return found


_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})")
