"""Whatever can be recorded has its place in the index; what has none costs its entry some ways to be found, no more."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audit import canonical, events
from audit.events import Action, Actor, Asked, Event, Grounds, Printed, Shown
from audit.index import Scope, Wanted
from tests.audit.examples import MARLOW, PINELAKE, entries, officer, typed, writer
from tests.opensearch.months import Months
from tests.opensearch.server import DEPLOY, OpenSearch

STATEWIDE = Scope(statewide=True)
GROUNDS = Grounds(
    purpose="C", case_number="26-1", event_number="7", reason_code="traffic", attention="Lt. Oakes", on_behalf_of="x"
)
EVERYTHING = Event(
    action=Action.DOCUMENT_PRINT,
    reason="rule",
    actor=officer(ip="192.0.2.7", acr="aal2", amr=("otp",), session="s"),
    trace_id="t",
    grounds=GROUNDS,
    query=Asked(id="1" * 32, parent="2" * 32, kind="person", fields=("surname",)),
    shown=Shown(
        count=1,
        total=2**40,
        source=("dmv",),
        owner=("NCDMV0000",),
        data_class=("dmv",),
        version=("7",),
        as_of=("2026-02-28T00:00:00Z",),
        digest="d" * 64,
    ),
    source_status={"dmv": {"outcome": "answered", "total": 1, "elapsed_ms": 3}},
    printed=Printed(id="COPY", sha256="a" * 64, pages=2, recipient="A. Clerk", recipient_agency="Marlow"),
    about=4,
    opened="3" * 32,
    notice="b" * 64,
    policy="2026-01",
    system={"node": "n", "pid": 1},
    sensitive=typed(),
)


def test_everything_that_an_event_can_say_is_in_the_example() -> None:
    for kind, value in (
        (Event, EVERYTHING),
        (Actor, EVERYTHING.actor),
        (Grounds, GROUNDS),
        (Asked, EVERYTHING.query),
        (Shown, EVERYTHING.shown),
        (Printed, EVERYTHING.printed),
    ):
        assert all(getattr(value, name) for name in kind.__struct_fields__)


def test_everything_that_an_event_can_say_is_mapped(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    journal.write([EVERYTHING])
    journal.close()
    template = json.loads((DEPLOY / "index_template.json").read_text())["template"]

    def unmapped(part: Any, mapping: Any, path: str) -> list[str]:
        if mapping.get("type") == "flat_object" or not isinstance(part, dict):
            return [path] if isinstance(part, dict) and "type" not in mapping else []
        known = mapping.get("properties", {})
        return [
            found
            for name, inner in part.items()
            for found in (unmapped(inner, known[name], f"{path}.{name}") if name in known else [f"{path}.{name}"])
        ]

    assert [found for entry in entries(tmp_path) for found in unmapped(entry, template["mappings"], "")] == []
    assert template["mappings"]["dynamic"] == "strict"
    assert events.SCHEMA == "1"


@pytest.fixture
def shipped(opensearch: OpenSearch, tmp_path: Path) -> Any:
    """Ships events that somebody changed after they were stamped; gives what is then found."""

    def ship(wanted: Wanted, **changed: Any) -> tuple[list[Any], bool]:
        async def there_and_back() -> list[Any]:
            months = Months(opensearch, tmp_path)
            await months.create([(event["event"]["sequence"], canonical.encode(event))])
            found = await months.events(STATEWIDE, wanted)
            await months.close()
            return list(found.events)

        journal = writer(tmp_path)
        journal.write([EVERYTHING])
        journal.close()
        event = next(entry for entry in entries(tmp_path) if entry["event"]["action"] == "document.print")
        event = msgspec.json.decode(msgspec.json.encode(event | changed))
        found = asyncio.run(there_and_back())
        assert found in ([], [event])
        return found, (tmp_path / "shipping" / "dead-letters").exists()

    return ship


@pytest.mark.opensearch
@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(officer="u-reyes"),
        Wanted(case="26-1"),
        Wanted(print_id="COPY"),
        Wanted(purpose="C"),
        Wanted(source="dmv"),
        Wanted(query_ids=("1" * 32,)),
        Wanted(agency=PINELAKE, actions=("document.print",)),
    ],
)
def test_it_is_found_by_its_parts(shipped: Any, wanted: Wanted) -> None:
    found, dead_letter = shipped(wanted)

    assert (len(found), dead_letter) == (1, False)


@pytest.mark.opensearch
def test_it_is_not_found_by_anothers(shipped: Any) -> None:
    assert shipped(Wanted(agency=MARLOW)) == ([], False)


@pytest.mark.opensearch
@pytest.mark.parametrize(
    "changed",
    [
        {"remark": "x"},
        {"user": {"id": "u" * 40_000}},
        {"user": {"id": {"nested": "x"}}},
    ],
    ids=["a new field", "a word of 40 kB", "an object for a word"],
)
def test_what_the_mapping_refuses_is_still_found_by_agency_action_and_time(
    shipped: Any, changed: dict[str, Any]
) -> None:
    found, dead_letter = shipped(Wanted(agency=PINELAKE, actions=("document.print",)), **changed)

    assert len(found) == 1
    assert dead_letter


@pytest.mark.opensearch
def test_an_address_that_is_none_is_no_reason_to_refuse(shipped: Any) -> None:
    found, dead_letter = shipped(Wanted(officer="u-reyes"), source={"ip": "a proxy's own word"})

    assert len(found) == 1
    assert not dead_letter
