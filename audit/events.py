"""What can be recorded: one `Event`, its parts, and which parts each action must have.

The parts are clear facts in ECS names plus one `cj` object. What would name a person (what was typed, what was shown,
why in words) goes into `Sensitive`, which prints as nothing and which only `sealing` turns into tokens and
ciphertext. Record bodies go nowhere.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

SCHEMA = "1"


class Action(StrEnum):
    """Everything that is ever recorded (`event.action`)."""

    SESSION_LOGIN = "session.login"
    SESSION_LOGOUT = "session.logout"
    SESSION_FAIL = "session.fail"
    SESSION_EXPIRE = "session.expire"
    SESSION_REVOKE = "session.revoke"
    POLICY_ACK = "policy.ack"
    SEARCH_REQUEST = "search.request"
    SEARCH_DISCLOSE = "search.disclose"
    SEARCH_UNSHOWN = "search.unshown"
    RECORD_REQUEST = "record.request"
    RECORD_VIEW = "record.view"
    PHOTO_VIEW = "photo.view"
    DOCUMENT_PRINT = "document.print"
    DOCUMENT_FAIL = "document.fail"
    DOCUMENT_VERIFY = "document.verify"
    SOURCE_BREACH = "source.breach"
    ACCESS_DENIED = "access.denied"
    AUDIT_QUERY = "audit.query"
    AUDIT_OPEN = "audit.open"
    KEY_CREATE = "key.create"
    JOURNAL_START = "journal.start"
    JOURNAL_STOP = "journal.stop"
    JOURNAL_RECOVERED = "journal.recovered"
    CLOCK_STEP = "clock.step"


class TermType(StrEnum):
    """The kinds of thing a token stands for; a token of one kind never equals a token of another."""

    RECORD = "record"  # source and record id
    NAME_DOB = "name_dob"  # surname, given name, birth date
    NAME = "name"  # surname, given name
    DL = "dl"
    PLATE = "plate"
    VIN = "vin"
    SID = "sid"
    FBI = "fbi"
    SSN = "ssn"
    COURT_FILE = "court_file"
    OPUS = "opus"
    REGISTRY = "registry"
    REASON = "reason"


class SensitiveTerm(msgspec.Struct, frozen=True):
    """One thing to make a token of: its type and its parts as typed or as the source wrote them."""

    type: TermType
    parts: tuple[str, ...]

    def __repr__(self) -> str:
        return "<sensitive term>"


class Sensitive(msgspec.Struct, frozen=True, kw_only=True):
    """What would name a person. `subject` becomes `cj.subject.token`, `shown` becomes `cj.shown.token`,
    `reason` a token beside them; `detail` (text by name) and `reason` become `cj.detail`, ciphertext.
    """

    subject: tuple[SensitiveTerm, ...] = ()
    shown: tuple[SensitiveTerm, ...] = ()
    reason: str | None = None
    detail: Mapping[str, str] = msgspec.field(default_factory=dict)

    def __repr__(self) -> str:
        return "<sensitive>"


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who acted, for which agency, from where, and how they proved who they are."""

    id: str  # opaque; never an e-mail address
    name: str
    roles: tuple[str, ...]
    ori: str
    ip: str | None = None
    acr: str | None = None
    amr: tuple[str, ...] = ()
    session: str | None = None  # a token of the session, not its id


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """For what: purpose, and a case, a dispatch event or a coded reason."""

    purpose: str
    case_number: str | None = None
    event_number: str | None = None
    reason_code: str | None = None
    attention: str | None = None
    on_behalf_of: str | None = None


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The question: its id, and the names (never the values) of what was asked by."""

    id: str
    parent: str | None = None
    kind: str | None = None  # person, vehicle, case ...
    fields: tuple[str, ...] = ()


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What was released: how many of how many, from where, of which classes, and the digest of the very fields.

    `digest` is SHA-256 in hex over the canonical JSON of the released fields in order. `version` and `as_of` are
    those of the records, in the order shown.
    """

    count: int
    total: int
    source: tuple[str, ...]
    owner: tuple[str, ...]
    data_class: tuple[str, ...]
    version: tuple[str, ...]
    as_of: tuple[str, ...]
    digest: str


class Printed(msgspec.Struct, frozen=True, kw_only=True):
    """One copy: its number, the digest of its bytes, its pages, and who was given it."""

    id: str
    sha256: str | None = None
    pages: int | None = None
    recipient: str | None = None
    recipient_agency: str | None = None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `system` says what a journal did to itself; `about` names the entry meant."""

    action: Action
    outcome: str = "success"  # success | failure
    reason: str | None = None  # a gate, a policy rule, a fault: never words a person typed
    actor: Actor | None = None
    trace_id: str | None = None
    grounds: Grounds | None = None
    query: Asked | None = None
    shown: Shown | None = None
    source_status: Mapping[str, Mapping[str, str | int]] | None = None
    printed: Printed | None = None
    about: int | None = None
    opened: str | None = None  # id of the event whose sealed detail was opened; the recorder's to say
    notice: str | None = None  # SHA-256 of the notice a person acknowledged
    policy: str | None = None
    system: Mapping[str, str | int] | None = None
    sensitive: Sensitive = Sensitive()


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """Proof of an event's place: the log, its sequence number there, its leaf hash, and when (UTC).

    As text, which `sightline verify --receipt` takes, it is the first three with points between.
    """

    log: str
    sequence: int
    leaf: str
    at: str

    def __str__(self) -> str:
        return f"{self.log}.{self.sequence}.{self.leaf}"


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What was typed in one event, encrypted, and what the ciphertext is bound to: its log and the event's id."""

    log: str
    event: str
    kid: str
    nonce: str
    ct: str


def sealed_in(document: Mapping[str, Any]) -> Sealed | None:
    """The sealed part of an event as it stands in the journal or the index, or None where nothing was typed."""
    cj = document["cj"]
    return Sealed(log=cj["log"], event=document["event"]["id"], **cj["detail"]) if "detail" in cj else None


class IncompleteEvent(Exception):
    """An event lacks a part its action must have (CJIS AU-3); it is a defect, and the request is refused."""


_ALWAYS_BY_SOMEONE = frozenset(Action) - {
    Action.SESSION_FAIL,
    Action.SESSION_EXPIRE,
    Action.SESSION_REVOKE,
    Action.SEARCH_UNSHOWN,
    Action.DOCUMENT_VERIFY,
    Action.ACCESS_DENIED,
    Action.KEY_CREATE,
    Action.JOURNAL_START,
    Action.JOURNAL_STOP,
    Action.JOURNAL_RECOVERED,
    Action.CLOCK_STEP,
}

REQUIRED: Mapping[Action, tuple[str, ...]] = {
    Action.SEARCH_REQUEST: ("grounds", "query", "policy"),
    Action.SEARCH_DISCLOSE: ("grounds", "query", "shown", "source_status", "policy"),
    Action.SEARCH_UNSHOWN: ("about",),
    Action.RECORD_REQUEST: ("grounds", "query", "policy"),
    Action.RECORD_VIEW: ("grounds", "query", "shown", "policy"),
    Action.PHOTO_VIEW: ("grounds", "query", "shown", "policy"),
    Action.DOCUMENT_PRINT: ("grounds", "query", "shown", "printed", "policy"),
    Action.POLICY_ACK: ("notice",),
    Action.SOURCE_BREACH: ("source_status",),
    Action.ACCESS_DENIED: ("reason",),
    Action.SESSION_FAIL: ("reason",),
}


def check(event: Event) -> None:
    """Raise `IncompleteEvent` unless `event` has every part its action must have."""
    missing = [part for part in REQUIRED.get(event.action, ()) if getattr(event, part) is None]
    if event.action in _ALWAYS_BY_SOMEONE and event.actor is None:
        missing.append("actor")
    if missing:
        raise IncompleteEvent(f"{event.action} without {', '.join(missing)}")


def facts(event: Event) -> dict[str, Any]:
    """The clear facts of `event` as nested ECS names, without what is absent; nothing of `sensitive`."""
    actor, grounds, query, shown, printed = event.actor, event.grounds, event.query, event.shown, event.printed
    return _present(
        {
            "event": {"action": event.action.value, "outcome": event.outcome, "reason": event.reason},
            "user": actor and {"id": actor.id, "name": actor.name, "roles": list(actor.roles)},
            "organization": actor and {"id": actor.ori},
            "source": actor and {"ip": actor.ip},
            "trace": {"id": event.trace_id},
            "cj": {
                "schema": SCHEMA,
                "policy": event.policy,
                "auth": actor and {"acr": actor.acr, "amr": list(actor.amr), "session": actor.session},
                "purpose": grounds and {"code": grounds.purpose},
                "case": grounds and {"number": grounds.case_number},
                "event_number": grounds and grounds.event_number,
                "reason_code": grounds and grounds.reason_code,
                "attention": grounds and grounds.attention,
                "on_behalf_of": grounds and grounds.on_behalf_of,
                "query": query
                and {"id": query.id, "parent": query.parent, "kind": query.kind, "fields": list(query.fields)},
                "shown": shown
                and {
                    "count": shown.count,
                    "total": shown.total,
                    "source": list(shown.source),
                    "owner": list(shown.owner),
                    "class": list(shown.data_class),
                    "version": list(shown.version),
                    "as_of": list(shown.as_of),
                    "digest": shown.digest,
                },
                "source_status": event.source_status and {k: dict(v) for k, v in event.source_status.items()},
                "print": printed
                and {
                    "id": printed.id,
                    "sha256": printed.sha256,
                    "pages": printed.pages,
                    "recipient": printed.recipient,
                    "recipient_agency": printed.recipient_agency,
                },
                "about": event.about,
                "opened": event.opened,
                "notice": event.notice,
                "system": event.system and dict(event.system),
            },
        }
    )


def _present(tree: dict[str, Any]) -> dict[str, Any]:
    """`tree` without None, empty lists and empty objects, all the way down."""
    kept = {}
    for name, value in tree.items():
        present = _present(value) if isinstance(value, dict) else value
        if present or present in (0, ""):
            kept[name] = present
    return kept
