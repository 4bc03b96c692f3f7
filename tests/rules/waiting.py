"""Waits for what another thread or process is about to do: not for a time, but until it is so."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

from tests.world import World

PATIENCE_S = 30.0


def until(is_so: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Look again and again. Fails when it never comes about."""
    end = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.01)


def shipped(world: World) -> None:
    """Wait until the index holds all of the journal."""
    with closing(sqlite3.connect(f"file:{world.folder}/index.sqlite?mode=ro", uri=True)) as index:
        count = index.execute
        until(lambda: count("SELECT count(*) FROM entry").fetchone()[0] >= len(world.events()), "the index caught up")
