"""One record and its photograph, through the door: decide, ask the source, write it down, then show it.

Every load is a view of its own, decided anew and recorded anew.
"""

from audit.events import Action, Event, Sensitive
from connectors.contract import Attachment, Record
from gateway.identity.visit import Visit
from gateway.policy import classes, decide
from gateway.policy.decide import Deny
from gateway.release.door import Denied, Door, deny, grounds
from gateway.release.opened import Nothing, fetch, part, picture_of, query, resolve, sought
from gateway.release.released import (
    ReleasedPicture,
    ReleasedRecord,
    picture_part,
    released_picture,
    released_record,
    shown_part,
    shown_record,
)
from gateway.search import federation, terms
from gateway.search.outcomes import Unavailable


async def view(door: Door, visit: Visit, text: str) -> ReleasedRecord | Denied | Unavailable | Nothing:
    """Open one record. Raises `CannotRecord` or `SessionsUnavailable`."""
    opened = await resolve(door, visit, text)
    if isinstance(opened, Nothing):
        return opened
    envelope, source = opened.context.envelope, opened.connector.source
    permit = decide.decide(visit.principal, decide.View(envelope.purpose, source))
    if isinstance(permit, Deny):
        return await deny(door, visit, permit.rule, envelope, part(opened), sought(opened))
    record = await fetch(door, visit, opened)
    if not isinstance(record, Record):
        return record
    allowed = classes.permitted(record, permit.classes)
    if allowed is None:
        return Nothing.UNKNOWN
    shown = shown_record(allowed, source, text, headline_only=False)
    receipt = await door.recorder.append(
        Event(
            action=Action.RECORD_VIEW,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(envelope),
            query=part(opened),
            shown=shown_part([shown], 1),
            policy=decide.VERSION,
            sensitive=Sensitive(shown=terms.of_record(record), detail={"record": record.id}),
        )
    )
    return released_record(shown, opened.context, classes.never_seen(visit.principal, source), receipt)


async def photograph(door: Door, visit: Visit, text: str) -> ReleasedPicture | Denied | Unavailable | Nothing:
    """See the photograph of one record: an act of its own. Raises `CannotRecord` or `SessionsUnavailable`."""
    opened = await resolve(door, visit, text)
    if isinstance(opened, Nothing):
        return opened
    envelope, source = opened.context.envelope, opened.connector.source
    permit = decide.decide(visit.principal, decide.Photograph(envelope.purpose, source, opened.handle.kind))
    if isinstance(permit, Deny):
        return await deny(door, visit, permit.rule, envelope, part(opened), sought(opened))
    record = await fetch(door, visit, opened)
    if not isinstance(record, Record):
        return record
    allowed = classes.permitted(record, permit.classes)
    picture = None if allowed is None else picture_of(source, allowed)
    if picture is None:
        return Nothing.UNKNOWN
    found = await federation.attachment(opened.connector, record.id, picture.value, query(door, visit, opened))
    if not isinstance(found, Attachment):
        return Nothing.UNKNOWN if found is None else found
    receipt = await door.recorder.append(
        Event(
            action=Action.PHOTO_VIEW,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(envelope),
            query=part(opened),
            shown=picture_part(record, source, picture.data_class, found.content),
            policy=decide.VERSION,
            sensitive=Sensitive(shown=terms.of_record(record), detail={"record": record.id}),
        )
    )
    return released_picture(found, receipt)
