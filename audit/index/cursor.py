"""How far an index has been filled, where the index cannot be asked: a file, moved only over what is there."""

from pathlib import Path

import msgspec

from audit.files import DISK, write_new
from audit.index import Position


class Cursor:
    """The file `path`, in a folder that is there. A lost or an older one costs time alone: what was created is found
    there again.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Position:
        """How far it has come; the beginning when there is no such file. Raises `ValueError` for another one."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return Position(size=0, at=None)
        return msgspec.json.decode(content, type=Position)

    def move(self, to: Position) -> None:
        """Say durably that the entries up to there are in the index."""
        write_new(DISK, self._path, msgspec.json.encode(to))

    def rewind(self) -> None:
        """Begin from the beginning."""
        self._path.unlink(missing_ok=True)
