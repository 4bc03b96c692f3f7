"""A witness cosigns what only grew, writes it down before it answers, and never anything shorter or other."""

import base64
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from audit.__main__ import main
from audit.checkpoint import Checkpoint
from audit.cosignature import MOST_BODY_BYTES, NotAsked, Submission
from audit.notes import COSIGNATURE, NotANote, Note, Signer, parse_lines
from audit.tree import EMPTY_ROOT, consistency_proof, root_of
from audit.trust import parse_trust
from audit.witness import StateUnreadable, Witness, application, open_key
from tests.audit.disks import FastDisk

LOG = Signer("sightline/log", bytes(range(32)))
STRANGER = Signer("sightline/log", bytes(32))
SIGNER = Signer("witness.example", bytes(range(1, 33)), COSIGNATURE)
TRUST = parse_trust(f"log {LOG.key}\nquorum none\n")
AT = 1_772_438_400

LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(100)]
FORKED = [*LEAVES[:50], bytes(32), *LEAVES[51:]]


def subtrees(leaves):
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def note(size, leaves=LEAVES, signer=LOG):
    root = root_of(leaves[:size]) if size else EMPTY_ROOT
    text = Checkpoint(signer.key.name, size, root).text()
    return Note(text, (signer.sign(text),))


def asked(old, size, leaves=LEAVES, **changed):
    question = Submission(old, consistency_proof(old, size, subtrees(leaves)), note(size, leaves))
    return question._replace(**changed).pack()


def witness(folder, files=None):
    return Witness(folder, TRUST, SIGNER, clock=lambda: AT, files=files or FastDisk())


@pytest.fixture
def at_sixty(tmp_path):
    """A witness that has cosigned sixty entries."""
    found = witness(tmp_path / "witness")
    assert found.add_checkpoint(asked(0, 60)).status == 200
    return found


def test_what_grew_is_cosigned(at_sixty):
    answer = at_sixty.add_checkpoint(asked(60, 80))

    assert answer.status == 200
    assert Note(note(80).text, parse_lines(answer.text)).cosigned_at(SIGNER.key) == AT


def test_the_same_once_more_is_cosigned_once_more(at_sixty):
    assert at_sixty.add_checkpoint(asked(60, 60)).status == 200


@pytest.mark.parametrize("old", [0, 59, 61])
def test_whoever_starts_from_elsewhere_is_told_the_size(at_sixty, old):
    answer = at_sixty.add_checkpoint(asked(old, 80))

    assert (answer.status, answer.text, answer.type) == (409, "60\n", "text/x.tlog.size")


def test_a_shorter_log_is_not_cosigned(at_sixty):
    assert at_sixty.add_checkpoint(asked(40, 40)).status == 409
    assert at_sixty.add_checkpoint(Submission(60, (), note(40)).pack()).status == 400
    assert at_sixty.add_checkpoint(asked(60, 80)).status == 200


def test_a_forked_log_is_not_cosigned(at_sixty):
    assert at_sixty.add_checkpoint(asked(60, 80, FORKED)).status == 422
    assert at_sixty.add_checkpoint(asked(60, 60, FORKED)).status == 409
    assert at_sixty.add_checkpoint(asked(60, 80)).status == 200


def test_without_a_proof_nothing_is_cosigned(at_sixty):
    assert at_sixty.add_checkpoint(asked(60, 80, proof=())).status == 422


def test_a_log_without_entries_is_no_secret_and_no_step_back(tmp_path, at_sixty):
    assert witness(tmp_path / "new").add_checkpoint(asked(0, 0)).status == 200
    assert at_sixty.add_checkpoint(asked(0, 0)).text == "60\n"


def test_a_log_that_nobody_told_it_of_is_unknown(at_sixty):
    other = Signer("sightline/other", bytes(32))

    assert at_sixty.add_checkpoint(Submission(0, (), note(1, signer=other)).pack()).status == 404


def test_another_key_does_not_sign_for_the_log(at_sixty):
    assert at_sixty.add_checkpoint(asked(60, 80, note=note(80, signer=STRANGER))).status == 403


def test_it_remembers_what_it_has_cosigned(tmp_path, at_sixty):
    again = witness(tmp_path / "witness")

    assert again.add_checkpoint(asked(0, 60)).text == "60\n"
    assert again.add_checkpoint(asked(60, 80)).status == 200


@pytest.mark.parametrize("call", ["open", "write", "sync", "rename", "sync_folder"])
def test_what_is_not_on_its_disk_is_not_cosigned(tmp_path, call):
    class Dying(FastDisk):
        dying = False

    def die(self, *args):
        if self.dying:
            raise OSError(5, "Input/output error")
        return getattr(FastDisk, call)(self, *args)

    setattr(Dying, call, die)
    disk = Dying()
    dying = witness(tmp_path / "witness", disk)
    dying.add_checkpoint(asked(0, 60))
    disk.dying = True

    with pytest.raises(OSError, match="Input/output"):
        dying.add_checkpoint(asked(60, 80))


def test_a_memory_that_was_spoilt_is_not_taken_for_none(tmp_path, at_sixty):
    next((tmp_path / "witness").glob("*.checkpoint")).write_bytes(b"")

    with pytest.raises(StateUnreadable):
        at_sixty.add_checkpoint(asked(0, 80))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n",
        b"old 0\n\nnote\n",
        asked(0, 5).replace(b"old 0", b"old 00"),
        asked(0, 5).replace(b"old 0", b"old -1"),
        asked(0, 5).replace(b"old 0\n", b"old 0\nnot a hash\n"),
        asked(0, 5).replace(b"old 0\n", b"old 0\n" + (base64.b64encode(bytes(32)) + b"\n") * 64),
    ],
)
def test_what_is_no_question_is_a_bad_request(tmp_path, body):
    assert witness(tmp_path / "witness").add_checkpoint(body).status == 400


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_whatever_comes_is_a_question_or_refused(body):
    try:
        found = Submission.parse(body)
    except (NotAsked, NotANote):
        return
    assert found.note


@settings(deadline=None)
@given(st.integers(0, 99), st.integers(0, 99))
def test_a_question_is_read_as_it_was_written(one, other):
    old, size = sorted((one, other))

    found = Submission.parse(asked(old, size))

    assert found.pack() == asked(old, size)


async def test_it_is_asked_over_http(tmp_path):
    with TestClient(application(witness(tmp_path / "witness"))) as client:
        first = client.post("/add-checkpoint", content=asked(0, 60))
        stale = client.post("/add-checkpoint", content=asked(0, 80))
        long = client.post("/add-checkpoint", content=bytes(MOST_BODY_BYTES + 1))

    assert (first.status_code, stale.status_code, long.status_code) == (200, 409, 413)
    assert stale.headers["content-type"].startswith("text/x.tlog.size")
    assert parse_lines(first.text)[0].name == "witness.example"


def test_its_key_is_made_once_for_itself_alone(tmp_path):
    key = open_key(tmp_path / "w", FastDisk())

    assert open_key(tmp_path / "w", FastDisk()) == key
    assert (tmp_path / "w" / "witness.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["a b", "a+b", ""])
def test_a_name_that_no_policy_could_hold_is_wrong_usage(tmp_path, name, capsys):
    (tmp_path / "trust").write_text("quorum none\n")

    assert main(["witness", str(tmp_path / "w"), "--trust", str(tmp_path / "trust"), "--name", name]) == 2
