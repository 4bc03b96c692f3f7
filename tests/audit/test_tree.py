"""The tree says the same as RFC 6962 does, of any number of entries, and no proof shows what is not so."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.canonical import leaf_hash
from audit.tree import (
    EMPTY_ROOT,
    TILE_WIDTH,
    Tree,
    consistency_proof,
    extends,
    includes,
    inclusion_proof,
    range_root,
    root_of,
)

# The vectors that Certificate Transparency's implementations share: the first one to eight of these entries.
ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(entry)) for entry in ENTRIES]

sizes = st.one_of(st.integers(1, 70), st.sampled_from([255, 256, 257, 511, 513]))
some = [sha256(number.to_bytes(4, "big")).digest() for number in range(1025)]


def naive_root(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 2.1 writes it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return sha256(b"\1" + naive_root(leaves[:left]) + naive_root(leaves[left:])).digest()


def naive_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """PATH as RFC 6962 2.1.1 writes it."""
    if len(leaves) == 1:
        return []
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    if index < left:
        return [*naive_path(index, leaves[:left]), naive_root(leaves[left:])]
    return [*naive_path(index - left, leaves[left:]), naive_root(leaves[:left])]


def naive_subproof(old: int, leaves: list[bytes], known: bool) -> list[bytes]:
    """SUBPROOF as RFC 6962 2.1.2 writes it."""
    if old == len(leaves):
        return [] if known else [naive_root(leaves)]
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    if old <= left:
        return [*naive_subproof(old, leaves[:left], known), naive_root(leaves[left:])]
    return [*naive_subproof(old - left, leaves[left:], False), naive_root(leaves[:left])]


def subtrees(leaves: list[bytes]) -> Any:
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    tree.extend(leaves)
    return tree


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_of_known_trees_never_change(size: int) -> None:
    assert grown(LEAVES[:size]).root().hex() == ROOTS[size - 1]


def test_a_tree_without_entries_has_the_hash_of_nothing() -> None:
    assert Tree().root() == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_proofs_never_change() -> None:
    path = [node.hex()[:8] for node in inclusion_proof(5, 8, subtrees(LEAVES))]
    grew = [node.hex()[:8] for node in consistency_proof(6, 8, subtrees(LEAVES))]

    assert path == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert grew == ["0ebc5d34", "ca854ea1", "d37ee418"]


@settings(deadline=None)
@given(sizes)
def test_the_root_is_the_one_of_the_recursive_definition(size: int) -> None:
    assert grown(some[:size]).root() == root_of(some[:size]) == naive_root(some[:size])


@settings(deadline=None)
@given(sizes, st.data())
def test_a_tree_may_be_asked_for_its_root_at_any_time(size: int, data: st.DataObject) -> None:
    before = data.draw(st.integers(0, size))
    tree = grown(some[:before])
    tree.root()
    tree.extend(some[before:size])

    assert tree.root() == naive_root(some[:size])


@settings(deadline=None)
@given(sizes)
def test_a_tree_grows_one_by_one_as_it_does_at_once(size: int) -> None:
    tree = Tree()
    for leaf in some[:size]:
        tree.append(leaf)

    assert (tree.size, tree.root(), tree.edge()) == (size, grown(some[:size]).root(), grown(some[:size]).edge())


@settings(deadline=None)
@given(sizes, st.data())
def test_a_proof_of_place_is_the_one_of_the_recursive_definition_and_holds(size: int, data: st.DataObject) -> None:
    leaves = some[:size]
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, subtrees(leaves))

    assert proof == naive_path(index, leaves)
    assert includes(naive_root(leaves), size, index, leaves[index], proof)


@settings(deadline=None)
@given(sizes, st.data())
def test_a_proof_of_growth_is_the_one_of_the_recursive_definition_and_holds(size: int, data: st.DataObject) -> None:
    leaves = some[:size]
    old = data.draw(st.integers(1, size))
    proof = consistency_proof(old, size, subtrees(leaves))

    assert proof == naive_subproof(old, leaves, True)
    assert extends(naive_root(leaves[:old]), old, naive_root(leaves), size, proof)


def test_every_tree_grows_from_nothing() -> None:
    assert consistency_proof(0, 5, subtrees(some)) == []
    assert extends(EMPTY_ROOT, 0, naive_root(some[:5]), 5, [])
    assert not extends(some[0], 0, naive_root(some[:5]), 5, [])
    assert not extends(EMPTY_ROOT, 0, naive_root(some[:5]), 5, [some[0]])


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_nothing_else_has_a_proof_of_place(size: int, data: st.DataObject) -> None:
    leaves, root = some[:size], naive_root(some[:size])
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, subtrees(leaves))
    other = data.draw(st.integers(-1, size + 1).filter(lambda number: number != index))

    assert not includes(root, size, other, leaves[index], proof)
    assert not includes(root, size, index, some[-1], proof)
    assert not includes(some[-1], size, index, leaves[index], proof)
    assert not includes(root, size, index, leaves[index], [*proof, some[-1]])
    for place in range(len(proof)):
        assert not includes(root, size, index, leaves[index], [*proof[:place], some[-1], *proof[place + 1 :]])
        assert not includes(root, size, index, leaves[index], [*proof[:place], *proof[place + 1 :]])


@settings(deadline=None)
@given(st.integers(2, 70), st.data())
def test_nothing_else_has_a_proof_of_growth(size: int, data: st.DataObject) -> None:
    leaves, root = some[:size], naive_root(some[:size])
    old = data.draw(st.integers(1, size - 1))
    old_root = naive_root(leaves[:old])
    proof = consistency_proof(old, size, subtrees(leaves))

    assert not extends(some[-1], old, root, size, proof)
    assert not extends(old_root, old, some[-1], size, proof)
    assert not extends(old_root, old, root, size, [*proof, some[-1]])
    for place in range(len(proof)):
        assert not extends(old_root, old, root, size, [*proof[:place], some[-1], *proof[place + 1 :]])
        assert not extends(old_root, old, root, size, [*proof[:place], *proof[place + 1 :]])


@settings(deadline=None)
@given(st.integers(1, 70), st.data())
def test_a_changed_past_has_no_proof_of_growth(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    forged = list(some[:size])
    forged[data.draw(st.integers(0, old - 1))] = some[-1]
    proof = consistency_proof(old, size, subtrees(forged))

    assert not extends(naive_root(some[:old]), old, naive_root(forged), size, proof)


def test_a_tree_does_not_shrink() -> None:
    with pytest.raises(ValueError, match="does not begin"):
        consistency_proof(6, 5, subtrees(some))
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(5, 5, subtrees(some))
    assert not extends(naive_root(some[:6]), 6, naive_root(some[:5]), 5, [])


@settings(deadline=None)
@given(st.integers(0, 10), st.integers(1, 1024))
def test_any_range_that_begins_where_a_subtree_does_has_its_root(level: int, length: int) -> None:
    begin = 1 << level if length <= 1 << level else 0
    end = min(begin + length, len(some))

    assert range_root(begin, end, subtrees(some)) == naive_root(some[begin:end])


def test_full_tiles_are_told_once_each_in_order() -> None:
    told: list[tuple[int, int, int]] = []
    leaves = [sha256(number.to_bytes(4, "big")).digest() for number in range(TILE_WIDTH**2 + TILE_WIDTH + 5)]
    tree = Tree(lambda level, index, hashes: told.append((level, index, len(hashes))))

    tree.extend(leaves)

    assert [index for level, index, _ in told if level == 0] == list(range(TILE_WIDTH + 1))
    assert [place for place in told if place[0] == 1] == [(1, 0, TILE_WIDTH)]
    assert {width for *_, width in told} == {TILE_WIDTH}
    assert [(level, index, len(hashes)) for level, index, hashes in tree.edge()] == [(0, 257, 5), (1, 1, 1), (2, 0, 1)]
    assert tree.root() == naive_root(leaves)
