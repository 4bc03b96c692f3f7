"""What is sealed leaves no shadow: two answers that differ only in it are equal, but for handles, times and numbers.

The same day is worked twice, once against sources that hold nothing sealed and once against sources that hold, beside
the same records, a sealed record in its place, one listed by mistake, a protected address and a witness in each.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx2
import pytest
from msgspec.structs import replace

from connectors.contract import Answer, Attachment, Connector, DataClass, Deadline, Field, Query, Record
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from tests.rules.waiting import shipped
from tests.world import GROUNDS, HOLLIS, World

SHADOW = "SHADOW"
AT = datetime(2026, 11, 22, 6, 14, tzinfo=UTC)
QUESTIONS = (HOLLIS, {"q": "larkmoor, isaura", **GROUNDS}, {"q": "talloway, perrin", **GROUNDS})


class Holding:
    """A source as it is, or with more that nobody may know of."""

    def __init__(self, connector: Connector, *, more: bool) -> None:
        self._connector, self._more = connector, more
        self.source = replace(connector.source, patience_s=60.0)  # a busy machine is no difference

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        answer = replace(await self._connector.search(query, deadline), current_to=AT, sealed=())
        if not self._more:
            return answer
        hidden = Record(
            source=self.source.name,
            kind=self.source.kinds[0].kind,
            id=SHADOW,
            version=SHADOW,
            as_of=AT,
            fields=tuple(
                Field(name=spec.name, value="1980-02-11" if spec.date else SHADOW, data_class=min(spec.classes))
                for spec in self.source.kinds[0].fields
            ),
            sealed_as=DataClass.JUVENILE_COURT,
        )
        listed = (*map(self._with_more, answer.records), replace(hidden, id="listed by mistake"))
        return replace(answer, records=listed, total=answer.total + 1, sealed=(hidden,))

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        record = await self._connector.fetch(record_id, query, deadline)
        return self._with_more(record) if record and self._more else record

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        return None

    def _with_more(self, record: Record) -> Record:
        """With every field that its kind declares a second time: protected, or of a restricted class."""
        spec = self.source.spec(record.kind)
        hidden = [
            Field(name=field.name, value=SHADOW, data_class=data_class, group="alias[9]", protected=True)
            for field in spec.fields
            for data_class in field.classes
        ]
        return replace(record, fields=(*record.fields, *hidden))


class Seen(NamedTuple):
    """What an officer and an auditor saw of one day."""

    answers: list[httpx2.Response]
    events: list[dict[str, Any]]

    @property
    def texts(self) -> list[str]:
        return [blurred(answer.text) for answer in self.answers]


def worked(folder: Path, *, more: bool) -> Seen:
    sources = [Holding(stub(), more=more) for stub in (Dmv, Courts, Registry, Corrections)]
    world = World(folder, sources)
    world.clock.at = AT
    answers = []
    with world.running():
        deputy, auditor = world.signed_in("officer"), world.signed_in("auditor")
        for question in QUESTIONS:
            accepted = ("application/json", "text/html", "text/event-stream")
            answers += [deputy.post("/search", question, accept=accept) for accept in accepted]
            found = [record for source in answers[-3].json()["sources"] for record in source["records"]]
            for accept in ("application/json", "text/html"):
                answers += [deputy.get(f"/records/{record['handle']}", accept) for record in found]
        shipped(world)
        answers.append(auditor.get("/activity"))
    return Seen(answers, world.events("search.request", "search.disclose", "record.view"))


def blurred(text: str) -> str:
    """Without what differs from one day to the next: handles and other long random texts, how long a source took, and
    how far the last check of the record had come.
    """
    text = re.sub(r"[A-Za-z0-9_-]{20,}", "*", text)
    text = re.sub(r'<p class="proof.*?</p>', "*", text, flags=re.DOTALL)
    return re.sub(r'(?<="elapsed_ms":)\d+|(?<=Answered in )\d+', "*", text)


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Seen, Seen]]:
    folder = tmp_path_factory.mktemp
    return worked(folder("nothing"), more=False), worked(folder("more"), more=True)


def test_there_is_something_to_see(days: tuple[Seen, Seen]) -> None:
    nothing, _ = days
    assert len(nothing.answers) > 20
    assert all(answer.status_code == 200 for answer in nothing.answers)


def test_nothing_sealed_is_on_any_page(days: tuple[Seen, Seen]) -> None:
    _, more = days
    assert not any(SHADOW in answer.text for answer in more.answers)


def test_every_page_is_the_same_whether_or_not_something_is_sealed(days: tuple[Seen, Seen]) -> None:
    nothing, more = days
    assert more.texts == nothing.texts


def test_the_entries_say_the_same_of_what_was_shown(days: tuple[Seen, Seen]) -> None:
    def told(seen: Seen) -> list[dict[str, Any]]:
        parts = [{name: event["cj"].get(name, {}) for name in ("shown", "source_status")} for event in seen.events]
        for part in parts:
            part["shown"].pop("token", None)  # every world has keys of its own
            for status in part["source_status"].values():
                status.pop("elapsed_ms", None)
        return parts

    nothing, more = days
    assert told(more) == told(nothing)
