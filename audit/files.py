"""Every call by which the activity record touches the disk, in one place, so that tests can break each of them."""

import fcntl
import os
from pathlib import Path

from audit.mounts import file_system

FOLDER_MODE = 0o700
FILE_MODE = 0o600


class Files:
    """The operating system's file calls, one method each and nothing more. All raise `OSError`."""

    def file_system(self, folder: Path) -> str:
        """What kind of file system `folder` is on, such as `ext4`; nothing where the kernel does not say."""
        return file_system(folder)

    def make_folder(self, folder: Path) -> None:
        """Make a folder, with its parents, unless it is there."""
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)

    def remove_folder(self, folder: Path) -> None:
        """Remove an empty folder."""
        folder.rmdir()

    def names(self, folder: Path) -> list[str]:
        """The names in `folder`, sorted."""
        return sorted(os.listdir(folder))  # noqa: PTH208 names are wanted, not paths

    def open(self, path: Path, flags: int) -> int:
        """Open for this process alone; what is created is for its owner alone."""
        return os.open(path, flags | os.O_CLOEXEC, FILE_MODE)

    def close(self, descriptor: int) -> None:
        """Close."""
        os.close(descriptor)

    def stat(self, path: Path) -> os.stat_result:
        """What stands at `path` now, whatever we hold open."""
        return os.stat(path)  # noqa: PTH116 a third of the time, before every acknowledgement

    def identity(self, descriptor: int) -> os.stat_result:
        """What we hold open."""
        return os.fstat(descriptor)

    def read(self, descriptor: int, size: int, offset: int) -> bytes:
        """Up to `size` bytes; fewer at the end."""
        return os.pread(descriptor, size, offset)

    def write(self, descriptor: int, content: bytes | memoryview, offset: int) -> int:
        """How many bytes were written: a full disk takes some and raises nothing."""
        return os.pwrite(descriptor, content, offset)

    def sync(self, descriptor: int) -> None:
        """Wait until what was written is on the disk. After an error nothing is known: never ask a second time."""
        os.fdatasync(descriptor)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in `folder` are on the disk."""
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def rename(self, old: Path, new: Path) -> None:
        """Give a file another name, taking that name from any other."""
        old.rename(new)

    def unlink(self, path: Path) -> None:
        """Remove a name."""
        path.unlink()

    def lock(self, descriptor: int) -> None:
        """Take the file for as long as it stays open. Raises `BlockingIOError` when somebody has it."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def write_all(files: Files, descriptor: int, content: bytes, offset: int) -> None:
    """Write all of `content`, however short the single writes are."""
    left = memoryview(content)
    while left:
        written = files.write(descriptor, left, offset)
        if written <= 0:
            raise OSError("the disk took nothing and said nothing")
        left = left[written:]
        offset += written


def make_folder(files: Files, folder: Path) -> None:
    """Make `folder` for its owner alone, unless it is there, and see that its name is on the disk."""
    files.make_folder(folder)
    files.sync_folder(folder.parent)


def write_new(files: Files, path: Path, content: bytes) -> None:
    """Make the file `path` with `content`: after a crash it is there whole or not at all."""
    unfinished = path.with_name(path.name + UNFINISHED)
    descriptor = files.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        write_all(files, descriptor, content, 0)
        files.sync(descriptor)
    finally:
        files.close(descriptor)
    files.rename(unfinished, path)
    files.sync_folder(path.parent)


UNFINISHED = ".unfinished"
DISK = Files()
