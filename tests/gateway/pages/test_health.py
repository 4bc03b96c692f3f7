"""A probe learns whether this process lives, and whether to send people to it; it learns nothing about anybody."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from audit.inprocess import JournalRecorder
from audit.ship import Lag, Shipper
from gateway.oversight.check import Whole
from gateway.pages.health import Readiness
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


def ready(world: World) -> tuple[int, dict[str, Any]]:
    answer = world.browser().get("/readyz")
    return answer.status_code, answer.json()


def test_a_process_that_answers_is_alive_whatever_else_is_wrong(world: World) -> None:
    world.store.connected = False
    answer = world.browser().get("/healthz")
    world.store.connected = True

    assert (answer.status_code, answer.text) == (200, "alive")


def test_all_well_is_ready_and_says_how_long_the_record_is(world: World) -> None:
    status, said = ready(world)

    assert (status, said["ready"], said["reasons"]) == (200, True, [])
    assert said["record"]["size"] == len(world.events())
    assert said["record"]["whole"] is True


def test_a_record_that_cannot_be_written_is_red_with_its_reason(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    health = JournalRecorder.health

    def broken(recorder: JournalRecorder) -> Any:
        return msgspec.structs.replace(health(recorder), ok=False, why="no room for the next segment")

    monkeypatch.setattr(JournalRecorder, "health", broken)
    status, said = ready(world)

    assert (status, said["ready"]) == (503, False)
    assert said["reasons"] == ["the activity record cannot be written: no room for the next segment"]


def test_a_session_store_that_is_gone_is_red_with_its_reason_until_it_is_back(world: World) -> None:
    world.store.connected = False
    status, said = ready(world)
    world.store.connected = True

    assert (status, said["reasons"]) == (503, ["the session store cannot be reached"])
    assert ready(world)[0] == 200


def test_both_at_once_are_both_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    health = JournalRecorder.health
    monkeypatch.setattr(
        JournalRecorder, "health", lambda self: msgspec.structs.replace(health(self), ok=False, why="x")
    )
    world.store.connected = False
    _, said = ready(world)
    world.store.connected = True

    assert len(said["reasons"]) == 2


def test_an_index_an_hour_behind_is_told_and_is_no_reason_to_stop_officers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shipper, "lag", lambda self: Lag(40_000, 3600.0, "ConnectionError"))
    status, said = ready(world)

    assert (status, said["ready"]) == (200, True)
    assert (said["index_lag_s"], said["index_backlog"]) == (3600.0, 40_000)


def test_a_record_that_is_not_whole_is_told_and_is_no_reason_to_stop_officers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Whole(size=9, findings=("entry 4 was changed after it was sealed",), at=world.clock.at)
    monkeypatch.setattr(Readiness, "watch", SimpleNamespace(last=found))
    status, said = ready(world)

    assert (status, said["ready"], said["record"]["whole"]) == (200, True, False)


def test_it_is_asked_without_a_session_and_keeps_nobody_signed_in(world: World) -> None:
    answer = world.browser().get("/readyz")

    assert "set-cookie" not in answer.headers
    assert set(answer.json()) == {"ready", "reasons", "record", "index_lag_s", "index_backlog"}
