"""From events to what happened, in sentences a chief can read: a question with all that came of it, or a single act.

Pure. Looks at clear facts only; what was typed stays sealed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from audit.index import Document
from gateway.policy.grounds import REASONS

_FIELDS: Mapping[str, str] = {
    "surname": "name",
    "given_name": "name",
    "middle_name": "name",
    "suffix": "name",
    "birth_date": "birth date",
    "sex": "sex",
    "licence_number": "license number",
    "licence_state": "license state",
    "plate": "plate",
    "plate_state": "plate state",
    "vin": "VIN",
    "sid": "SID",
    "fbi_number": "FBI number",
    "court_file": "court file",
    "county": "county",
    "opus_number": "prison number",
    "registry_number": "registry number",
}

# What an auditor can choose to see, in the order of a day.
ACTIONS: Mapping[str, str] = {
    "search.request": "Searches",
    "record.view": "Records opened",
    "photo.view": "Photographs seen",
    "document.print": "Prints",
    "access.denied": "Refusals",
    "session.login": "Sign-ins",
    "audit.query": "Readings of this record",
    "audit.open": "Openings of what was typed",
}

_ALONE: Mapping[str, str] = {
    "session.login": "signed in",
    "session.logout": "signed out",
    "session.revoke": "was signed out by the identity service",
    "session.expire": "was signed out: no activity",
    "session.fail": "could not be signed in",
    "policy.ack": "agreed to the notice",
    "access.denied": "was refused",
    "audit.query": "read the activity record",
    "audit.open": "opened what was typed",
    "document.verify": "checked a copy",
    "source.breach": "was given something a source had not declared; it was dropped",
    "search.unshown": "was not shown what an entry names: it was recorded too late",
}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One act: when, which entry, and the words for it."""

    at: datetime
    entry: int
    action: str
    text: str
    copy_id: str | None = None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """A question and all that came of it, or one act alone.

    `sentence` is the row, with `lines` beneath it. In a day of one officer `did` says it without the name, and
    `outcomes` say what each source answered.
    """

    at: datetime
    entry: int
    officer_id: str
    officer: str
    agency: str
    sentence: str
    did: str
    outcomes: tuple[str, ...]
    query_id: str | None
    by_search: bool  # there is something typed that can be opened
    lines: tuple[Line, ...]


def stories(events: Sequence[Document], completing: Sequence[Document], titles: Mapping[str, str]) -> list[Story]:
    """A story for each question or single act in `events`, newest first; `completing` are further events of them.

    `titles` are the sources' titles by name.
    """
    questions: dict[str, dict[int, Document]] = {}
    for event in [*events, *completing]:
        if _is_of_a_question(event):
            questions.setdefault(event["cj"]["query"]["id"], {})[event["event"]["sequence"]] = event
    told: set[str] = set()
    found = []
    for event in events:
        if not _is_of_a_question(event):
            found.append(_alone(event))
            continue
        query_id = event["cj"]["query"]["id"]
        if query_id not in told:
            told.add(query_id)
            found.append(_question([questions[query_id][entry] for entry in sorted(questions[query_id])], titles))
    return found


def _is_of_a_question(event: Document) -> bool:
    return event["event"]["action"] in _OF_A_QUESTION and "query" in event.get("cj", {})


_OF_A_QUESTION = frozenset(
    {
        "search.request",
        "search.disclose",
        "record.request",
        "record.view",
        "photo.view",
        "document.print",
        "document.fail",
        "access.denied",
    }
)


def _question(events: Sequence[Document], titles: Mapping[str, str]) -> Story:
    first = events[0]
    status = _status(events)
    outcomes = [f"{title} {_word(status[name])}" for name, title in titles.items() if name in status]
    lines = [_line(event, titles) for event in events if event["event"]["action"] in _LINES and not _is_search(event)]
    counts = [
        f"{word} {number}"
        for word, action in (("opened", "record.view"), ("photograph", "photo.view"), ("printed", "document.print"))
        if (number := sum(event["event"]["action"] == action for event in events))
    ]
    did = f"{_asked(first)}, {_for_what(first)}"
    sentence = f"{_who(first)} {did}"
    tail = "; ".join(part for part in (", ".join(outcomes), ", ".join(counts)) if part)
    return Story(
        at=_at(first),
        entry=first["event"]["sequence"],
        officer_id=first.get("user", {}).get("id", ""),
        officer=_who(first),
        agency=first.get("organization", {}).get("id", ""),
        sentence=f"{sentence}: {tail}." if tail else f"{sentence}.",
        did=_begun(did),
        outcomes=tuple(_answered(title, status[name]) for name, title in titles.items() if name in status),
        query_id=first["cj"]["query"]["id"],
        by_search=_is_search(first),
        lines=tuple(lines),
    )


def _is_search(event: Document) -> bool:
    """Whether somebody asked for somebody or something here, permitted or not."""
    return bool(event["cj"]["query"].get("fields")) and event["event"]["action"] in {"search.request", "access.denied"}


def _asked(first: Document) -> str:
    if not _is_search(first):
        return "opened records"
    if first["event"]["action"] == "access.denied":
        return f"was refused ({first['event']['reason']}) a search by {_by(first)}"
    return f"searched by {_by(first)}"


def _alone(event: Document) -> Story:
    action, reason = event["event"]["action"], event["event"].get("reason")
    words = _ALONE.get(action, action.replace(".", " "))
    if reason:
        words = f"{words} ({reason})"
    return Story(
        at=_at(event),
        entry=event["event"]["sequence"],
        officer_id=event.get("user", {}).get("id", ""),
        officer=_who(event),
        agency=event.get("organization", {}).get("id", ""),
        sentence=f"{_who(event)} {words}.",
        did=_begun(words),
        outcomes=(),
        query_id=None,
        by_search=False,
        lines=(),
    )


_KINDS = {"licence": "license"}  # screens are American, names in code are the contract's

_LINES = frozenset({"record.view", "photo.view", "document.print", "document.fail", "access.denied"})


def _line(event: Document, titles: Mapping[str, str]) -> Line:
    source = ", ".join(titles.get(name, name) for name in event["cj"].get("shown", {}).get("source", []))
    printed = event["cj"].get("print", {})
    match event["event"]["action"]:
        case "record.view":
            kind = event["cj"]["query"].get("kind", "")
            text = f"Opened a {_KINDS.get(kind, kind)} record of {source}"
        case "photo.view":
            text = f"Saw a photograph of {source}"
        case "document.print":
            pages = printed.get("pages", 0)
            to = _quoted(printed["recipient"]) if "recipient" in printed else "nobody named"
            agency = f", {printed.get('recipient_agency', 'agency not listed')}"
            text = f"Printed {pages} {'page' if pages == 1 else 'pages'} of {source} for {to}{agency}"
        case "access.denied":
            text = f"Was refused ({event['event']['reason']})"
        case _:
            text = "Tried to print; the document could not be set"
    return Line(
        at=_at(event),
        entry=event["event"]["sequence"],
        action=event["event"]["action"],
        text=text,
        copy_id=printed.get("id"),
    )


def _status(events: Sequence[Document]) -> dict[str, Any]:
    """What became of a question at each source, by name."""
    status: dict[str, Any] = {}
    for event in events:
        if event["event"]["action"] == "search.disclose":
            status |= event["cj"].get("source_status", {})
    return status


def _answered(title: str, status: Mapping[str, Any]) -> str:
    """`DMV answered, 1 shown`; `Registry did not answer (timeout)`."""
    match status.get("outcome"):
        case "answered":
            return f"{title} answered, {_word(status)} shown"
        case "unavailable":
            return f"{title} did not answer ({status.get('fault', 'timeout').replace('_', ' ')})"
    return f"{title} {_word(status)}"


def _word(status: Mapping[str, Any]) -> str:
    match status.get("outcome"):
        case "answered":
            count, total = status.get("count", 0), status.get("total", 0)
            return f"{count} of {total}" if total > count else str(count)
        case "unavailable":
            return "silent"
        case "not_permitted":
            return "not permitted"
    return "not asked"


def _begun(words: str) -> str:
    """Words as the beginning of a sentence."""
    return words[:1].upper() + words[1:]


def _by(event: Document) -> str:
    fields = list(dict.fromkeys(_FIELDS.get(name, name) for name in event["cj"]["query"].get("fields", [])))
    ordered = sorted(fields, key=lambda word: (word != "name", word))
    return " and ".join([", ".join(ordered[:-1]), ordered[-1]] if len(ordered) > 1 else ordered)


def _for_what(event: Document) -> str:
    cj = event["cj"]
    said = [f"purpose {cj['purpose']['code']}"] if "purpose" in cj else []
    if "case" in cj:
        said.append(f"case {cj['case']['number']}")
    if "event_number" in cj:
        said.append(f"event {cj['event_number']}")
    if "reason_code" in cj:
        reason = REASONS.get(cj["reason_code"])
        said.append((reason.words if reason else cj["reason_code"]).lower())
    if "on_behalf_of" in cj:
        said.append(f"for {_quoted(cj['on_behalf_of'])}")
    return ", ".join(said)


def _quoted(typed: str) -> str:
    """What an officer typed, told apart from what Sightline says, and kept from turning the row around."""
    return f"\N{FIRST STRONG ISOLATE}\N{LEFT DOUBLE QUOTATION MARK}{typed.translate(_QUOTES)}{_CLOSED}"


_CLOSED = "\N{RIGHT DOUBLE QUOTATION MARK}\N{POP DIRECTIONAL ISOLATE}"
_QUOTES = {ord(quote): "'" for quote in '"\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}'}


def _who(event: Document) -> str:
    found: str = event.get("user", {}).get("name", "Sightline")
    return found


def _at(event: Document) -> datetime:
    return datetime.fromisoformat(event["@timestamp"])
