"""The gateway is put together from its settings, or says why not; what it lives by keeps running, or it ends."""

import queue
import signal
import threading
from pathlib import Path

import msgspec
import pytest

from audit.ship import Shipper
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.app import CannotStart, application
from gateway.oversight.check import Check
from gateway.prints.press import Press
from tests.world import World

Signals = queue.SimpleQueue[int]


@pytest.fixture
def signals(monkeypatch: pytest.MonkeyPatch) -> Signals:
    """The signals this process sends itself; none of them arrives."""
    sent = Signals()
    monkeypatch.setattr("signal.raise_signal", sent.put)
    return sent


@pytest.mark.parametrize(("part", "work"), [(Shipper, "run"), (Check, "run"), (Press, "warm_up")])
def test_a_part_that_dies_in_the_background_ends_the_process(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    signals: Signals,
    capfd: pytest.CaptureFixture[str],
    part: type,
    work: str,
) -> None:
    async def dies(_: object) -> None:
        raise ValueError("HOLLIS")

    monkeypatch.setattr(part, work, dies)
    with World(tmp_path).running():
        assert signals.get(timeout=30) == signal.SIGTERM

    printed = capfd.readouterr().out
    assert "background.died" in printed
    assert "ValueError" in printed
    assert "HOLLIS" not in printed


def test_while_every_part_works_the_process_goes_on_until_it_is_ended(tmp_path: Path, signals: Signals) -> None:
    with World(tmp_path).running() as world:
        world.signed_in().ask()

    assert signals.empty()


def test_ending_writes_the_last_word_and_lets_the_record_go(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    with World(tmp_path).running() as world:
        pass

    assert world.events()[-1]["event"]["action"] == "journal.stop"
    left = set(threading.enumerate()) - others
    assert not [thread.name for thread in left if thread.name.startswith("journal")]


def test_a_second_gateway_on_the_same_record_does_not_start(world: World) -> None:
    other_index = msgspec.structs.replace(world.settings.index, path=world.folder / "other.sqlite")
    for settings, said in (
        (world.settings, "another process writes"),
        (msgspec.structs.replace(world.settings, index=other_index), "another process has the journal in"),
    ):
        with pytest.raises(CannotStart, match=said):
            application(settings, connectors=world.connectors)


def test_a_gateway_whose_index_is_broken_says_which_file_and_what_to_do(world: World) -> None:
    broken = world.folder / "broken.sqlite"
    broken.write_bytes(b"no database" * 100)
    settings = msgspec.structs.replace(world.settings, index=msgspec.structs.replace(world.settings.index, path=broken))

    for _ in range(2):  # and lets go of it
        with pytest.raises(CannotStart, match=r"broken\.sqlite cannot be used as an index .* Move it away"):
            application(settings, connectors=world.connectors)


def test_a_gateway_with_a_gap_does_not_start(world: World) -> None:
    operations = msgspec.structs.replace(world.settings.operations, zone="Eastern")

    with pytest.raises(CannotStart, match=r"^operations\.zone: is not a zone"):
        application(msgspec.structs.replace(world.settings, operations=operations), connectors=world.connectors)


def test_the_panels_stand_in_the_order_of_the_settings_however_sources_are_installed(tmp_path: Path) -> None:
    with World(tmp_path, connectors=(Registry(), Courts(), Corrections(), Dmv())).running() as world:
        answer = world.signed_in().ask()

    assert [source["source"] for source in answer["sources"]] == list(world.settings.search.sources)
