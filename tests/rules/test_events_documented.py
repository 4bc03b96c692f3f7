"""docs/events.md says of every event when it is recorded and what it carries, and of nothing else."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from audit.events import REQUIRED, Action, Event, IncompleteEvent, check
from tests.rules.tables import table
from tests.world import HOLLIS, World

ROWS = {action: set(filter(None, carries.split(", "))) for action, _, carries in table("events.md", "action")}
WHERE = {part: set(where.split(", ")) for part, _, where in table("events.md", "part")}
EVERYWHERE = {"@timestamp", "event.id", "event.sequence", "event.action", "event.outcome", "trace.id"}
EVERYWHERE |= {"cj.schema", "cj.log", "cj.prev", "cj.agency"}
RARE = {"session.expire", "session.revoke", "search.unshown", "document.fail", "source.breach", "audit.open"}
RARE |= {"journal.recovered", "clock.step"}


def leaves(event: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """The dotted name of every value in an event."""
    for name, value in event.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{above}{name}.")
        else:
            yield f"{above}{name}"


def said_of(action: str) -> set[str]:
    return EVERYWHERE.union(*(WHERE[part] for part in ROWS[action]))


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the record holds after a day with a bit of everything."""
    folder: Path = tmp_path_factory.mktemp("day")
    with World(folder).running() as world:
        world.browser().get("/signin/callback?state=made-up")
        world.signed_in("untrained")
        deputy = world.signed_in("officer")
        answer = deputy.ask({**HOLLIS, "reason_code": "other", "reason": "as the sergeant said", "attention": "Sgt."})
        handle = answer["sources"][0]["records"][0]["handle"]
        deputy.get(f"/records/{handle}")
        deputy.get(f"/records/{handle}/photograph")
        deputy.post("/prints", {"handle": handle, "recipient": "A. Clerk", "recipient_agency": "Marlow Police"})
        deputy.get("/verify/0000-0000-0000")
        deputy.get("/activity")
        auditor = world.signed_in("auditor")
        auditor.post("/activity", {"case": "26-04417"})
        auditor.post("/activity/subject", {"surname": "Hollis"})
        deputy.post("/signout")
    return world.events()


def test_every_action_has_its_row_and_every_row_its_action() -> None:
    assert list(ROWS) == [action.value for action in Action]


def test_every_part_is_explained() -> None:
    assert set().union(*ROWS.values()) == WHERE.keys()


@pytest.mark.parametrize("action", Action)
def test_what_an_action_must_carry_is_said(action: Action) -> None:
    assert set(REQUIRED.get(action, ())) <= ROWS[action.value]


@pytest.mark.parametrize("action", Action)
def test_somebody_who_must_be_named_is_said_to_be(action: Action) -> None:
    missing = ""
    try:
        check(Event(action=action))
    except IncompleteEvent as incomplete:
        missing = str(incomplete)
    assert "actor" not in missing or "actor" in ROWS[action.value]


def test_an_event_carries_nothing_that_is_not_said(day: list[dict[str, Any]]) -> None:
    unsaid = {
        (event["event"]["action"], name)
        for event in day
        for name in leaves(event)
        if not any(f"{name}.".startswith(f"{place}.") for place in said_of(event["event"]["action"]))
    }
    assert unsaid == set()


def test_a_day_has_all_but_what_is_rare(day: list[dict[str, Any]]) -> None:
    assert {event["event"]["action"] for event in day} == ROWS.keys() - RARE
