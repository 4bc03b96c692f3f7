"""What an auditor is told of a record: each thing that is wrong, as a sentence with the entry's number and time."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple


class Wrong(StrEnum):
    """What can be wrong with an entry."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    FOREIGN = "foreign"
    FILE = "file"
    UNSAID = "unsaid"
    AGENCY = "agency"
    RENUMBERED = "renumbered"
    CONTRADICTS = "contradicts"
    NOT_CANONICAL = "not_canonical"
    CHECKPOINT = "checkpoint"
    NO_CHECKPOINT = "no_checkpoint"
    UNSIGNED = "unsigned"
    NOT_COSIGNED = "not_cosigned"
    TILE = "tile"
    NO_TILE = "no_tile"
    RECEIPT = "receipt"
    OTHER_LOG = "other_log"
    INDEX_LACKS = "index_lacks"
    INDEX_CHANGED = "index_changed"
    INDEX_EXTRA = "index_extra"


class Finding(NamedTuple):
    """One thing that is wrong with an entry, or with all from `first` to `last`. `at` is the time of the first, or of
    what follows it where it is not there to tell; empty when nothing tells.
    """

    what: Wrong
    first: int
    last: int
    at: str = ""

    def __str__(self) -> str:
        one, several = _SENTENCES[self.what]
        preposition = "before" if self.what is Wrong.MISSING else "of"
        when = f" {preposition} {self.at[:10]} {self.at[11:19]} UTC" if self.at else ""
        if self.first == self.last:
            return f"Entry {self.first:,}{when} {one}."
        return f"Entries {self.first:,} to {self.last:,}{when} {several}."


class Findings:
    """Findings in the order they were made. The same of neighbours is said once."""

    def __init__(self) -> None:
        self._made: list[Finding] = []

    def add(self, what: Wrong, first: int, last: int | None = None, at: str = "") -> None:
        """Add a finding of the entries from `first` to `last`, of one entry when there is no `last`."""
        last = first if last is None else last
        before = self._made[-1] if self._made else None
        if before and before.what is what and before.first <= first <= before.last + 1:
            self._made[-1] = before._replace(last=max(last, before.last))
        else:
            self._made.append(Finding(what, first, last, at))

    def take_back(self, what: Wrong, entry: int) -> bool:
        """Whether `what` was found of `entry`, which turns out otherwise: of its neighbours it remains true."""
        for place, made in enumerate(self._made):
            if made.what is what and made.first <= entry <= made.last:
                around = ((made.first, entry - 1), (entry + 1, made.last))
                self._made[place : place + 1] = [Finding(what, *rest, made.at) for rest in around if rest[0] <= rest[1]]
                return True
        return False

    def say(self, what: Wrong, entry: int) -> bool:
        """Whether they say this already of the entry."""
        return any(made.what is what and made.first <= entry <= made.last for made in self._made)

    def tell_of(self, first: int, last: int) -> bool:
        """Whether they say anything of an entry from `first` to `last`."""
        return any(made.first <= last and first <= made.last for made in self._made)

    def __bool__(self) -> bool:
        return bool(self._made)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._made)


_SENTENCES = {
    Wrong.CHANGED: ("was changed after it was sealed", "were changed after they were sealed"),
    Wrong.MISSING: ("is missing", "are missing"),
    Wrong.MOVED: ("does not stand in its place", "do not stand in their places"),
    Wrong.FOREIGN: ("has something in front of it that is no entry",) * 2,
    Wrong.FILE: ("is the first of a file whose beginning was changed",) * 2,
    Wrong.UNSAID: ("is the last here, and what says whether others followed it is gone or was changed",) * 2,
    Wrong.AGENCY: ("does not go on from its agency's event before: one of that agency's is missing",) * 2,
    Wrong.RENUMBERED: ("bears another number inside: others were taken out, or put in, before it",) * 2,
    Wrong.CONTRADICTS: ("says something else in its event than in its frame",) * 2,
    Wrong.NOT_CANONICAL: ("is not written in the one form of an event",) * 2,
    Wrong.CHECKPOINT: (
        "is not the one that its checkpoint was signed over",
        "are not those that their checkpoint was signed over: what was written down was written anew",
    ),
    Wrong.NO_CHECKPOINT: ("has something in place of a checkpoint that is none",) * 2,
    Wrong.UNSIGNED: ("has a checkpoint that nobody trusted has signed", "have a checkpoint that nobody trusted signed"),
    Wrong.NOT_COSIGNED: (
        "has a checkpoint that too few trusted witnesses have cosigned",
        "have a checkpoint that too few trusted witnesses have cosigned",
    ),
    Wrong.TILE: (
        "has another hash in the log's tiles: these were changed",
        "have other hashes in the log's tiles: these were changed",
    ),
    Wrong.NO_TILE: ("lacks a tile; the next start makes it again", "lack a tile; the next start makes it again"),
    Wrong.RECEIPT: ("is not the one that the receipt was given for",) * 2,
    Wrong.OTHER_LOG: ("of the receipt belongs to another log",) * 2,
    Wrong.INDEX_LACKS: ("is missing in the index", "are missing in the index"),
    Wrong.INDEX_CHANGED: ("was changed in the index", "were changed in the index"),
    Wrong.INDEX_EXTRA: ("is in the index and not in the journal", "are in the index and not in the journal"),
}
