"""The search, through the door: decide, hand the question to the recorder, ask the sources, write each frame, show it.

`ask` decides and hands the question over; `Asked.answer` asks the sources while the disk syncs, and releases what
arrives frame by frame. Whoever hangs up cancels the questions to the sources, never an append. Two durable events at
least: the question before any frame, and one disclosure for each frame before it is shown.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from audit.events import Action, Event, Receipt, Sensitive
from audit.events import Asked as AskedPart
from connectors.contract import Key
from gateway.identity.visit import Visit
from gateway.policy import decide
from gateway.policy.decide import Deny, Permit
from gateway.release import context as contexts
from gateway.release import frames
from gateway.release.door import Denied, Door, deny, grounds, query_for
from gateway.release.released import PersonCard, Released, ShownOutcome, released
from gateway.search import federation, matching, terms
from gateway.search.envelope import Envelope
from gateway.search.outcomes import Outcome
from gateway.search.question import Question

Show = Callable[[Released], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What someone wants to know, for what, and from whom (`chosen` None: everyone they may ask)."""

    question: Question
    envelope: Envelope
    chosen: frozenset[str] | None = None
    query_id: str = field(default_factory=lambda: secrets.token_hex(16))


class Complete(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an answer: every outcome that was shown, in panel order, and the people put together from them."""

    outcomes: tuple[ShownOutcome, ...]
    cards: tuple[PersonCard, ...]
    receipt: Receipt

    @property
    def asked(self) -> int:
        """How many sources were asked."""
        return sum(outcome.outcome in {"answered", "unavailable"} for outcome in self.outcomes)

    @property
    def answered(self) -> int:
        """How many of them answered."""
        return sum(outcome.outcome == "answered" for outcome in self.outcomes)

    @property
    def not_asked(self) -> list[str]:
        """The names of the sources that were not asked, for whatever reason."""
        return [outcome.source.name for outcome in self.outcomes if outcome.outcome in {"not_asked", "not_permitted"}]


async def ask(door: Door, visit: Visit, wanted: Ask) -> "Asked | Denied":
    """Decide, and hand the question to the recorder. Raises `CannotRecord`."""
    sources = [connector.source for connector in door.connectors.values()]
    permit = decide.decide(visit.principal, decide.Search(wanted.envelope.purpose, sources))
    if isinstance(permit, Deny):
        return await deny(door, visit, permit.rule, wanted.envelope, _part(wanted), _typed(wanted))
    return Asked(door, visit, wanted, permit)


class Asked:
    """A question that was permitted and handed to the recorder, and its answer as it comes."""

    def __init__(self, door: Door, visit: Visit, wanted: Ask, permit: Permit) -> None:
        self.wanted = wanted
        self.asked_at = door.clock()
        self._door = door
        self._visit = visit
        self._permit = permit
        self._part = _part(wanted)
        self._lines = {name: contexts.Line(source=name, outcome="waiting") for name in door.connectors}
        self._handed = door.recorder.hand_over(self._request())

    async def recorded(self) -> Receipt:
        """Wait until the question is durable. Raises `CannotRecord`."""
        return await self._door.recorder.acknowledged(self._handed)

    async def answer(self, show: Show, *, together: bool) -> Complete:
        """Ask the sources and show what comes: `together` in one frame, else frame by frame, fastest first.

        Raises `CannotRecord` or `SessionsUnavailable`; what was not shown by then is not shown.
        """
        sources = list(self._door.connectors)
        shown: list[ShownOutcome] = []
        async with federation.asking(
            tuple(self._door.connectors.values()),
            query_for(self._door, self._visit, self.wanted.envelope, self.wanted.query_id),
            self.wanted.question.readings,
            chosen=self.wanted.chosen,
            refused=self._permit.refused,
        ) as arrived:
            request = await self.recorded()
            while len(shown) < len(sources):
                frame = [await arrived.get()]
                while not arrived.empty() or (together and len(frame) < len(sources)):
                    frame.append(await arrived.get())
                frame.sort(key=lambda outcome: sources.index(outcome.source.name))
                now = await self._release(frame, request)
                await show(now)
                shown += now.outcomes
        shown.sort(key=lambda outcome: sources.index(outcome.source.name))
        return Complete(outcomes=tuple(shown), cards=_cards(shown), receipt=now.receipt)

    async def _release(self, frame: Sequence[Outcome], request: Receipt) -> Released:
        """Write a frame down; only then is it a Released."""
        query_id = self.wanted.query_id
        parts = [frames.permitted(outcome, self._permit, self._visit, query_id) for outcome in frame]
        self._lines |= {part.outcome.source.name: frames.line(part) for part in parts}
        await contexts.keep(self._door, self._visit, self._context(request))
        events = frames.breaches(parts, self._visit, self._part)
        events += frames.disclosures(parts, self._visit, self.wanted.envelope, self._part)
        handed = [self._door.recorder.hand_over(event) for event in events]
        # All at once: of several that come late each is to be named by its own `search.unshown`.
        receipts = await asyncio.gather(*map(self._door.recorder.acknowledged, handed))
        return released([frames.shown(part, self._visit, receipts[-1].sequence) for part in parts], receipts[-1])

    def _request(self) -> Event:
        return Event(
            action=Action.SEARCH_REQUEST,
            actor=self._visit.actor,
            trace_id=self._visit.origin.trace_id,
            grounds=grounds(self.wanted.envelope),
            query=self._part,
            policy=decide.VERSION,
            sensitive=_typed(self.wanted),
        )

    def _context(self, request: Receipt) -> contexts.Context:
        return contexts.Context(
            query_id=self.wanted.query_id,
            asked_at=self.asked_at,
            envelope=self.wanted.envelope,
            entry=request.sequence,
            lines=tuple(self._lines.values()),
        )


def _part(wanted: Ask) -> AskedPart:
    keys = wanted.question.keys
    kind = "vehicle" if keys & {Key.PLATE, Key.VIN} else "case" if Key.COURT_FILE in keys else "person"
    return AskedPart(id=wanted.query_id, kind=kind, fields=tuple(sorted(key.value for key in keys)))


def _typed(wanted: Ask) -> Sensitive:
    readings = wanted.question.readings
    typed = {f"{way}.{term.key.value}": term.value for way, reading in enumerate(readings, 1) for term in reading}
    return Sensitive(subject=terms.of_question(readings), reason=wanted.envelope.reason, detail=typed)


def _cards(outcomes: Sequence[ShownOutcome]) -> tuple[PersonCard, ...]:
    records = [record for outcome in outcomes for record in outcome.records]
    return tuple(
        PersonCard(tier=card.tier, because=card.because, members=tuple(records[place] for place in card.members))
        for card in matching.cards(records)
    )
