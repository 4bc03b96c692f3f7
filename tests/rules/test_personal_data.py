"""No personal datum stands in a log, address, cookie, header, error text, metrics label, session store or file.

What was typed and what a source gave is on the page and on paper, and in the record as tokens and ciphertext.

Canaries go through a whole day, in every field of the questions and of the records, sealed and undeclared ones too, and
in the texts of whatever goes wrong; then everything that is no page is searched for them.
"""

import gc
import io
import logging
import os
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import httpx2
import prometheus_client
import pytest
import structlog

from audit.recorder import CannotRecord
from connectors.contract import Key
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway import logs
from gateway.metrics import REGISTRY
from gateway.release.search import Asked
from tests.rules.canaries import DAY, Canaries, Shouting, Speaking
from tests.world import DESKTOP, URL, Browser, World

# What an event says in the clear, by DOMAIN.md 6: for which case and event, for whom, and who was given a copy.
LISTED = {"sex": "F", "suffix": "JR", "licence_state": "NC", "plate_state": "NC"}
CLEAR = {"case_number", "event_number", "attention", "on_behalf_of", "recipient"}
# Told to say everything, these libraries quote what they send; `logs.configure` keeps them from it.
LOUD = {"sse_starlette.sse", "httpx2"}

LINK = re.compile(r'(?:href|src|action|formaction|sse-connect|hx-(?:get|post|put|patch|delete|push-url))="([^"]*)"')


@dataclass
class Day:
    """All that was seen of a day by whoever is not to see persons."""

    canaries: Canaries = field(default_factory=Canaries)
    lines: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by logger
    printed: bytes = b""
    answers: list[httpx2.Response] = field(default_factory=list)
    store: dict[bytes, list[bytes]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    metrics: bytes = b""

    def plant(self, *names: str) -> dict[str, str]:
        return {name: self.canaries.plant(name) for name in names}


class Watched(Browser):
    """A browser whose every answer is kept."""

    def __init__(self, world: World, day: Day) -> None:
        super().__init__(world, DESKTOP)
        self._day = day

    def send(self, *args: Any, **content: Any) -> httpx2.Response:
        answer = super().send(*args, **content)
        self._day.answers.append(answer)
        return answer


@contextmanager
def everything_said(day: Day) -> Iterator[None]:
    """Keep what any logger says at any level, and what is printed."""

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            day.lines[record.name].append(self.format(record))

    def keep(_logger: Any, _method: str, line: dict[str, Any]) -> None:
        day.lines["gateway"].append(repr(line))
        raise structlog.DropEvent

    listener, root = Listener(), logging.getLogger()
    named = [logger for logger in root.manager.loggerDict.values() if isinstance(logger, logging.Logger)]
    levels = {logger: logger.level for logger in (root, *named)}
    with tempfile.TemporaryFile() as file, io.TextIOWrapper(file, write_through=True) as text:
        out, err = os.dup(1), os.dup(2)
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
        root.addHandler(listener)
        for logger in levels:
            logger.setLevel(logging.DEBUG)
        structlog.configure(processors=[structlog.processors.format_exc_info, keep])
        try:
            with redirect_stdout(text), redirect_stderr(text):
                yield
                gc.collect()  # a forgotten task or future speaks when it is collected
        finally:
            structlog.reset_defaults()
            for logger, level in levels.items():
                logger.setLevel(level)
            root.removeHandler(listener)
            for descriptor, kept in ((1, out), (2, err)):
                os.dup2(kept, descriptor)
                os.close(kept)
            file.seek(0)
            day.printed = file.read()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    day = Day()
    shouting = Shouting(Registry.source, day.canaries)
    sources = [Speaking(stub.source, day.canaries) for stub in (Dmv, Courts, Corrections)]
    with (
        everything_said(day),
        pytest.MonkeyPatch.context() as patch,
        World(tmp_path_factory.mktemp("canaries"), [*sources, shouting]).running() as world,
    ):
        deputy = Watched(world, day)
        deputy.sign_in("officer")
        deputy.post("/banner", {"accept": "yes"})
        work(deputy, day)
        for _ in range(shouting.times()):
            deputy.ask(question(day))
        mistakes(deputy, day)
        auditing(Watched(world, day), day)
        failures(deputy, day, patch)
        day.store = world._client.portal.call(dump, world.redis)
        day.metrics = prometheus_client.generate_latest(REGISTRY)
    day.files = {path.name: path.read_bytes() for path in world.folder.rglob("*") if path.is_file()}
    return day


def question(day: Day) -> dict[str, str]:
    """A canary in every field that takes more than one of a few words."""
    asked = day.plant(*(key.value for key in Key if key.value not in LISTED))
    asked |= {"birth_date": DAY, **LISTED}
    return asked | grounds(day)


def grounds(day: Day) -> dict[str, str]:
    return {"purpose": "C", "reason_code": "other"} | day.plant("reason", *CLEAR - {"recipient"})


def work(deputy: Watched, day: Day) -> None:
    answer = deputy.ask(question(day))
    deputy.post("/search", {"q": f"{day.canaries.plant('q')} {DAY}", **grounds(day)})
    deputy.post("/search", question(day), accept="text/event-stream")
    handles = [record["handle"] for source in answer["sources"] for record in source["records"]]
    assert len(handles) == 7  # of each kind of three sources one
    for handle in handles:
        deputy.get(f"/records/{handle}")
        deputy.get(f"/records/{handle}", accept="application/json")
    assert deputy.get(f"/records/{handles[0]}/photograph").headers["content-type"] == "image/png"
    for photograph in ("no", "yes"):
        copy = {"handle": handles[0], "photograph": photograph, **day.plant("recipient", "unlisted_reason")}
        printed = deputy.post("/prints", copy)
        assert printed.status_code == 200
    deputy.get(f"/verify/{printed.headers['x-sightline-copy']}")
    file = {"file": (day.canaries.plant("the name of a file"), printed.content)}
    deputy.send("POST", "/verify", headers={"origin": URL, "accept": "text/html"}, files=file)


def mistakes(deputy: Watched, day: Day) -> None:
    """Every way to be refused, with canaries in what is refused."""
    wrong = question(day) | {
        "surname": "\u202e" + day.canaries.plant("surname"),
        "vin": f"*{day.canaries.plant('vin')}",
    }
    for accept in ("text/html", "application/json", "text/event-stream"):
        assert deputy.post("/search", wrong, accept=accept).status_code == 422
        assert deputy.post("/search", {**wrong, "q": "both"}, accept=accept).status_code == 422
        assert deputy.post("/search", {**question(day), "purpose": "R"}, accept=accept).status_code == 403
        assert deputy.post("/prints", {"handle": "x", **day.plant("recipient")}, accept=accept).status_code == 422
    headers = {"origin": URL, "accept": "application/json"}
    broken = f'{{"q": "{day.canaries.plant("broken JSON")}"'
    as_json = {**headers, "content-type": "application/json"}
    assert deputy.send("POST", "/search", headers=as_json, content=broken).status_code == 400
    assert deputy.send("POST", "/search", headers=as_json, content=broken.ljust(70_000)).status_code == 413
    as_text = {**headers, "content-type": "text/plain"}
    assert deputy.send("POST", "/search", headers=as_text, content=broken).status_code == 415
    elsewhere = headers | {"origin": "https://elsewhere.test"}
    assert deputy.send("POST", "/search", headers=elsewhere, data=question(day)).status_code == 403
    assert deputy.get(f"/{day.canaries.plant('a made-up address')}").status_code == 404
    assert deputy.get(f"/records/{day.canaries.plant('a made-up handle')}").status_code == 404
    assert deputy.get("/search", referer=day.canaries.plant("a header")).status_code == 200
    assert deputy.send("DELETE", "/search", headers=headers).status_code == 405
    stranger = Watched(deputy._world, day)
    stranger.cookies["__Host-sightline"] = day.canaries.plant("a cookie")
    assert stranger.post("/search", question(day)).status_code == 401


def auditing(auditor: Watched, day: Day) -> None:
    auditor.sign_in("auditor")
    auditor.post("/banner", {"accept": "yes"})
    for accept in ("text/html", "application/json"):
        auditor.get("/activity", accept)
        auditor.post("/activity", day.plant("case"), accept=accept)
        auditor.post("/activity/subject", question(day), accept=accept)
        auditor.post("/activity/subject", {"source": "dmv", **day.plant("id")}, accept=accept)
        found = auditor.post("/activity", {"action": "search.request"}, accept="application/json").json()
        auditor.post("/activity/typed", {"query": found["events"][0]["cj"]["query"]["id"]}, accept=accept)
        auditor.post("/activity/typed", {"query": day.canaries.plant("a made-up question")}, accept=accept)


def failures(deputy: Watched, day: Day, patch: pytest.MonkeyPatch) -> None:
    """A defect of ours that quotes a record, and a record that cannot be written."""
    text = day.canaries.plant("a defect of ours")

    async def defect(*_args: object, **_more: object) -> None:
        raise LookupError(text)

    async def unrecorded(*_args: object, **_more: object) -> None:
        raise CannotRecord("the disk is full")

    for failing, status in ((defect, 500), (unrecorded, 503)):
        patch.setattr(Asked, "recorded", failing)
        for accept in ("text/html", "application/json", "text/event-stream"):
            assert deputy.post("/search", question(day), accept=accept).status_code == status


async def dump(redis: Any) -> dict[bytes, list[bytes]]:
    """All that the session store holds."""
    held = {}
    for key in await redis.keys():
        kind = await redis.type(key)
        held[key] = [await redis.get(key)] if kind == b"string" else list(await redis.smembers(key))
    return held


def test_no_line_of_ours_names_anybody(day: Day) -> None:
    assert day.lines["gateway"]
    assert {name for name, said in day.lines.items() if day.canaries.found("\n".join(said))} == LOUD


def test_nothing_failed_but_what_was_made_to(day: Day) -> None:
    failed = [line for line in day.lines["gateway"] if "request.failed" in line]
    assert len(failed) == 3
    assert all("LookupError" in line for line in failed)


@pytest.mark.parametrize("name", LOUD)
def test_a_library_that_would_quote_a_record_is_kept_from_it(name: str) -> None:
    before = logging.getLogger().level, list(logging.getLogger().handlers)
    try:
        logs.configure()
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
    finally:
        structlog.reset_defaults()
        logging.getLogger().setLevel(before[0])
        logging.getLogger().handlers = before[1]


def test_nothing_that_names_anybody_is_printed(day: Day) -> None:
    assert day.canaries.found(day.printed) == set()


def test_no_header_and_no_cookie_names_anybody(day: Day) -> None:
    headers = "\n".join(f"{name}: {value}" for answer in day.answers for name, value in answer.headers.items())
    assert "set-cookie" in headers
    assert day.canaries.found(headers) == set()


def test_no_address_names_anybody(day: Day) -> None:
    links = [link for answer in day.answers for link in LINK.findall(answer.text)]
    assert any(link.startswith("/records/") for link in links)
    assert day.canaries.found("\n".join(links)) == set()


def test_no_error_quotes_what_was_sent(day: Day) -> None:
    problems = [answer.text for answer in day.answers if "problem+json" in answer.headers.get("content-type", "")]
    plain = [answer.text for answer in day.answers if "text/plain" in answer.headers.get("content-type", "")]
    assert len(problems) > 10
    assert day.canaries.found("\n".join([*problems, *plain])) == set()


def test_no_figure_is_counted_by_person(day: Day) -> None:
    assert b"sightline_request_seconds" in day.metrics
    assert day.canaries.found(day.metrics) == set()


def test_whoever_reads_the_session_store_learns_of_nobody(day: Day) -> None:
    assert any(key.startswith(b"kept:") for key in day.store)
    assert day.canaries.found(b"\n".join(day.store)) == set()
    assert day.canaries.found(b"\n".join(value for values in day.store.values() for value in values)) == set()


def test_the_record_and_its_index_hold_tokens_and_ciphertext(day: Day) -> None:
    assert {"0000000000000000.segment", "index.sqlite", "directory.db"} <= day.files.keys()
    assert {name: day.canaries.found(content) - CLEAR for name, content in day.files.items()} == {
        name: set() for name in day.files
    }


def test_the_canaries_were_alive(day: Day) -> None:
    """All of them are on the pages, but for what nobody may see: else nothing above means anything."""
    seen = day.canaries.found("\n".join(answer.text for answer in day.answers))
    assert {key.value for key in Key} - {"birth_date", *LISTED} <= seen
    assert {"nc:PersonSurName (dmv, licence)", "source text (courts, case)", "a date"} <= seen
    assert not any("undeclared" in where or "exception" in where for where in seen)
