"""What a source declared of itself, and what its records may therefore hold."""

import re
from datetime import UTC, date, datetime, timedelta

from connectors.contract import Field, FieldSpec, KindSpec, Record, Source

_SOURCE_NAME = re.compile(r"[a-z][a-z0-9-]*")
_NIEM_NAME = re.compile(r"[a-z][a-z0-9_]*:[A-Za-z][A-Za-z0-9]*")
_IN_TITLE = re.compile(r"{([^}]*)}")
_GROUP = re.compile(r"[a-z_]+\[[1-9]\d*\]")
_CLOCK_SKEW = timedelta(minutes=5)


def wrong_in_source(source: Source) -> str | None:
    """What is wrong with how a source describes itself, or None."""
    if not _SOURCE_NAME.fullmatch(source.name):
        return "the source's name is not letters, digits and hyphens"
    if not (source.title and source.owner and source.owner_ori and source.version and source.caveat):
        return "the source lacks its title, owner, ORI, version or caveat"
    if not source.keys or not source.kinds:
        return "the source declares no keys or no kinds"
    if len({spec.kind for spec in source.kinds}) != len(source.kinds):
        return "a kind is declared twice"
    return next(filter(None, map(_wrong_in_kind, source.kinds)), None)


def wrong_in_record(source: Source, record: Record) -> str | None:
    """What in `record` is not as `source` declared it, or lacks its provenance, or None."""
    spec = source.spec(record.kind)
    if spec is None:
        return f"a record is of kind {record.kind}, which is not declared"
    if record.source != source.name:
        return "a record names another source"
    if not record.id or not record.version:
        return "a record has no id or no version"
    if not is_past(record.as_of):
        return "a record's as_of is not a time in the past, in UTC or with its zone"
    if record.sealed_as and not any(record.sealed_as in field.classes for field in spec.fields):
        return f"a record is sealed as {record.sealed_as}, which no field of its kind is declared with"
    declared = {field.name: field for field in spec.fields}
    return next(filter(None, (_wrong_in_field(declared.get(field.name), field) for field in record.fields)), None)


def is_past(moment: datetime) -> bool:
    """Whether `moment` says which moment it means, and that is not to come; clocks may differ by five minutes."""
    return moment.tzinfo is not None and moment <= datetime.now(UTC) + _CLOCK_SKEW


def _wrong_in_kind(spec: KindSpec) -> str | None:
    names = [field.name for field in spec.fields]
    headlines = {field.name for field in spec.fields if field.headline}
    if len(set(names)) != len(names):
        return f"a field of {spec.kind} is declared twice"
    if not all(map(_NIEM_NAME.fullmatch, names)):
        return f"a field of {spec.kind} has no NIEM name"
    if not set(_IN_TITLE.findall(spec.title)) <= headlines:
        return f"the title of {spec.kind} uses what is not a headline"
    if not all(field.label and field.classes for field in spec.fields):
        return f"a field of {spec.kind} has no label or no class"
    return None


def _wrong_in_field(spec: FieldSpec | None, field: Field) -> str | None:
    if spec is None:
        return f"{field.name} is not declared"
    if field.data_class not in spec.classes:
        return f"{field.name} is given as {field.data_class}, which is not declared"
    if not field.value:
        return f"{field.name} is given without a value"
    if field.group is not None and not _GROUP.fullmatch(field.group):
        return f"{field.name} is in a group that is not written like charge[2]"
    if spec.date and not _is_date(field.value):
        return f"{field.name} is not a date written YYYY-MM-DD"
    return None


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False
