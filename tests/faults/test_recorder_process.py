"""A recorder that is killed, stalled, starved or talked nonsense to loses nothing it acknowledged and doubles nothing;
gateways wait their deadline at most, show nothing meanwhile, and go on by themselves.
"""

import asyncio
import random
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from audit.events import Action, Event
from audit.recorder import CannotRecord
from audit.remote import RemoteRecorder
from tests.audit.examples import actions, entries, login, officer
from tests.audit.reaching import remote, short_folder
from tests.audit.reaching import until as soon
from tests.faults.recording import Daemon, reconcile
from tests.faults.running import ROOT, times, until
from tests.world import HOLLIS, World

pytestmark = pytest.mark.process

KILLS = times(25)
LONGEST_LIFE_S = 0.3
CALLERS = 16


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[[], Daemon]]:
    """Makes recorders, all over one folder and heard at one place, that are ended with the test."""
    made: list[Daemon] = []
    with short_folder() as folder:

        def one() -> Daemon:
            made.append(Daemon(tmp_path, folder / "recorder"))
            return made[-1]

        yield one
        for daemon in made:
            daemon.end()


@pytest.fixture
def daemon(make: Callable[[], Daemon]) -> Daemon:
    """A recorder at work, with nothing wrong."""
    return make().start()


class Callers:
    """Gateways that record without a pause, and what they were told: `acknowledged` by reason, how often `refused`."""

    def __init__(self, recorder: RemoteRecorder) -> None:
        self.acknowledged: dict[str, tuple[int, str]] = {}
        self.refused = 0
        self._recorder = recorder

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        working = [asyncio.create_task(self._work(name)) for name in range(CALLERS)]
        yield
        for task in working:
            task.cancel()
        await asyncio.wait(working)

    async def _work(self, name: int) -> None:
        number = 0
        while True:
            reason, number = f"{name}.{number}", number + 1
            try:
                receipt = await self._recorder.append(
                    Event(action=Action.SESSION_LOGIN, actor=officer(), reason=reason)
                )
            except CannotRecord:
                self.refused += 1
                await asyncio.sleep(0)
                await soon(lambda: self._recorder.health().ok)
            else:
                self.acknowledged[reason] = receipt.sequence, receipt.leaf


# Killed


@pytest.mark.timeout(120 + 10 * KILLS)
async def test_what_was_acknowledged_before_a_kill_is_there_after_it_and_nothing_twice(daemon: Daemon) -> None:
    async with remote(daemon.socket) as recorder:
        callers = Callers(recorder)
        async with callers.at_work():
            for _ in range(KILLS):
                await soon(lambda: recorder.health().ok)
                await asyncio.sleep(random.uniform(0, LONGEST_LIFE_S))
                daemon.kill()
                await asyncio.to_thread(daemon.start)

    assert daemon.stop() == 0
    assert len(callers.acknowledged) > KILLS
    assert callers.refused > 0
    reconcile(daemon.data, callers.acknowledged)
    assert verified(daemon.data).stdout.endswith("0 findings.\n")


def verified(data: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "audit", "verify", "--deep", data]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


async def test_one_gateway_killed_costs_the_other_nothing(daemon: Daemon) -> None:
    command = [sys.executable, "-m", "tests.faults.working_recorder", daemon.data, "other", daemon.socket]
    told: dict[str, tuple[int, str]] = {}
    async with remote(daemon.socket) as recorder:
        callers = Callers(recorder)
        async with callers.at_work():
            for run in range(3):
                command[4] = f"other{run}"
                other = await asyncio.to_thread(subprocess.Popen, command, cwd=ROOT, stdout=subprocess.PIPE)
                lines = await asyncio.to_thread(lambda said: [said.readline() for _ in range(100)], other.stdout)
                other.kill()
                lines += other.communicate()[0].splitlines()
                told |= {line.split()[0].decode(): (int(line.split()[1]), line.split()[2].decode()) for line in lines}
            await soon(lambda: len(callers.acknowledged) > 100)

    assert daemon.stop() == 0
    assert callers.refused == 0
    reconcile(daemon.data, {**callers.acknowledged, **told})


# Stalled, gone


@pytest.fixture
def world(tmp_path: Path, daemon: Daemon) -> Iterator[World]:
    """A gateway that records through the recorder."""
    with World(tmp_path, journal={"socket": daemon.socket, "deadline_s": 0.5}).running() as made:
        until(lambda: made.browser().get("/readyz").status_code == 200, "it reached the recorder")
        yield made


def says_why(answer: httpx2.Response) -> bool:
    return answer.status_code == 503 and "cannot record, so it shows nothing" in answer.text


def reasons(world: World) -> str:
    return "".join(world.browser().get("/readyz").json()["reasons"])


def is_ready(world: World) -> bool:
    return world.browser().get("/readyz").status_code == 200


def test_a_day_through_the_recorder_is_recorded_like_any_other(world: World) -> None:
    answer = world.signed_in().ask()

    (disclosed,) = world.events("search.disclose")
    assert answer["receipt"]["sequence"] == disclosed["event"]["sequence"]
    assert world.browser().get("/readyz").json()["record"]["size"] == len(world.events())


def test_a_recorder_that_stalls_stops_everybody_and_they_go_on_when_it_does(world: World, daemon: Daemon) -> None:
    deputy = world.signed_in()
    asked = len(world.events("search.request"))

    daemon.stall()
    page = deputy.post("/search", HOLLIS)
    red = reasons(world)
    daemon.go_on()

    assert says_why(page)
    assert "HOLLIS, Merrick" not in page.text
    assert "the recorder has not answered for" in red
    until(lambda: is_ready(world), "it goes on")
    assert deputy.ask()["completeness"]["answered"] == 4
    assert len(world.events("search.request")) == asked + 2  # the one that was refused stands there, once
    assert len({event["event"]["id"] for event in world.events()}) == len(world.events())


def test_a_recorder_that_is_gone_stops_everybody_until_it_is_back(world: World, daemon: Daemon) -> None:
    deputy = world.signed_in()

    daemon.kill()
    until(lambda: not is_ready(world), "it was noticed")
    page, red = deputy.post("/search", HOLLIS), reasons(world)
    daemon.start()

    assert says_why(page)
    assert f"the recorder at {daemon.socket}" in red
    until(lambda: is_ready(world), "it is back")
    assert deputy.ask()["completeness"]["answered"] == 4


def test_auditors_are_told_what_the_recorder_found_of_the_record(world: World) -> None:
    until(lambda: world.browser().get("/readyz").json()["record"]["checked_at"], "the recorder looked")

    assert world.browser().get("/readyz").json()["record"]["whole"] is True


# Full, doubled


async def test_a_full_disk_refuses_everybody_and_room_lets_them_go_on(daemon: Daemon) -> None:
    async with remote(daemon.socket) as recorder:
        daemon.fill_disk()
        refused = await filled(recorder)
        await soon(lambda: not recorder.health().ok)
        why = recorder.health().why

        daemon.free_disk()

        await soon(lambda: recorder.health().ok)
        receipt = await recorder.append(login())
    assert "no room for the next segment" in refused
    assert "no room for the next segment" in why
    assert daemon.stop() == 0
    assert receipt.sequence == len(entries(daemon.data)) - 2
    assert actions(daemon.data)[-1] == "journal.stop"


async def filled(recorder: RemoteRecorder) -> str:
    """Record until it is refused; gives why."""
    while True:
        try:
            await recorder.append(login())
        except CannotRecord as refused:
            return str(refused)


async def test_a_second_recorder_is_refused_and_the_first_does_not_notice(
    daemon: Daemon, make: Callable[[], Daemon]
) -> None:
    async with remote(daemon.socket) as recorder:
        assert "another process has the journal" in make().refused()

        assert (await recorder.append(login())).sequence == 3


async def test_a_recorder_that_ends_says_its_last_word(daemon: Daemon) -> None:
    async with remote(daemon.socket) as recorder:
        await recorder.append(login())

    assert daemon.stop() == 0
    assert actions(daemon.data)[-2:] == ["session.login", "journal.stop"]
    assert not daemon.socket.exists()
