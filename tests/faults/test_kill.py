"""A recorder that is killed at any moment has every event that it acknowledged, once, in its place."""

import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from audit import canonical
from tests.audit.examples import entries, writer

KILLS = 25
ROOT = Path(__file__).parents[2]


@pytest.mark.process
def test_what_was_acknowledged_before_a_kill_is_there_after_it(tmp_path):
    acknowledged = {}
    for run in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.working_recorder", tmp_path, str(run)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        lines = [child.stdout.readline() for _ in range(random.randint(0, 300))]
        child.kill()
        lines += child.communicate()[0].splitlines()
        for line in lines:
            reason, sequence, leaf = line.decode().split()
            acknowledged[reason] = int(sequence), leaf

    writer(tmp_path).close()

    told = entries(tmp_path)
    assert len(acknowledged) > KILLS
    assert [entry["event"]["sequence"] for entry in told] == list(range(len(told)))
    for reason, (sequence, leaf) in acknowledged.items():
        assert told[sequence]["event"]["reason"] == reason
        assert canonical.leaf_hash(canonical.encode(told[sequence])).hex() == leaf
    times = Counter(entry["event"].get("reason") for entry in told if entry["event"]["action"] == "session.login")
    assert set(times.values()) == {1}
