"""How a stub finds what is asked for: rows of a source, indexed by surname and by number, compared in plain form.

All terms of a question must fit. A surname, given name, birth date, sex and number must be there and match; a middle
name or suffix that a row lacks, or has as an initial, does not speak against it. An alias counts as a name, but never
half of one name with half of another.
"""

import bisect
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from connectors.contract import IDENTIFIERS, DataClass, Field, Key, Kind, Qualifier, Term
from connectors.stubs.spelling import plain, plain_value, sound
from connectors.stubs.truth import Name, Person, Seen

_NAME_KEYS = (Key.SURNAME, Key.GIVEN_NAME, Key.MIDDLE_NAME, Key.SUFFIX)
_PlainName = tuple[str, str, str, str]  # in the order of the keys above


class Paper(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One matter as a source holds it: whom it concerns and how they are described, what it says, and since when.

    `n` tells apart what one person has several of. `numbers` are further keys it is found by; `births` are the birth
    dates, where they are not just the one described. `urgent` papers are listed before others of their kind.
    """

    kind: Kind
    person: Person  # whom it is really about, which no source knows
    seen: Seen
    changed: date
    says: Callable[[], Iterable[Field]]
    n: int = 0
    numbers: Mapping[Key, str | tuple[str, ...]] = {}
    births: tuple[date, ...] = ()
    urgent: bool = False
    sealed_as: DataClass | None = None


class Row(msgspec.Struct, frozen=True, gc=False):
    """A paper in its place. Of its names, the one it is filed under comes first."""

    id: str
    place: int  # of its kind among the kinds of its source
    paper: Paper
    names: tuple[_PlainName, ...]


class Shelf:
    """All rows of one source."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, Row] = {}
        self._by_surname: dict[str, list[Row]] = {}
        self._by_number: dict[tuple[Key, str], list[Row]] = {}
        for row in rows:
            self._rows[row.id] = row
            for surname in {name[0] for name in row.names}:
                self._by_surname.setdefault(surname, []).append(row)
            for key, value in _values(row.paper):
                if key in IDENTIFIERS:
                    self._by_number.setdefault((key, plain_value(key, value)), []).append(row)

    def row(self, record_id: str) -> Row | None:
        """The row of that id, or None."""
        return self._rows.get(record_id)

    def find(self, terms: Sequence[Term]) -> list[Row]:
        """The rows that fit all `terms`: first those filed under the name asked for, then those it is an alias in."""
        asked = [_Asked(term) for term in terms]
        of_name = [term for term in asked if term.key in _NAME_KEYS]
        of_else = [term for term in asked if term.key not in _NAME_KEYS]
        found = []
        for row in self._candidates(asked):
            place = next((n for n, name in enumerate(row.names) if all(t.fits_name(name) for t in of_name)), None)
            if place is not None and all(term.fits(row) for term in of_else):
                paper = row.paper
                order = (place > 0, row.place, not paper.urgent, -paper.changed.toordinal(), row.id)
                found.append((order, row))
        return [row for _, row in sorted(found)]

    def _candidates(self, asked: Sequence["_Asked"]) -> Iterable[Row]:
        for term in asked:
            if term.key in IDENTIFIERS:
                return self._by_number.get((term.key, term.form), ())
        surname = next((term for term in asked if term.key is Key.SURNAME and term.form), None)
        if surname is None:
            return ()
        # By id, for a row may be found under its name and its alias.
        return {row.id: row for each in self._surnames(surname) for row in self._by_surname[each]}.values()

    def _surnames(self, asked: "_Asked") -> Sequence[str]:
        match asked.qualifier:
            case Qualifier.PHONETIC:
                return self._by_sound.get(sound(asked.form), ())
            case Qualifier.STARTS_WITH:
                first = bisect.bisect_left(self._in_order, asked.form)
                end = bisect.bisect_left(self._in_order, asked.form + "\U0010ffff")
                return self._in_order[first:end]
            case Qualifier.EXACT:
                return (asked.form,) if asked.form in self._by_surname else ()

    @functools.cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._by_surname)

    @functools.cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        sounds: dict[str, list[str]] = {}
        for surname in self._by_surname:
            sounds.setdefault(sound(surname), []).append(surname)
        return sounds


def filed(record_id: str, place: int, paper: Paper) -> Row:
    """`paper` made ready for the shelf."""
    return Row(record_id, place, paper, tuple(_plain_name(name) for name in (paper.seen.name, *paper.seen.aliases)))


@functools.cache  # of invented names only: what an officer types never comes here
def _plain_name(name: Name) -> _PlainName:
    return plain(name.surname), plain(name.given), plain(name.middle), plain(name.suffix)


class _Asked:
    """One term, made ready once to be held against many rows."""

    def __init__(self, term: Term) -> None:
        self.key = term.key
        self.qualifier = term.qualifier
        self.form = plain_value(term.key, term.value)
        if term.key is Key.BIRTH_DATE:
            self._earliest, self._latest = _birth_dates(term)

    def fits_name(self, name: _PlainName) -> bool:
        held = name[_NAME_KEYS.index(self.key)]
        if self.key in {Key.MIDDLE_NAME, Key.SUFFIX} and self.form:
            initial = len(held) == 1 or len(self.form) == 1
            return not held or (initial and held[0] == self.form[0]) or self._compares(held)
        return self._compares(held)

    def fits(self, row: Row) -> bool:
        if self.key is Key.BIRTH_DATE:
            births = row.paper.births or (row.paper.seen.born,)
            return any(self._earliest <= str(birth) <= self._latest for birth in births)
        held = (plain_value(key, value) for key, value in _values(row.paper) if key is self.key)
        return bool(self.form) and self.form in held

    def _compares(self, held: str) -> bool:
        if not self.form or not held:
            return False
        match self.qualifier:
            case Qualifier.PHONETIC:
                return sound(held) == sound(self.form)
            case Qualifier.STARTS_WITH:
                return held.startswith(self.form)
            case Qualifier.EXACT:
                return held == self.form


def _values(paper: Paper) -> Iterator[tuple[Key, str]]:
    """What a paper is found by besides names and birth date."""
    seen = paper.seen
    of_person = (
        (Key.LICENCE_NUMBER, seen.licence),
        (Key.SID, seen.sid),
        (Key.FBI_NUMBER, seen.fbi),
        (Key.SEX, paper.person.sex),
    )
    yield from (pair for pair in of_person if pair[1])
    for key, values in paper.numbers.items():
        for value in (values,) if isinstance(values, str) else values:
            yield key, value


def _birth_dates(term: Term) -> tuple[str, str]:
    """The first and last birth date that `term` allows, as text that compares like dates; none for what is no date."""
    try:
        typed = date.fromisoformat(term.value.strip())
    except ValueError:
        return "1", "0"
    day = f"{typed:%m-%d}"
    return f"{typed.year - term.tolerance_years:04d}-{day}", f"{typed.year + term.tolerance_years:04d}-{day}"
