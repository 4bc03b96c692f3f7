"""One frame of an answer: what of it may be shown, the events that say so, and the lines of the completeness strip.

Pure but for the handles it seals. Sealed records leave no shadow: they are in no list, no total and no event's count.
"""

from collections.abc import Sequence

import msgspec

from audit.events import Action, Asked, Event, Sensitive
from connectors.contract import Record
from gateway.identity.visit import Visit
from gateway.policy import classes, decide
from gateway.policy.decide import Permit
from gateway.release import context as contexts
from gateway.release.door import breach, grounds
from gateway.release.released import ShownOutcome, ShownRecord, shown_outcome, shown_part, shown_record
from gateway.search import terms
from gateway.search.envelope import Envelope
from gateway.search.outcomes import Answered, NotAsked, NotPermitted, Outcome, Unavailable

_MOST_RECORDS_AN_EVENT = 80  # at the very most 47 kB of tokens, versions and dates; an event holds 60 kB


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What of one outcome may be shown: the records that may be known of, as given and as shown, and the total that
    may be told. The record of activity names whom they are about, also by a number that is withheld.
    """

    outcome: Outcome
    records: tuple[Record, ...] = ()
    views: tuple[ShownRecord, ...] = ()
    total: int = 0


def permitted(outcome: Outcome, permit: Permit, visit: Visit, query_id: str) -> Part:
    """An outcome held to what `permit` grants."""
    if not isinstance(outcome, Answered):
        return Part(outcome=outcome)
    held = [(record, classes.permitted(record, permit.classes)) for record in (*outcome.records, *outcome.sealed)]
    known = [(record, allowed) for record, allowed in held if allowed is not None]
    return Part(
        outcome=outcome,
        records=tuple(record for record, _ in known),
        views=tuple(_view(allowed, outcome, visit, query_id) for _, allowed in known),
        total=outcome.total - len(outcome.records) + len(known),
    )


def disclosures(parts: Sequence[Part], visit: Visit, envelope: Envelope, asked: Asked) -> list[Event]:
    """The events that name everything in a frame; a long one takes several, each with the whole strip."""
    records = [record for part in parts for record in part.records]
    views = [view for part in parts for view in part.views]
    status = {part.outcome.source.name: _status(part) for part in parts}
    return [
        Event(
            action=Action.SEARCH_DISCLOSE,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(envelope),
            query=asked,
            shown=shown_part(views[start:end], sum(part.total for part in parts)),
            source_status=status,
            policy=decide.VERSION,
            sensitive=Sensitive(shown=tuple(term for record in records[start:end] for term in terms.of_record(record))),
        )
        for start in range(0, max(1, len(views)), _MOST_RECORDS_AN_EVENT)
        for end in (start + _MOST_RECORDS_AN_EVENT,)
    ]


def breaches(parts: Sequence[Part], visit: Visit, asked: Asked) -> list[Event]:
    """An event for each source that gave what it never declared."""
    return [
        breach(visit, asked, part.outcome.source, part.outcome.dropped)
        for part in parts
        if isinstance(part.outcome, Answered) and part.outcome.dropped
    ]


def shown(part: Part, visit: Visit, entry: int) -> ShownOutcome:
    """A part as it is shown, once `entry` says so."""
    never = classes.never_seen(visit.principal, part.outcome.source)
    return shown_outcome(part.outcome, part.views, part.total, entry, never)


def line(part: Part) -> contexts.Line:
    """A part as it stands in the completeness strip."""
    status = {name: value for name, value in _status(part).items() if name != "elapsed_ms"}
    current_to = part.outcome.current_to if isinstance(part.outcome, Answered) else None
    return msgspec.convert({"source": part.outcome.source.name, **status, "current_to": current_to}, contexts.Line)


def _view(record: Record, outcome: Answered, visit: Visit, query_id: str) -> ShownRecord:
    handle = contexts.Handle(query_id, record.source, record.kind, record.id)
    return shown_record(record, outcome.source, contexts.handle_text(visit, handle), headline_only=True)


def _status(part: Part) -> dict[str, str | int]:
    match part.outcome:
        case Answered(elapsed_ms=elapsed_ms):
            return {"outcome": "answered", "count": len(part.views), "total": part.total, "elapsed_ms": elapsed_ms}
        case Unavailable(fault=fault, elapsed_ms=elapsed_ms):
            return {"outcome": "unavailable", "fault": fault.value, "elapsed_ms": elapsed_ms}
        case NotPermitted(rule=rule):
            return {"outcome": "not_permitted", "rule": rule}
        case NotAsked(reason=reason):
            return {"outcome": "not_asked", "reason": reason}
