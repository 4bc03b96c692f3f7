"""A checkpoint (C2SP tlog-checkpoint): how long a log is and the root of its tree; the past cannot get shorter.

The log never signs two that contradict each other; whoever keeps one can tell later whether a journal still begins
with the entries that it was signed over.
"""

import base64
import re
from typing import NamedTuple

from audit.notes import NotANote, Note
from audit.tree import HASH_BYTES


class Checkpoint(NamedTuple):
    """The tree of the log `origin` had this root when it had `size` entries."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def of(cls, note: Note) -> "Checkpoint":
        """What the text of `note` says, whoever signed it. Raises `NotANote`."""
        match = _TEXT.fullmatch(note.text)
        if not match:
            raise NotANote("not a checkpoint")
        root = base64.b64decode(match[3])
        found = cls(match[1], int(match[2]), root)
        # Lines behind the root are allowed by the format; nobody can check them, so this log has none.
        if len(root) != HASH_BYTES or found.text() != note.text:
            raise NotANote("not a checkpoint")
        return found


def origin_of(log: str) -> str:
    """What the log with this id, 32 hexadecimal digits, is called in its checkpoints."""
    return f"sightline/{log}"


_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")
