"""What stands on one print, as plain values: every text whole and already in the words a reader sees.

Times carry their zone. `printed_at` is in the agency's own; every other time is shown in that zone too.
"""

from datetime import date, datetime

import msgspec


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled value, and where it came from only where that differs from the record's own."""

    label: str
    value: str
    source_text: str | None = None
    as_of: datetime | None = None
    caveat: str | None = None


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that belong together. Neighbours with one title and a number each are a series: Charge 1, 2, 3."""

    lines: tuple[Line, ...]
    title: str | None = None
    number: int | None = None


class RecordOnPaper(msgspec.Struct, frozen=True, kw_only=True):
    """What one source gave, as it may be shown to this reader. `caveat` is the source's own, never shortened."""

    title: str
    kind: str
    source: str
    owner: str
    as_of: datetime
    caveat: str
    groups: tuple[Group, ...]


class SourceAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the question at one source, in words; how old its data is, where it said so.

    `never_shown` says what the reader's role never sees there, whatever the answer held.
    """

    title: str
    outcome: str
    answered: bool
    current_to: datetime | None = None
    never_shown: str | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One copy for one recipient. `log` and `entry` are the receipt of the search it comes from.

    `completeness` is the sentence that says how many sources answered. A recipient outside the agencies listed has an
    `unlisted_reason` instead of a `recipient_agency`.
    """

    copy_id: str  # twelve characters, no dashes
    verify_address: str
    officer: str
    agency: str
    ori: str
    printed_at: datetime
    purpose_code: str
    purpose: str
    case_number: str | None = None
    event_number: str | None = None
    reason: str | None = None
    recipient: str
    recipient_agency: str | None = None
    unlisted_reason: str | None = None
    record: RecordOnPaper
    photograph: bytes | None = None  # PNG or JPEG
    completeness: str
    sources: tuple[SourceAsked, ...]
    review_on: date
    log: str
    entry: int

    def __repr__(self) -> str:
        return f"<document {self.copy_id}>"
