"""What the journal asks of the disk is asked of the operating system, and whole."""

import os
import stat

import pytest

from audit.files import DISK, Files, make_folder, write_all, write_new


@pytest.fixture
def asked(monkeypatch):
    """The kinds of file that the operating system was asked to sync."""
    kinds = []

    def note(descriptor):
        kinds.append(stat.S_IFMT(os.fstat(descriptor).st_mode))

    monkeypatch.setattr(os, "fdatasync", note)
    monkeypatch.setattr(os, "fsync", note)
    return kinds


def test_a_sync_asks_the_operating_system(tmp_path, asked):
    descriptor = DISK.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    DISK.sync(descriptor)
    DISK.close(descriptor)
    DISK.sync_folder(tmp_path)

    assert asked == [stat.S_IFREG, stat.S_IFDIR]


def test_short_writes_are_gone_on_with(tmp_path):
    class ThreeBytesAtATime(Files):
        def write(self, descriptor, content, offset):
            return super().write(descriptor, content[:3], offset)

    descriptor = DISK.open(tmp_path / "file", os.O_RDWR | os.O_CREAT)
    write_all(ThreeBytesAtATime(), descriptor, b"ten bytes.", 5)

    assert DISK.read(descriptor, 100, 0) == bytes(5) + b"ten bytes."
    DISK.close(descriptor)


def test_a_write_that_takes_nothing_is_an_error(tmp_path):
    class TakesNothing(Files):
        def write(self, descriptor, content, offset):
            return 0

    with pytest.raises(OSError, match="took nothing"):
        write_all(TakesNothing(), 0, b"content", 0)


def test_a_new_file_is_there_whole_or_not_at_all(tmp_path):
    class Dies(Files):
        def rename(self, old, new):
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        write_new(Dies(), tmp_path / "key", b"content")
    assert not (tmp_path / "key").exists()

    write_new(DISK, tmp_path / "key", b"content")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").read_bytes() == b"content"


def test_a_new_file_and_its_name_are_synced(tmp_path, asked):
    write_new(DISK, tmp_path / "key", b"content")

    assert asked == [stat.S_IFREG, stat.S_IFDIR]


def test_a_new_folder_is_its_owners_alone_and_its_name_is_synced(tmp_path, asked):
    make_folder(DISK, tmp_path / "new")

    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    assert asked == [stat.S_IFDIR]


def test_a_locked_file_is_locked_for_all_others(tmp_path):
    one, other = (DISK.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY) for _ in range(2))
    DISK.lock(one)

    with pytest.raises(BlockingIOError):
        DISK.lock(other)

    DISK.close(one)
    DISK.lock(other)
    DISK.close(other)
