"""What a log has published, in its journal's folder: the tiles of its tree, and the checkpoint signed last.

Theory. All of it follows from the journal, which alone is believed: no root is ever computed from a tile. A tile is
written whole, under a name that says how much it holds, and never again; so a process that died leaves tiles that are
right or not there, and the next one makes those. Only the checkpoint binds the log: it is signed when its tiles are on
the disk, and a journal that does not begin with the entries it was signed over must not be written on.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from audit.checkpoint import Checkpoint
from audit.files import DISK, Files, write_new
from audit.notes import MOST_NOTE_BYTES, NotANote, Note
from audit.recovery import JournalDamaged
from audit.segments import reading
from audit.tiles import PARTIAL, bundle, tile_name
from audit.tree import TILE_WIDTH, Tree

CHECKPOINT = "checkpoint"  # C2SP tlog-tiles: where everybody looks for it
COSIGNED = "cosigned"  # the last that enough witnesses have cosigned
KEPT = "checkpoints"


class Published:
    """The tree of the journal in `folder`, grown entry by entry from the first, with what is published of it.

    Raises `JournalDamaged` when the checkpoint there is none of this log's.
    """

    def __init__(self, folder: Path, files: Files) -> None:
        self.signed = _signed(folder, files)
        self._folder = folder
        self._files = files
        self._tree = Tree(self._tile_is_full)
        self._events: list[bytes] = []  # of the bundle at the edge
        self._missing: list[tuple[str, bytes]] = []  # full tiles

    @property
    def size(self) -> int:
        """How many entries the tree has."""
        return self._tree.size

    def add(self, leaf: bytes, event: bytes) -> None:
        """The journal's next entry. Now and then this writes: when that raises `OSError`, the entry is added all the
        same. Raises `JournalDamaged` when this is not the entry that a checkpoint was signed over.
        """
        self._events.append(event)
        self._tree.append(leaf)
        if self.signed and self.signed.size == self.size and self.signed.root != self._tree.root():
            raise JournalDamaged(f"the checkpoint of its first {self.size:,} entries was signed over other ones")
        if len(self._missing) >= _MOST_MISSING:
            self.write_full_tiles()

    def agree(self, origin: str) -> None:
        """Raise `JournalDamaged` unless the tree, with all that the journal has, is what the checkpoint is one of."""
        if self.signed and self.signed.origin != origin:
            raise JournalDamaged("its checkpoint is another log's")
        if self.signed and self.signed.size > self.size:
            raise JournalDamaged(f"it has {self.size:,} entries, but a checkpoint was signed over {self.signed.size:,}")

    def write_full_tiles(self) -> None:
        """Write the full tiles that are missing."""
        while self._missing:
            self._write(*self._missing[0])
            name, _ = self._missing.pop(0)
            self._remove_partial(name)

    def write_tiles(self) -> None:
        """Write every tile of the tree as it is now, so that a checkpoint of it may be signed."""
        self.write_full_tiles()
        edge = [(tile_name(level, index, len(hashes)), b"".join(hashes)) for level, index, hashes in self._tree.edge()]
        if self._events:
            edge.append((tile_name(None, self.size // TILE_WIDTH, len(self._events)), bundle(self._events)))
        for name, content in edge:
            if not self._is_there(name):
                self._write(name, content)

    def checkpoint(self, origin: str) -> Checkpoint:
        """What there is to sign of the tree as it is now."""
        return Checkpoint(origin, self.size, self._tree.root())

    def _tile_is_full(self, level: int, index: int, hashes: Sequence[bytes]) -> None:
        full = [(tile_name(level, index), b"".join(hashes))]
        if level == 0:
            full.append((tile_name(None, index), bundle(self._events)))
            self._events = []
        self._missing += [(name, content) for name, content in full if not self._is_there(name)]

    def _is_there(self, name: str) -> bool:
        try:
            self._files.stat(self._folder / name)
        except FileNotFoundError:
            return False
        return True

    def _write(self, name: str, content: bytes) -> None:
        write_published(self._folder, name, content, self._files)

    def _remove_partial(self, name: str) -> None:
        """Remove what was there of the tile `name` before it was full (C2SP tlog-tiles allows it from then on)."""
        with suppress(OSError):  # they are right, and only in nobody's way
            folder = self._folder / f"{name}{PARTIAL}"
            for width in self._files.names(folder):
                self._files.unlink(folder / width)
            self._files.remove_folder(folder)


def kept_name(size: int) -> str:
    """Where the checkpoint of so many entries is kept, if it is."""
    return f"{KEPT}/{size:016}"


def write_published(folder: Path, name: str, content: bytes, files: Files) -> None:
    """Put a file below the log's `folder`: after a crash it is there whole, or as it was before."""
    files.make_folder((folder / name).parent)
    write_new(files, folder / name, content)


def read_published(folder: Path, name: str, files: Files = DISK) -> bytes | None:
    """What stands below the log's `folder`, None where nothing does. Not more than a note's bytes, and one."""
    try:
        with reading(folder / name, files) as read:
            return read(MOST_NOTE_BYTES + 1, 0)
    except FileNotFoundError:
        return None


def read_tile(folder: Path, name: str, files: Files = DISK) -> bytes:
    """A tile below the log's `folder`: the full one where it was not full and has become so. Raises `OSError`."""
    tile = read_published(folder, name, files)
    if tile is None:
        tile = read_published(folder, name.partition(f"{PARTIAL}/")[0], files)
    if tile is None:
        raise FileNotFoundError(f"{name} is missing")
    return tile


def _signed(folder: Path, files: Files) -> Checkpoint | None:
    content = read_published(folder, CHECKPOINT, files)
    try:
        return None if content is None else Checkpoint.of(Note.parse(content))
    except NotANote:
        raise JournalDamaged("its checkpoint is none") from None


_MOST_MISSING = 32
