"""A log tells operators what happened, by words and figures on a list; nobody's name, question or token gets there."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from gateway import logs
from gateway.logs import ALLOWED, log
from tests.world import HOLLIS, URL, World

PLANTED = "HOLLIS, Merrick Dane 1980-02-11"
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written() -> Iterator[io.BytesIO]:
    """What a process writes once its logging is set up."""
    root = logging.getLogger()
    handlers, root.handlers = root.handlers, []
    file = io.BytesIO()
    logs.configure(file)
    yield file
    root.handlers = handlers
    structlog.reset_defaults()


@pytest.fixture
def lines(written: io.BytesIO) -> Lines:
    return lambda: [json.loads(line) for line in written.getvalue().splitlines()]


def test_an_event_is_one_line_of_json_with_its_time_in_utc(lines: Lines) -> None:
    log.info("started", size=3)
    log.error("request.failed", error="ValueError")

    first, second = lines()
    assert (first["event"], first["level"], first["size"]) == ("started", "info", 3)
    assert (second["event"], second["level"], second["error"]) == ("request.failed", "error", "ValueError")
    assert first["timestamp"].endswith("Z")


def test_a_field_that_is_not_on_the_list_is_dropped(lines: Lines, written: io.BytesIO) -> None:
    log.info("request", route="/search", q=PLANTED, user="Dep. R. Ashgrove", exc_info=ValueError(PLANTED))

    (line,) = lines()
    assert set(line) == {"event", "level", "timestamp", "route"}
    assert b"Merrick" not in written.getvalue()


def test_no_field_on_the_list_can_hold_a_person_or_a_question() -> None:
    listed = """
        address attempt entry error event findings level library method milliseconds outcome
        reason reference request route size source status timestamp
    """

    assert sorted(ALLOWED) == listed.split()


def test_what_is_only_for_debugging_is_not_written(lines: Lines) -> None:
    structlog.get_logger().debug("details")

    assert lines() == []


# Libraries


@pytest.fixture
def loaded() -> Iterator[list[logging.Logger]]:
    """The loggers of everything that is loaded, each turned all the way up."""
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield loggers
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


def test_no_library_is_heard_below_a_warning_though_it_be_turned_up(
    written: io.BytesIO, loaded: list[logging.Logger]
) -> None:
    for logger in loaded:
        logger.debug(PLANTED)
        logger.info(PLANTED)

    assert {"authlib", "sse_starlette.sse", "redis"} <= {logger.name for logger in loaded}
    assert written.getvalue() == b""


def test_no_library_writes_elsewhere(loaded: list[logging.Logger]) -> None:
    writing = [
        (logger.name, handler)
        for logger in loaded
        for handler in logger.handlers
        if not isinstance(handler, logging.NullHandler) and not type(handler).__module__.startswith("_pytest.")
    ]

    assert writing == []


def test_a_warning_of_a_library_is_told_without_its_text(lines: Lines, written: io.BytesIO) -> None:
    logging.getLogger("authlib.oauth2").warning("code_verifier %s", PLANTED)

    (line,) = lines()
    assert (line["event"], line["library"], line["level"]) == ("library", "authlib.oauth2", "warning")
    assert b"Merrick" not in written.getvalue()


def test_an_error_of_a_library_is_told_by_its_type_and_no_traceback(lines: Lines, written: io.BytesIO) -> None:
    logging.getLogger("uvicorn.error").error("In ASGI application: %s", PLANTED, exc_info=ValueError(PLANTED))

    (line,) = lines()
    assert (line["library"], line["level"], line["error"]) == ("uvicorn.error", "error", "ValueError")
    assert b"Merrick" not in written.getvalue()
    assert b"Traceback" not in written.getvalue()


def test_the_activity_record_tells_operators_why_it_waits(lines: Lines) -> None:
    logging.getLogger("audit.ship").warning("entries wait to be shipped: %s", "OSError")

    assert [(line["library"], line["reason"]) for line in lines()] == [
        ("audit.ship", "entries wait to be shipped: OSError")
    ]


# Requests


def test_a_request_is_one_line_with_its_page_and_neither_its_path_nor_its_query(
    world: World, lines: Lines, written: io.BytesIO
) -> None:
    deputy = world.signed_in()
    handle = deputy.ask()["sources"][0]["records"][0]["handle"]
    seen = len(lines())
    deputy.get(f"/records/{handle}?because=HOLLIS")

    (line,) = lines()[seen:]
    assert set(line) == {"event", "level", "timestamp", "method", "route", "status", "milliseconds", "request"}
    assert (line["event"], line["method"], line["route"], line["status"]) == (
        "request",
        "GET",
        "/records/{handle}",
        200,
    )
    assert handle.encode() not in written.getvalue()
    assert b"HOLLIS" not in written.getvalue()


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/HOLLIS/Merrick", "unmatched"),
        ("GET", "/verify/HOLLIS", "/verify/{copy_id}"),
        ("POST", "/search?q=HOLLIS", "/search"),
        ("HOLLIS", "/search", "/search"),
        ("DELETE", "/records/HOLLIS", "/records/{handle}"),
    ],
)
def test_nothing_that_stands_in_an_address_gets_into_the_log(
    world: World, lines: Lines, written: io.BytesIO, method: str, path: str, route: str
) -> None:
    world.browser().send(method, path, headers={"origin": URL}, data=HOLLIS if method == "POST" else None)

    assert [line["route"] for line in lines() if line["event"] == "request"] == [route]
    assert b"HOLLIS" not in written.getvalue()
    assert b"hollis" not in written.getvalue()


def test_each_request_has_an_id_of_ours_that_its_events_carry(world: World, lines: Lines) -> None:
    deputy = world.signed_in()
    deputy.ask()

    ids = [line["request"] for line in lines() if line["event"] == "request"]
    assert len(set(ids)) == len(ids)
    assert {event["trace"]["id"] for event in world.events("search.request", "search.disclose")} == {ids[-1]}
