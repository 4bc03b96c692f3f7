"""A door with a recorder that watches, and can be told to hold, lose or refuse what it is handed."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import fakeredis

from audit.events import Action, Event, Receipt, check
from audit.recorder import Health, JournalBroken, RecordLate
from gateway.identity.principal import Principal
from gateway.identity.sessions import Key, Session, Sessions, new_id
from gateway.identity.visit import Origin, Visit
from gateway.release.door import Door
from gateway.release.released import Released
from gateway.release.search import Ask, Asked, Complete, ask
from gateway.search.envelope import Envelope
from gateway.search.question import Question, read_question
from tests.gateway.people import officer
from tests.gateway.sources import Desk, record, source

NOW = datetime(2026, 11, 22, 6, 14, tzinfo=UTC)
ENVELOPE = Envelope(purpose="C", case_number="26-04417")
LOG = "0" * 32


class Spy:
    """A `Recorder` that keeps what it was handed, in `trace` in the order in which things happened.

    `refuses` is the number of the event it will not take, `loses` of the one it never acknowledges; events of the
    actions in `holds` become durable when `let_go` is called.
    """

    def __init__(self, *, refuses: int | None = None, loses: int | None = None, holds: frozenset[Action] = frozenset()):
        self.events: list[Event] = []
        self.trace: list[str] = []
        self._refuses, self._loses, self._holds = refuses, loses, holds
        self._held: list[tuple[asyncio.Future[Receipt], int]] = []

    def hand_over(self, event: Event) -> asyncio.Future[Receipt]:
        check(event)
        if len(self.events) == self._refuses:
            raise JournalBroken("the disk is gone")
        place = len(self.events)
        self.events.append(event)
        self.trace.append(f"handed {event.action}")
        handed: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        if place == self._loses:
            handed.set_exception(RecordLate("no acknowledgement"))
        elif event.action in self._holds:
            self._held.append((handed, place))
        else:
            asyncio.get_running_loop().call_soon(self._durable, handed, place)
        return handed

    async def acknowledged(self, handed: asyncio.Future[Receipt]) -> Receipt:
        return await asyncio.shield(handed)

    async def append(self, event: Event) -> Receipt:
        return await self.acknowledged(self.hand_over(event))

    def health(self) -> Health:
        return Health(ok=True, why=None, log=LOG, size=len(self.events), last_sync_ms=0.1, worst_sync_ms=0.1)

    def let_go(self) -> None:
        for handed, place in self._held:
            self._durable(handed, place)
        self._held.clear()

    def _durable(self, handed: asyncio.Future[Receipt], place: int) -> None:
        self.trace.append(f"durable {self.events[place].action}")
        if not handed.done():
            at = (NOW + timedelta(milliseconds=place)).isoformat()
            handed.set_result(Receipt(log=LOG, sequence=place, leaf=f"{place:064x}", at=at))

    def of(self, action: Action) -> list[Event]:
        return [event for event in self.events if event.action is action]


def door(*desks: Desk, recorder: Spy | None = None, **changed: object) -> Door:
    stands: dict[str, object] = {
        "recorder": recorder or Spy(),
        "connectors": {desk.source.name: desk for desk in desks or four()},
        "sessions": Sessions(fakeredis.FakeAsyncRedis(), bytes(32), lambda: NOW),
        "clock": lambda: NOW,
        "context_s": 1800,
        "max_results": 50,
    }
    return Door(**stands | changed)


def four() -> list[Desk]:
    names = ("dmv", "courts", "registry", "corrections")
    return [Desk(source(name), records=[record(1, of=name)]) for name in names]


def visit(principal: Principal | None = None, device: str = "desktop", key: Key | None = None) -> Visit:
    someone = principal or officer()
    origin = Origin(ip="192.0.2.7", trace_id="t" * 32, device=device)
    made = Visit(principal=someone, session=None, key=key or Key.of(new_id()), origin=origin)
    session = Session(
        principal=someone,
        stopped=None,
        stopped_entry=None,
        who=made.actor,
        agency_name=someone.agency.name,
        zone=someone.agency.zone,
        agreed=True,
        issuer="https://id.example",
        subject="s-1",
        provider_session=None,
        id_token="",
        expires_at=NOW + timedelta(hours=12),
    )
    return Visit(principal=someone, session=session, key=made.key, origin=origin)


def question(text: str = "hollis, merrick 2/11/1980") -> Question:
    read = read_question({"q": text}, NOW.date())
    assert isinstance(read, Question), read
    return read


def wanted(text: str = "hollis, merrick 2/11/1980", **changed: object) -> Ask:
    return Ask(**{"question": question(text), "envelope": ENVELOPE, "query_id": "q" * 32} | changed)


class Screen:
    """What one officer is shown, frame by frame."""

    def __init__(self, recorder: Spy | None = None) -> None:
        self.frames: list[Released] = []
        self.was_shown = asyncio.Event()
        self._recorder = recorder

    async def show(self, frame: Released) -> None:
        self.frames.append(frame)
        self.was_shown.set()
        if self._recorder:
            self._recorder.trace.append("shown")

    def sources(self) -> list[list[str]]:
        return [[outcome.source.name for outcome in frame.outcomes] for frame in self.frames]


async def answered(at: Door, by: Visit, asking: Ask | None = None, *, together: bool = True) -> Complete:
    """A whole answer, asked and shown."""
    asked = await ask(at, by, asking or wanted())
    assert isinstance(asked, Asked), asked
    return await asked.answer(Screen().show, together=together)


def handles(complete: Complete) -> Sequence[str]:
    return [record.handle for outcome in complete.outcomes for record in outcome.records]
