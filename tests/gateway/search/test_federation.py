"""Every source is asked at once and answers for itself: one that is slow or broken costs the others nothing."""

import asyncio
from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from connectors.contract import Fault, Key, Kind, Qualifier, Query, SourceFault, Term
from gateway.search import federation
from gateway.search.outcomes import Answered, NotAsked, NotPermitted, Outcome, Unavailable
from tests.gateway.sources import ALL, AT, EXACT, SURNAME, Desk, answer, field, record, source

ONE_WAY = ((Term(Key.SURNAME, "HOLLIS"), Term(Key.GIVEN_NAME, "MERRICK", Qualifier.STARTS_WITH)),)
BOTH_WAYS = (*ONE_WAY, (Term(Key.SURNAME, "MERRICK"), Term(Key.GIVEN_NAME, "HOLLIS", Qualifier.STARTS_WITH)))


def question(most: int = 50) -> Query:
    return Query(
        query_id="q-1",
        terms=(),
        user="p-1",
        requesting_ori="NC9010000",
        purpose_code="C",
        deadline_ms=0,
        max_results=most,
    )


def asking(desks: Sequence[Desk], readings=ONE_WAY, *, most: int = 50, chosen=None, refused=None):
    return federation.asking(desks, question(most), readings, chosen=chosen, refused=refused or {})


async def ask(*desks: Desk, **how: object) -> list[Outcome]:
    async with asking(desks, **how) as arrived:
        return [await arrived.get() for _ in desks]


async def ask_one(desk: Desk, **how: object) -> Outcome:
    (outcome,) = await ask(desk, **how)
    return outcome


async def test_a_source_that_finds_something_has_answered() -> None:
    outcome = await ask_one(Desk(records=[record(1), record(2)]))

    assert isinstance(outcome, Answered)
    assert (outcome.records, outcome.total, outcome.current_to) == ((record(1), record(2)), 2, AT)
    assert outcome.is_whole


async def test_a_source_that_finds_nothing_has_answered_too() -> None:
    outcome = await ask_one(Desk())

    assert isinstance(outcome, Answered)
    assert (outcome.records, outcome.total, outcome.is_whole) == ((), 0, True)


# --- one that is slow ----------------------------------------------------------------------------------------------


async def test_a_stalled_source_delays_no_other() -> None:
    stalled = Desk(source("courts"), gate=asyncio.Event())

    async with asking([stalled, Desk(source("dmv")), Desk(source("registry"))]) as arrived:
        first, second = await arrived.get(), await arrived.get()

        assert {first.source.name, second.source.name} == {"dmv", "registry"}
        assert arrived.empty()


async def test_outcomes_come_in_the_order_of_the_answers() -> None:
    gates = {name: asyncio.Event() for name in ("dmv", "courts", "registry")}
    order = ["registry", "dmv", "courts"]

    async with asking([Desk(source(name), gate=gate) for name, gate in gates.items()]) as arrived:
        for name in order:
            gates[name].set()
            assert (await arrived.get()).source.name == name


async def test_every_source_is_asked_before_any_has_answered() -> None:
    desks = [Desk(source(name), gate=asyncio.Event()) for name in ("dmv", "courts", "registry", "corrections")]

    async with asking(desks):
        for desk in desks:
            await desk.was_asked.wait()  # or the test never ends


async def test_a_source_is_waited_for_no_longer_than_its_own_patience() -> None:
    outcome = await ask_one(Desk(source(patience_s=0.01), gate=asyncio.Event()))

    assert isinstance(outcome, Unavailable)
    assert outcome.fault is Fault.TIMEOUT


class Stubborn(Desk):
    """Does not stop when it is told to."""

    async def search(self, query, deadline):
        self.was_asked.set()
        while not self._gate.is_set():
            try:
                await self._gate.wait()
            except asyncio.CancelledError:
                self.hung_up = True
        raise SourceFault(Fault.BUSY)


async def test_nor_when_it_does_not_stop() -> None:
    gate = asyncio.Event()
    stubborn = Stubborn(source(patience_s=0.01), gate=gate)

    outcome = await ask_one(stubborn)

    assert isinstance(outcome, Unavailable)
    assert outcome.fault is Fault.TIMEOUT
    assert stubborn.hung_up
    gate.set()  # what it says now is heard by nobody, and no warning about it fails this test


async def test_who_hangs_up_does_not_wait_for_a_source_that_does_not_stop() -> None:
    gate = asyncio.Event()
    stubborn = Stubborn(gate=gate)

    async with asking([stubborn]):
        await stubborn.was_asked.wait()

    gate.set()  # or the test never ended


async def test_a_source_is_told_how_long_it_will_be_waited_for() -> None:
    desk = Desk(source(patience_s=60.0))

    await ask_one(desk)

    assert 59_000 < desk.asked[0].deadline_ms <= 60_000


async def test_both_readings_of_a_name_share_one_patience() -> None:
    gate = asyncio.Event()
    says = iter([answer(record(1))])

    class SecondStalls(Desk):
        async def search(self, query, deadline):
            found = next(says, None)
            if found is None:
                await gate.wait()
            return found

    outcome = await ask_one(SecondStalls(source(patience_s=0.01)), readings=BOTH_WAYS)

    assert isinstance(outcome, Unavailable)
    assert outcome.fault is Fault.TIMEOUT


# --- one that fails ------------------------------------------------------------------------------------------------

FAULTS = [(SourceFault(fault), fault) for fault in Fault] + [
    (TimeoutError(), Fault.TIMEOUT),
    (ConnectionRefusedError(), Fault.UNREACHABLE),
    (ConnectionResetError(), Fault.UNREACHABLE),
    (OSError("no route to host"), Fault.UNREACHABLE),
    (ValueError("Hollis"), Fault.GARBLED),
    (KeyError("Hollis"), Fault.GARBLED),
    (RecursionError(), Fault.GARBLED),
    (ExceptionGroup("Hollis", [ValueError()]), Fault.GARBLED),
]


@pytest.mark.parametrize(("raised", "fault"), FAULTS, ids=lambda each: str(each)[:40] or type(each).__name__)
async def test_whatever_a_source_raises_becomes_its_fault_and_only_its_own(raised: Exception, fault: Fault) -> None:
    broken, well = await ask(Desk(source("courts"), raised), Desk(source("dmv"), records=[record(of="dmv")]))
    if isinstance(broken, Answered):
        broken, well = well, broken

    assert isinstance(broken, Unavailable)
    assert broken.fault is fault
    assert isinstance(well, Answered)


@pytest.mark.parametrize("said", [None, "nothing", [], answer(total=-1)], ids=str)
async def test_what_is_no_answer_is_garbled(said: object) -> None:
    outcome = await ask_one(Desk(source(), lambda _query: said))

    assert isinstance(outcome, Unavailable)
    assert outcome.fault is Fault.GARBLED


async def test_a_fault_that_is_none_is_garbled() -> None:
    odd = SourceFault(Fault.TIMEOUT)
    odd.fault = "tired"

    assert (await ask_one(Desk(source(), odd))).fault is Fault.GARBLED


async def test_a_source_that_cancels_itself_is_garbled_and_leaves_nobody_waiting() -> None:
    assert (await ask_one(Desk(source(), asyncio.CancelledError()))).fault is Fault.GARBLED


async def test_of_an_unexpected_failure_the_log_holds_the_type_alone() -> None:
    with capture_logs() as logged:
        await ask_one(Desk(source(), ValueError("Hollis, Merrick 1980-02-11")))

    assert logged == [{"event": "source.raised", "source": "courts", "error": "ValueError", "log_level": "error"}]


async def test_a_fault_that_a_source_names_is_nothing_to_log() -> None:
    with capture_logs() as logged:
        await ask_one(Desk(source(), SourceFault(Fault.DENIED)))

    assert logged == []


# --- hanging up ----------------------------------------------------------------------------------------------------


async def test_hanging_up_hangs_up_on_every_source() -> None:
    desks = [Desk(source(name), gate=asyncio.Event()) for name in ("dmv", "courts")]

    async with asking(desks):
        for desk in desks:
            await desk.was_asked.wait()

    assert all(desk.hung_up for desk in desks)


async def test_whoever_hangs_up_midway_is_not_held() -> None:
    desk = Desk(source(), gate=asyncio.Event())

    task = asyncio.create_task(ask_one(desk))
    await asyncio.wait_for(desk.was_asked.wait(), 60)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert desk.hung_up


# --- who is not asked ----------------------------------------------------------------------------------------------


async def test_a_source_that_policy_forbids_is_not_asked_and_says_by_which_rule() -> None:
    desk = Desk()

    assert await ask_one(desk, refused={"courts": "role.covers_source"}) == NotPermitted(
        desk.source, "role.covers_source"
    )
    assert desk.asked == []


async def test_a_source_that_was_left_out_is_not_asked() -> None:
    desk = Desk()

    assert await ask_one(desk, chosen=frozenset({"dmv"})) == NotAsked(desk.source, "not_chosen")
    assert desk.asked == []


async def test_a_source_that_knows_no_such_key_is_not_asked() -> None:
    desk = Desk()

    assert await ask_one(desk, readings=((Term(Key.PLATE, "ZKT-4471"),),)) == NotAsked(desk.source, "cannot_answer")
    assert desk.asked == []


async def test_what_is_forbidden_is_called_forbidden_even_if_it_was_left_out() -> None:
    outcome = await ask_one(Desk(), refused={"courts": "role.covers_source"}, chosen=frozenset())

    assert isinstance(outcome, NotPermitted)


async def test_sources_that_are_not_asked_wait_for_nobody() -> None:
    stalled = Desk(source("dmv"), gate=asyncio.Event())

    async with asking([stalled, Desk(source("courts"))], refused={"courts": "r"}) as arrived:
        assert isinstance(arrived.get_nowait(), NotPermitted)


# --- what reaches a source -----------------------------------------------------------------------------------------


async def test_a_key_that_a_source_did_not_declare_never_reaches_it() -> None:
    desk = Desk(source(keys={Key.SURNAME: ALL}))

    await ask_one(desk)

    assert desk.asked[0].terms == (Term(Key.SURNAME, "HOLLIS"),)


@pytest.mark.parametrize(
    ("declared", "reaches"),
    [
        (ALL, Qualifier.STARTS_WITH),
        (EXACT, Qualifier.EXACT),
        ({Qualifier.PHONETIC, Qualifier.EXACT}, Qualifier.EXACT),
        ({Qualifier.PHONETIC}, Qualifier.PHONETIC),
    ],
    ids=["all", "exact", "phonetic and exact", "phonetic"],
)
async def test_a_qualifier_that_a_source_did_not_declare_never_reaches_it(declared, reaches: Qualifier) -> None:
    desk = Desk(source(keys={Key.SURNAME: EXACT, Key.GIVEN_NAME: frozenset(declared)}))

    await ask_one(desk)

    assert desk.asked[0].terms[1] == Term(Key.GIVEN_NAME, "MERRICK", reaches)


async def test_a_key_declared_for_no_comparison_never_reaches_its_source() -> None:
    desk = Desk(source(keys={Key.SURNAME: EXACT, Key.GIVEN_NAME: frozenset()}))

    await ask_one(desk)

    assert [term.key for term in desk.asked[0].terms] == [Key.SURNAME]


async def test_the_envelope_travels_whole() -> None:
    desk = Desk()

    await ask_one(desk)

    asked = desk.asked[0]
    assert (asked.query_id, asked.user, asked.requesting_ori, asked.purpose_code) == ("q-1", "p-1", "NC9010000", "C")


# --- a name read both ways -----------------------------------------------------------------------------------------


def by_surname(**found):
    """A source that answers by the surname it is asked for."""
    return Desk(source(), lambda query: found[query.value(Key.SURNAME)])


async def test_both_readings_are_asked_and_what_they_find_is_one_answer() -> None:
    desk = by_surname(HOLLIS=answer(record(1)), MERRICK=answer(record(2)))

    outcome = await ask_one(desk, readings=BOTH_WAYS)

    assert [each.id for each in outcome.records] == ["courts-1", "courts-2"]
    assert (outcome.total, outcome.is_whole) == (2, True)


async def test_what_both_readings_find_is_there_once_and_counts_once() -> None:
    desk = by_surname(HOLLIS=answer(record(1), record(2)), MERRICK=answer(record(2), record(3)))

    outcome = await ask_one(desk, readings=BOTH_WAYS)

    assert [each.id for each in outcome.records] == ["courts-1", "courts-2", "courts-3"]
    assert (outcome.total, outcome.is_whole) == (3, True)


async def test_two_answers_are_cut_to_the_length_of_one_and_say_so() -> None:
    desk = by_surname(HOLLIS=answer(record(1), record(2)), MERRICK=answer(record(3), record(4)))

    outcome = await ask_one(desk, readings=BOTH_WAYS, most=3)

    assert (len(outcome.records), outcome.total, outcome.is_whole) == (3, 4, False)


async def test_one_cut_answer_makes_the_whole_a_cut_one() -> None:
    desk = by_surname(HOLLIS=answer(record(1), total=60), MERRICK=answer(record(2)))

    outcome = await ask_one(desk, readings=BOTH_WAYS)

    assert (outcome.total, outcome.is_whole) == (61, False)


async def test_two_answers_are_as_old_as_the_older() -> None:
    older = AT.replace(hour=1)
    desk = by_surname(HOLLIS=answer(), MERRICK=answer(current_to=older))

    assert (await ask_one(desk, readings=BOTH_WAYS)).current_to == older


async def test_if_one_reading_fails_the_source_has_not_answered() -> None:
    def second_fails(query: Query):
        if query.value(Key.SURNAME) == "MERRICK":
            raise SourceFault(Fault.TOO_MANY)
        return answer(record(1))

    assert (await ask_one(Desk(source(), second_fails), readings=BOTH_WAYS)).fault is Fault.TOO_MANY


# --- one record, and its picture -----------------------------------------------------------------------------------


async def test_a_record_is_fetched_by_its_id() -> None:
    found = await federation.fetch(Desk(records=[record(1)]), Kind.CASE, "courts-1", question())

    assert found == federation.Fetched(record(1), dropped=0)


async def test_no_such_record_is_an_answer() -> None:
    assert await federation.fetch(Desk(), Kind.CASE, "courts-1", question()) is None


async def test_another_record_than_was_asked_for_is_garbled() -> None:
    class Confused(Desk):
        async def fetch(self, record_id, query, deadline):
            return record(2)

    found = await federation.fetch(Confused(), Kind.CASE, "courts-1", question())

    assert isinstance(found, Unavailable)
    assert found.fault is Fault.GARBLED


async def test_what_a_record_has_beyond_its_declaration_is_dropped_and_counted() -> None:
    desk = Desk(records=[record(1, field("x:NeverDeclared", "v"))])

    assert await federation.fetch(desk, Kind.CASE, "courts-1", question()) == federation.Fetched(record(1), dropped=1)


@pytest.mark.parametrize(("raised", "fault"), FAULTS[:10], ids=lambda each: str(each)[:40] or type(each).__name__)
async def test_whatever_a_source_raises_over_one_record_becomes_its_fault(raised: Exception, fault: Fault) -> None:
    found = await federation.fetch(Desk(says=raised), Kind.CASE, "courts-1", question())

    assert isinstance(found, Unavailable)
    assert found.fault is fault


async def test_a_source_without_pictures_has_none() -> None:
    class Pictureless:
        source = source()

    assert await federation.attachment(Pictureless(), "courts-1", "face", question()) is None


async def test_a_picture_that_is_a_page_is_garbled() -> None:
    class Odd(Desk):
        async def attachment(self, record_id, name, query, deadline):
            return f"<h1>{SURNAME}</h1>"

    assert (await federation.attachment(Odd(), "courts-1", "face", question())).fault is Fault.GARBLED
