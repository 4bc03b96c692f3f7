"""Who opened a journal last owns it: whoever had it before finds out before the next acknowledgement.

The lock on the folder keeps two recorders apart while the kernel keeps its word. A lock that was lost in silence (a
machine that was put to sleep and woken elsewhere, a file system that forgot) does not: so each recorder leaves its
number, one above the last, and acknowledges nothing once another stands there. The file is written in place, so that a
journal can be opened on a full disk.
"""

import os
from pathlib import Path

from audit.files import Files, write_all


class Fence:
    """The place of one recorder in the row of those who opened the journal in `folder`. Raises `OSError`."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._files = files
        self._descriptor = files.open(folder / _NAME, os.O_RDWR | os.O_CREAT)
        try:
            self.generation = self._standing() + 1
            self._ours = b"%0*d" % (_DIGITS, self.generation)
            write_all(files, self._descriptor, self._ours, 0)
            files.sync(self._descriptor)
            files.sync_folder(folder)
        except OSError:
            self.close()
            raise

    def check(self) -> None:
        """Raise `OSError` when another recorder came after this one, or somebody took the file away."""
        is_there = self._files.identity(self._descriptor).st_nlink
        if not is_there or self._files.read(self._descriptor, _DIGITS, 0) != self._ours:
            raise OSError("another recorder has taken the journal over")

    def close(self) -> None:
        """Close the file; the number stays."""
        self._files.close(self._descriptor)

    def _standing(self) -> int:
        said = self._files.read(self._descriptor, _DIGITS, 0)
        if said and not said.isdigit():
            raise OSError(f"{_NAME} holds no number")
        return int(said or b"0")


_NAME = "generation"
_DIGITS = 20
