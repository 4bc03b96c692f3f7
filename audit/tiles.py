"""The tree of a log as files (C2SP tlog-tiles): where each stands, and what it holds.

A tile is 256 hashes side by side, and a bundle the 256 entries below one. Those at the right edge are not full: they
stand under the number of what they hold, and are never changed either.
"""

from collections.abc import Callable, Iterable

from audit.tree import HASH_BYTES, TILE_HEIGHT, TILE_WIDTH, root_of


def tile_name(level: int | None, index: int, width: int = TILE_WIDTH) -> str:
    """Where a tile stands below the log's folder; the bundle of entries where there is no `level`."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    *above, last = (digits[place : place + 3] for place in range(0, len(digits), 3))
    path = "/".join([*(f"x{part}" for part in above), last])
    partial = "" if width == TILE_WIDTH else f"{PARTIAL}/{width}"
    return f"tile/{'entries' if level is None else level}/{path}{partial}"


def width_at(level: int, index: int, size: int) -> int:
    """How many hashes the tile has in the tree of `size` entries."""
    return max(0, min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - index * TILE_WIDTH))


def bundle(events: Iterable[bytes]) -> bytes:
    """What the bundle of these entries holds."""
    return b"".join(part for event in events for part in (len(event).to_bytes(2, "big"), event))


class Tiles:
    """Gives the hashes of subtrees of a tree of `size` entries from its tiles, which `read` gives by their names."""

    def __init__(self, size: int, read: Callable[[str], bytes]) -> None:
        self._size = size
        self._read = read
        self._known: dict[str, bytes] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of the perfect subtree. Raises what `read` raises, and `TileBroken`."""
        tile_level, below = divmod(level, TILE_HEIGHT)
        first = index << below
        tile = first // TILE_WIDTH
        name = tile_name(tile_level, tile, width_at(tile_level, tile, self._size))
        if name not in self._known:
            self._known[name] = self._read(name)
        begin, number = (first % TILE_WIDTH) * HASH_BYTES, 1 << below
        content = self._known[name][begin : begin + number * HASH_BYTES]
        if len(content) != number * HASH_BYTES:
            raise TileBroken(f"{name} is cut off")
        return root_of(hashes_in(content))


class TileBroken(Exception):
    """A tile does not hold what its name says."""


def hashes_in(tile: bytes) -> list[bytes]:
    """The hashes that stand in a tile."""
    return [tile[place : place + HASH_BYTES] for place in range(0, len(tile), HASH_BYTES)]


PARTIAL = ".p"
