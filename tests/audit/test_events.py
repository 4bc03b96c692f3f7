"""An event says all that its action must say, in ECS names, and nothing that would name a person in the clear."""

import pytest

from audit.events import REQUIRED, Action, Event, IncompleteEvent, SensitiveTerm, TermType, check, facts
from tests.audit.examples import CANARY, disclosure, login, officer, request, typed


@pytest.mark.parametrize("printed", [repr, str, "{}".format], ids=["repr", "str", "format"])
@pytest.mark.parametrize(
    "said",
    [
        SensitiveTerm(TermType.NAME, (CANARY, CANARY)),
        typed(),
        request(),
        [disclosure()],
    ],
    ids=lambda said: type(said).__name__,
)
def test_what_would_name_a_person_prints_as_nothing(said, printed):
    assert CANARY not in printed(said)


def test_the_facts_of_an_event_hold_nothing_sensitive():
    assert CANARY not in str(facts(disclosure()))


@pytest.mark.parametrize(("action", "part"), [(action, part) for action, parts in REQUIRED.items() for part in parts])
def test_an_action_without_one_of_its_parts_is_incomplete(action, part):
    with pytest.raises(IncompleteEvent, match=f"{action} without .*{part}"):
        check(Event(action=action, actor=officer()))


def test_whoever_searches_is_named():
    with pytest.raises(IncompleteEvent, match="actor"):
        check(request(actor=None))


@pytest.mark.parametrize("event", [login(), request(), disclosure(), Event(action=Action.JOURNAL_STOP)])
def test_a_complete_event_passes(event):
    check(event)


def test_facts_have_ecs_names_and_leave_out_what_is_absent():
    assert facts(login()) == {
        "event": {"action": "session.login", "outcome": "success"},
        "user": {"id": "u-reyes", "name": "Dep. Reyes", "roles": ["officer"]},
        "organization": {"id": "NC9010000"},
        "cj": {"schema": "1"},
    }


def test_a_count_of_none_is_a_fact():
    event = disclosure(source_status={"dmv": {"total": 0, "note": ""}})

    assert facts(event)["cj"]["source_status"] == {"dmv": {"total": 0, "note": ""}}
