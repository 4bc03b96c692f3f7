"""Same person? Groups released records into person cards, and says why. A card is a view; no value is ever merged.

Pure. Tiers of DOMAIN.md 5: T1 a fingerprint-backed number is equal (SID, FBI); T2 a document number and the birth date
are equal. T4 vetoes, whatever else is shared: two SIDs or FBI numbers, sex and birth date both different, in two
prisons at once. T3 (possibly the same person) is not judged here. Looks only at fields that were released, so that
what was withheld cannot be read off the grouping.

Theory. A tier joins the groups that the tier before left, all at once: first each link by itself, then what the links
join together. Where a veto holds, nothing of it is joined, since nothing says which half is right; so the order of
the records never matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Protocol

import msgspec

from connectors.contract import Kind

SID = "j:PersonStateFingerprintIdentification"
FBI = "j:PersonFBIIdentification"
LICENCE = "j:DriverLicenseCardIdentification"
OPUS = "j:SubjectCorrectionsIdentification"
BIRTH_DATE = "nc:PersonBirthDate"
SURNAME = "nc:PersonSurName"
_SEX = "j:PersonSexCode"
_PRISON = "nc:SupervisionFacility"
_RELEASED = "j:SentenceComputationActualSatisfactionDate"

_FINGERPRINTED: Mapping[str, str] = {SID: "SID", FBI: "FBI number"}
_DOCUMENTS: Mapping[str, str] = {LICENCE: "license number", OPUS: "prison number"}

Place = int  # of a record in the list that was given
Places = frozenset[Place]


class Comparable(Protocol):
    """What is compared: a record as a source gave it, or as it was released."""

    @property
    def kind(self) -> Kind:
        """What it is about."""

    def values(self, name: str) -> list[str]:
        """Every value under a NIEM name."""


class Card(msgspec.Struct, frozen=True):
    """Records that are of one person: the weakest tier it took to join them (0 for one alone), and what they share."""

    tier: int
    because: tuple[str, ...]
    members: tuple[Place, ...]


class _Link(msgspec.Struct, frozen=True):
    """Records that share a number."""

    tier: int
    words: str
    places: Places


def cards(records: Sequence[Comparable]) -> list[Card]:
    """One card for every person among `records`, in the order of their first record. Vehicles have none."""
    people = [place for place, record in enumerate(records) if _is_of_a_person(record)]
    links = _links(records, people)
    group_of = {place: frozenset({place}) for place in people}
    tier_of: dict[Places, int] = {}
    for tier in (1, 2):
        unions = (_union(group_of[place] for place in link.places) for link in links if link.tier == tier)
        for joined in _overlapping(union for union in unions if _agree(records, union)):
            if _agree(records, joined) and joined != group_of[min(joined)]:
                tier_of[joined] = tier
                group_of |= dict.fromkeys(joined, joined)
    return [
        Card(tier_of.get(group, 0), _shared(links, group), tuple(sorted(group)))
        for group in sorted(set(group_of.values()), key=min)
    ]


def _links(records: Sequence[Comparable], people: Iterable[Place]) -> list[_Link]:
    """Every set of records that share a number, the firm ones first."""
    found: dict[tuple[int, str, tuple[str, ...]], set[Place]] = {}
    for place in people:
        record = records[place]
        for name, words in _FINGERPRINTED.items():
            for number in _numbers(record, name):
                found.setdefault((1, f"same {words}", (number,)), set()).add(place)
        for name, words in _DOCUMENTS.items():
            for number in _numbers(record, name):
                for born in record.values(BIRTH_DATE):
                    found.setdefault((2, f"same {words} and birth date", (number, born)), set()).add(place)
    shared = (_Link(tier, words, frozenset(places)) for (tier, words, _), places in found.items() if len(places) > 1)
    return sorted(shared, key=lambda link: (link.tier, link.words))


def _shared(links: Iterable[_Link], group: Places) -> tuple[str, ...]:
    """What any two of a group share, each said once."""
    return tuple(dict.fromkeys(link.words for link in links if len(link.places & group) > 1))


def _agree(records: Sequence[Comparable], places: Places) -> bool:
    """T4: nothing among these records says that they are of two people."""
    everyone = [records[place] for place in places]
    return (
        all(len({number for record in everyone for number in _numbers(record, name)}) <= 1 for name in _FINGERPRINTED)
        and len({prison for record in everyone for prison in _inside(record)}) <= 1
        and not any(_clash(one, other) for one, other in combinations({_described(each) for each in everyone}, 2))
    )


_Described = tuple[frozenset[str], frozenset[str]]


def _described(record: Comparable) -> _Described:
    """The sexes and the birth dates of a record, the latter as they are and with day and month transposed."""
    births = record.values(BIRTH_DATE)
    turned = [f"{born[:5]}{born[8:]}-{born[5:7]}" for born in births]
    return frozenset(record.values(_SEX)), frozenset([*births, *turned])


def _clash(one: _Described, other: _Described) -> bool:
    """Whether both the sexes and the birth dates are known and differ; what is missing speaks for nothing."""
    return all(mine and theirs and not mine & theirs for mine, theirs in zip(one, other, strict=True))


def _inside(record: Comparable) -> list[str]:
    """The prison someone is in, for a record that says so."""
    return record.values(_PRISON) if record.kind is Kind.CUSTODY and not record.values(_RELEASED) else []


def _numbers(record: Comparable, name: str) -> set[str]:
    """The numbers under a name as they are compared: letters and digits alone, upper case."""
    return {number for value in record.values(name) if (number := "".join(filter(str.isalnum, value.upper())))}


def _overlapping(sets: Iterable[Places]) -> list[Places]:
    """Sets that have a member in common, made one."""
    found: list[Places] = []
    for one in sets:
        apart = [other for other in found if not other & one]
        found = [*apart, _union([one, *(other for other in found if other & one)])]
    return found


def _union(sets: Iterable[Places]) -> Places:
    return frozenset().union(*sets)


def _is_of_a_person(record: Comparable) -> bool:
    return record.kind is not Kind.VEHICLE and bool(record.values(SURNAME))
