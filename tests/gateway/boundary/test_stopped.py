"""When nothing can be recorded, or nobody be looked up, nothing is shown: a 503 in plain words, with what was typed."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine

from audit.inprocess import JournalRecorder
from audit.recorder import JournalBroken
from gateway.metrics import REGISTRY
from tests.world import HOLLIS, Browser, World

JSON = "application/json"
SECRET = "/var/lib/sightline/journal: HOLLIS, Merrick"


@contextmanager
def journal_broken(world: World) -> Iterator[None]:
    def refuse(*_: object) -> Any:
        raise JournalBroken(SECRET)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JournalRecorder, "hand_over", refuse)
        yield


@contextmanager
def store_gone(world: World) -> Iterator[None]:
    world.store.connected = False
    yield
    world.store.connected = True


@contextmanager
def directory_gone() -> Iterator[None]:
    def refuse(*_: object) -> Any:
        raise OperationalError(SECRET, None, ConnectionError())

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(AsyncEngine, "connect", refuse)
        yield


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("world")).running() as made:
        yield made


@pytest.fixture
def deputy(world: World) -> Browser:
    return world.signed_in()


def search(browser: Browser, accept: str = "text/html") -> httpx2.Response:
    return browser.post("/search", HOLLIS, accept=accept)


CAUSES = [
    pytest.param(journal_broken, "record", "The activity record could not be written.", id="the journal is broken"),
    pytest.param(store_gone, "check who you are", "The session store does not answer.", id="the store is gone"),
]
every_cause = pytest.mark.parametrize(("gone", "cannot", "why"), CAUSES)


@every_cause
def test_the_officer_reads_what_cannot_be_done_and_what_to_do(
    world: World, deputy: Browser, gone: Any, cannot: str, why: str
) -> None:
    with gone(world):
        answer = search(deputy)

    assert answer.status_code == 503
    assert f"Sightline cannot {cannot}, so it shows nothing." in answer.text
    assert why in answer.text
    assert "Use your dispatcher or radio now." in answer.text
    assert "(555) 010-0800" in answer.text
    assert re.search(r"reference <span class=\"mono\">[A-Z2-7]{4}-[A-Z2-7]{2}</span>", answer.text)


@every_cause
def test_what_was_typed_is_kept_and_can_be_sent_again(
    world: World, deputy: Browser, gone: Any, cannot: str, why: str
) -> None:
    with gone(world):
        page = search(deputy).text
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))

    assert kept == HOLLIS
    assert '<form method="post" action="/search" class="again">' in page
    assert deputy.post("/search", kept).status_code == 200


@every_cause
def test_as_json_it_is_a_problem(world: World, deputy: Browser, gone: Any, cannot: str, why: str) -> None:
    with gone(world):
        answer = search(deputy, JSON)

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["title"] == f"Sightline cannot {cannot}, so it shows nothing."


@every_cause
@pytest.mark.parametrize("accept", ["text/html", JSON])
def test_why_in_detail_is_told_to_nobody_outside(
    world: World, deputy: Browser, gone: Any, cannot: str, why: str, accept: str
) -> None:
    with gone(world):
        answer = search(deputy, accept)

    assert "/var/lib" not in answer.text
    assert "Merrick" not in answer.text


@every_cause
def test_each_answer_withheld_is_counted(world: World, deputy: Browser, gone: Any, cannot: str, why: str) -> None:
    before = REGISTRY.get_sample_value("sightline_not_recorded_total") or 0
    with gone(world):
        search(deputy)
        search(deputy)

    assert REGISTRY.get_sample_value("sightline_not_recorded_total") == before + 2


@every_cause
def test_it_comes_back_by_itself(world: World, deputy: Browser, gone: Any, cannot: str, why: str) -> None:
    with gone(world):
        assert search(deputy).status_code == 503

    assert search(deputy).status_code == 200


def test_the_reference_an_officer_reads_out_is_in_the_log(
    world: World, deputy: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    with journal_broken(world):
        answer = search(deputy)
    (reference,) = re.findall(r"reference <span class=\"mono\">([^<]+)<", answer.text)

    (line,) = [line for line in capfd.readouterr().out.splitlines() if "answer.withheld" in line]
    assert f"reference={reference}" in line


# Nobody is let in, nobody sees data


@pytest.mark.parametrize("path", ["/", "/search", "/role", "/banner", "/records/x", "/activity", "/signin"])
def test_while_sessions_cannot_be_read_no_page_that_needs_one_opens(world: World, deputy: Browser, path: str) -> None:
    with store_gone(world):
        answer = deputy.get(path)

    assert answer.status_code == 503
    assert "so it shows nothing" in answer.text
    assert "Ashgrove" not in answer.text


def test_who_signs_out_while_sessions_cannot_be_read_is_told_that_it_did_not_happen(
    world: World, deputy: Browser
) -> None:
    with store_gone(world):
        assert deputy.post("/signout").status_code == 503

    assert deputy.get("/search").status_code == 200


def test_while_nothing_can_be_recorded_nobody_signs_in(world: World) -> None:
    browser = world.browser()
    with journal_broken(world):
        answer = browser.sign_in("officer")

    assert answer.status_code == 503
    assert "__Host-sightline" not in browser.cookies
    assert browser.get("/search").headers["location"] == "/signin"


def test_while_nothing_can_be_recorded_a_session_still_ends_here(world: World, deputy: Browser) -> None:
    with journal_broken(world):
        assert deputy.post("/signout").status_code == 503

    assert deputy.get("/search").headers["location"] == "/signin"


def test_while_the_directory_is_gone_nobody_signs_in_and_is_told_why(world: World) -> None:
    with directory_gone():
        answer = world.browser().sign_in("officer")
    again = world.browser().sign_in("officer")

    assert answer.status_code == 503
    assert "Sightline cannot check who you are, so it shows nothing." in answer.text
    assert "The list of agencies and their people does not answer." in answer.text
    assert "Merrick" not in answer.text
    assert (again.status_code, again.headers["location"]) == (303, "/")
