"""Who opened a journal last owns it: whoever had it before finds out before the next acknowledgement.

The lock on the folder keeps two recorders apart while the kernel keeps its word. A lock that was lost in silence (a
machine that was put to sleep and woken elsewhere, a file system that forgot) does not: so each recorder leaves its
number, one above the last, in a file of its own making, and acknowledges nothing once another file stands there.
"""

import os
from pathlib import Path

from audit.files import Files, write_new


class Fence:
    """The place of one recorder in the row of those who opened the journal in `folder`. Raises `OSError`."""

    def __init__(self, folder: Path, files: Files) -> None:
        self._path = folder / _NAME
        self._files = files
        self.generation = self._last() + 1
        write_new(files, self._path, str(self.generation).encode())
        self._ours = files.stat(self._path)

    def check(self) -> None:
        """Raise `OSError` when another recorder came after this one."""
        now, ours = self._files.stat(self._path), self._ours
        # The file after the next may get the number of a file that is gone, but not its time.
        if (now.st_ino, now.st_mtime_ns) != (ours.st_ino, ours.st_mtime_ns):
            raise OSError("another recorder has taken the journal over")

    def _last(self) -> int:
        if self._path.name not in self._files.names(self._path.parent):
            return 0
        descriptor = self._files.open(self._path, os.O_RDONLY)
        try:
            return int(self._files.read(descriptor, _MOST_DIGITS, 0))
        except ValueError:
            raise OSError(f"{self._path} holds no number") from None
        finally:
            self._files.close(descriptor)


_NAME = "generation"
_MOST_DIGITS = 20
