"""A person card as it stands on the page: a row per fact, a cell per distinct value, each with its sources and dates.

Pure, from released records only. Values that contradict each other stand side by side; none is picked.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

import msgspec

from gateway.pages.lamps import Raised, by_alert
from gateway.release.released import PersonCard, ShownField, ShownOutcome, ShownRecord
from gateway.release.tables import text_of
from gateway.search import matching

_NAME = ("nc:PersonSurName", "nc:PersonGivenName", "nc:PersonMiddleName", "nc:PersonNameSuffixText")
_FACTS = (
    ("Birth date", matching.BIRTH_DATE),
    ("Address", "nc:AddressFullText"),
    ("License", matching.LICENCE),
    ("SID", matching.SID),
    ("FBI number", matching.FBI),
    ("Prison number", matching.OPUS),
)


class Said(msgspec.Struct, frozen=True):
    """One distinct value, as words, and who said so when: source titles with the dates of their records.

    `caveats` are what those sources noted about this very value.
    """

    text: str
    by: tuple[tuple[str, datetime], ...]
    caveats: tuple[str, ...] = ()


class Fact(msgspec.Struct, frozen=True):
    """One row of a card. Several values of anything but a name differ; names are just listed."""

    label: str
    values: tuple[Said, ...]
    differs: bool


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One card as it is shown."""

    title: str
    born: str | None
    born_differs: bool
    alerts: tuple[Raised, ...]
    joined: str
    facts: tuple[Fact, ...]
    records: tuple[ShownRecord, ...]
    silent: tuple[str, ...]
    whole: tuple[str, ...]  # the sources that showed all they have: silence of others proves nothing


def people(cards: Sequence[PersonCard], outcomes: Sequence[ShownOutcome], today: date) -> list[Person]:
    """Every card, ready for the page; `silent` says which sources cannot have added anything, and why."""
    silent = tuple(
        f"{outcome.source.title} ({_WHY[outcome.outcome]})" for outcome in outcomes if outcome.outcome in _WHY
    )
    whole = tuple(
        outcome.source.title
        for outcome in outcomes
        if outcome.outcome == "answered" and outcome.total == len(outcome.records)
    )
    return [_person(card, silent, whole, today) for card in cards]


_WHY = {"unavailable": "no answer, so not known", "not_asked": "not asked", "not_permitted": "no access"}


def _person(card: PersonCard, silent: tuple[str, ...], whole: tuple[str, ...], today: date) -> Person:
    births = _fact("Birth date", matching.BIRTH_DATE, card.members, today)
    names = _distinct((_name(record), record, _own_name(record)) for record in card.members)
    facts = [Fact("Name", names, differs=False)] if len(names) > 1 or names[0].caveats else []
    facts += [fact for label, name in _FACTS if (fact := _fact(label, name, card.members, today)) is not None]
    return Person(
        title=names[0].text,
        born=births.values[0].text if births else None,
        born_differs=births is not None and births.differs,
        alerts=tuple(by_alert(card.members, today)),
        joined=_joined(card),
        facts=tuple(facts),
        records=card.members,
        silent=silent,
        whole=whole,
    )


def _fact(label: str, name: str, records: Sequence[ShownRecord], today: date) -> Fact | None:
    values = _distinct(
        (text_of(field, today), record, [field]) for record in records for field in record.fields if field.name == name
    )
    return Fact(label, values, differs=len(values) > 1) if values else None


def _name(record: ShownRecord) -> str:
    """The record's own name: `HOLLIS, Merrick Dane Jr.`; its title where it has none but aliases."""
    parts = {field.name: field.value for field in reversed(_own_name(record))}
    surname, *given = (parts.get(name, "") for name in _NAME)
    return f"{surname.upper()}, {' '.join(part for part in given if part)}".strip(", ") or record.title


def _own_name(record: ShownRecord) -> list[ShownField]:
    return [field for field in record.fields if field.name in _NAME and field.group is None]


def _distinct(stated: Iterable[tuple[str, ShownRecord, Sequence[ShownField]]]) -> tuple[Said, ...]:
    """Each text once, with whoever states it in which fields."""
    found: dict[str, dict[str, datetime]] = {}
    caveats: dict[str, dict[str, None]] = {}
    for text, record, fields in stated:
        title = record.source.title
        as_of = max((field.as_of for field in fields if field.as_of), default=record.as_of)
        by = found.setdefault(text, {})
        by[title] = max(as_of, by.get(title, as_of))
        caveats.setdefault(text, {}).update({field.caveat: None for field in fields if field.caveat})
    return tuple(Said(text, tuple(by.items()), tuple(caveats[text])) for text, by in found.items())


def _joined(card: PersonCard) -> str:
    if len(card.members) == 1:
        return f"1 record, {card.members[0].source.title}."
    sources = ", ".join(dict.fromkeys(record.source.title for record in card.members))
    return f"{len(card.members)} records ({sources}): {'; '.join(card.because)}."
