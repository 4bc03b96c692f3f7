"""kill -9 under load, a thousand times where nothing is said: what clients saw against what the journal holds."""

import os
import sys

import pytest


def main(kills: int = 1000) -> None:
    """Kill recorder and gateway so many times each."""
    os.environ["N"] = str(kills)
    sys.exit(
        pytest.main(["tests/faults/test_recorder_process.py", "tests/faults/test_gateway_killed.py", "-k", "kill"])
    )
