"""Same person? Groups released records into person cards, and says why. A card is a view; no value is ever merged.

Pure. Tiers of DOMAIN.md 5: T1 a fingerprint-backed number is equal (SID, FBI); T2 a document number and the birth date
are equal. T4 vetoes: two records with different SIDs or FBI numbers are never on one card, whatever else they share.
T3 (possibly the same person) is not judged yet. Looks only at fields that were released, so that what was withheld
cannot be read off the grouping.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from connectors.contract import Kind

SID = "j:PersonStateFingerprintIdentification"
FBI = "j:PersonFBIIdentification"
LICENCE = "j:DriverLicenseCardIdentification"
OPUS = "j:SubjectCorrectionsIdentification"
BIRTH_DATE = "nc:PersonBirthDate"
SURNAME = "nc:PersonSurName"

_FINGERPRINTED: Mapping[str, str] = {SID: "SID", FBI: "FBI number"}
_DOCUMENTS: Mapping[str, str] = {LICENCE: "license number", OPUS: "prison number"}

Place = int  # of a record in the list that was given


class Comparable(Protocol):
    """What is compared: a record as a source gave it, or as it was released."""

    @property
    def kind(self) -> Kind:
        """What it is about."""

    def values(self, name: str) -> list[str]:
        """Every value under a NIEM name."""


class Card(msgspec.Struct, frozen=True):
    """Records that are of one person: the weakest tier that joins them, and the reasons in words."""

    tier: int
    because: tuple[str, ...]
    members: tuple[Place, ...]


def cards(records: Sequence[Comparable]) -> list[Card]:
    """One card for every person among `records`, in the order of their first record. Vehicles have none."""
    people = [place for place, record in enumerate(records) if _is_of_a_person(record)]
    groups: dict[Place, list[Place]] = {place: [place] for place in people}
    reasons: dict[Place, dict[str, int]] = {place: {} for place in people}
    for tier, words, linked in _links(records, people):
        for other in linked[1:]:
            left, right = _head(groups, linked[0]), _head(groups, other)
            if left == right:
                reasons[left].setdefault(words, tier)
            elif _agree(records, groups[left] + groups[right]):
                first, second = sorted((left, right))
                groups[first] = sorted(groups[first] + groups.pop(second))
                reasons[first] = reasons[first] | reasons.pop(second) | {words: tier}
    return [
        Card(max(reasons[head].values(), default=0), tuple(reasons[head]), tuple(groups[head]))
        for head in sorted(groups)
    ]


def _links(records: Sequence[Comparable], people: Iterable[Place]) -> Iterable[tuple[int, str, list[Place]]]:
    """Every set of records that share a number, the firm ones first."""
    found: dict[tuple[int, str, tuple[str, ...]], list[Place]] = {}
    for place in people:
        record = records[place]
        for name, words in _FINGERPRINTED.items():
            for value in record.values(name):
                found.setdefault((1, f"same {words}", (name, value)), []).append(place)
        for name, words in _DOCUMENTS.items():
            for value in record.values(name):
                for born in record.values(BIRTH_DATE):
                    found.setdefault((2, f"same {words} and birth date", (name, value, born)), []).append(place)
    for (tier, words, _), places in sorted(found.items(), key=lambda item: item[0][0]):
        if len(places) > 1:
            yield tier, words, places


def _agree(records: Sequence[Comparable], places: Iterable[Place]) -> bool:
    """T4: no two fingerprint-backed numbers of one kind among them."""
    everyone = [records[place] for place in places]
    return all(len({value for record in everyone for value in record.values(name)}) <= 1 for name in _FINGERPRINTED)


def _head(groups: Mapping[Place, list[Place]], place: Place) -> Place:
    return next(head for head, members in groups.items() if place in members)


def _is_of_a_person(record: Comparable) -> bool:
    return record.kind is not Kind.VEHICLE and bool(record.values(SURNAME))
