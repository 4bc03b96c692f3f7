"""Paper, through the door: decide, fetch the record once more, set the document, write the copy down, hand it over.

A copy has a number before it is set and a digest before it is recorded; its event is durable before its first byte
leaves. A document that could not be set is recorded too.
"""

import msgspec

from audit.events import Action, Event, Printed, Sensitive
from connectors.contract import Attachment, Record
from gateway.identity.visit import Visit
from gateway.policy import decide
from gateway.policy.decide import Deny
from gateway.prints import copy_id
from gateway.prints.press import Press
from gateway.prints.render import PrintFailed
from gateway.release import paper
from gateway.release.door import Denied, Door, grounds
from gateway.release.opened import (
    Admitted,
    Nothing,
    Opened,
    admit,
    part,
    photograph_of,
    picture_of,
    query,
    refuse,
)
from gateway.release.released import ReleasedCopy, picture_part, released_copy, shown_part, shown_record
from gateway.search import federation, terms
from gateway.search.outcomes import Unavailable


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Who gets the copy, and whether the photograph goes with it. `agency` None: an `unlisted_reason` says why."""

    recipient: str
    agency: str | None
    unlisted_reason: str | None
    is_own_agency: bool
    photograph: bool


class NotSet(msgspec.Struct, frozen=True):
    """The document could not be set; the entry says that it was tried."""

    entry: int


async def copy(
    door: Door, press: Press, visit: Visit, text: str, wanted: Request, *, verify_url: str, paper_days: int
) -> ReleasedCopy | NotSet | Denied | Unavailable | Nothing:
    """Print one record for someone. Raises `CannotRecord` or `SessionsUnavailable`."""

    def act(it: Opened) -> decide.Print:
        handheld = visit.origin.device == "handheld"
        return decide.Print(it.context.envelope.purpose, it.connector.source, handheld, wanted.is_own_agency)

    admitted = await admit(door, visit, text, act)
    if not isinstance(admitted, Admitted):
        return admitted
    opened, record, allowed = admitted.opened, admitted.record, admitted.allowed
    source = opened.connector.source
    photograph = await _photograph(door, visit, opened, allowed) if wanted.photograph else None
    if isinstance(photograph, Denied | Unavailable):
        return photograph
    picture = None if photograph is None else picture_of(source, allowed)
    shown = shown_record(allowed, source, text, headline_only=False)
    number = copy_id.new()
    document = paper.document(
        copy_id=number,
        verify_address=f"{verify_url}/{number}",
        visit=visit,
        context=opened.context,
        record=shown,
        sources={name: connector.source for name, connector in door.connectors.items()},
        recipient=wanted.recipient,
        recipient_agency=wanted.agency,
        unlisted_reason=wanted.unlisted_reason,
        photograph=photograph,
        now=door.clock(),
        log=door.recorder.health().log,
        paper_days=paper_days,
    )
    event = Event(
        action=Action.DOCUMENT_PRINT,
        actor=visit.actor,
        trace_id=visit.origin.trace_id,
        grounds=grounds(opened.context.envelope),
        query=part(opened),
        shown=shown_part([shown], 1, picture),
        printed=Printed(id=number, recipient=wanted.recipient, recipient_agency=wanted.agency),
        policy=decide.VERSION,
        sensitive=Sensitive(
            shown=terms.of_record(record),
            detail={"record": record.id, "unlisted_reason": wanted.unlisted_reason or ""},
        ),
    )
    try:
        made = await press.render(document)
    except PrintFailed:
        failed = msgspec.structs.replace(event, action=Action.DOCUMENT_FAIL, outcome="failure", reason="print.not_set")
        return NotSet((await door.recorder.append(failed)).sequence)
    printed = Printed(
        id=number, sha256=made.sha256, pages=made.pages, recipient=wanted.recipient, recipient_agency=wanted.agency
    )
    if photograph is not None and picture is not None:
        # DOMAIN.md 4: an act of its own, on paper as on the screen.
        seen = picture_part(record, source, picture.data_class, photograph)
        photo = msgspec.structs.replace(event, action=Action.PHOTO_VIEW, shown=seen, printed=None)
        await door.recorder.append(photo)
    receipt = await door.recorder.append(msgspec.structs.replace(event, printed=printed))
    return released_copy(number, made.content, receipt)


async def _photograph(door: Door, visit: Visit, opened: Opened, allowed: Record) -> bytes | Denied | Unavailable | None:
    """The picture that goes on the paper, decided like the one on the screen; None when the record has none."""
    permit = decide.decide(visit.principal, photograph_of(opened))
    if isinstance(permit, Deny):
        return await refuse(door, visit, opened, permit)
    picture = picture_of(opened.connector.source, allowed)
    if picture is None:
        return None
    found = await federation.attachment(opened.connector, allowed.id, picture.value, query(door, visit, opened))
    return found.content if isinstance(found, Attachment) else found
