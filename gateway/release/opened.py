"""What a link's handle stands for: the record it names, fetched once more, under the purpose it was asked for."""

from collections.abc import Callable
from enum import StrEnum

import msgspec

from audit.events import Action, Asked, Event, Sensitive, SensitiveTerm, TermType
from connectors.contract import Connector, Field, Query, Record, Source
from gateway.identity.visit import Visit
from gateway.policy import classes, decide
from gateway.policy.decide import Act, Deny
from gateway.release import context as contexts
from gateway.release.door import Denied, Door, breach, deny, grounds, query_for
from gateway.search import federation
from gateway.search.federation import Fetched
from gateway.search.outcomes import Unavailable


class Nothing(StrEnum):
    """Why there is nothing to show, other than by policy or by the source's silence."""

    UNKNOWN = "unknown"  # no such handle in this session, or no such record any more
    EXPIRED = "expired"  # the answer it belongs to was not used for too long


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A handle that is good: the answer it belongs to, its source, and the record it names."""

    context: contexts.Context
    connector: Connector
    handle: contexts.Handle


class Admitted(msgspec.Struct, frozen=True, kw_only=True):
    """A record that was asked for and may be seen: as its source gave it, and what of it is allowed."""

    opened: Opened
    record: Record
    allowed: Record


async def admit(
    door: Door, visit: Visit, text: str, act: Callable[[Opened], Act]
) -> Admitted | Denied | Unavailable | Nothing:
    """What a link's handle stands for, once policy permits the `act` with it: else its source is not even asked.

    Raises `CannotRecord` and `SessionsUnavailable`.
    """
    opened = await resolve(door, visit, text)
    if isinstance(opened, Nothing):
        return opened
    permit = decide.decide(visit.principal, act(opened))
    if isinstance(permit, Deny):
        return await refuse(door, visit, opened, permit)
    record = await fetch(door, visit, opened)
    if not isinstance(record, Record):
        return record
    allowed = classes.permitted(record, permit.classes)
    return Nothing.UNKNOWN if allowed is None else Admitted(opened=opened, record=record, allowed=allowed)


async def refuse(door: Door, visit: Visit, opened: Opened, why: Deny) -> Denied:
    """Record what was refused of this record, then say it."""
    return await deny(door, visit, why.rule, opened.context.envelope, part(opened), sought(opened))


async def resolve(door: Door, visit: Visit, text: str) -> Opened | Nothing:
    """What a link's handle stands for."""
    handle = contexts.read_handle(visit, text)
    if handle is None or handle.source not in door.connectors:
        return Nothing.UNKNOWN
    context = await contexts.recall(door, visit, handle.query_id)
    if context is None:
        return Nothing.EXPIRED
    return Opened(context=context, connector=door.connectors[handle.source], handle=handle)


async def fetch(door: Door, visit: Visit, opened: Opened) -> Record | Unavailable | Nothing:
    """The whole record as its source gives it now. The question is handed to the recorder before the source is asked,
    and is durable when this returns. Raises `CannotRecord`.
    """
    handed = door.recorder.hand_over(
        Event(
            action=Action.RECORD_REQUEST,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(opened.context.envelope),
            query=part(opened),
            policy=decide.VERSION,
            sensitive=sought(opened),
        )
    )
    found = await federation.fetch(
        opened.connector, opened.handle.kind, opened.handle.record_id, query(door, visit, opened)
    )
    await door.recorder.acknowledged(handed)
    if isinstance(found, Fetched) and found.dropped:
        await door.recorder.append(breach(visit, part(opened), opened.connector.source, found.dropped))
    match found:
        case Fetched(record=record):
            return record
        case None:
            return Nothing.UNKNOWN
        case unavailable:
            return unavailable


def query(door: Door, visit: Visit, opened: Opened) -> Query:
    """The envelope of the answer the record belongs to, as it travels to the source."""
    return query_for(door, visit, opened.context.envelope, opened.handle.query_id)


def part(opened: Opened) -> Asked:
    """The question an event about this record belongs to."""
    return Asked(id=opened.handle.query_id, kind=opened.handle.kind.value)


def sought(opened: Opened) -> Sensitive:
    """Which record of which source it is about: who tried to open it is found by it, shown or not."""
    source, record_id = opened.handle.source, opened.handle.record_id
    named = SensitiveTerm(TermType.RECORD, (source, record_id))
    return Sensitive(subject=(named,), detail={"record": record_id, "source": source})


def photograph_of(opened: Opened) -> decide.Photograph:
    """Seeing the photograph of such a record, as policy is asked about it."""
    return decide.Photograph(opened.context.envelope.purpose, opened.connector.source, opened.handle.kind)


def picture_of(source: Source, record: Record) -> Field | None:
    """The field that names a record's photograph, or None when it has none."""
    spec = source.spec(record.kind)
    names = {field.name for field in spec.fields if field.attachment} if spec else set()
    return next((field for field in record.fields if field.name in names), None)
