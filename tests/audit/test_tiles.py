"""A tile stands where C2SP tlog-tiles says, and from tiles alone every proof can be made."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.tiles import TileBroken, Tiles, bundle, tile_name, width_at
from audit.tree import TILE_WIDTH, Tree, consistency_proof, extends, includes, inclusion_proof, range_root

MOST = TILE_WIDTH * 3 + 17
LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(MOST)]


def tiles_of(size):
    """All tiles of a tree of `size` entries, by name."""
    found = {}
    tree = Tree(lambda level, index, hashes: found.update({tile_name(level, index): b"".join(hashes)}))
    tree.extend(LEAVES[:size])
    found |= {tile_name(level, index, len(hashes)): b"".join(hashes) for level, index, hashes in tree.edge()}
    return found, tree.root()


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ((0, 0), "tile/0/000"),
        ((1, 999), "tile/1/999"),
        ((0, 1000), "tile/0/x001/000"),
        ((2, 1234067), "tile/2/x001/x234/067"),
        ((0, 273, 112), "tile/0/273.p/112"),
        ((None, 1234067, 1), "tile/entries/x001/x234/067.p/1"),
    ],
)
def test_a_tile_has_the_name_that_the_specification_gives_it(place, name):
    assert tile_name(*place) == name


def test_the_tree_of_the_specifications_example_has_its_tiles():
    size = 70_000

    assert [width_at(0, index, size) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [width_at(1, index, size) for index in (0, 1, 2)] == [256, 17, 0]
    assert [width_at(2, index, size) for index in (0, 1)] == [1, 0]


def test_a_full_bundle_is_told_from_a_partial_one_by_its_name_alone():
    assert bundle([b"{}", b"x" * 300]) == b"\x00\x02{}" + b"\x01\x2c" + b"x" * 300


@settings(deadline=None)
@given(st.integers(1, MOST), st.data())
def test_every_proof_can_be_made_of_the_tiles(size, data):
    tiles, root = tiles_of(size)
    read = Tiles(size, tiles.__getitem__)
    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))

    assert range_root(0, size, read.subtree) == root
    assert includes(root, size, index, LEAVES[index], inclusion_proof(index, size, read.subtree))
    assert extends(tiles_of(old)[1], old, root, size, consistency_proof(old, size, read.subtree))


def test_a_tile_that_is_cut_off_gives_no_hash():
    tiles, _ = tiles_of(300)

    with pytest.raises(TileBroken, match=r"tile/0/001\.p/44"):
        Tiles(300, lambda name: tiles[name][:-1]).subtree(0, 299)
