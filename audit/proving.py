"""Does a journal still hold the entries that its checkpoints were signed over, and do its tiles say the same?

Nothing here asks who signed: that is for `verify`. Theory. The tree is grown from the entries as they stand; where it
is as long as a checkpoint, the roots must be equal. A tile that differs says which entry it was; which of the two was
changed the next checkpoint tells: where its root is that of the entries, it was the tile.
"""

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from audit.checkpoint import Checkpoint
from audit.files import UNFINISHED
from audit.findings import Findings, Wrong
from audit.notes import NotANote, Note
from audit.published import CHECKPOINT, COSIGNED, KEPT, read_published
from audit.tiles import hashes_in, tile_name
from audit.tree import TILE_HEIGHT, TILE_WIDTH, Tree


class Signed(NamedTuple):
    """A checkpoint, and the note that says it with whose signatures stand there."""

    checkpoint: Checkpoint
    note: Note


Holds = Callable[[Signed], None]


class Proving:
    """Holds the entries of the journal in `folder`, as they come, against what was published and signed of them.

    `others` are checkpoints that were kept elsewhere; `holds` is told of each whose root is that of the entries.
    """

    def __init__(self, folder: Path, findings: Findings, others: Sequence[Signed], holds: Holds | None) -> None:
        self.covered = 0  # entries under the longest checkpoint that is published
        self._folder = folder
        self._findings = findings
        self._others = others
        self._holds = holds
        self._held: Signed | None = None  # the last one
        self._tree: Tree | None = Tree(self._tile_is_full)
        self._due: deque[Signed] = deque()
        self._new: deque[tuple[int, int, Sequence[bytes]]] = deque()  # full tiles that no checkpoint covers yet
        self._differ: list[tuple[int, int, int]] = []  # level of the tile, first and last entry below what differs
        self._unlike: int | None = None  # entries under the first checkpoint whose root is another than theirs
        self._looked = False

    def look(self) -> None:
        """See what is published now. Before the entries are read: what is published of them then was so before."""
        if not self._tree:
            return
        found = [*self._due, *self._signed(CHECKPOINT), *self._signed(COSIGNED)]
        if not self._looked:
            found += [*self._others, *(signed for name in self._kept() for signed in self._signed(name))]
        self._looked = True
        size = self._tree.size
        new = [signed for signed in set(found) if signed.checkpoint.size >= size and signed != self._held]
        self._due = deque(sorted(new, key=lambda signed: signed.checkpoint.size))
        self.covered = max([self.covered, *(signed.checkpoint.size for signed in new)])
        while self._new and self._is_covered(*self._new[0][:2]):
            self._compare(*self._new.popleft())
        self._settle()

    def grow(self, leaves: Sequence[bytes]) -> None:
        """The leaf hashes of the entries that stand next."""
        while self._tree and leaves:
            until = self._due[0].checkpoint.size - self._tree.size if self._due else len(leaves)
            self._tree.extend(leaves[:until])
            leaves = leaves[until:]
            self._settle()

    def end(self) -> None:
        """There are no more entries for now: say of a root that is another what nothing else explains."""
        if self._unlike and not self._findings:
            self._findings.add(Wrong.CHECKPOINT, 0, self._unlike - 1)

    def give_up(self) -> None:
        """What stands next is not known: from here on no root can be told, and a finding has said why."""
        self._tree = None

    def _settle(self) -> None:
        """Compare the checkpoints that the tree is as long as now."""
        while self._tree and self._due and self._due[0].checkpoint.size == self._tree.size:
            signed = self._due.popleft()
            same = signed.checkpoint.root == self._tree.root()
            for level, index, hashes in self._tree.edge():
                self._compare(level, index, hashes)
            if same:
                self._held = signed
                if self._holds:
                    self._holds(signed)
            else:
                self._unlike = self._unlike or signed.checkpoint.size
            self._tell_what_differs(entries_stand=same)

    def _tell_what_differs(self, *, entries_stand: bool) -> None:
        what = Wrong.TILE if entries_stand else Wrong.CHANGED
        for level, first, last in sorted(self._differ):
            # What stands above an entry differs for the same reason, and its chain may have told of it before.
            if not (self._findings.tell_of(first, last) if level else self._findings.say(what, first)):
                self._findings.add(what, first, last)
        self._differ = []

    def _tile_is_full(self, level: int, index: int, hashes: Sequence[bytes]) -> None:
        if self._is_covered(level, index):
            self._compare(level, index, hashes)
        elif self.covered:
            self._new.append((level, index, tuple(hashes)))

    def _is_covered(self, level: int, index: int) -> bool:
        return (index + 1) << (TILE_HEIGHT * (level + 1)) <= self.covered

    def _compare(self, level: int, index: int, hashes: Sequence[bytes]) -> None:
        """Hold a tile against its file; one that is not full is gone once it is."""
        span = TILE_HEIGHT * level  # each hash stands over two to the power of this many entries
        first = index * TILE_WIDTH << span
        tile = read_published(self._folder, tile_name(level, index, len(hashes)))
        if tile is None:
            if len(hashes) == TILE_WIDTH:
                self._findings.add(Wrong.NO_TILE, first, first + (TILE_WIDTH << span) - 1)
        elif tile != b"".join(hashes):
            told = hashes_in(tile)
            for place, hash_ in enumerate(hashes):
                if told[place : place + 1] != [hash_]:
                    begin = first + (place << span)
                    self._differ.append((level, begin, begin + (1 << span) - 1))

    def _kept(self) -> list[str]:
        folder = self._folder / KEPT
        return sorted(f"{KEPT}/{path.name}" for path in folder.iterdir()) if folder.is_dir() else []

    def _signed(self, name: str) -> list[Signed]:
        """The checkpoint that is published under `name`, if there is one."""
        content = None if name.endswith(UNFINISHED) else read_published(self._folder, name)
        if content is None:
            return []
        try:
            note = Note.parse(content)
            return [Signed(Checkpoint.of(note), note)]
        except NotANote:
            self._findings.add(Wrong.NO_CHECKPOINT, 0)
            return []
