"""The Merkle tree over a log's entries (RFC 6962, section 2.1): its root, and short proofs of place and of growth.

Pure, standard library alone. A perfect subtree is named by its level and its index among those of that level: (3, 1)
stands over the leaves 8 to 15. The tree is kept as C2SP tlog-tiles cut it: a tile holds 256 hashes that stand side by
side, and the root of a full tile is one hash of the tile above.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeAlias

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()  # of the tree that has no leaf

# Gives the hash of the perfect subtree of a level and index. May raise what reading it from somewhere raises.
Subtree: TypeAlias = Callable[[int, int], bytes]

# Is told of a tile that became full: its level among tiles, its index there, and its hashes.
Full: TypeAlias = Callable[[int, int, Sequence[bytes]], None]


class Tree:
    """A tree that grows by leaves. Remembers the unfinished tile of each level: that is all it takes to go on."""

    def __init__(self, full: Full | None = None) -> None:
        self.size = 0
        self._edge: list[list[bytes]] = [[]]  # by tile level
        self._full = full

    def append(self, leaf: bytes) -> None:
        """Grow by the hash of one further leaf."""
        edge = self._edge[0]
        edge.append(leaf)
        self.size += 1
        if len(edge) == TILE_WIDTH:
            self._close(0)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Grow by the hashes of further leaves."""
        taken = 0
        while taken < len(leaves):
            part = leaves[taken : taken + TILE_WIDTH - len(self._edge[0])]
            self._edge[0] += part
            self.size += len(part)
            taken += len(part)
            if len(self._edge[0]) == TILE_WIDTH:
                self._close(0)

    def root(self) -> bytes:
        """The hash of the whole tree as it is now."""
        root: list[bytes] = []
        for edge in self._edge:
            hashes = edge + root  # what is unfinished below stands behind what is finished here
            root = [root_of(hashes)] if hashes else []
        return root[0] if root else EMPTY_ROOT

    def edge(self) -> list[tuple[int, int, Sequence[bytes]]]:
        """The unfinished tiles as (level, index, hashes), without empty ones."""
        return [
            (level, self.size >> (TILE_HEIGHT * (level + 1)), tuple(hashes))
            for level, hashes in enumerate(self._edge)
            if hashes
        ]

    def _close(self, level: int) -> None:
        """The tile of this level at the edge is full: its root goes into the one above."""
        hashes, self._edge[level] = self._edge[level], []
        if self._full:
            self._full(level, (self.size >> (TILE_HEIGHT * (level + 1))) - 1, hashes)
        if level + 1 == len(self._edge):
            self._edge.append([])
        above = self._edge[level + 1]
        above.append(root_of(hashes))
        if len(above) == TILE_WIDTH:
            self._close(level + 1)


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The hash of the tree over one or more subtrees that stand side by side, all of one size but for the last."""
    while len(hashes) > 1:
        side_by_side = b"".join(hashes)
        pairs = range(0, len(side_by_side) - HASH_BYTES, 2 * HASH_BYTES)
        above = [sha256(b"\1" + side_by_side[place : place + 2 * HASH_BYTES]).digest() for place in pairs]
        hashes = above if len(hashes) % 2 == 0 else [*above, hashes[-1]]
    return hashes[0]


def inclusion_proof(leaf: int, size: int, subtree: Subtree) -> list[bytes]:
    """What proves that the tree of `size` leaves has the one with the index `leaf` (RFC 6962, 2.1.1)."""
    if not 0 <= leaf < size:
        raise ValueError(f"no leaf {leaf} in a tree of {size}")
    begin, end, proof = 0, size, []
    while end - begin > 1:
        middle = begin + _left_part(end - begin)
        if leaf < middle:
            proof.append(range_root(middle, end, subtree))
            end = middle
        else:
            proof.append(range_root(begin, middle, subtree))
            begin = middle
    return proof[::-1]


def consistency_proof(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """What proves that the tree of `old` leaves is the beginning of the one of `size` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {size} leaves does not begin with {old}")
    if old in {0, size}:
        return []
    begin, end, proof = 0, size, []
    while old < end:
        middle = begin + _left_part(end - begin)
        if old <= middle:
            proof.append(range_root(middle, end, subtree))
            end = middle
        else:
            proof.append(range_root(begin, middle, subtree))
            begin = middle
    # Whoever has the old root knows the hash of all of it; any other part of it must be told.
    return [*([range_root(begin, end, subtree)] if begin else []), *proof[::-1]]


def range_root(begin: int, end: int, subtree: Subtree) -> bytes:
    """The hash of the tree over the leaves from `begin` up to `end`, which begin where a subtree of their size does."""
    hashes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        hashes.append(subtree(level, begin >> level))
        begin += 1 << level
    root = hashes.pop()
    while hashes:
        root = sha256(b"\1" + hashes.pop() + root).digest()
    return root


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that this leaf hash stands at `index` in the tree of this root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    last, found = size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if index % 2 or index == last:
            found = sha256(b"\1" + sibling + found).digest()
            while not index % 2 and index:
                index, last = index >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + sibling).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and found == root


def extends(old_root: bytes, old: int, root: bytes, size: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that the tree of `root` begins with all that of `old_root` has (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or (old == 0 and old_root != EMPTY_ROOT) or (old == size and old_root != root):
        return False
    if old in {0, size} or not proof:
        return old in {0, size} and not proof
    index, last = old - 1, size - 1
    while index % 2:
        index, last = index >> 1, last >> 1
    first, *siblings = [old_root, *proof] if index == 0 else proof
    was = now = first
    for sibling in siblings:
        if last == 0:
            return False
        if index % 2 or index == last:
            was, now = sha256(b"\1" + sibling + was).digest(), sha256(b"\1" + sibling + now).digest()
            while not index % 2 and index:
                index, last = index >> 1, last >> 1
        else:
            now = sha256(b"\1" + now + sibling).digest()
        index, last = index >> 1, last >> 1
    return last == 0 and (was, now) == (old_root, root)


def _left_part(size: int) -> int:
    """How many of `size` leaves stand left of the root: the largest power of two below."""
    return 1 << ((size - 1).bit_length() - 1)
