"""Even without a lock two recorders never both acknowledge: whoever was overtaken notices first."""

import pytest

from audit.events import Receipt
from audit.recorder import JournalBroken
from tests.audit.disks import FastDisk, StallingDisk
from tests.audit.examples import entries, login, writer


class UnlockedDisk(FastDisk):
    """A disk that gives its lock to everybody."""

    def lock(self, descriptor):
        pass


def test_a_recorder_that_was_overtaken_acknowledges_nothing_more(tmp_path):
    first = writer(tmp_path, files=UnlockedDisk())
    second = writer(tmp_path, files=UnlockedDisk())

    (overtaken,) = first.write([login()])
    (receipt,) = second.write([login()])

    assert isinstance(overtaken, JournalBroken)
    assert "another recorder has taken the journal over" in str(overtaken)
    assert entries(tmp_path)[receipt.sequence]["event"]["action"] == "session.login"
    first.release()
    second.close()


def test_not_even_one_that_was_waiting_for_the_disk(tmp_path):
    class OvertakenDisk(UnlockedDisk):
        def sync(self, descriptor):
            (tmp_path / "journal" / "generation").with_name("another").write_text("2")
            (tmp_path / "journal" / "another").rename(tmp_path / "journal" / "generation")

    first = writer(tmp_path, files=UnlockedDisk())
    first._segment._files = OvertakenDisk()

    (overtaken,) = first.write([login()])

    assert isinstance(overtaken, JournalBroken)
    first.release()


def test_it_notices_one_that_came_after_two_others(tmp_path):
    first = writer(tmp_path, files=UnlockedDisk())
    for _ in range(5):  # file numbers are given out again
        writer(tmp_path, files=UnlockedDisk()).release()

    assert isinstance(first.write([login()])[0], JournalBroken)
    first.release()


def test_every_opening_has_the_next_number_and_says_so(tmp_path):
    for _ in range(3):
        writer(tmp_path).close()

    starts = [entry for entry in entries(tmp_path) if entry["event"]["action"] == "journal.start"]
    assert [start["cj"]["system"]["generation"] for start in starts] == [1, 2, 3]


def test_a_number_that_is_none_keeps_it_from_starting(tmp_path):
    writer(tmp_path).close()
    (tmp_path / "journal" / "generation").write_text("one")

    with pytest.raises(JournalBroken, match="holds no number"):
        writer(tmp_path)


def test_who_is_not_overtaken_goes_on(tmp_path):
    journal = writer(tmp_path, files=StallingDisk())

    assert all(isinstance(outcome, Receipt) for outcome in journal.write([login(), login()]))
    journal.close()
