"""Figures are shown on a port of their own, to this machine unless said otherwise, and name no person."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from gateway import metrics
from gateway.metrics import REGISTRY
from gateway.settings import Settings
from tests.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        made.signed_in().ask()
        yield made


@pytest.fixture(scope="module")
def figures(world: World) -> str:
    with metrics.served("127.0.0.1", 0) as port:
        return httpx2.get(f"http://127.0.0.1:{port}/metrics").text


def test_they_are_not_on_the_port_of_the_pages(world: World) -> None:
    assert world.browser().get("/metrics").status_code == 404


def test_they_are_shown_to_this_machine_and_only_where_a_port_is_named() -> None:
    assert (Settings().web.metrics_host, Settings().web.metrics_port) == ("127.0.0.1", 0)


def test_when_it_is_over_nobody_answers_there() -> None:
    with metrics.served("127.0.0.1", 0) as port:
        assert httpx2.get(f"http://127.0.0.1:{port}/metrics").status_code == 200

    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"http://127.0.0.1:{port}/metrics")


def test_a_port_that_is_taken_is_told() -> None:
    with metrics.served("127.0.0.1", 0) as port, pytest.raises(OSError, match="in use"):
        metrics.served("127.0.0.1", port).__enter__()


@pytest.mark.parametrize(
    "name",
    [
        "sightline_request_seconds_count",
        "sightline_source_seconds_count",
        "sightline_recording 1.0",
        "sightline_journal_entries",
        "sightline_worst_sync_seconds",
        "sightline_index_lag_entries",
        "sightline_not_recorded_total",
        "sightline_record_whole",
    ],
)
def test_what_operators_watch_is_there(figures: str, name: str) -> None:
    assert f"\n{name}" in figures


def test_the_length_of_the_record_is_counted(world: World) -> None:
    assert REGISTRY.get_sample_value("sightline_journal_entries") == len(world.events())


def test_a_record_that_cannot_be_written_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert REGISTRY.get_sample_value("sightline_recording") == 1

    broken: Any = lambda _: type("Health", (), {"ok": False, "size": 0, "worst_sync_ms": 0})  # noqa: E731
    monkeypatch.setattr("audit.inprocess.JournalRecorder.health", broken)
    assert REGISTRY.get_sample_value("sightline_recording") == 0


def test_requests_are_counted_by_page_and_never_by_path(world: World) -> None:
    app = world.app
    while hasattr(app, "_app"):
        app = app._app
    world.browser().get("/records/HOLLIS")
    labels = {
        sample.labels["route"]
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "sightline_request_seconds_count"
    }

    assert {"/search", "/signin", "/records/{handle}"} <= labels
    assert labels <= {"unmatched", *(route.path_format for route in app.routes)}


def test_no_label_holds_anything_but_a_page_a_method_a_status_a_source_and_an_outcome() -> None:
    names = {name for family in REGISTRY.collect() for sample in family.samples for name in sample.labels}

    assert names <= {"route", "method", "status", "source", "outcome", "le"}


@pytest.mark.parametrize("method", ["HOLLIS", "BREW"])
def test_a_made_up_method_makes_no_figure_of_its_own(world: World, method: str) -> None:
    world.browser().send(method, "/search", headers={})
    methods = {sample.labels.get("method") for family in REGISTRY.collect() for sample in family.samples}

    assert method not in methods
    assert "other" in methods
