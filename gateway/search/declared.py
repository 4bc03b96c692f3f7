"""What a source gives is held against what it declared: the rest is dropped and counted, never shown (CJIS SC-7(24)).

Pure. A source in the same process could hand over anything at all, so nothing here trusts a type.
"""

import re
from collections.abc import Iterable
from datetime import datetime

import msgspec

from connectors.contract import Answer, Attachment, Fault, Field, Kind, Record, Source, SourceFault

_LONGEST_VALUE = 4_000  # characters; a longer one is an attack or a defect
_MOST_FIELDS = 2_000
_PICTURES = frozenset({"image/png", "image/jpeg"})
_LARGEST_PICTURE = 4 << 20  # bytes
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Kept(msgspec.Struct, frozen=True):
    """What may be looked at further, and how many things were dropped."""

    records: tuple[Record, ...]
    dropped: int


def answer(given: object, source: Source, most: int) -> tuple[Answer, int]:
    """The answer with only declared, well-formed, distinct records, and the count of what was dropped.

    Raises `SourceFault(GARBLED)` when it is no answer at all.
    """
    if not (isinstance(given, Answer) and isinstance(given.total, int) and _is_utc(given.current_to)):
        raise SourceFault(Fault.GARBLED)
    listed, sealed = kept(given.records, source), kept(given.sealed, source)
    records = listed.records[:most]
    total = max(given.total - listed.dropped, len(records))
    checked = Answer(records=records, total=total, current_to=given.current_to, sealed=sealed.records)
    return checked, listed.dropped + sealed.dropped


def kept(records: Iterable[object], source: Source) -> Kept:
    """The well-formed records of this source, each once, with their declared fields."""
    seen: set[tuple[Kind, str]] = set()
    good: list[Record] = []
    dropped = 0
    for given in records:
        record, lost = _record(given, source)
        dropped += lost
        if record is not None and (record.kind, record.id) not in seen:
            seen.add((record.kind, record.id))
            good.append(record)
    return Kept(tuple(good), dropped)


def attachment(given: object) -> Attachment | None:
    """A picture a browser may be given, or None. Raises `SourceFault(GARBLED)` for anything else."""
    if given is None:
        return None
    if not (isinstance(given, Attachment) and given.media_type in _PICTURES and len(given.content) <= _LARGEST_PICTURE):
        raise SourceFault(Fault.GARBLED)
    return given


def _record(given: object, source: Source) -> tuple[Record | None, int]:
    if not (isinstance(given, Record) and given.source == source.name and _is_text(given.id) and _is_utc(given.as_of)):
        return None, 1
    spec = source.spec(given.kind)
    if spec is None or not isinstance(given.version, str):
        return None, 1
    declared = {field.name: field.classes for field in spec.fields}
    fields = tuple(
        field
        for field in given.fields[:_MOST_FIELDS]
        if isinstance(field, Field)
        and field.data_class in declared.get(field.name, frozenset())
        and _is_text(field.value)
    )
    return msgspec.structs.replace(given, fields=fields), len(given.fields) - len(fields)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_VALUE and not _CONTROLS.search(value)


def _is_utc(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None
