"""A journal's file that is touched by somebody else is noticed before the next acknowledgement."""

import shutil

import pytest

from audit.events import Receipt
from audit.recorder import JournalBroken
from audit.segments import segment_path
from tests.audit.examples import entries, login, writer


def unlinked(path):
    path.unlink()


def replaced(path):
    copy = path.with_name("copy")
    shutil.copy2(path, copy)
    copy.rename(path)


def truncated(path):
    with path.open("r+b") as file:
        file.truncate(1000)


def lengthened(path):
    with path.open("ab") as file:
        file.write(b"more")


def made_read_only(path):
    path.chmod(0o400)


def moved_with_its_folder(path):
    path.parent.rename(path.parent.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("touch", "why"),
    [
        (unlinked, "No such file"),
        (replaced, "another file stands in its place"),
        (truncated, "size was changed"),
        (lengthened, "size was changed"),
        (made_read_only, "read-only"),
        (moved_with_its_folder, "No such file"),
    ],
)
def test_a_file_touched_by_another_hand_breaks_the_journal(tmp_path, touch, why):
    journal = writer(tmp_path)
    (before,) = journal.write([login()])
    touch(segment_path(tmp_path / "journal", 0))

    refused, later = journal.write([login()]), journal.write([login()])

    assert isinstance(before, Receipt)
    assert [type(outcome) for outcome in (*refused, *later)] == [JournalBroken, JournalBroken]
    assert why in str(refused[0])
    journal.release()


def test_a_file_made_read_only_and_writable_again_is_written_on_after_a_new_start(tmp_path):
    journal = writer(tmp_path)
    made_read_only(segment_path(tmp_path / "journal", 0))
    journal.write([login()])
    journal.release()
    segment_path(tmp_path / "journal", 0).chmod(0o600)

    journal = writer(tmp_path)

    assert isinstance(journal.write([login()])[0], Receipt)
    assert [entry["event"]["sequence"] for entry in entries(tmp_path)] == [0, 1, 2, 3, 4, 5]
    journal.close()
