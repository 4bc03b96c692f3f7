"""Disks that do what real ones do at the worst moment."""

import threading
from pathlib import Path

from audit.files import Files


class FastDisk(Files):
    """A disk for tests in which no power is lost: syncing takes no time and does nothing."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


class WatchedDisk(FastDisk):
    """Knows the name of every open file, and counts the syncs of the segments."""

    def __init__(self) -> None:
        self.name_of: dict[int, str] = {}
        self.segment_syncs = 0

    def open(self, path: Path, flags: int) -> int:
        descriptor = super().open(path, flags)
        self.name_of[descriptor] = path.name
        return descriptor

    def rename(self, old: Path, new: Path) -> None:
        super().rename(old, new)
        for descriptor, name in self.name_of.items():
            if name == old.name:
                self.name_of[descriptor] = new.name

    def sync(self, descriptor: int) -> None:
        if self.name_of[descriptor].endswith(".segment"):
            self.segment_syncs += 1
            self.sync_segment()

    def sync_segment(self) -> None:
        pass


class StallingDisk(WatchedDisk):
    """A disk whose segment syncs take until they are let go on, once told to stall."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()
        self.waiting = threading.Event()

    def stall(self) -> None:
        self.waiting.clear()
        self.go_on.clear()

    def sync_segment(self) -> None:
        self.waiting.set()
        self.go_on.wait()


class DyingDisk(WatchedDisk):
    """A disk that says of every segment sync that it failed, once it is dying."""

    dying = False

    def sync_segment(self) -> None:
        if self.dying:
            raise OSError(5, "Input/output error")
