"""What stands behind the door: recorder, sources, session store; and the small acts that every release shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from audit.events import Action, Asked, Event, Grounds, Sensitive
from audit.recorder import Recorder
from connectors.contract import Connector, Query, Source
from gateway.identity.sessions import Sessions
from gateway.identity.visit import Visit
from gateway.policy import decide
from gateway.search.envelope import Envelope


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The dependencies of every release. `context_s`: how long an answer's records can be opened after its last use."""

    recorder: Recorder
    connectors: Mapping[str, Connector]
    sessions: Sessions
    clock: Callable[[], datetime]
    context_s: int
    max_results: int


class Denied(msgspec.Struct, frozen=True):
    """Policy said no, by this rule; the entry says that it was asked."""

    rule: str
    entry: int


async def deny(door: Door, visit: Visit, rule: str, envelope: Envelope, asked: Asked, sensitive: Sensitive) -> Denied:
    """Record a refusal with what was asked, then say it."""
    receipt = await door.recorder.append(
        Event(
            action=Action.ACCESS_DENIED,
            outcome="failure",
            reason=rule,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(envelope),
            query=asked,
            policy=decide.VERSION,
            sensitive=sensitive,
        )
    )
    return Denied(rule, receipt.sequence)


def breach(visit: Visit, asked: Asked, source: Source, dropped: int) -> Event:
    """What says that a source gave what it never declared; what that was is not said."""
    return Event(
        action=Action.SOURCE_BREACH,
        outcome="failure",
        actor=visit.actor,
        trace_id=visit.origin.trace_id,
        query=asked,
        source_status={source.name: {"dropped": dropped}},
    )


def grounds(envelope: Envelope) -> Grounds:
    """For what, as events say it; words a person typed as a reason are sensitive and go elsewhere."""
    return Grounds(
        purpose=envelope.purpose,
        case_number=envelope.case_number,
        event_number=envelope.event_number,
        reason_code=envelope.reason_code,
        attention=envelope.attention,
        on_behalf_of=envelope.on_behalf_of,
    )


def query_for(door: Door, visit: Visit, envelope: Envelope, query_id: str) -> Query:
    """The envelope as it travels to a source, without terms."""
    return Query(
        query_id=query_id,
        terms=(),
        user=visit.principal.id,
        requesting_ori=visit.principal.agency.ori,
        purpose_code=envelope.purpose,
        case_number=envelope.case_number,
        event_number=envelope.event_number,
        reason_code=envelope.reason_code,
        reason=envelope.reason,
        attention=envelope.attention,
        on_behalf_of=envelope.on_behalf_of,
        deadline_ms=0,
        max_results=door.max_results,
    )
