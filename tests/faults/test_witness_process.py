"""A witness as a process of its own: asked over HTTP, killed, started again, and it has forgotten nothing."""

import re
import shutil
import socket
import subprocess
import sys

import pytest

from audit.cosigning import Ahead, OverHttp, Witnesses
from audit.inprocess import open_recorder
from audit.segments import LEAST_SEGMENT_BYTES
from audit.trust import parse_trust
from audit.writer import open_writer
from tests.faults.running import ROOT

pytestmark = pytest.mark.process


class WitnessProcess:
    """`sightline witness` over a folder that outlives it, at one port."""

    def __init__(self, folder, log):
        self.folder = folder
        self.policy = folder.with_suffix(".trust")
        self.policy.write_text(f"log {log}\nquorum none\n")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    def start(self):
        command = [sys.executable, "-m", "gateway", "witness", self.folder, "--trust", self.policy]
        self._process = subprocess.Popen(
            [*command, "--name", "witness.example", "--port", str(self.port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.says = self._process.stdout.readline()  # a line of a policy, as the witness says it

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


def work(data, trust):
    recorder = open_recorder(
        data / "journal",
        data / "keys",
        segment_bytes=LEAST_SEGMENT_BYTES,
        witnesses=Witnesses(trust, OverHttp(10.0)),
    )
    recorder.close()
    return recorder.health().proof


def test_a_killed_witness_has_forgotten_nothing(tmp_path):
    data = tmp_path / "data"
    journal = open_writer(data / "journal", data / "keys", segment_bytes=LEAST_SEGMENT_BYTES)
    journal.close()
    witness = WitnessProcess(tmp_path / "witness", journal.signer.key)
    witness.start()
    try:
        named = re.sub("^witness witness.example", "witness w", witness.says)
        trust = parse_trust(f"{named}quorum w\n")
        proof = work(data, trust)
        assert proof.cosigned == proof.signed == 6
        shutil.copytree(data, tmp_path / "snapshot")
        assert work(data, trust).cosigned == 8
        witness.kill()
        witness.start()

        with pytest.raises(Ahead, match="has seen 8 entries, but the journal has 6"):
            work(tmp_path / "snapshot", trust)
        assert work(data, trust).cosigned == 10
    finally:
        witness.kill()
