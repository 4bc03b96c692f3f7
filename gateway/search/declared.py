"""What a source gives is held against what it declared: the rest is dropped and counted, never shown (CJIS SC-7(24)).

Pure. A source in the same process could hand over anything at all, so nothing here trusts a type.
"""

import re
from collections.abc import Mapping
from datetime import datetime

import msgspec

from connectors.contract import Answer, Attachment, DataClass, Fault, Field, Kind, Record, Source, SourceFault

_LONGEST_VALUE = 4_000  # characters; a longer one is an attack or a defect
_LONGEST_NAME = 200  # characters of an id, which goes into links, or a group
_LONGEST_VERSION = 64  # characters; the activity record keeps every version that was shown
_MOST_FIELDS = 2_000
_MOST_MATCHES = 10**9  # no state has more records; an event could not hold any number
_YEARS = range(1900, 2200)  # of moments that can be shown in every zone
_PICTURES = ("image/png", "image/jpeg")
_LARGEST_PICTURE = 4 << 20  # bytes
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


class Kept(msgspec.Struct, frozen=True):
    """What may be looked at further, and how many things were dropped."""

    records: tuple[Record, ...]
    dropped: int


class Checked(msgspec.Struct, frozen=True):
    """An answer with only declared, well-formed, distinct records, and how many things were dropped of it.

    It is whole when it lists all that matched, as the source gave it. What lies in `sealed` changes nothing of that.
    """

    answer: Answer
    dropped: int
    is_whole: bool


def answer(given: object, source: Source, most: int) -> Checked:
    """What of an answer can be used. Raises `SourceFault(GARBLED)` when it is no answer at all."""
    if not (isinstance(given, Answer) and _is_count(given.total) and _is_moment(given.current_to)):
        raise SourceFault(Fault.GARBLED)
    listed, sealed = kept(given.records, source), kept(given.sealed, source)
    records = listed.records[:most]
    # A record that was dropped still counts: nobody is to take what is left for all there is.
    total = max(given.total, len(records))
    return Checked(
        answer=Answer(records=records, total=total, current_to=given.current_to, sealed=sealed.records),
        dropped=listed.dropped + sealed.dropped,
        is_whole=total == len(records) and not listed.dropped,
    )


def kept(records: object, source: Source) -> Kept:
    """The well-formed records of this source, each once, with their declared fields.

    Raises `SourceFault(GARBLED)` for what is no list of records.
    """
    if not isinstance(records, list | tuple):
        raise SourceFault(Fault.GARBLED)
    good: dict[tuple[Kind, str], Record] = {}
    dropped = 0
    for given in records:
        record = _record(given, source)
        if record is None or (record.kind, record.id) in good:
            dropped += 1
        else:
            good[record.kind, record.id] = record
            dropped += len(given.fields) - len(record.fields)
    return Kept(tuple(good.values()), dropped)


def attachment(given: object) -> Attachment | None:
    """A picture a browser may be given, or None. Raises `SourceFault(GARBLED)` for anything else."""
    if given is None:
        return None
    if (
        isinstance(given, Attachment)
        and given.media_type in _PICTURES
        and isinstance(given.content, bytes)
        and len(given.content) <= _LARGEST_PICTURE
    ):
        return given
    raise SourceFault(Fault.GARBLED)


def _record(given: object, source: Source) -> Record | None:
    """`given` with its declared fields, or None when it is no record of this source."""
    if not (isinstance(given, Record) and given.source == source.name):
        return None
    spec = source.spec(given.kind)
    is_well_formed = (
        spec is not None
        and _is_name(given.id)
        and _is_text(given.version, _LONGEST_VERSION)
        and _is_moment(given.as_of)
        and isinstance(given.fields, list | tuple)
        and isinstance(given.sealed_as, DataClass | None)
    )
    if spec is None or not is_well_formed:
        return None
    declared = {field.name: field.classes for field in spec.fields}
    fields = tuple(field for field in given.fields[:_MOST_FIELDS] if _is_declared(field, declared))
    return msgspec.structs.replace(given, fields=fields)


def _is_declared(given: object, declared: Mapping[str, frozenset[DataClass]]) -> bool:
    """Whether `given` is a field under a declared name and class, fit to be shown with all that belongs to it."""
    return (
        isinstance(given, Field)
        and isinstance(given.name, str)
        and isinstance(given.data_class, DataClass)
        and given.data_class in declared.get(given.name, frozenset())
        and isinstance(given.protected, bool)
        and _is_text(given.value)
        and (given.group is None or _is_name(given.group))
        and (given.as_of is None or _is_moment(given.as_of))
        and (given.source_text is None or _is_text(given.source_text))
        and (given.caveat is None or _is_text(given.caveat))
    )


def _is_text(value: object, longest: int = _LONGEST_VALUE) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest and not _CONTROLS.search(value)


def _is_name(value: object) -> bool:
    return _is_text(value, _LONGEST_NAME)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_MATCHES


def _is_moment(value: object) -> bool:
    return isinstance(value, datetime) and value.utcoffset() is not None and value.year in _YEARS
