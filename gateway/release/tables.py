"""A record's fields as rows and groups of rows, in the order its source gave them. Pure."""

from datetime import date

import msgspec

from gateway import words
from gateway.release.released import ShownField, ShownRecord
from gateway.search import matching


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One field as it is read."""

    field: ShownField
    text: str


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Fields that belong together: a charge, an alias, with its number. The record's own fields have no title."""

    title: str | None
    number: int | None
    rows: tuple[Row, ...]


def rows(record: ShownRecord, today: date) -> list[Group]:
    """The record's own fields first, then each group."""
    groups: dict[str | None, list[Row]] = {None: []}
    for field in record.fields:
        groups.setdefault(field.group, []).append(Row(field=field, text=text_of(field, today)))
    return [_group(name, found) for name, found in groups.items() if found]


def text_of(field: ShownField, today: date) -> str:
    """A value in words: a date written out, a birth date with the age, a code with its meaning."""
    day = words.iso(field.value) if field.is_date else None
    if day is not None:
        return f"{words.day(day)} ({words.age(day, today)})" if field.name == matching.BIRTH_DATE else words.day(day)
    return f"{field.meaning} ({field.value})" if field.meaning else field.value


def _group(name: str | None, found: list[Row]) -> Group:
    """`charge[2]` is the second Charge."""
    if name is None:
        return Group(title=None, number=None, rows=tuple(found))
    word, _, number = name.rstrip("]").partition("[")
    return Group(title=word.capitalize(), number=int(number) if number.isdecimal() else None, rows=tuple(found))
