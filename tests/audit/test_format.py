"""audit/FORMAT.md says what the code does: whoever writes a verifier from it alone computes what this one computes."""

from pathlib import Path

import audit
from audit.canonical import leaf_hash
from audit.checkpoint import Checkpoint, origin_of
from audit.events import Receipt
from audit.notes import COSIGNATURE, Note, Signer
from audit.receipts import Given
from audit.tiles import bundle, tile_name
from audit.tree import Tree
from audit.trust import parse_trust

FORMAT = Path(audit.__file__).with_name("FORMAT.md").read_text()
WORDS = " ".join(FORMAT.split())

LOG = bytes(range(16)).hex()
EVENTS = [b'{"a":1}', b'{"a":2}', b'{"a":3}']
SIGNER = Signer(origin_of(LOG), bytes(range(32)))
WITNESS = Signer("witness.example", bytes(range(1, 33)), COSIGNATURE)


def checkpoint() -> str:
    tree = Tree()
    tree.extend([leaf_hash(event) for event in EVENTS])
    return Checkpoint(SIGNER.key.name, tree.size, tree.root()).text()


def test_the_leaf_hashes_and_roots_are_as_stated() -> None:
    tree = Tree()
    for number, event in enumerate(EVENTS):
        tree.extend([leaf_hash(event)])
        assert f"leaf {number} {leaf_hash(event).hex()}" in WORDS
        assert f"root {number + 1} {tree.root().hex()}" in WORDS


def test_a_bundle_is_as_stated() -> None:
    content = bundle(EVENTS).hex()
    stated = WORDS.partition(f"{tile_name(None, 0, 3)} 0007 ")[2].partition(" ```")[0]

    assert f"0007{stated.replace(' ', '')}" == content


def test_an_index_is_spelled_as_stated() -> None:
    assert f"1234067 is `{tile_name(0, 1234067).removeprefix('tile/0/')}`" in WORDS


def test_a_receipt_is_as_stated() -> None:
    receipt = Receipt(log=LOG, sequence=1, leaf=leaf_hash(EVENTS[1]).hex(), at="")

    assert f"\n{receipt}\n" in FORMAT
    assert Given.parse(str(receipt)) == (LOG, 1, receipt.leaf)


def test_the_policy_that_is_stated_is_one() -> None:
    trust = parse_trust(FORMAT.partition("tlog-policy:\n\n```\n")[2].partition("```")[0])

    assert trust.logs == (SIGNER.key,)
    assert trust.witnesses["court"].key == WITNESS.key
    assert trust.suffices({"court"})
    assert not trust.suffices(set())


def test_a_signed_checkpoint_is_as_stated() -> None:
    assert str(SIGNER.key) in FORMAT
    assert Note(checkpoint(), (SIGNER.sign(checkpoint()),)).pack().decode() in FORMAT


def test_a_cosignature_is_as_stated() -> None:
    assert str(WITNESS.key) in FORMAT
    assert str(WITNESS.cosign(checkpoint(), 1772438400)) in FORMAT
