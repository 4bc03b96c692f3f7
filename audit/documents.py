"""An event as a document of the index: which month it lies in, its id, and the envelope it gets when it is refused.

Month and id come from the event alone, so that whoever ships it again, however late, finds it there already. Standard
library alone: an auditor's check reads documents by the same code.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from audit import canonical

MONTHS = "sightline"  # what the indices are called, before the month


def index_of(event: Mapping[str, Any], months: str = MONTHS) -> str:
    """The monthly index of an event, from its own time."""
    return f"{months}-{event['@timestamp'][:4]}.{event['@timestamp'][5:7]}"


def id_of(event: Mapping[str, Any]) -> str:
    """The one id that an event has in the index."""
    return f"{event['cj']['log']}-{event['event']['sequence']}"


def envelope(event: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the index for an event that it refused: the event as one text that nobody reads, and beside it
    only what is made here and so cannot be what was refused. By that it is still found.
    """
    cj: dict[str, Any] = {"log": event["cj"]["log"], "envelope": base64.b64encode(_bytes(event)).decode()}
    for part, names in (
        ("query", ("id",)),
        ("print", ("id",)),
        ("subject", _TOKEN),
        ("shown", _TOKEN),
        ("reason", _TOKEN),
    ):
        if known := {name: event["cj"][part][name] for name in names if name in event["cj"].get(part, ())}:
            cj[part] = known
    kept = {name: event["event"][name] for name in ("id", "action", "sequence")}
    organization = {"organization": event["organization"]} if "organization" in event else {}
    return {"@timestamp": event["@timestamp"], "event": kept, **organization, "cj": cj}


def event_in(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event that a document is, or has in an envelope. Raises `ValueError` for an envelope without one."""
    sealed = document.get("cj", {}).get("envelope")
    if sealed is None:
        return document
    try:
        event = canonical.parse(base64.b64decode(sealed, validate=True))
    except (binascii.Error, TypeError) as error:
        raise ValueError("an envelope without an event") from error
    if not isinstance(event, Mapping):
        raise ValueError("an envelope without an event")  # noqa: TRY004 it is bytes from outside, not a defect
    return event


def _bytes(event: Mapping[str, Any]) -> bytes:
    return canonical.encode(dict(event))


_TOKEN = ("token",)
