"""What stands on one copy: the released record, for what it was asked, which sources answered, as the words of a print.

Pure. Takes only what is released; `prints` lays it out.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.contract import Source
from gateway import words
from gateway.identity.visit import Visit
from gateway.policy import classes
from gateway.policy.grounds import PURPOSE_WORDS, REASONS, Purpose
from gateway.prints.document import Document, Group, Line, RecordOnPaper, SourceAsked
from gateway.release import context as contexts
from gateway.release import tables
from gateway.release.context import Context
from gateway.release.released import ShownRecord
from gateway.search import sentences


def document(
    *,
    copy_id: str,
    verify_address: str,
    visit: Visit,
    context: Context,
    record: ShownRecord,
    sources: Mapping[str, Source],
    recipient: str,
    recipient_agency: str | None,
    unlisted_reason: str | None,
    photograph: bytes | None,
    now: datetime,
    log: str,
    paper_days: int,
) -> Document:
    """The values of one print."""
    zone = ZoneInfo(visit.principal.agency.zone)
    envelope = context.envelope
    local = now.astimezone(zone)
    answered = [line for line in context.lines if line.outcome == "answered"]
    asked = [line for line in context.lines if line.outcome in {"answered", "unavailable", "waiting"}]
    reason = REASONS.get(envelope.reason_code or "")
    return Document(
        copy_id=copy_id,
        verify_address=verify_address,
        officer=visit.principal.name,
        agency=visit.principal.agency.name,
        ori=visit.principal.agency.ori,
        printed_at=local,
        purpose_code=envelope.purpose,
        purpose=PURPOSE_WORDS[Purpose(envelope.purpose)],
        case_number=envelope.case_number,
        event_number=envelope.event_number,
        reason=reason.words if reason else None,
        recipient=recipient,
        recipient_agency=recipient_agency,
        unlisted_reason=unlisted_reason,
        record=RecordOnPaper(
            title=record.title,
            kind=record.kind.value.capitalize(),
            source=record.source.title,
            owner=record.source.owner,
            as_of=record.as_of,
            caveat=record.source.caveat,
            groups=tuple(_group(group) for group in tables.rows(record, local.date())),
        ),
        photograph=photograph,
        completeness=f"{len(answered)} of {words.count(len(asked), 'source')} answered.",
        sources=tuple(_line(line, sources[line.source], visit, envelope.purpose) for line in context.lines),
        review_on=local.date() + timedelta(days=paper_days),
        log=log,
        entry=context.entry,
    )


def _group(group: tables.Group) -> Group:
    return Group(
        title=group.title,
        number=group.number,
        lines=tuple(
            Line(
                label=row.field.label,
                value=row.text,
                source_text=row.field.source_text,
                as_of=row.field.as_of,
                caveat=row.field.caveat,
            )
            for row in group.rows
        ),
    )


def _line(line: contexts.Line, source: Source, visit: Visit, purpose: str) -> SourceAsked:
    match line.outcome:
        case "answered":
            said = sentences.found(source, line.count, line.total)
        case "unavailable":
            said = sentences.fault(source, line.fault or "timeout")
        case "waiting":
            said = sentences.waiting(source)
        case "not_permitted":
            said = sentences.refused(source, line.rule or "", purpose)
        case _:
            said = sentences.not_asked(source, line.reason or "")
    never = classes.never_seen(visit.principal, source)
    return SourceAsked(
        title=source.title,
        outcome=said,
        answered=line.outcome == "answered",
        current_to=line.current_to,
        never_shown=", ".join(never) or None,
    )
