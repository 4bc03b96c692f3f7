"""Witnesses keep a recorder from going on with less than they have seen; one that is away costs nobody anything."""

import shutil

import pytest

from audit.checkpoint import Checkpoint
from audit.cosigning import Ahead, Cosigner, NoAnswer, OverHttp, Witnesses
from audit.events import Receipt
from audit.findings import Wrong
from audit.inprocess import open_recorder
from audit.notes import Note
from audit.publishing import Publisher
from audit.recorder import JournalBroken
from audit.recovery import JournalDamaged
from audit.segments import LEAST_SEGMENT_BYTES
from audit.verify import verify
from tests.audit.disks import FastDisk
from tests.audit.examples import entries, login, writer
from tests.audit.witnesses import Town

NEVER = 3600.0


class Day:
    """A journal at work that is published and cosigned when a test says so."""

    def __init__(self, data, town):
        self.data = data
        self.cosigner = Cosigner(data / "journal", Witnesses(town.trust(), town), period_s=NEVER, files=FastDisk())
        self.writer = writer(data, witnessed=lambda signer, size: self.witnessed(town, signer, size))
        self.publisher = Publisher(self.writer, before_signing=self.cosigner.ask_first, period_s=NEVER)
        self.cosigner.follow(lambda: self.publisher.newest)

    def witnessed(self, town, signer, size):
        town.know(signer.key)
        self.cosigner.witnessed(signer, size)

    def write(self, number):
        outcomes = self.writer.write([login()] * number)
        self.publisher.publish()
        self.cosigner.cosign()
        return outcomes

    def end(self):
        self.writer.close()
        self.publisher.close()
        self.cosigner.close()


@pytest.fixture
def town(tmp_path):
    return Town(tmp_path / "town", "ab")


def cosigned(data):
    return Note.parse((data / "journal" / "cosigned").read_bytes())


def key(data):
    return entries(data)[0]["cj"]["system"]["signs_with"]


def test_every_checkpoint_is_cosigned_by_all(tmp_path, town):
    day = Day(tmp_path / "data", town)
    day.write(5)
    day.write(300)

    note = cosigned(day.data)
    assert Checkpoint.of(note).size == day.cosigner.cosigned == len(entries(day.data))
    assert [note.cosigned_at(signer.key) is not None for signer in town.signers.values()] == [True, True]
    assert day.cosigner.why is None
    day.end()
    assert verify(day.data, trust=town.trust(key(day.data))).proof.cosigned_by == ("a", "b")


def test_the_last_word_is_cosigned(tmp_path, town):
    day = Day(tmp_path / "data", town)
    day.end()

    assert Checkpoint.of(cosigned(day.data)).size == len(entries(day.data)) == 4


def test_a_start_after_another_goes_on_being_cosigned(tmp_path, town):
    Day(tmp_path / "data", town).end()
    day = Day(tmp_path / "data", town)
    day.write(1)

    assert day.cosigner.cosigned == len(entries(day.data))
    day.end()


def test_a_journal_that_was_rolled_back_is_not_written_on(tmp_path, town):
    day = Day(tmp_path / "data", town)
    day.write(5)
    shutil.copytree(day.data, tmp_path / "snapshot")
    day.write(5)
    day.end()
    before = {path: path.read_bytes() for path in (tmp_path / "snapshot").rglob("*") if path.is_file()}

    with pytest.raises(Ahead, match="has seen 14 entries, but the journal has 8"):
        Day(tmp_path / "snapshot", town)

    assert {path: path.read_bytes() for path in before} == before
    assert issubclass(Ahead, JournalDamaged), "which is how the gateway refuses to start"


def test_one_witness_that_answers_is_enough_to_refuse(tmp_path, town):
    day = Day(tmp_path / "data", town)
    shutil.copytree(day.data, tmp_path / "snapshot")
    day.write(5)
    day.end()
    town.away = {"a"}

    with pytest.raises(Ahead, match="witness b"):
        Day(tmp_path / "snapshot", town)


def test_when_nobody_answers_events_are_taken_and_nothing_is_signed_until_somebody_does(tmp_path, town):
    town.away = {"a", "b"}
    day = Day(tmp_path / "data", town)

    (outcome,) = day.writer.write([login()])
    with pytest.raises(NoAnswer, match="a is away; b is away"):
        day.publisher.publish()

    assert isinstance(outcome, Receipt)
    assert not (day.data / "journal" / "checkpoint").exists()
    town.away = {"a"}
    day.publisher.publish()
    assert (day.data / "journal" / "checkpoint").exists()
    day.end()


def test_a_roll_back_that_is_learnt_of_late_ends_the_writing_and_signs_nothing(tmp_path, town):
    day = Day(tmp_path / "data", town)
    day.write(5)
    shutil.copytree(day.data, tmp_path / "snapshot")
    day.write(5)
    day.end()
    town.away = {"a", "b"}
    back = Day(tmp_path / "snapshot", town)
    town.away = set()

    with pytest.raises(Ahead):
        back.publisher.publish()
    (outcome,) = back.writer.write([login()])

    assert isinstance(outcome, JournalBroken)
    assert "has seen" in str(outcome)
    signed = (tmp_path / "snapshot" / "journal" / "checkpoint").read_bytes()
    assert Checkpoint.of(Note.parse(signed)).size == 8
    back.end()


def test_a_witness_that_is_away_costs_the_cosignature_and_says_so(tmp_path, town):
    day = Day(tmp_path / "data", town)
    day.write(5)
    town.away = {"b"}
    day.write(5)

    assert Checkpoint.of(cosigned(day.data)).size == 8
    assert day.publisher.signed == 13
    assert day.cosigner.why == "b is away"
    town.away = set()
    day.cosigner.cosign()
    assert (day.cosigner.cosigned, day.cosigner.why) == (13, None)
    day.end()


def test_as_many_as_the_policy_asks_for_are_enough(tmp_path):
    town = Town(tmp_path / "town", "abc", "group two 2 a b c\nquorum two")
    day = Day(tmp_path / "data", town)
    town.away = {"b"}
    day.write(1)

    assert day.cosigner.cosigned == 4
    assert day.cosigner.why is None
    day.end()


@pytest.mark.parametrize(
    "lie",
    [
        (200, b""),
        (200, b"\xff\n"),
        (200, "— a.example AAAAAAAAAAA=\n".encode()),
        (403, b""),
        (500, b"x" * 100),
        (409, b"4\n"),
        (409, b"999999\n"),
        (409, b"many\n"),
        (409, b"9" * 5000),
        (301, b""),
    ],
)
def test_whatever_a_witness_answers_the_log_is_signed_and_the_lie_is_no_cosignature(tmp_path, town, lie):
    day = Day(tmp_path / "data", town)
    town.lies = {"a": lie}
    day.write(5)

    assert day.publisher.signed == 8
    assert not (day.data / "journal" / "cosigned").exists()
    assert day.cosigner.why.startswith("a ")
    town.lies = {}
    for _ in range(2):
        day.cosigner.cosign()
    assert day.cosigner.cosigned == 8
    day.end()


def test_a_cosignature_of_another_text_is_none(tmp_path, town):
    day = Day(tmp_path / "data", town)
    town.lies = {"a": (200, str(town.signers["a"].cosign("something else\n", 1)).encode())}
    day.write(5)

    assert day.cosigner.why == "a has not signed with its key"
    day.end()


def test_an_auditor_sees_what_was_not_cosigned(tmp_path, town):
    town.away = {"b"}
    day = Day(tmp_path / "data", town)
    day.write(5)
    day.end()

    findings = verify(day.data, trust=town.trust(key(day.data))).findings

    assert [finding.what for finding in findings] == [Wrong.NOT_COSIGNED]


def test_a_recorder_asks_its_witnesses_by_itself(tmp_path, town):
    (tmp_path / "data").mkdir()
    day = Day(tmp_path / "data", town)
    day.end()

    recorder = open_recorder(
        tmp_path / "data" / "journal",
        tmp_path / "data" / "keys",
        segment_bytes=LEAST_SEGMENT_BYTES,
        witnesses=Witnesses(town.trust(), town),
    )
    recorder.close()

    health = recorder.health()
    assert health.proof.cosigned == health.proof.signed == len(entries(tmp_path / "data")) == 6


def test_an_address_where_nobody_is_does_not_answer():
    post = OverHttp(0.5)

    with pytest.raises(NoAnswer, match="does not answer"):
        post("http://127.0.0.1:9/add-checkpoint", b"")
    post.close()
