"""`sightline record` as a process of its own, and what its journal says of what its callers saw."""

import resource
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from audit import canonical
from audit.events import Receipt
from audit.segments import LEAST_SEGMENT_BYTES
from tests.audit.examples import entries
from tests.faults.running import PATIENCE_S, ROOT, until


class Daemon:
    """A recorder over the folder `data`, which outlives it, heard at `socket`."""

    def __init__(self, data: Path, socket: Path, segment_bytes: int = LEAST_SEGMENT_BYTES) -> None:
        self.data = data
        self.socket = socket
        self._segment_bytes = segment_bytes
        self._log = data / "recorder.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> "Daemon":
        """Start it and wait until it is heard."""
        said = self._begin()
        assert "heard at" in said, said
        return self

    def refused(self) -> str:
        """Start it where it cannot start. Gives what it says."""
        said = self._begin()
        assert self._process.wait(PATIENCE_S) == 1
        assert "Traceback" not in said
        return said

    def kill(self) -> None:
        """As a machine kills: at once, without a word."""
        self._process.kill()
        self._process.wait()

    def stall(self) -> None:
        """It does nothing from now on, and is not gone."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> int:
        """As an operator ends it. Gives its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(PATIENCE_S)

    def fill_disk(self) -> None:
        """From now on it can make no file as large as the next segment."""
        self._limit = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (self._segment_bytes - 1, self._limit[1]))

    def free_disk(self) -> None:
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, self._limit)

    def end(self) -> None:
        """End it if it still runs."""
        if self._process and self._process.poll() is None:
            self.kill()

    def _begin(self) -> str:
        before = self._log.stat().st_size if self._log.exists() else 0
        command = [sys.executable, "-m", "audit", "record", self.data / "journal", "--keys", self.data / "keys"]
        command += ["--socket", self.socket, "--segment-bytes", str(self._segment_bytes)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        until(lambda: self._process.poll() is not None or b"heard at" in self._said(before), "it started")
        return self._said(before).decode()

    def _said(self, since: int) -> bytes:
        return self._log.read_bytes()[since:]


def reconcile(data: Path, acknowledged: Mapping[str, Receipt | tuple[int, str]]) -> None:
    """Every acknowledged event stands where its receipt says, none stands twice, and nothing is missing between."""
    told = entries(data)
    assert [entry["event"]["sequence"] for entry in told] == list(range(len(told)))
    times = Counter(entry["event"].get("reason") for entry in told if entry["event"]["action"] == "session.login")
    assert [reason for reason, count in times.items() if count > 1] == []
    for reason, (sequence, leaf) in acknowledged.items():
        assert told[sequence]["event"]["reason"] == reason
        assert canonical.leaf_hash(canonical.encode(told[sequence])).hex() == leaf
