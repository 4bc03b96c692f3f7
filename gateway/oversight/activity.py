"""What was done, by whom, about whom: each question of an auditor is decided, recorded and then answered.

An agency's auditor sees that agency's own users and nobody else's; the scope goes into every query of the index. What
was typed is opened one event at a time, and each opening is recorded.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from audit.events import Action, Actor, Asked, Event, Printed, Sensitive, SensitiveTerm, sealed_in
from audit.index import MOST_A_PAGE, ActivityIndex, Document, IndexUnavailable, Page, Scope, Wanted
from audit.recorder import Recorder
from audit.ship import Follower, Shipper
from gateway.identity.visit import Visit
from gateway.oversight.behind import Behind
from gateway.oversight.look import Look, Subject
from gateway.policy import decide
from gateway.policy.decide import Deny, Permit

CannotSearch = IndexUnavailable  # what every look raises when the index does not answer, or not wholly

AT_A_TIME = MOST_A_PAGE  # events of a question that are fetched at once, until its whole story is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """The dependencies of every look into the record. `shipping` says how far the index is behind."""

    recorder: Recorder
    index: ActivityIndex
    clock: Callable[[], datetime]
    shipping: Shipper | Follower | Behind


class Refused(msgspec.Struct, frozen=True):
    """Policy said no, by this rule; the entry says that it was asked."""

    rule: str
    entry: int


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """Events newest first, the place to go on from, how far the index is behind, and the entry of this very look."""

    events: Sequence[Document]
    next: str | None
    lag_s: float
    entry: int


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed, of one event, and the entry that says it was opened."""

    of: Document
    clear: Mapping[str, str]
    entry: int


async def activity(oversight: Oversight, visit: Visit, look: Look) -> Looked | Refused:
    """The activity of the users in scope. Raises `CannotRecord`, and `ValueError` for an `after` never given out."""
    permit = await _permit(oversight, visit)
    if isinstance(permit, Refused):
        return permit
    receipt = await oversight.recorder.append(_query(visit, "activity", _said(look.wanted)))
    page = await oversight.index.events(scope_of(permit), look.wanted, after=look.after, size=look.size)
    return _looked(oversight, page, receipt.sequence)


async def subject(oversight: Oversight, visit: Visit, about: Subject) -> Looked | Refused:
    """Everyone in scope who asked for or was shown a person, plate or record. Raises as `activity`."""
    permit = await _permit(oversight, visit)
    if isinstance(permit, Refused):
        return permit
    receipt, tokens = await oversight.recorder.look_up(_query(visit, "subject", {}, about.terms), about.terms)
    wanted = Wanted(tokens=tokens)
    page = await oversight.index.events(scope_of(permit), wanted, after=about.after, size=about.size)
    return _looked(oversight, page, receipt.sequence)


async def printed(oversight: Oversight, visit: Visit, copy_id: str) -> Looked | Refused:
    """What the record says of one copy, to whoever may see its officer's activity. Raises as `activity`."""
    permit = await _permit(oversight, visit)
    if isinstance(permit, Refused):
        return permit
    receipt = await oversight.recorder.append(_query(visit, "print", {"print_id": copy_id}))
    # Not the checks of the copy: whoever holds it makes as many as they like, until its print is on no page.
    made = (Action.DOCUMENT_PRINT.value, Action.DOCUMENT_FAIL.value)
    page = await oversight.index.events(scope_of(permit), Wanted(print_id=copy_id, actions=made), size=10)
    return _looked(oversight, page, receipt.sequence)


async def typed(oversight: Oversight, visit: Visit, query_id: str) -> Detail | Refused | None:
    """What was typed for one question; None when it is not in scope. Raises `CannotRecord`."""
    permit = await _permit(oversight, visit)
    if isinstance(permit, Refused):
        return permit
    wanted = Wanted(query_ids=(query_id,), actions=(Action.SEARCH_REQUEST.value, Action.ACCESS_DENIED.value))
    events = await _all(oversight, scope_of(permit), wanted)
    found = min(events, key=lambda event: event["event"]["sequence"], default=None)
    sealed = None if found is None else sealed_in(found)
    if found is None or sealed is None:
        return None
    event = Event(
        action=Action.AUDIT_OPEN,
        actor=visit.actor,
        trace_id=visit.origin.trace_id,
        query=Asked(id=query_id, kind="detail"),
        about=found["event"]["sequence"],
        policy=decide.VERSION,
    )
    receipt, clear = await oversight.recorder.open(event, sealed)
    return Detail(of=found, clear=clear, entry=receipt.sequence)


async def whole_questions(oversight: Oversight, visit: Visit, events: Sequence[Document]) -> Sequence[Document]:
    """Every event in scope of the questions that `events` are part of: a page may hold only some of them."""
    ids = tuple(dict.fromkeys(query_of(event) for event in events if query_of(event)))
    permit = decide.decide(visit.principal, decide.Oversee())
    if not ids or isinstance(permit, Deny):
        return ()
    return await _all(oversight, scope_of(permit), Wanted(query_ids=ids))


async def counts(oversight: Oversight, visit: Visit, wanted: Wanted, by: str, zone: str) -> Sequence[tuple[str, int]]:
    """Figures for a chart beside events that were just looked at under a recorded question."""
    permit = decide.decide(visit.principal, decide.Oversee())
    return () if isinstance(permit, Deny) else await oversight.index.counts(scope_of(permit), wanted, by, zone)


async def _all(oversight: Oversight, scope: Scope, wanted: Wanted) -> Sequence[Document]:
    """Every event there is, newest first: whoever did much must not hide what they did first."""
    found: list[Document] = []
    after: str | None = None
    while True:
        page = await oversight.index.events(scope, wanted, after=after, size=AT_A_TIME)
        found += page.events
        after = page.next
        if after is None:
            return found


def scope_of(permit: Permit) -> Scope:
    """Whose users' events a permit lets its holder see."""
    return Scope(agencies=permit.agencies, statewide=permit.statewide)


def query_of(event: Document) -> str:
    """The id of the question an event belongs to, or nothing."""
    found: str = event.get("cj", {}).get("query", {}).get("id", "")
    return found


async def _permit(oversight: Oversight, visit: Visit) -> Permit | Refused:
    permit = decide.decide(visit.principal, decide.Oversee())
    if isinstance(permit, Permit):
        return permit
    denied = Event(
        action=Action.ACCESS_DENIED,
        outcome="failure",
        reason=permit.rule,
        actor=visit.actor,
        trace_id=visit.origin.trace_id,
        policy=decide.VERSION,
    )
    return Refused(permit.rule, (await oversight.recorder.append(denied)).sequence)


def _looked(oversight: Oversight, page: Page, entry: int) -> Looked:
    return Looked(events=page.events, next=page.next, lag_s=round(oversight.shipping.lag().seconds, 1), entry=entry)


def _query(visit: Visit, kind: str, said: Mapping[str, str], terms: tuple[SensitiveTerm, ...] = ()) -> Event:
    fields = tuple(sorted(said)) or tuple(sorted({term.type.value for term in terms}))
    return Event(
        action=Action.AUDIT_QUERY,
        actor=visit.actor,
        trace_id=visit.origin.trace_id,
        query=Asked(id=secrets.token_hex(16), kind=kind, fields=fields),
        policy=decide.VERSION,
        sensitive=Sensitive(subject=terms, detail=said),
    )


def _said(wanted: Wanted) -> dict[str, str]:
    """The filters that were set, as text."""
    set_by: dict[str, Any] = {name: getattr(wanted, name) for name in Wanted.__struct_fields__}
    return {
        name: ",".join(value) if isinstance(value, tuple) else str(value) for name, value in set_by.items() if value
    }


_LOOKS_FOR_A_COPY, _BETWEEN_LOOKS_S = 10, 0.2  # an index that works is behind by a fraction of a second


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What anybody holding a copy may learn of it: that it was made here, when, how long it is, and its digest."""

    printed_at: datetime
    pages: int
    sha256: str


async def copy_status(oversight: Oversight, number: str, actor: Actor | None, trace_id: str) -> Status | None:
    """Whether a copy of this number was printed here. The check is recorded; who printed it is not told.

    Waits a moment for the index where it is behind. Raises `CannotRecord` and `CannotSearch`.
    """
    await oversight.recorder.append(
        Event(
            action=Action.DOCUMENT_VERIFY,
            actor=actor,
            trace_id=trace_id,
            printed=Printed(id=number),
        )
    )
    wanted = Wanted(print_id=number, actions=(Action.DOCUMENT_PRINT.value,))
    page = await oversight.index.events(Scope(statewide=True), wanted, size=1)
    for looks in range(_LOOKS_FOR_A_COPY):
        if page.events or (looks and not oversight.shipping.lag().entries):
            break
        await asyncio.sleep(_BETWEEN_LOOKS_S)
        page = await oversight.index.events(Scope(statewide=True), wanted, size=1)
    if not page.events:
        if oversight.shipping.lag().entries:  # it may have been printed since: unknown would be a guess
            raise CannotSearch("the index has not come as far as this check")
        return None
    found = page.events[0]
    printed = found["cj"]["print"]
    return Status(
        printed_at=datetime.fromisoformat(found["@timestamp"]), pages=printed["pages"], sha256=printed["sha256"]
    )
