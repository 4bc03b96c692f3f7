"""One record and its photograph, through the door: decide, ask the source, write it down, then show it.

Every load is a view of its own, decided anew and recorded anew.
"""

from audit.events import Action, Event, Sensitive
from connectors.contract import Attachment
from gateway.identity.visit import Visit
from gateway.policy import classes, decide
from gateway.release.door import Denied, Door, grounds
from gateway.release.opened import Admitted, Nothing, admit, part, photograph_of, picture_of, query
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
    admitted = await admit(door, visit, text, lambda it: decide.View(it.context.envelope.purpose, it.connector.source))
    if not isinstance(admitted, Admitted):
        return admitted
    opened, record, allowed = admitted.opened, admitted.record, admitted.allowed
    source = opened.connector.source
    shown = shown_record(allowed, source, text, headline_only=False)
    receipt = await door.recorder.append(
        Event(
            action=Action.RECORD_VIEW,
            actor=visit.actor,
            trace_id=visit.origin.trace_id,
            grounds=grounds(opened.context.envelope),
            query=part(opened),
            shown=shown_part([shown], 1),
            policy=decide.VERSION,
            sensitive=Sensitive(shown=terms.of_record(record), detail={"record": record.id}),
        )
    )
    return released_record(shown, opened.context, classes.never_seen(visit.principal, source), receipt)


async def photograph(door: Door, visit: Visit, text: str) -> ReleasedPicture | Denied | Unavailable | Nothing:
    """See the photograph of one record: an act of its own. Raises `CannotRecord` or `SessionsUnavailable`."""
    admitted = await admit(door, visit, text, photograph_of)
    if not isinstance(admitted, Admitted):
        return admitted
    opened, record = admitted.opened, admitted.record
    source = opened.connector.source
    picture = picture_of(source, admitted.allowed)
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
            grounds=grounds(opened.context.envelope),
            query=part(opened),
            shown=picture_part(record, source, picture.data_class, found.content),
            policy=decide.VERSION,
            sensitive=Sensitive(shown=terms.of_record(record), detail={"record": record.id}),
        )
    )
    return released_picture(found, receipt)
