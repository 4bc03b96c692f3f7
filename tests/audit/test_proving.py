"""Whoever rewrites a record, its chain and all, is found by what was signed before; a changed tile accuses no entry."""

import shutil

import pytest

from audit.__main__ import main
from audit.checking import Check
from audit.findings import Wrong
from audit.notes import COSIGNATURE, Note, Signer
from audit.publishing import Publisher
from audit.trust import parse_trust
from audit.verify import NothingToVerify, read_kept, verify
from tests.audit import forging
from tests.audit.examples import Time, entries, login, writer

NEVER = 3600.0
WITNESS = Signer("witness.example", bytes(range(1, 33)), COSIGNATURE)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Six hundred entries and the journal's own four, published, with a checkpoint kept at 304."""
    data, time = tmp_path_factory.mktemp("published"), Time()
    journal = writer(data, clock=time.clock, monotonic=time.monotonic, segment_bytes=1 << 20)
    publisher = Publisher(journal, period_s=NEVER, clock=time.clock)
    journal.write([login()] * 301)
    publisher.publish()
    journal.write([login()] * 299)
    journal.close()
    publisher.close()
    return data


@pytest.fixture
def data(published, tmp_path):
    return shutil.copytree(published, tmp_path / "data")


def found(data, **changed):
    return [(finding.what, finding.first, finding.last) for finding in verify(data, **changed).findings]


def key(data):
    return entries(data)[0]["cj"]["system"]["signs_with"]


def policy(data, quorum="none"):
    return parse_trust(f"log {key(data)}\nwitness w {WITNESS.key}\nquorum {quorum}\n")


def rewrite(data, number):
    """Change an entry and everything behind it, so that the chain is whole again, and take the position away."""
    forged = forging.read(data)
    forged[number] = forged[number].edited(user__name="Nobody")
    forging.write(data, forging.rechained(forged))
    (data / "journal" / "durable").unlink()


def cosign(data, at=1_772_438_400):
    path = data / "journal" / "checkpoint"
    note = Note.parse(path.read_bytes())
    path.write_bytes(note._replace(signatures=(*note.signatures, WITNESS.cosign(note.text, at))).pack())


def test_a_published_record_is_whole_and_every_checkpoint_of_it_holds(data):
    report = verify(data, deep=True)

    assert report.findings == ()
    assert report.proof == (604, (), 1, False)
    assert report.lines()[1] == (
        "The checkpoint of 604 of them holds, signed with the key that the log itself names; --trust says whose that "
        "is. 1 more that were kept also hold."
    )


@pytest.mark.parametrize("number", [10, 255, 256, 303, 500])
def test_an_entry_that_was_rewritten_with_its_chain_is_named(data, number):
    rewrite(data, number)

    what, first, last = found(data)[0]

    assert (what, first) == (Wrong.CHANGED, number)
    assert last >= number


def test_an_entry_that_was_dropped_with_all_others_renumbered_is_found(data):
    forged = forging.read(data)
    del forged[10]
    forging.write(data, forging.rechained(forged))
    (data / "journal" / "durable").unlink()

    wrong = found(data)

    assert wrong[0] == (Wrong.AGENCY, 10, 10)
    assert (Wrong.CHANGED, 10) in [finding[:2] for finding in wrong]
    assert (Wrong.MISSING, 603, 603) in wrong


def test_where_entries_are_missing_the_proof_ends_and_the_finding_says_why(data):
    forged = forging.read(data)
    del forged[300]
    forging.write(data, forged)

    assert (Wrong.MISSING, 300, 300) in found(data)
    assert verify(data).proof is None


def test_rewriting_the_tiles_too_leaves_the_checkpoint(data):
    rewrite(data, 10)
    shutil.rmtree(data / "journal" / "tile")
    (data / "journal" / "tile/0").mkdir(parents=True)

    assert Wrong.NO_TILE in {what for what, *_ in found(data)}

    shutil.rmtree(data / "journal" / "checkpoints")
    (data / "journal" / "checkpoint").unlink()
    gone = (Wrong.UNSAID, 603, 603)  # what said where the journal ends would tell on it
    assert found(data) == [gone]
    assert any(line.startswith("No checkpoint holds") for line in verify(data).lines())
    assert found(data, trust=policy(data)) == [gone, (Wrong.UNSIGNED, 0, 603)]


def test_an_auditor_who_kept_a_checkpoint_finds_a_log_that_was_signed_anew(data, tmp_path):
    """Whoever has the disk and the key signs a new history; not one who kept a checkpoint of the old."""
    kept = read_kept(data / "journal" / "checkpoint")
    rewrite(data, 10)
    shutil.rmtree(data / "journal" / "tile")
    shutil.rmtree(data / "journal" / "checkpoints")
    (data / "journal" / "checkpoint").unlink()
    again = writer(data, segment_bytes=1 << 20)
    publisher = Publisher(again, period_s=NEVER)
    again.close()
    publisher.close()

    assert found(data, trust=policy(data)) == []
    assert found(data, trust=policy(data), kept=[kept])[0] == (Wrong.CHECKPOINT, 0, 603)


def test_a_log_that_was_cut_is_shorter_than_what_was_signed(data):
    forging.write(data, forging.read(data)[:-4])
    (data / "journal" / "durable").unlink()

    assert (Wrong.MISSING, 600, 603) in found(data)


@pytest.mark.parametrize("level", [0, 1])
def test_a_changed_tile_is_told_as_a_changed_tile(data, level):
    path = next(path for path in sorted((data / "journal" / f"tile/{level}").rglob("*")) if path.is_file())
    content = bytearray(path.read_bytes())
    content[5] ^= 1
    path.write_bytes(content)

    assert found(data) == [(Wrong.TILE, 0, 0 if level == 0 else 255)]


def test_a_tile_that_is_missing_is_told(data):
    (data / "journal" / "tile/0/001").unlink()

    assert found(data) == [(Wrong.NO_TILE, 256, 511)]


def test_a_tile_that_is_cut_off_is_told(data):
    path = data / "journal" / "tile/0/001"
    path.write_bytes(path.read_bytes()[:100])

    assert found(data) == [(Wrong.TILE, 259, 511)]


def test_an_edited_entry_is_one_finding_with_or_without_the_proof(data):
    forged = forging.read(data)
    forged[10] = forged[10].edited(user__name="Nobody")
    forging.write(data, forged)

    assert found(data) == [(Wrong.CHANGED, 10, 10)]


def test_what_stands_in_place_of_a_checkpoint_is_told(data):
    (data / "journal" / "checkpoint").write_bytes(b"trust me\n")

    assert found(data) == [(Wrong.NO_CHECKPOINT, 0, 0)]


def test_a_signature_that_does_not_hold_is_told(data):
    path = data / "journal" / "checkpoint"
    note = Note.parse(path.read_bytes())
    (line,) = note.signatures
    path.write_bytes(note._replace(signatures=(line._replace(signature=bytes(64)),)).pack())

    assert found(data) == [(Wrong.UNSIGNED, 0, 603)]


def test_a_key_that_is_pinned_is_believed_and_no_other(data):
    stranger = Signer(f"sightline/{entries(data)[0]['cj']['log']}", bytes(32))

    assert verify(data, trust=policy(data)).proof == (604, (), 1, True)
    assert (Wrong.UNSIGNED, 0, 603) in found(data, trust=parse_trust(f"log {stranger.key}\nquorum none\n"))


def test_a_policy_without_keys_believes_nothing(data):
    assert (Wrong.UNSIGNED, 0, 603) in found(data, trust=parse_trust("quorum none\n"))


def test_too_few_cosignatures_are_told(data):
    assert found(data, trust=policy(data, "w")) == [(Wrong.NOT_COSIGNED, 0, 603)]

    cosign(data)

    report = verify(data, trust=policy(data, "w"))
    assert report.findings == ()
    assert report.proof == (604, ("w",), 0, True)


def test_a_cosignature_by_somebody_else_does_not_count(data):
    path = data / "journal" / "checkpoint"
    note = Note.parse(path.read_bytes())
    stranger = Signer("witness.example", bytes(32), COSIGNATURE)
    path.write_bytes(note._replace(signatures=(*note.signatures, stranger.cosign(note.text, 1))).pack())

    assert found(data, trust=policy(data, "w")) == [(Wrong.NOT_COSIGNED, 0, 603)]


def test_a_check_beside_a_running_recorder_finds_nothing_and_follows_what_is_signed(tmp_path):
    journal = writer(tmp_path, segment_bytes=1 << 20)
    publisher = Publisher(journal, period_s=NEVER)
    held = []
    check = Check(tmp_path / "journal", holds=held.append)
    for number in (1, 300, 20, 512, 3):
        journal.write([login()] * number)
        assert check.go_on().findings == ()
        publisher.publish()
        verdict = check.go_on()
        assert verdict.findings == ()
        assert held.pop().checkpoint.size == verdict.entries
    journal.close()
    publisher.close()


def test_the_command_takes_the_files_of_trust_and_of_kept_checkpoints(data, tmp_path, capsys):
    (tmp_path / "trust").write_text(f"log {key(data)}\nquorum none\n")
    shutil.copy(data / "journal" / "checkpoint", tmp_path / "kept")
    arguments = ["verify", str(data), "--trust", str(tmp_path / "trust"), "--checkpoint", str(tmp_path / "kept")]

    assert main(arguments) == 0
    assert "signed with a key that you trust." in capsys.readouterr().out

    (tmp_path / "trust").write_text("nobody\n")
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith("line 1")


@pytest.mark.parametrize(("content", "why"), [(None, "no checkpoint at"), (b"me\n", "is not a checkpoint")])
def test_a_kept_file_that_is_none_is_wrong_usage(tmp_path, content, why):
    if content:
        (tmp_path / "kept").write_bytes(content)

    with pytest.raises(NothingToVerify, match=why):
        read_kept(tmp_path / "kept")
