"""The week before: invented officers at work, through the ordinary doors and recorder, on a clock of its own.

Written once, into a journal that has nothing else yet, so that an auditor has something to read from the first minute.
"""

import asyncio
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from audit.inprocess import open_recorder
from audit.segments import segments
from connectors.contract import Connector
from gateway.demo.agencies import ZONE
from gateway.demo.people import PEOPLE, Person
from gateway.directory.store import Directory
from gateway.identity.claims import ClaimNames
from gateway.identity.proof import Proof
from gateway.identity.sessions import Key, Sessions, connect
from gateway.identity.signin import SignIn
from gateway.identity.visit import Origin, Visit
from gateway.prints.press import Press
from gateway.release import copy as copies
from gateway.release import record as records
from gateway.release.door import Denied, Door
from gateway.release.released import Released
from gateway.release.search import Ask, Complete, ask
from gateway.search.envelope import Envelope, read_envelope
from gateway.search.question import Question, read_question
from gateway.settings import Settings

_DAYS = 7


class Clock:
    """A clock that stands where it is put, and its monotonic twin."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The wall clock."""
        return self.at

    def monotonic(self) -> float:
        """Seconds, in step with the wall clock."""
        return self.at.timestamp()

    def on(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True)
class Did:
    """One thing an officer did in a shift: what was typed, for what, and how far they read on."""

    typed: Mapping[str, str]
    opens: int = 0
    prints_for: str | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """Who works from which hour of the day, and what they do."""

    account: str
    hour: int
    did: Sequence[Did]


def write(settings: Settings, connectors: Sequence[Connector]) -> None:
    """Write the week into the journal of `settings`, unless it has one."""
    folder = settings.journal.folder
    if not folder.exists() or not segments(folder):
        asyncio.run(_work(settings, connectors))


async def _work(settings: Settings, connectors: Sequence[Connector]) -> None:
    today = datetime.now(ZoneInfo(ZONE)).date()
    clock = Clock(_local(today - timedelta(days=_DAYS), 5))
    recorder = open_recorder(
        settings.journal.folder,
        settings.journal.keys,
        segment_bytes=settings.journal.segment_bytes,
        clock=clock.now,
        monotonic=clock.monotonic,
    )
    redis = connect(settings.sessions.url)
    sessions = Sessions(redis, secrets.token_bytes(32), clock.now)
    directory = Directory(settings.directory.url)
    press = Press()
    signin = SignIn(
        directory,
        sessions,
        recorder,
        clock.now,
        claim_names=ClaimNames(),
        absolute_s=settings.sessions.absolute_s,
        dormant_days=settings.directory.dormant_days,
    )
    door = Door(
        recorder=recorder,
        connectors={connector.source.name: connector for connector in connectors},
        sessions=sessions,
        clock=clock.now,
        context_s=settings.sessions.context_s,
        max_results=settings.search.max_results,
    )
    try:
        for days in range(_DAYS, 0, -1):
            for shift in _shifts(days):
                start = _local(today - timedelta(days=days), shift.hour)
                clock.at = max(clock.at + timedelta(seconds=40), start)
                await _Worker(settings, clock, signin, sessions, door, press).work(shift)
    finally:
        await directory.close()
        await redis.aclose()
        await asyncio.to_thread(recorder.close)


@dataclass(frozen=True, slots=True)
class _Worker:
    """One officer's shift, from signing in to signing out."""

    settings: Settings
    clock: Clock
    signin: SignIn
    sessions: Sessions
    door: Door
    press: Press

    async def work(self, shift: Shift) -> None:
        person = next(person for person in PEOPLE if person.account == shift.account)
        origin = Origin(ip="127.0.0.1", trace_id=secrets.token_hex(16), device="desktop")
        key = Key.of(await self.signin.enter(_proof(self.settings, person, self.clock.now()), origin, 900))
        session = await self.sessions.find(key, None)
        if session is None or session.principal is None:
            return
        self.clock.on(9)
        await self.signin.agree(key, session, origin, self.settings.operations.notice)
        visit = Visit(principal=session.principal, session=session, key=key, origin=origin)
        for did in shift.did:
            self.clock.on(240 + 37 * len(did.typed.get("q", "")))
            await self._do(visit, did)
        self.clock.on(600)
        await self.signin.leave(key, session, origin)

    async def _do(self, visit: Visit, did: Did) -> None:
        question = read_question(did.typed, self.clock.now().date())
        envelope = read_envelope(did.typed)
        if not isinstance(question, Question) or not isinstance(envelope, Envelope):
            raise TypeError(f"the week's script has a question nobody can ask: {did.typed}")
        asked = await ask(self.door, visit, Ask(question=question, envelope=envelope))
        if isinstance(asked, Denied):
            return
        complete = await asked.answer(_unseen, together=True)
        for handle in list(_handles(complete))[: did.opens]:
            self.clock.on(11)
            await records.view(self.door, visit, handle)
            if did.prints_for:
                self.clock.on(25)
                await self._print(visit, handle, did.prints_for)

    async def _print(self, visit: Visit, handle: str, recipient: str) -> None:
        wanted = copies.Request(
            recipient=recipient, agency="Marlow Police", unlisted_reason=None, is_own_agency=False, photograph=False
        )
        verify_url = f"{self.settings.web.public_url}/verify"
        await copies.copy(self.door, self.press, visit, handle, wanted, verify_url=verify_url, paper_days=90)


async def _unseen(_frame: Released) -> None:
    """Nobody looks at these screens."""


def _handles(complete: Complete) -> Iterator[str]:
    for outcome in complete.outcomes:
        yield from (record.handle for record in outcome.records)


def _proof(settings: Settings, person: Person, at: datetime) -> Proof:
    """What the stand-in would have proved that day."""
    return Proof(
        issuer=settings.identity.issuer,
        subject=person.subject,
        claims=person.claims(),
        acr=person.acr,
        amr=person.amr,
        multi_factor=True,
        auth_time=at,
        sid=None,
        id_token="",
    )


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).astimezone(UTC)


def _for(case: str, *texts: str, opens: int = 0, prints_for: str | None = None) -> list[Did]:
    return [Did({"q": text, "purpose": "C", "case_number": case}, opens, prints_for) for text in texts]


def _stop(*texts: str) -> list[Did]:
    return [Did({"q": text, "purpose": "C", "reason_code": "traffic_stop"}) for text in texts]


def _asked_by(officer: str, *texts: str) -> list[Did]:
    return [
        Did({"q": text, "purpose": "C", "event_number": f"CAD-{2026 + len(text)}", "on_behalf_of": officer})
        for text in texts
    ]


def _shifts(days_ago: int) -> list[Shift]:
    """What happens on the day that many days ago. The last days have more in them, as a story does."""
    case = f"26-{4400 + 3 * days_ago:05}"
    deputy = [*_stop("ZPL-2093"), *_for(case, "callowhill, tamara 5/17/1996", opens=1)]
    if days_ago <= 2:
        deputy += _for("26-04417", "hollis, merrick 2/11/1980", opens=3)
    if days_ago == 1:
        deputy += _for(case, "brackenridge, tobias", opens=1)
        deputy += _for("26-04417", "hollis, merrick", opens=1, prints_for="Det. D. Vance")
    marlow = [*_for(f"M26-{days_ago}118", "wrexhall, odette 7/22/1988", opens=1), *_stop("ZKT-4471")]
    visits = [
        Did({"q": text, "purpose": "C", "reason_code": "supervision_visit"}, opens)
        for text, opens in (("cuthridge, dorn", 1), ("madrow, sable", 0))
    ]
    calls = _asked_by("Dep. R. Ashgrove", "fenworthy, agnes", "obrannock, fintan")
    return [
        *([Shift("probation", 9, visits)] if days_ago in {1, 3} else []),
        *([Shift("officer2", 13, marlow)] if days_ago in {2, 4, 6} else []),
        *([Shift("dispatcher", 16, calls)] if days_ago in {1, 5} else []),
        *([Shift("officer", 18, deputy)] if days_ago in {1, 2, 3, 5, 7} else []),
    ]
