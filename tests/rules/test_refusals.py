"""Whoever may not ask does not ask: after a refusal no source hears of the question, and the refusal is recorded."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.contract import Answer, Attachment, Connector, Deadline, Query, Record
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from tests.world import DESKTOP, HOLLIS, PHONE, Browser, World

PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}


class Counted:
    """A source that notes what it is asked."""

    def __init__(self, connector: Connector, heard: list[tuple[str, str]]) -> None:
        self._connector, self._heard = connector, heard
        self.source = connector.source

    def _note(self, verb: str) -> None:
        self._heard.append((self.source.name, verb))

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        self._note("search")
        return await self._connector.search(query, deadline)

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        self._note("fetch")
        return await self._connector.fetch(record_id, query, deadline)

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        self._note("attachment")
        return await self._connector.attachment(record_id, name, query, deadline)


class Scene:
    """A world that tells which sources heard something."""

    def __init__(self, folder) -> None:
        self.heard: list[tuple[str, str]] = []
        self.world = World(folder, [Counted(stub(), self.heard) for stub in (Dmv, Courts, Registry, Corrections)])
        self._browsers: dict[tuple[str, str], Browser] = {}

    def as_(self, account: str, agent: str = DESKTOP) -> Browser:
        if (account, agent) not in self._browsers:
            self._browsers[account, agent] = self.world.signed_in(account, agent)
        return self._browsers[account, agent]

    def handle(self, browser: Browser, source: str, form: dict[str, str] = HOLLIS) -> str:
        answer = browser.ask(form)
        return next(found["records"][0]["handle"] for found in answer["sources"] if found["source"] == source)

    def refused(self, answer) -> dict[str, Any]:
        """The event of a refusal."""
        assert answer.status_code == 403
        return self.world.events()[answer.json()["entry"]]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("refusals"))
    with scene.world.running():
        yield scene


@pytest.mark.parametrize(
    ("account", "purpose", "rule"),
    [
        ("officer", "Q", "purpose.known"),
        ("officer", "R", "purpose.for_role"),
        ("officer", "c", "purpose.known"),
        ("dispatcher", "F", "purpose.for_role"),
        ("probation", "S", "purpose.for_role"),
        ("trainer", "C", "audience.role"),
        ("auditor", "C", "audience.role"),
        ("operations", "C", "audience.role"),
    ],
)
def test_nobody_hears_a_question_that_was_refused(scene: Scene, account: str, purpose: str, rule: str) -> None:
    browser = scene.as_(account)
    scene.heard.clear()

    answer = browser.post("/search", {**HOLLIS, "purpose": purpose}, accept="application/json")

    assert scene.heard == []
    assert scene.refused(answer)["event"]["reason"] == answer.json()["rule"] == rule


@pytest.mark.parametrize(("purpose", "never"), [("J", {"dmv"}), ("H", {"dmv"}), ("X", {"dmv"})])
def test_a_source_that_a_purpose_does_not_open_hears_nothing(scene: Scene, purpose: str, never: set[str]) -> None:
    browser = scene.as_("officer")
    scene.heard.clear()

    answer = browser.ask({**HOLLIS, "purpose": purpose})

    asked = {source["source"] for source in answer["sources"] if source["outcome"] == "answered"}
    refused = {source["source"]: source["rule"] for source in answer["sources"] if source["outcome"] == "not_permitted"}
    assert {name for name, _ in scene.heard} == asked
    assert refused == dict.fromkeys(never, "purpose.covers_source")


def test_a_source_that_was_left_out_hears_nothing(scene: Scene) -> None:
    browser = scene.as_("officer")
    scene.heard.clear()

    browser.ask({**HOLLIS, "sources": "dmv,courts"})

    assert sorted(scene.heard) == [("courts", "search"), ("dmv", "search")]


def test_a_dispatcher_sees_no_photograph_and_no_source_hears_of_it(scene: Scene) -> None:
    browser = scene.as_("dispatcher")
    handle = scene.handle(browser, "dmv")
    scene.heard.clear()

    answer = browser.get(f"/records/{handle}/photograph", "application/json")

    assert scene.heard == []
    assert scene.refused(answer)["event"]["reason"] == "photograph.law_enforcement"


def test_nobody_prints_on_a_phone_and_no_source_hears_of_it(scene: Scene) -> None:
    browser = scene.as_("officer", PHONE)
    handle = scene.handle(browser, "dmv")
    scene.heard.clear()

    answer = browser.post("/prints", {"handle": handle, **PRINT}, accept="application/json")

    assert scene.heard == []
    assert scene.refused(answer)["event"]["reason"] == "print.no_handheld"


def test_a_dispatcher_prints_nothing_and_no_source_hears_of_it(scene: Scene) -> None:
    browser = scene.as_("dispatcher")
    handle = scene.handle(browser, "dmv")
    scene.heard.clear()

    answer = browser.post("/prints", {"handle": handle, **PRINT}, accept="application/json")

    assert scene.heard == []
    assert scene.refused(answer)["event"]["reason"] == "print.for_role"


def test_another_sessions_handle_is_unknown_and_no_source_hears_of_it(scene: Scene) -> None:
    handle = scene.handle(scene.as_("officer"), "dmv")
    scene.heard.clear()

    answers = [scene.as_("officer2").get(f"/records/{handle}{what}") for what in ("", "/photograph")]
    answers.append(scene.as_("officer2").post("/prints", {"handle": handle, **PRINT}))

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert scene.heard == []


def test_a_browser_that_guesses_ahead_opens_nothing(scene: Scene) -> None:
    browser = scene.as_("officer")
    handle = scene.handle(browser, "dmv")
    scene.heard.clear()

    answer = browser.get(f"/records/{handle}", **{"sec-purpose": "prefetch"})

    assert (answer.status_code, scene.heard) == (403, [])


def test_another_site_asks_nothing_in_an_officers_name(scene: Scene) -> None:
    browser = scene.as_("officer")
    scene.heard.clear()

    from_elsewhere = [
        browser.post("/search", HOLLIS, origin="https://elsewhere.test"),
        browser.post("/search", HOLLIS, **{"sec-fetch-site": "cross-site"}),
        browser.post("/search", HOLLIS, **{"sec-fetch-site": "same-site"}),
        browser.send("POST", "/search", headers={"accept": "text/html"}, data=HOLLIS),
    ]

    assert [answer.status_code for answer in from_elsewhere] == [403] * 4
    assert scene.heard == []
