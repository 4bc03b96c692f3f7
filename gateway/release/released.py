"""Released: what may be shown, because an event that names it is durable. Made here and nowhere else.

Templates and JSON answers take these types and no others, so nothing can be shown that was not written down.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from audit import canonical
from audit.events import Receipt, Shown
from connectors.contract import Attachment, DataClass, Field, FieldSpec, Kind, Record, Source
from gateway.release.context import Context, Line
from gateway.search.envelope import Envelope
from gateway.search.outcomes import Answered, NotAsked, NotPermitted, Outcome, Unavailable


class ShownField(msgspec.Struct, frozen=True, kw_only=True):
    """One value as it is shown. `meaning` puts a code into words."""

    name: str
    label: str
    value: str
    data_class: str
    group: str | None
    meaning: str | None
    is_date: bool
    as_of: datetime | None
    source_text: str | None
    caveat: str | None


class ShownRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it is shown. `handle` opens it; `attachments` names its pictures, never shown unasked."""

    handle: str
    kind: Kind
    source: Source
    title: str
    version: str
    as_of: datetime
    fields: tuple[ShownField, ...]
    attachments: tuple[str, ...]

    def values(self, name: str) -> list[str]:
        """Every value under a NIEM name, in order."""
        return [field.value for field in self.fields if field.name == name]


class ShownOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the question at one source, with the entry that says so. One of the four of DESIGN.md 3.

    Only a whole answer can show that something is not there.
    """

    source: Source
    outcome: str  # answered | unavailable | not_permitted | not_asked
    entry: int
    records: tuple[ShownRecord, ...] = ()
    total: int = 0
    is_whole: bool = False
    current_to: datetime | None = None
    elapsed_ms: int | None = None
    fault: str | None = None
    rule: str | None = None
    reason: str | None = None
    never_seen: tuple[str, ...] = ()


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """The outcomes of one frame, and the receipt of the event that says they are shown."""

    outcomes: tuple[ShownOutcome, ...]
    receipt: Receipt


class ReleasedRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One whole record, and the receipt of the event that says it is shown."""

    record: ShownRecord
    envelope: Envelope
    asked_at: datetime
    lines: tuple[Line, ...]  # which sources answered the question it belongs to
    never_seen: tuple[str, ...]
    receipt: Receipt


class ReleasedPicture(msgspec.Struct, frozen=True, kw_only=True):
    """One picture, and the receipt of the event that says it is shown."""

    media_type: str
    content: bytes
    receipt: Receipt


class ReleasedCopy(msgspec.Struct, frozen=True, kw_only=True):
    """One printed copy, and the receipt of the event that says it left."""

    copy_id: str
    content: bytes
    receipt: Receipt


class PersonCard(msgspec.Struct, frozen=True, kw_only=True):
    """Records of one person, put side by side from what was released."""

    tier: int
    because: tuple[str, ...]
    members: tuple[ShownRecord, ...]


def shown_record(record: Record, source: Source, handle: str, *, headline_only: bool) -> ShownRecord:
    """A record, already held to what is permitted, as it is shown: in a list its headline fields, else all."""
    spec = source.spec(record.kind)
    declared = {} if spec is None else {field.name: field for field in spec.fields}
    wanted = [field for field in record.fields if declared[field.name].headline or not headline_only]
    return ShownRecord(
        handle=handle,
        kind=record.kind,
        source=source,
        title=_title("" if spec is None else spec.title, wanted, declared),
        version=record.version,
        as_of=record.as_of,
        fields=tuple(_shown(field, declared[field.name]) for field in wanted if not declared[field.name].attachment),
        attachments=tuple(field.value for field in wanted if declared[field.name].attachment),
    )


def shown_outcome(
    outcome: Outcome, records: Sequence[ShownRecord], total: int, entry: int, never: Sequence[str]
) -> ShownOutcome:
    """An outcome as it is shown, with the records of it that are, and the entry that says so."""
    match outcome:
        case Answered(source=source, is_whole=is_whole, current_to=current_to, elapsed_ms=elapsed_ms):
            return ShownOutcome(
                source=source,
                outcome="answered",
                entry=entry,
                records=tuple(records),
                total=total,
                is_whole=is_whole,
                current_to=current_to,
                elapsed_ms=elapsed_ms,
                never_seen=tuple(never),
            )
        case Unavailable(source=source, fault=fault, elapsed_ms=elapsed_ms):
            return ShownOutcome(
                source=source, outcome="unavailable", entry=entry, fault=fault.value, elapsed_ms=elapsed_ms
            )
        case NotPermitted(source=source, rule=rule):
            return ShownOutcome(source=source, outcome="not_permitted", entry=entry, rule=rule)
        case NotAsked(source=source, reason=reason):
            return ShownOutcome(source=source, outcome="not_asked", entry=entry, reason=reason)


def released(outcomes: Iterable[ShownOutcome], receipt: Receipt) -> Released:
    """The outcomes that the event of `receipt` names. Call it only with the receipt of that event."""
    return Released(outcomes=tuple(outcomes), receipt=receipt)


def digest(records: Iterable[ShownRecord]) -> str:
    """SHA-256 in hex over the canonical JSON of the fields shown, in order: what was seen, without saying it."""
    seen: list[canonical.Value] = [
        {
            "source": record.source.name,
            "kind": record.kind.value,
            "version": record.version,
            "fields": [[field.name, field.value, field.data_class, field.group or ""] for field in record.fields],
        }
        for record in records
    ]
    return hashlib.sha256(canonical.encode(seen, most=None)).hexdigest()


def released_record(record: ShownRecord, context: Context, never: Sequence[str], receipt: Receipt) -> ReleasedRecord:
    """One record that the event of `receipt` names, under what it was asked for."""
    return ReleasedRecord(
        record=record,
        envelope=context.envelope,
        asked_at=context.asked_at,
        lines=context.lines,
        never_seen=tuple(never),
        receipt=receipt,
    )


def released_picture(found: Attachment, receipt: Receipt) -> ReleasedPicture:
    """One picture that the event of `receipt` names."""
    return ReleasedPicture(media_type=found.media_type, content=found.content, receipt=receipt)


def released_copy(copy_id: str, content: bytes, receipt: Receipt) -> ReleasedCopy:
    """One printed copy that the event of `receipt` names."""
    return ReleasedCopy(copy_id=copy_id, content=content, receipt=receipt)


def shown_part(records: Sequence[ShownRecord], total: int, picture: Field | None = None) -> Shown:
    """What an event says of the records it names, and of a `picture` that is shown with them."""
    pictured = set() if picture is None else {picture.data_class.value}
    return Shown(
        count=len(records),
        total=total,
        source=tuple(dict.fromkeys(record.source.name for record in records)),
        owner=tuple(dict.fromkeys(record.source.owner_ori for record in records)),
        data_class=tuple(sorted({field.data_class for record in records for field in record.fields} | pictured)),
        version=tuple(record.version for record in records),
        as_of=tuple(record.as_of.isoformat() for record in records),
        digest=digest(records),
    )


def picture_part(record: Record, source: Source, data_class: DataClass, content: bytes) -> Shown:
    """What an event says of a picture: the digest is SHA-256 over its bytes."""
    return Shown(
        count=1,
        total=1,
        source=(source.name,),
        owner=(source.owner_ori,),
        data_class=(data_class.value,),
        version=(record.version,),
        as_of=(record.as_of.isoformat(),),
        digest=hashlib.sha256(content).hexdigest(),
    )


def _shown(field: Field, spec: FieldSpec) -> ShownField:
    return ShownField(
        name=field.name,
        label=spec.label,
        value=field.value,
        data_class=field.data_class.value,
        group=field.group,
        meaning=spec.meanings.get(field.value),
        is_date=spec.date,
        as_of=field.as_of,
        source_text=field.source_text,
        caveat=field.caveat,
    )


def _title(template: str, fields: Sequence[Field], declared: Mapping[str, FieldSpec]) -> str:
    """The template with the first value of each name in braces; what is missing leaves no gap.

    Of the record's own fields only: the middle name of an alias does not belong to the first name.
    """
    values: dict[str, str] = {}
    for field in fields:
        if declared[field.name].headline and field.group is None:
            values.setdefault(field.name, declared[field.name].meanings.get(field.value, field.value))
    filled = re.sub(r"\{([^}]+)\}", lambda name: values.get(name[1], ""), template)
    return re.sub(r"\s*,(?=\s*(,|$))", "", re.sub(r"\s+", " ", filled)).strip()
