"""A small world in which all is well: events as the gateway hands them over, and a journal to put them into."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from audit.events import Action, Actor, Asked, Event, Grounds, Sensitive, SensitiveTerm, Shown, TermType
from audit.frames import SEGMENT_HEADER_BYTES, frames
from audit.segments import LEAST_SEGMENT_BYTES, segments
from audit.writer import Writer, open_writer
from tests.audit.disks import FastDisk

PINELAKE, MARLOW = "NC9010000", "NC9020100"
# Nobody is called this; wherever it turns up, something sensitive got out.
CANARY = "Quisenberry"


def officer(ori: str = PINELAKE, **changed: Any) -> Actor:
    return Actor(**{"id": "u-reyes", "name": "Dep. Reyes", "roles": ("officer",), "ori": ori, **changed})


def typed(surname: str = CANARY) -> Sensitive:
    term = SensitiveTerm(TermType.NAME_DOB, (surname, "Ann", "1980-02-11"))
    return Sensitive(subject=(term,), shown=(term,), reason=f"{surname} asked", detail={"surname": surname})


def login(ori: str = PINELAKE) -> Event:
    return Event(action=Action.SESSION_LOGIN, actor=officer(ori))


def request(**changed: Any) -> Event:
    parts: dict[str, Any] = {
        "action": Action.SEARCH_REQUEST,
        "actor": officer(),
        "grounds": Grounds(purpose="C", case_number="26-004211"),
        "query": Asked(id="0" * 31 + "1", kind="person", fields=("surname",)),
        "policy": "2026-01",
        "sensitive": typed(),
    }
    return Event(**{**parts, **changed})


def disclosure(**changed: Any) -> Event:
    parts: dict[str, Any] = {
        "action": Action.SEARCH_DISCLOSE,
        "shown": Shown(
            count=1,
            total=1,
            source=("dmv",),
            owner=("NCDMV0000",),
            data_class=("dmv", "pii"),
            version=("7",),
            as_of=("2026-02-28T00:00:00Z",),
            digest="d" * 64,
        ),
        "source_status": {"dmv": {"outcome": "answered", "total": 1}, "courts": {"outcome": "unavailable"}},
    }
    return request(**{**parts, **changed})


class Time:
    """A wall clock and a monotonic one that agree, until told otherwise."""

    def __init__(self, at: datetime = datetime(2026, 3, 2, 8, tzinfo=UTC)) -> None:
        self.at = at
        self.elapsed_s = 0.0

    def clock(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.elapsed_s

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.elapsed_s += seconds


def writer(data: Path, **changed: Any) -> Writer:
    return open_writer(
        data / "journal", data / "keys", **{"segment_bytes": LEAST_SEGMENT_BYTES, "files": FastDisk(), **changed}
    )


def entries(data: Path) -> list[dict[str, Any]]:
    """The events in the journal, read plainly from its files."""
    found = []
    for _, path in segments(data / "journal"):
        content = path.read_bytes()
        found += [json.loads(content[start:end]) for *_, start, end in frames(content, SEGMENT_HEADER_BYTES)]
    return found


def actions(data: Path) -> list[str]:
    return [entry["event"]["action"] for entry in entries(data)]
