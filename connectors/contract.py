"""All that a connector author reads: what is asked, what is answered, and how to say that it cannot be.

A connector is any class with a `source` and three coroutines: `search`, `fetch` and, where the source has pictures,
`attachment`. There is no base class and nothing to register here; `installed.py` finds it by entry point. No verb
writes: Sightline only asks.

A value is text as the source keeps it, dates as `YYYY-MM-DD`. Names are NIEM 6.0 (`nc:`, `j:`, `aamva_d20:`).
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

import msgspec


class Kind(StrEnum):
    """What a record is about."""

    PERSON = "person"
    VEHICLE = "vehicle"
    LICENCE = "licence"
    CASE = "case"
    WARRANT = "warrant"
    ORDER = "order"
    REGISTRATION = "registration"
    CUSTODY = "custody"
    SUPERVISION = "supervision"


class DataClass(StrEnum):
    """The handling class of one value; the gateway's policy decides per class who sees it, and why."""

    DMV = "dmv"
    DMV_PHOTO = "dmv.photo"  # G.S. 20-43: for a law-enforcement purpose only
    COURT = "court"
    COURT_WITNESS = "court.witness"
    WARRANT_UNRETURNED = "warrant.unreturned"
    JUVENILE_COURT = "juvenile.court"
    JUVENILE_POLICE = "juvenile.police"
    SOR = "sor"
    INMATE = "inmate"
    SUPERVISION = "supervision"
    CHRI = "chri"  # criminal-history record information
    PII = "pii"
    FEDERAL = "federal"  # never released to third parties
    SBI = "sbi"
    PUBLIC = "public"


class Key(StrEnum):
    """What can be asked by."""

    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    MIDDLE_NAME = "middle_name"
    SUFFIX = "suffix"
    BIRTH_DATE = "birth_date"
    SEX = "sex"
    LICENCE_NUMBER = "licence_number"
    LICENCE_STATE = "licence_state"
    PLATE = "plate"
    PLATE_STATE = "plate_state"
    VIN = "vin"
    SID = "sid"
    FBI_NUMBER = "fbi_number"
    COURT_FILE = "court_file"
    COUNTY = "county"
    OPUS_NUMBER = "opus_number"
    REGISTRY_NUMBER = "registry_number"


# A question with one of these is about one person or thing; it is always matched exactly.
IDENTIFIERS = frozenset({Key.LICENCE_NUMBER, Key.PLATE, Key.VIN, Key.SID, Key.FBI_NUMBER,
                         Key.COURT_FILE, Key.OPUS_NUMBER, Key.REGISTRY_NUMBER})  # fmt: skip


class Qualifier(StrEnum):
    """How a term is to be compared."""

    EXACT = "exact"
    STARTS_WITH = "starts_with"
    PHONETIC = "phonetic"


class Term(msgspec.Struct, frozen=True):
    """One thing asked by. A birth date may be off by `tolerance_years` (0: as typed)."""

    key: Key
    value: str
    qualifier: Qualifier = Qualifier.EXACT
    tolerance_years: int = 0


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One question, for one purpose and case, by one officer of one agency.

    All `terms` must match; a source sees only terms whose key and qualifier it declared. The rest is the envelope
    that a source may need to decide whether, and to note why, it answers.
    """

    query_id: str
    terms: tuple[Term, ...]
    user: str
    requesting_ori: str
    purpose_code: str
    deadline_ms: int
    max_results: int = 50
    parent_query_id: str | None = None
    initiated_by: str = "officer"  # officer | system
    servicing_ori: str | None = None
    case_number: str | None = None
    event_number: str | None = None
    reason_code: str | None = None
    reason: str | None = None
    attention: str | None = None
    on_behalf_of: str | None = None
    input_method: str = "typed"  # typed | dl_scan | link | watch
    break_glass: bool = False

    def value(self, key: Key) -> str | None:
        """The text asked for under `key`, or None."""
        return next((term.value for term in self.terms if term.key is key), None)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One value. `group` ties the fields of one charge or alias together, such as `charge[2]`.

    `as_of`, `source_text` and `caveat` are given only where they differ from the record's own. A `protected` value
    (an address under the confidentiality programme) needs more than its class.
    """

    name: str
    value: str
    data_class: DataClass
    group: str | None = None
    as_of: datetime | None = None
    source_text: str | None = None
    caveat: str | None = None
    protected: bool = False


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly what a source gave: `as_of` says when the source last changed it, `version` changes with it.

    `sealed_as` is set where the very existence of the record is restricted, to the class one must be permitted to
    know of it.
    """

    source: str
    kind: Kind
    id: str
    version: str
    as_of: datetime
    fields: tuple[Field, ...]
    sealed_as: DataClass | None = None

    def values(self, name: str) -> list[str]:
        """Every value under a NIEM name, in order."""
        return [field.value for field in self.fields if field.name == name]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says to a question.

    `records` holds at most `max_results` of the `total` that match. Records whose existence is restricted are in
    `sealed` alone: they count in neither, so that nobody can tell from the figures that there are any.
    `current_to` is the age of the source's data.
    """

    records: tuple[Record, ...]
    total: int
    current_to: datetime
    sealed: tuple[Record, ...] = ()


class Attachment(msgspec.Struct, frozen=True):
    """A picture that belongs to a record."""

    media_type: str
    content: bytes


class FieldSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A field a source may give: its plain label, its classes, and how to read it.

    `headline` fields are shown in a list of results, the rest when the record is opened. `meanings` puts codes into
    words. An `attachment` field's value is the name to ask `attachment` for.
    """

    name: str
    label: str
    classes: frozenset[DataClass]
    headline: bool = False
    date: bool = False
    attachment: bool = False
    meanings: Mapping[str, str] = msgspec.field(default_factory=dict)


class Alert(StrEnum):
    """What an officer must not miss; each has a place of its own above the results."""

    CAUTION = "caution"
    OPEN_WARRANT = "open_warrant"
    STOLEN = "stolen"
    PROTECTIVE_ORDER = "protective_order"
    PRISON_OR_PROBATION = "prison_or_probation"
    REGISTERED_OFFENDER = "registered_offender"
    LICENCE_NOT_VALID = "licence_not_valid"
    HEARING_SOON = "hearing_soon"  # its field is a date, and it is raised for the next 14 days


class AlertSpec(msgspec.Struct, frozen=True, kw_only=True):
    """When a record raises an alert: its headline `field` has one of `values`, or any value where there are none.

    `says` names the headline field whose words go with it, such as whether a warrant was served.
    """

    alert: Alert
    field: str
    values: frozenset[str] = frozenset()
    says: str | None = None


class KindSpec(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of record a source keeps. `title` is a sentence with NIEM names in braces, for example
    `Driver {nc:PersonSurName}, {nc:PersonGivenName}`; it is filled from headline fields only.
    """

    kind: Kind
    title: str
    fields: tuple[FieldSpec, ...]
    alerts: tuple[AlertSpec, ...] = ()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One system of record, described by itself.

    `caveat` goes with every result, on screen and on paper, whole. `patience_s` is how long an answer is waited for.
    """

    name: str  # in URLs and events: letters, digits, hyphen
    title: str  # on the screen: one or two words
    owner: str
    owner_ori: str
    version: str
    caveat: str
    keys: Mapping[Key, frozenset[Qualifier]]
    kinds: tuple[KindSpec, ...]
    patience_s: float = 2.0
    phone: str | None = None

    def can_answer(self, keys: frozenset[Key]) -> bool:
        """Whether a question by these keys makes sense here: an identifier it knows, or else a surname."""
        known = keys & self.keys.keys()
        return bool(known & IDENTIFIERS) or Key.SURNAME in known

    def spec(self, kind: Kind) -> KindSpec | None:
        """What was declared for `kind`, or None."""
        return next((spec for spec in self.kinds if spec.kind is kind), None)


class Fault(StrEnum):
    """Why a source did not answer. The first five are a connector's to say, the last two the gateway's own."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"  # no connection, TLS, reset, 5xx, 429
    DENIED = "denied"  # the source refuses agency, purpose or credential
    GARBLED = "garbled"
    TOO_MANY = "too_many"  # the source will not list them: narrow the question
    BUSY = "busy"  # our own places for this source are taken
    OPEN_CIRCUIT = "open_circuit"


class SourceFault(Exception):
    """The source did not answer. Says which fault and nothing else: a text may quote the question."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Deadline:
    """The moment by which an answer is of use, on the monotonic clock."""

    def __init__(self, patience_s: float, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = clock() + patience_s

    def remaining_s(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._at - self._clock())


class Connector(Protocol):
    """The way to one source. Every coroutine may be cancelled at any time and raises `SourceFault` alone."""

    @property
    def source(self) -> Source:
        """What this source is; never changes while it runs."""

    async def search(self, query: Query, deadline: Deadline) -> Answer:
        """What matches. Nothing matching is an answer with no records."""

    async def fetch(self, record_id: str, query: Query, deadline: Deadline) -> Record | None:
        """The whole record, or None when there is none of that id. The query has no terms."""


@runtime_checkable
class HasAttachments(Protocol):
    """A connector whose records have pictures."""

    async def attachment(self, record_id: str, name: str, query: Query, deadline: Deadline) -> Attachment | None:
        """The picture called `name` of a record, or None."""


class Samples(msgspec.Struct, frozen=True):
    """What to try a connector with, its attribute `samples`: `found` matches two records or more, `absent` none."""

    found: tuple[Term, ...]
    absent: tuple[Term, ...]
