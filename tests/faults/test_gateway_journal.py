"""Where nothing can be written down nothing is shown: a plain page says so, readiness is red, and where all it takes is
room, it goes on by itself.
"""

import ctypes
import os
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from audit.segments import segments
from tests.faults.running import GROUNDS, HOLLIS, Browser, Gateway, until
from tests.faults.test_files_touched import made_read_only, replaced, truncated, unlinked

pytestmark = pytest.mark.process

SEGMENT = 4 << 20  # bytes; the demo's
MANY = {"q": "dunman", **GROUNDS}  # about 20 kB of entries
REMOUNT = 32  # linux/mount.h


class MountedDisk:
    """The journal on a file system of its own that has no room for a second segment."""

    def __init__(self, folder: Path, libc: ctypes.CDLL) -> None:
        self._folder, self._libc = folder, libc

    def fill(self, gateway: Gateway) -> None:
        """It is as good as full."""

    def free(self, gateway: Gateway) -> None:
        assert self._libc.mount(b"none", os.fsencode(self._folder), b"tmpfs", REMOUNT, b"size=40m") == 0


class LimitedDisk:
    """Where nobody may mount: the gateway may make no file as large as the next segment."""

    def fill(self, gateway: Gateway) -> None:
        self._before = resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, (SEGMENT - 1, self._before[1]))

    def free(self, gateway: Gateway) -> None:
        resource.prlimit(gateway.pid, resource.RLIMIT_FSIZE, self._before)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[MountedDisk | LimitedDisk]:
    folder, libc = tmp_path / "data" / "journal", ctypes.CDLL(None, use_errno=True)
    folder.mkdir(parents=True, mode=0o700)
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=5m,mode=700") != 0:
        yield LimitedDisk()
        return
    yield MountedDisk(folder, libc)
    libc.umount2(os.fsencode(folder), 2)  # even if a failed test left a file open


@pytest.fixture
def on_disk(disk: MountedDisk | LimitedDisk, make: Callable[[], Gateway]) -> Iterator[Gateway]:
    """A gateway whose journal is on that disk, and which is gone before the disk is."""
    gateway = make()
    gateway.start()
    yield gateway
    gateway.end()


def refused(browser: Browser) -> httpx2.Response:
    """Ask until it is refused."""
    while (answer := browser.post("/search", MANY)).status_code == 200:
        pass
    return answer


def says_why(answer: httpx2.Response) -> bool:
    return answer.status_code == 503 and "cannot record, so it shows nothing" in answer.text


def test_a_full_disk_stops_everybody_and_room_lets_them_go_on(disk: MountedDisk, on_disk: Gateway) -> None:
    deputy, auditor = on_disk.browser("officer"), on_disk.browser("auditor")
    handle = deputy.ask()["sources"][0]["records"][0]["handle"]
    disk.fill(on_disk)

    page = refused(deputy)

    assert says_why(page)
    assert MANY["q"] in page.text
    assert "Driver DUNMAN" not in page.text
    assert "no room for the next segment" in "".join(on_disk.readiness()["reasons"])
    assert says_why(deputy.get(f"/records/{handle}"))
    assert says_why(deputy.post("/prints", {"handle": handle, "recipient": "A", "recipient_agency": "Marlow Police"}))
    assert says_why(auditor.get("/activity"))
    assert on_disk.browser().get("/healthz").status_code == 200

    disk.free(on_disk)

    until(on_disk.is_ready, "it found room")
    assert deputy.ask()["completeness"]["answered"] == 4
    assert on_disk.verified().returncode == 0


def test_a_gateway_that_ends_on_a_full_disk_says_its_last_word(disk: MountedDisk, on_disk: Gateway) -> None:
    deputy = on_disk.browser("officer")
    disk.fill(on_disk)
    refused(deputy)

    assert on_disk.stop() == 0

    assert on_disk.entries()[-1]["event"]["action"] == "journal.stop"
    assert on_disk.verified().returncode == 0


@pytest.mark.parametrize("touch", [unlinked, replaced, truncated, made_read_only])
def test_a_journal_touched_by_another_hand_is_noticed_before_the_next_answer(
    gateway: Gateway, touch: Callable[[Path], None]
) -> None:
    deputy = gateway.browser("officer")
    assert deputy.post("/search", HOLLIS).status_code == 200
    _, segment = segments(gateway.data / "journal")[-1]

    touch(segment)
    page = deputy.post("/search", HOLLIS)

    assert says_why(page)
    assert "HOLLIS, Merrick" not in page.text
    assert "the journal broke at entry" in "".join(gateway.readiness()["reasons"])


def test_a_changed_past_keeps_it_from_starting(gateway: Gateway) -> None:
    gateway.browser("officer").ask()
    gateway.stop()
    _, segment = segments(gateway.data / "journal")[0]
    content = bytearray(segment.read_bytes())
    content[content.index(b"search.request")] ^= 1
    segment.write_bytes(content)

    assert "Sightline does not start: " in gateway.refused()
    assert "was changed after it was sealed" in gateway.verified().stdout


def test_a_second_gateway_on_one_folder_is_refused_and_the_first_does_not_notice(
    gateway: Gateway, make: Callable[[], Gateway]
) -> None:
    deputy = gateway.browser("officer")

    assert "Another Sightline is at work in" in make().refused()

    assert deputy.ask()["completeness"]["answered"] == 4
