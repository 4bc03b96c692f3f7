"""No record, no data: whatever leaves was written down before, and whatever cannot be written down does not leave.

Each event of each act is made to fail in each way there is. The act is then answered with a 503, or its stream stops
there, and no value of a record is in what the browser got unless an entry names it.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest

from audit import canonical
from connectors.contract import Answer, Deadline, Query
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from tests.rules.breaking import BreakingRecorder, How, open_breaking
from tests.rules.canaries import Canaries, Speaking
from tests.rules.waiting import shipped
from tests.world import HOLLIS, Browser, World

PRINT = {"recipient": "A. Clerk", "recipient_agency": "Marlow Police"}
BREACH = "source.breach"  # each source gives a field it never declared
STREAM = ["search.request", BREACH, BREACH, BREACH, "search.disclose", BREACH, "search.disclose"]


class AfterTheOthers(Speaking):
    """A source that answers, when it is told to wait, once something of the others is about to be shown."""

    recorder: BreakingRecorder
    waits = False

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        if self.waits:
            await self.recorder.disclosing.wait()
        return await super().search(query, deadline)


class Scene:
    """A world whose recorder can be made to fail, everybody signed in, and an answer whose records can be opened."""

    def __init__(self, folder: Path) -> None:
        self.canaries, opened = Canaries(), []
        self.sources = [Speaking(stub.source, self.canaries) for stub in (Dmv, Courts, Registry)]
        self.last = AfterTheOthers(Corrections.source, self.canaries)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "gateway.recording.open_recorder", lambda *a, **k: opened.append(open_breaking(*a, **k)) or opened[0]
            )
            self.world = World(folder, [*self.sources, self.last])
        self.recorder = self.last.recorder = opened[0]

    def begin(self) -> None:
        self.deputy, self.dispatcher = self.world.signed_in("officer"), self.world.signed_in("dispatcher")
        self.auditor, self.trainer = self.world.signed_in("auditor"), self.world.signed_in("trainer")
        self.answer = self.deputy.ask()
        self.handle = self.answer["sources"][0]["records"][0]["handle"]
        shipped(self.world)

    def newcomer(self) -> Browser:
        browser = self.world.browser()
        browser.sign_in("officer2")
        return browser

    def values_in(self, answer: httpx2.Response) -> set[str]:
        """Where the values of records come from that are in an answer."""
        return self.canaries.found(answer.content)

    def entry(self, number: int) -> dict[str, Any]:
        return self.world.events()[number]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("scene"))
    with scene.world.running():
        scene.begin()
        yield scene


class Act(NamedTuple):
    """Something that is done, and the events of it in their order. `before` makes the browser it is done with."""

    name: str
    events: list[str]
    do: Callable[[Browser, Scene], httpx2.Response]
    before: Callable[[Scene], Browser] = lambda scene: scene.deputy

    def __str__(self) -> str:
        return self.name


AUDITING = {"before": lambda scene: scene.auditor}
SEARCHED = ["search.request", *[BREACH] * 4, "search.disclose"]
ACTS = [
    Act("signing in", ["session.login"], lambda it, scene: it.sign_in("officer"), Scene.newcomer),
    Act("agreeing", ["policy.ack"], lambda it, scene: it.post("/banner", {"accept": "yes"}), Scene.newcomer),
    Act("signing out", ["session.logout"], lambda it, scene: it.post("/signout"), Scene.newcomer),
    Act("a search, as JSON", SEARCHED, lambda it, scene: it.post("/search", HOLLIS, accept="application/json")),
    Act("a search, as a page", SEARCHED, lambda it, scene: it.post("/search", HOLLIS)),
    Act("a refused search", ["access.denied"], lambda it, scene: it.post("/search", {**HOLLIS, "purpose": "R"})),
    Act(
        "a record, as JSON",
        ["record.request", BREACH, "record.view"],
        lambda it, scene: it.get(f"/records/{scene.handle}", "application/json"),
    ),
    Act(
        "a record, as a page",
        ["record.request", BREACH, "record.view"],
        lambda it, scene: it.get(f"/records/{scene.handle}"),
    ),
    Act(
        "a photograph",
        ["record.request", BREACH, "photo.view"],
        lambda it, scene: it.get(f"/records/{scene.handle}/photograph"),
    ),
    Act(
        "a copy",
        ["record.request", BREACH, "document.print"],
        lambda it, scene: it.post("/prints", {"handle": scene.handle, **PRINT}),
    ),
    Act("another's page", ["access.denied"], lambda it, scene: it.get("/search"), lambda scene: scene.trainer),
    Act("the activity", ["audit.query"], lambda it, scene: it.get("/activity"), **AUDITING),
    Act(
        "the activity, as JSON", ["audit.query"], lambda it, scene: it.get("/activity", "application/json"), **AUDITING
    ),
    Act(
        "who looked",
        ["audit.query"],
        lambda it, scene: it.post("/activity/subject", {"q": "hollis, merrick"}),
        **AUDITING,
    ),
    Act(
        "what was typed",
        ["audit.open"],
        lambda it, scene: it.post("/activity/typed", {"query": scene.answer["query_id"]}),
        **AUDITING,
    ),
    Act("who printed", ["audit.query"], lambda it, scene: it.get("/activity/prints/0000-0000-0000"), **AUDITING),
    Act("is it genuine", ["document.verify"], lambda it, scene: it.get("/verify/0000-0000-0000")),
]
FAILURES = [(act, number, how) for act in ACTS for number in range(len(act.events)) for how in How]


def done(scene: Scene, act: Act, broken: int | None = None, how: How = How.REFUSED) -> httpx2.Response:
    browser = act.before(scene)
    scene.recorder.fail(broken, how)
    answer = act.do(browser, scene)
    scene.recorder.fail(None)
    return answer


def streamed(scene: Scene, broken: int | None = None, how: How = How.REFUSED) -> httpx2.Response:
    scene.last.waits = True
    scene.recorder.fail(broken, how)
    answer = scene.deputy.post("/search", HOLLIS, accept="text/event-stream")
    scene.recorder.fail(None)
    scene.last.waits = False
    return answer


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_when_all_is_well_it_is_written_down_and_done(scene: Scene, act: Act) -> None:
    browser = act.before(scene)
    scene.recorder.fail(None)

    answer = act.do(browser, scene)

    assert scene.recorder.handed == act.events
    assert answer.status_code in {200, 303, 403 if act.events == ["access.denied"] else 200, 404}


@pytest.mark.parametrize(("act", "number", "how"), FAILURES, ids=str)
def test_what_cannot_be_written_down_is_not_shown(scene: Scene, act: Act, number: int, how: How) -> None:
    answer = done(scene, act, number, how)

    assert answer.status_code == 503
    assert scene.values_in(answer) == set()


@pytest.mark.parametrize("how", How)
def test_nobody_is_let_in_unrecorded(scene: Scene, how: How) -> None:
    assert "set-cookie" not in done(scene, ACTS[0], 0, how).headers


@pytest.mark.parametrize("how", How)
def test_the_page_that_says_so_keeps_what_was_typed(scene: Scene, how: How) -> None:
    searching = next(act for act in ACTS if act.name == "a search, as a page")

    page = done(scene, searching, 0, how).text

    assert "cannot record, so it shows nothing" in page
    assert HOLLIS["q"] in page


def test_a_stream_writes_each_frame_down(scene: Scene) -> None:
    scene.recorder.fail(None)
    scene.last.waits = True
    answer = scene.deputy.post("/search", HOLLIS, accept="text/event-stream")
    scene.last.waits = False

    assert scene.recorder.handed == STREAM
    assert answer.text.count("event: panels") == 2
    assert "event: complete" in answer.text


@pytest.mark.parametrize("how", How)
@pytest.mark.parametrize("number", range(len(STREAM)))
def test_a_stream_stops_where_it_cannot_be_written_down(scene: Scene, number: int, how: How) -> None:
    answer = streamed(scene, number, how)

    seen = {where for where in scene.values_in(answer) if "SID" not in where}
    written = STREAM[:number].count("search.disclose")
    assert answer.status_code == (200 if number else 503)
    assert answer.text.count("event: panels") == written
    assert ("event: stopped" in answer.text) == bool(number)
    assert "event: complete" not in answer.text
    assert bool(seen) == bool(written)
    assert not any("corrections" in where for where in seen)


def digest_of(records: list[dict[str, Any]], versions: list[str]) -> str:
    """As DOMAIN.md 6 says it, made of what the browser got."""
    shown = [
        {
            "source": record["source"],
            "kind": record["kind"],
            "version": version,
            "fields": [
                [field["name"], field["value"], field["class"], field["group"] or ""] for field in record["fields"]
            ],
        }
        for record, version in zip(records, versions, strict=True)
    ]
    return sha256(canonical.encode(shown, most=None)).hexdigest()


def test_the_entry_of_an_answer_names_exactly_what_was_shown(scene: Scene) -> None:
    answer = scene.deputy.ask()

    (entry,) = {source["entry"] for source in answer["sources"]}
    shown = scene.entry(entry)["cj"]["shown"]
    records = [record | {"source": source["source"]} for source in answer["sources"] for record in source["records"]]
    assert shown["count"] == len(records) > 0
    assert shown["digest"] == digest_of(records, shown["version"])
    assert shown["class"] == sorted({field["class"] for record in records for field in record["fields"]})


def test_the_entry_of_a_record_names_exactly_what_was_shown(scene: Scene) -> None:
    record = scene.deputy.get(f"/records/{scene.handle}", "application/json").json()

    entry = scene.entry(record["entry"])
    assert entry["event"]["action"] == "record.view"
    assert entry["cj"]["shown"]["digest"] == digest_of([record], [record["version"]])


def test_the_entry_of_a_photograph_names_its_bytes(scene: Scene) -> None:
    photograph = scene.deputy.get(f"/records/{scene.handle}/photograph")

    assert scene.world.events("photo.view")[-1]["cj"]["shown"]["digest"] == sha256(photograph.content).hexdigest()


def test_the_entry_of_a_copy_names_its_bytes(scene: Scene) -> None:
    copy = scene.deputy.post("/prints", {"handle": scene.handle, **PRINT})

    entry = scene.entry(int(copy.headers["x-sightline-entry"]))
    assert entry["cj"]["print"]["id"] == copy.headers["x-sightline-copy"]
    assert entry["cj"]["print"]["sha256"] == sha256(copy.content).hexdigest()
