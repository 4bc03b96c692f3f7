"""Nothing of an answer is shown before the event that names it is durable, nor a source asked before its question is
handed over; whatever fails, nothing more is shown.
"""

import asyncio
from pathlib import Path

import msgspec
import pytest

from audit import canonical
from audit.events import Action
from audit.inprocess import open_recorder
from audit.recorder import CannotRecord
from audit.segments import LEAST_SEGMENT_BYTES
from connectors.contract import DataClass, Fault, Key, SourceFault
from gateway.directory.people import Role
from gateway.identity.sessions import SessionsUnavailable
from gateway.release import context
from gateway.release.door import Denied
from gateway.release.released import digest
from gateway.release.search import ask
from tests.audit.examples import entries
from tests.gateway.people import dispatcher, person
from tests.gateway.release.doors import ENVELOPE, Screen, Spy, answered, door, four, handles, visit, wanted
from tests.gateway.sources import EXACT, Desk, answer, field, named, record, source

REQUEST, DISCLOSE = Action.SEARCH_REQUEST, Action.SEARCH_DISCLOSE


def gated(*names: str) -> tuple[list[Desk], dict[str, asyncio.Event]]:
    gates = {name: asyncio.Event() for name in names}
    return [Desk(source(name), records=[record(1, of=name)], gate=gate) for name, gate in gates.items()], gates


async def settle() -> None:
    """Let everything run that can."""
    for _ in range(50):
        await asyncio.sleep(0)


# --- first written, then shown -------------------------------------------------------------------------------------


async def test_the_question_is_handed_over_before_any_source_is_asked() -> None:
    recorder, (desk, *_) = Spy(), four()

    await ask(door(desk, recorder=recorder), visit(), wanted())

    assert recorder.trace == ["handed search.request"]
    assert desk.asked == []


async def test_an_answer_is_written_down_and_then_shown() -> None:
    recorder = Spy()
    screen = Screen(recorder)

    asked = await ask(door(recorder=recorder), visit(), wanted())
    await asked.answer(screen.show, together=True)

    assert recorder.trace == [
        "handed search.request",
        "durable search.request",
        "handed search.disclose",
        "durable search.disclose",
        "shown",
    ]


async def test_frame_by_frame_each_is_written_down_and_then_shown() -> None:
    desks, gates = gated("dmv", "courts", "registry")
    recorder = Spy()
    screen = Screen(recorder)

    asked = await ask(door(*desks, recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=False))
    for name in ("registry", "dmv", "courts"):
        screen.was_shown.clear()
        gates[name].set()
        await screen.was_shown.wait()
    await answering

    assert recorder.trace[2:] == ["handed search.disclose", "durable search.disclose", "shown"] * 3
    assert screen.sources() == [["registry"], ["dmv"], ["courts"]]


@pytest.mark.parametrize("together", [True, False], ids=["at once", "frame by frame"])
@pytest.mark.parametrize("held", [REQUEST, DISCLOSE])
async def test_while_an_event_is_not_durable_nothing_is_shown(held: Action, together: bool) -> None:
    recorder, screen = Spy(holds=frozenset({held})), Screen()

    asked = await ask(door(recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=together))
    await settle()
    assert screen.frames == []
    recorder.let_go()
    await answering

    assert screen.frames != []


async def test_the_sources_are_asked_while_the_question_is_on_its_way_to_the_disk() -> None:
    desks, _ = gated("dmv")

    asked = await ask(door(*desks, recorder=Spy(holds=frozenset({REQUEST}))), visit(), wanted())
    answering = asyncio.create_task(asked.answer(Screen().show, together=True))
    await desks[0].was_asked.wait()  # or the test never ends

    answering.cancel()


async def test_what_arrives_together_shares_a_frame_and_an_event() -> None:
    desks, gates = gated("dmv", "courts", "registry")
    recorder, screen = Spy(), Screen()
    gates["dmv"].set()
    gates["registry"].set()

    asked = await ask(door(*desks, recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=False))
    await screen.was_shown.wait()
    gates["courts"].set()
    await answering

    assert screen.sources() == [["dmv", "registry"], ["courts"]]
    assert len(recorder.of(DISCLOSE)) == 2


async def test_an_answer_at_once_is_one_disclosure_however_the_sources_come() -> None:
    desks, gates = gated("dmv", "courts")
    recorder, screen = Spy(), Screen()

    asked = await ask(door(*desks, recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=True))
    gates["courts"].set()
    await settle()
    gates["dmv"].set()
    await answering

    assert screen.sources() == [["dmv", "courts"]]
    assert len(recorder.of(DISCLOSE)) == 1


async def test_every_outcome_names_the_entry_that_says_it_was_shown() -> None:
    desks, gates = gated("dmv", "courts")
    recorder, screen = Spy(), Screen()

    asked = await ask(door(*desks, recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=False))
    for gate in gates.values():
        screen.was_shown.clear()
        gate.set()
        await screen.was_shown.wait()
    complete = await answering

    assert [outcome.entry for outcome in complete.outcomes] == [1, 2]
    assert complete.receipt.sequence == 2


# --- who is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("someone", "purpose", "rule"),
    [
        (person(Role.AUDITOR), "C", "role.may_search"),
        (person(Role.SITE_ADMINISTRATOR), "C", "role.may_search"),
        (dispatcher(), "J", "purpose.for_role"),
        (dispatcher(), "Z", "purpose.known"),
    ],
    ids=["auditor", "site administrator", "another role's purpose", "no purpose"],
)
async def test_a_refused_question_asks_no_source_and_is_recorded_with_its_rule(someone, purpose, rule) -> None:
    recorder, desks = Spy(), four()
    envelope = msgspec.structs.replace(ENVELOPE, purpose=purpose)

    refused = await ask(door(*desks, recorder=recorder), visit(someone), wanted(envelope=envelope))

    assert refused == Denied(rule, entry=0)
    assert [(event.action, event.reason, event.outcome) for event in recorder.events] == [
        (Action.ACCESS_DENIED, rule, "failure")
    ]
    assert not any(desk.asked for desk in desks)


async def test_a_refused_question_is_found_under_whom_it_was_about() -> None:
    recorder = Spy()

    await ask(door(recorder=recorder), visit(person(Role.AUDITOR)), wanted())
    await ask(door(recorder=recorder), visit(), wanted())

    refused, permitted = recorder.events
    assert refused.action is Action.ACCESS_DENIED
    assert refused.sensitive == permitted.sensitive
    assert refused.sensitive.subject
    assert refused.query == permitted.query


async def test_a_refusal_that_cannot_be_recorded_is_not_even_said() -> None:
    with pytest.raises(CannotRecord):
        await ask(door(recorder=Spy(refuses=0)), visit(person(Role.AUDITOR)), wanted())


# --- every source appears ------------------------------------------------------------------------------------------


async def test_every_source_appears_with_what_became_of_it_in_the_order_of_the_panels() -> None:
    desks = [
        Desk(source("dmv"), records=[record(1, of="dmv")]),
        Desk(source("courts"), SourceFault(Fault.UNREACHABLE)),
        Desk(source("registry")),
        Desk(source("corrections", keys={Key.PLATE: EXACT})),
    ]

    complete = await answered(door(*desks), visit(), wanted(chosen=frozenset({"dmv", "courts", "corrections"})))

    assert [(outcome.source.name, outcome.outcome) for outcome in complete.outcomes] == [
        ("dmv", "answered"),
        ("courts", "unavailable"),
        ("registry", "not_asked"),
        ("corrections", "not_asked"),
    ]
    _, courts, registry, corrections = complete.outcomes
    assert (courts.fault, registry.reason, corrections.reason) == ("unreachable", "not_chosen", "cannot_answer")
    assert (complete.asked, complete.answered, complete.not_asked) == (2, 1, ["registry", "corrections"])


async def test_the_event_says_of_every_source_what_became_of_it() -> None:
    recorder = Spy()
    desks = [Desk(source("dmv"), records=[record(1, of="dmv")]), Desk(source("courts"), SourceFault(Fault.DENIED))]

    await answered(door(*desks, recorder=recorder), visit())

    (event,) = recorder.of(DISCLOSE)
    status = {
        name: {key: said[key] for key in said if key != "elapsed_ms"} for name, said in event.source_status.items()
    }
    assert status == {
        "dmv": {"outcome": "answered", "count": 1, "total": 1},
        "courts": {"outcome": "unavailable", "fault": "denied"},
    }


async def test_a_cut_list_says_how_many_there_are() -> None:
    recorder = Spy()
    desk = Desk(source("dmv"), answer(record(1, of="dmv"), total=60))

    complete = await answered(door(desk, recorder=recorder), visit())

    (outcome,) = complete.outcomes
    assert (len(outcome.records), outcome.total, outcome.is_whole) == (1, 60, False)
    (event,) = recorder.of(DISCLOSE)
    assert (event.shown.count, event.shown.total) == (1, 60)


async def test_no_more_is_listed_than_the_setting_allows() -> None:
    desk = Desk(source("dmv"), answer(*(record(number, of="dmv") for number in range(5))))

    complete = await answered(door(desk, max_results=3), visit())

    assert (len(complete.outcomes[0].records), complete.outcomes[0].total) == (3, 5)


# --- what the events say -------------------------------------------------------------------------------------------


async def test_the_request_says_who_asked_for_what_and_why_and_keeps_what_was_typed_apart() -> None:
    recorder = Spy()

    await answered(door(recorder=recorder), visit())

    (event,) = recorder.of(REQUEST)
    assert (event.actor.id, event.actor.ori, event.grounds.purpose, event.grounds.case_number) == (
        "p-1",
        "NC9010000",
        "C",
        "26-04417",
    )
    assert (event.query.id, event.query.kind, event.query.fields) == (
        "q" * 32,
        "person",
        ("birth_date", "given_name", "surname"),
    )
    assert event.sensitive.detail == {
        "1.surname": "HOLLIS",
        "1.given_name": "MERRICK",
        "1.birth_date": "1980-02-11",
    }
    assert "HOLLIS" not in repr(event).upper()


async def test_a_typed_reason_is_sensitive() -> None:
    recorder = Spy()
    envelope = msgspec.structs.replace(ENVELOPE, reason_code="other", reason="Hollis was seen")

    await answered(door(recorder=recorder), visit(), wanted(envelope=envelope))

    assert recorder.of(REQUEST)[0].sensitive.reason == "Hollis was seen"
    assert "Hollis" not in repr(recorder.events)


@pytest.mark.parametrize(("text", "kind"), [("hollis", "person"), ("ZKT-4471", "vehicle"), ("26CR001934", "case")])
async def test_the_request_says_what_kind_of_thing_was_asked_for(text: str, kind: str) -> None:
    recorder = Spy()

    await ask(door(recorder=recorder), visit(), wanted(text))

    assert recorder.events[0].query.kind == kind


async def test_the_disclosure_names_classes_versions_owners_and_whom_it_is_about() -> None:
    recorder = Spy()
    given = record(1, field("j:ChargeDisposition", "Guilty", DataClass.CHRI), of="courts")

    await answered(door(Desk(source("courts"), records=[given]), recorder=recorder), visit())

    (event,) = recorder.of(DISCLOSE)
    assert event.shown.source == ("courts",)
    assert event.shown.owner == ("NC9300000",)
    assert event.shown.data_class == ("court", "pii")  # the disposition is not shown in a list
    assert event.shown.version == ("7",)
    assert [term.parts for term in event.sensitive.shown][:2] == [
        ("courts", "courts-1"),
        ("HOLLIS", "Merrick", "1980-02-11"),
    ]


async def test_the_digest_is_that_of_the_fields_that_were_shown() -> None:
    recorder = Spy()

    complete = await answered(door(recorder=recorder), visit())

    shown = [each for outcome in complete.outcomes for each in outcome.records]
    assert recorder.of(DISCLOSE)[0].shown.digest == digest(shown)


async def test_what_a_source_gave_beyond_its_declaration_is_recorded_and_not_shown() -> None:
    recorder = Spy()
    odd = record(1, field("x:NeverDeclared", "Quisenberry"), of="dmv")

    complete = await answered(door(Desk(source("dmv"), records=[odd]), recorder=recorder), visit())

    (event,) = recorder.of(Action.SOURCE_BREACH)
    assert event.source_status == {"dmv": {"dropped": 1}}
    assert "Quisenberry" not in repr(complete) + repr(event)


async def test_a_breach_that_cannot_be_recorded_withholds_the_answer_too() -> None:
    odd = record(1, field("x:NeverDeclared", "v"), of="dmv")
    screen = Screen()

    asked = await ask(door(Desk(source("dmv"), records=[odd]), recorder=Spy(loses=1)), visit(), wanted())
    with pytest.raises(CannotRecord):
        await asked.answer(screen.show, together=True)

    assert screen.frames == []


# --- a large answer ------------------------------------------------------------------------------------------------


def crowd(name: str, count: int) -> list:
    """Records with all an event can say of one: a long version, and six terms."""
    numbers = {"j:PersonStateFingerprintIdentification": "NC{0}", "j:DriverLicenseCardIdentification": "{0:012}"}
    return [
        record(
            number,
            *(field(field_name, text.format(number)) for field_name, text in numbers.items()),
            *(field(part, f"A{number}", group="alias[1]") for part in ("nc:PersonSurName", "nc:PersonGivenName")),
            of=name,
            version="\U0001f4c4" * 64,
        )
        for number in range(count)
    ]


async def test_eight_hundred_records_at_once_are_written_in_events_that_fit(tmp_path: Path) -> None:
    """Two hundred from each of four sources, as many as can be set; an event holds 60 kB."""
    recorder = open_recorder(tmp_path / "journal", tmp_path / "keys", segment_bytes=LEAST_SEGMENT_BYTES)
    desks = [Desk(source(name), records=crowd(name, 200)) for name in ("dmv", "courts", "registry", "corrections")]

    complete = await answered(door(*desks, recorder=recorder, max_results=200), visit())
    await asyncio.to_thread(recorder.close)

    disclosed = [event for event in entries(tmp_path) if event["event"]["action"] == DISCLOSE]
    assert len(disclosed) > 1
    assert max(len(canonical.encode(event)) for event in disclosed) < canonical.MOST_BYTES
    assert sum(event["cj"]["shown"]["count"] for event in disclosed) == len(handles(complete)) == 800
    assert {event["cj"]["shown"]["total"] for event in disclosed} == {800}
    assert complete.receipt.sequence == disclosed[-1]["event"]["sequence"]


async def test_the_events_of_one_frame_cover_every_record_once_and_in_order() -> None:
    recorder = Spy()
    desk = Desk(source("dmv"), records=crowd("dmv", 200))

    complete = await answered(door(desk, recorder=recorder, max_results=200), visit())

    shown = complete.outcomes[0].records
    digests, start = [], 0
    for event in recorder.of(DISCLOSE):
        digests.append(digest(shown[start : start + event.shown.count]))
        start += event.shown.count
    assert start == 200
    assert [event.shown.digest for event in recorder.of(DISCLOSE)] == digests


# --- when it cannot be recorded ------------------------------------------------------------------------------------


async def shown_until_it_fails(recorder: Spy, *, together: bool) -> Screen:
    desks, gates = gated("dmv", "courts", "registry")
    screen = Screen()

    async def feed() -> None:
        for gate in gates.values():
            gate.set()
            await settle()

    feeding = asyncio.create_task(feed())
    try:
        asked = await ask(door(*desks, recorder=recorder), visit(), wanted())
        with pytest.raises(CannotRecord):
            await asked.answer(screen.show, together=together)
    except CannotRecord:
        pass
    finally:
        await feeding
    return screen


@pytest.mark.parametrize("how", ["refuses", "loses"])
@pytest.mark.parametrize(("step", "frames"), [(0, 0), (1, 0), (2, 1), (3, 2)])
async def test_when_the_record_fails_at_any_step_the_answer_stops_there(how: str, step: int, frames: int) -> None:
    screen = await shown_until_it_fails(Spy(**{how: step}), together=False)

    assert len(screen.frames) == frames


@pytest.mark.parametrize("how", ["refuses", "loses"])
@pytest.mark.parametrize("step", [0, 1])
async def test_an_answer_at_once_is_shown_whole_or_not_at_all(how: str, step: int) -> None:
    screen = await shown_until_it_fails(Spy(**{how: step}), together=True)

    assert screen.frames == []


async def test_when_the_record_fails_the_sources_are_hung_up_on() -> None:
    desks, gates = gated("dmv", "courts")
    gates["dmv"].set()

    asked = await ask(door(*desks, recorder=Spy(refuses=1)), visit(), wanted())
    with pytest.raises(CannotRecord):
        await asked.answer(Screen().show, together=False)

    assert desks[1].hung_up


async def test_without_the_session_store_nothing_is_shown() -> None:
    class Gone:
        async def keep(self, *_what: object) -> None:
            raise SessionsUnavailable

    screen = Screen()

    asked = await ask(door(sessions=Gone()), visit(), wanted())
    with pytest.raises(SessionsUnavailable):
        await asked.answer(screen.show, together=True)

    assert screen.frames == []


# --- whoever hangs up ----------------------------------------------------------------------------------------------


async def test_a_browser_that_hangs_up_hangs_up_on_the_sources() -> None:
    desks, _ = gated("dmv")

    asked = await ask(door(*desks), visit(), wanted())
    answering = asyncio.create_task(asked.answer(Screen().show, together=False))
    await desks[0].was_asked.wait()
    answering.cancel()
    await asyncio.wait({answering})

    assert desks[0].hung_up


async def test_a_browser_that_hangs_up_takes_no_event_back() -> None:
    recorder = Spy(holds=frozenset({DISCLOSE}))

    asked = await ask(door(recorder=recorder), visit(), wanted())
    answering = asyncio.create_task(asked.answer(Screen().show, together=False))
    while not recorder.of(DISCLOSE):
        await settle()
    answering.cancel()
    await asyncio.wait({answering})
    recorder.let_go()

    assert recorder.trace[-1] == "durable search.disclose"


# --- cards, and what is remembered ---------------------------------------------------------------------------------


async def test_cards_are_put_together_from_what_every_source_released() -> None:
    desks = [
        Desk(source(name), records=[record(1, field("j:PersonStateFingerprintIdentification", "NC1"), of=name)])
        for name in ("dmv", "courts")
    ]

    complete = await answered(door(*desks), visit(), together=False)

    (card,) = complete.cards
    assert (card.tier, card.because) == (1, ("same SID",))
    assert [member.handle for member in card.members] == handles(complete)


async def test_an_answer_remembers_what_was_asked_and_what_became_of_each_source() -> None:
    desks = [Desk(source("dmv"), records=[record(1, of="dmv")]), Desk(source("courts"), SourceFault(Fault.TIMEOUT))]
    at, by = door(*desks), visit()

    await answered(at, by)

    kept = await context.recall(at, by, "q" * 32)
    assert (kept.envelope, kept.entry) == (ENVELOPE, 0)
    assert [(line.source, line.outcome, line.fault, line.count, line.total) for line in kept.lines] == [
        ("dmv", "answered", None, 1, 1),
        ("courts", "unavailable", "timeout", 0, 0),
    ]


async def test_midway_an_answer_remembers_who_is_still_waited_for() -> None:
    """Whoever prints then must not print that all who were asked have answered."""
    desks, gates = gated("dmv", "courts")
    screen, by = Screen(), visit()
    gates["courts"].set()
    at = door(*desks)

    asked = await ask(at, by, wanted())
    answering = asyncio.create_task(asked.answer(screen.show, together=False))
    await screen.was_shown.wait()
    kept = await context.recall(at, by, "q" * 32)
    answering.cancel()

    assert [(line.source, line.outcome) for line in kept.lines] == [("dmv", "waiting"), ("courts", "answered")]


async def test_a_title_is_made_of_one_name_never_of_two() -> None:
    """The middle name of an alias does not belong to the first name."""
    alias = [field("nc:PersonSurName", "FALK", group="alias[1]"), field("nc:PersonGivenName", "Jory", group="alias[1]")]
    only_surname = record(1, of="dmv", fields=(named()[0], *alias))

    complete = await answered(door(Desk(source("dmv"), records=[only_surname])), visit())

    assert [each.title for each in complete.outcomes[0].records] == ["Case of HOLLIS"]
