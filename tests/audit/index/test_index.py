"""Auditors find what they may see, all of it, newest first, however much arrives meanwhile."""

import asyncio
from datetime import UTC, datetime

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from audit.index import MOST_A_PAGE, Position, Scope, Wanted
from tests.audit.examples import MARLOW, PINELAKE
from tests.audit.index.conftest import closed

STATEWIDE = Scope(statewide=True)
ANYTHING = Wanted()
PINELAKES = Scope(frozenset({PINELAKE}))
BEGINNING = 3  # journal.start and two keys


async def found(index, wanted=ANYTHING, scope=STATEWIDE):
    return [event["event"]["sequence"] - BEGINNING for event in (await index.events(scope, wanted)).events]


@pytest.mark.parametrize(
    ("wanted", "sequences"),
    [
        (Wanted(officer="u-lane"), [7, 4, 3]),
        (Wanted(agency=MARLOW), [7, 4, 3]),
        (Wanted(actions=("search.request", "document.print")), [7, 5, 3, 1]),
        (Wanted(source="dmv"), [7, 5, 4, 2]),
        (Wanted(source="courts"), [7, 5, 4, 2]),
        (Wanted(source="sor"), []),
        (Wanted(case="26-1"), [5, 2, 1]),
        (Wanted(print_id="COPY00000001"), [5]),
        (Wanted(purpose="J"), [7, 4, 3]),
        (Wanted(query_ids=("1" * 32, "2" * 32)), [7, 5, 4, 3, 2, 1]),
        (Wanted(query_ids=("2" * 32,)), [7, 4, 3]),
        (Wanted(start=datetime(2026, 3, 3, 1, 30, tzinfo=UTC), end=datetime(2026, 3, 5, 1, 30, tzinfo=UTC)), [2, 1]),
        (Wanted(purpose="J", actions=("search.disclose",), officer="u-reyes"), []),
    ],
)
async def test_every_part_that_is_wanted_must_hold(index, wanted, sequences):
    assert await found(index, wanted) == sequences


async def test_who_saw_a_person_is_found_by_what_was_asked_and_by_what_was_shown(index, smith):
    assert await found(index, Wanted(tokens=smith)) == [4, 2, 1]


async def test_a_copied_reason_is_found(index, journalled):
    event = msgspec.json.decode(journalled[BEGINNING + 3][1])

    assert await found(index, Wanted(tokens=tuple(event["cj"]["reason"]["token"]))) == [7, 5, 3]


async def test_nothing_wanted_in_particular_is_everything_newest_first(index, journalled):
    page = await index.events(STATEWIDE, Wanted())

    assert page.events == tuple(msgspec.json.decode(event) for _, event in reversed(journalled))
    assert page.next is None


async def test_an_agency_sees_its_own_users_only(index):
    assert await found(index, scope=PINELAKES) == [5, 2, 1, 0]
    assert await found(index, Wanted(agency=MARLOW), PINELAKES) == []


async def test_two_agencies_see_those_of_both(index):
    assert await found(index, scope=Scope(frozenset({PINELAKE, MARLOW}))) == [7, 5, 4, 3, 2, 1, 0]


async def test_an_empty_scope_sees_nothing(index):
    assert await found(index, scope=Scope()) == []
    assert await index.counts(Scope(), Wanted(), "action", "UTC") == []


moments = st.datetimes(datetime(2026, 3, 1), datetime(2026, 3, 9), timezones=st.just(UTC))  # noqa: DTZ001
parts = {
    "officer": st.sampled_from(["u-reyes", "u-lane"]),
    "agency": st.sampled_from([PINELAKE, MARLOW]),
    "actions": st.lists(st.sampled_from(["search.request", "search.disclose", "access.denied"])).map(tuple),
    "source": st.sampled_from(["dmv", "courts"]),
    "case": st.sampled_from(["26-1", "' OR TRUE --"]),
    "print_id": st.sampled_from(["COPY00000001", "COPY00000002"]),
    "purpose": st.sampled_from(["C", "J"]),
    "query_ids": st.lists(st.sampled_from(["1" * 32, "2" * 32])).map(tuple),
    "start": moments,
    "end": moments,
}
questions = st.sets(st.sampled_from([*parts, "tokens"]), max_size=2)


@pytest.fixture
def ask(opened):
    """Asks the week, in one loop for however many questions."""
    with asyncio.Runner() as runner:
        index = runner.run(opened())
        yield lambda question: runner.run(question(index))
        runner.run(closed(index))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(questions, st.data())
def test_no_question_shows_or_counts_another_agencys_event_or_hides_ones_own(ask, smith, names, data):
    wanted = Wanted(**{name: data.draw(parts.get(name, st.just(smith))) for name in names})

    async def question(index):
        everybodys = (await index.events(STATEWIDE, wanted)).events
        ours = tuple(event for event in everybodys if event.get("organization") == {"id": PINELAKE})
        assert (await index.events(PINELAKES, wanted)).events == ours
        by = data.draw(st.sampled_from(["agency", "officer", "action", "hour", "day"]))
        assert sum(number for _, number in await index.counts(PINELAKES, wanted, by, "UTC")) == len(ours)

    ask(question)


@pytest.mark.parametrize("size", [1, 2, 3, 10])
async def test_pages_put_together_are_the_whole(index, size):
    whole = await found(index)
    pages, after = [], None
    while True:
        page = await index.events(STATEWIDE, Wanted(), after=after, size=size)
        pages += [event["event"]["sequence"] - BEGINNING for event in page.events]
        if (after := page.next) is None:
            break

    assert pages == whole


async def test_pages_stay_as_they_were_while_new_events_arrive(empty, journalled):
    await empty.create(journalled[:6])
    first = await empty.events(STATEWIDE, Wanted(), size=3)

    await empty.create(journalled[6:])

    second = await empty.events(STATEWIDE, Wanted(), after=first.next, size=3)
    assert [event["event"]["sequence"] for event in (*first.events, *second.events)] == [5, 4, 3, 2, 1, 0]
    assert second.next is None


async def test_a_page_has_five_hundred_events_at_most(empty, journalled):
    await empty.create(many(journalled, MOST_A_PAGE + 1))

    page = await empty.events(STATEWIDE, Wanted(), size=10_000)

    assert len(page.events) == MOST_A_PAGE
    assert page.next


def many(journalled, number):
    event = msgspec.json.decode(journalled[0][1])
    for sequence in range(number):
        event["event"]["sequence"] = sequence
        yield sequence, msgspec.json.encode(event, order="sorted")


@pytest.mark.parametrize("after", ["", "nonsense", "====", "AAAAAAAAAAAAAAAAAAAA", "é", "A" * 10_000])
async def test_a_place_that_was_not_given_out_is_refused(index, after):
    with pytest.raises(ValueError, match="not given out"):
        await index.events(STATEWIDE, Wanted(), after=after)


async def test_a_place_given_out_for_one_question_is_refused_for_another(index):
    page = await index.events(STATEWIDE, Wanted(), size=1)

    with pytest.raises(ValueError, match="not given out"):
        await index.events(STATEWIDE, Wanted(agency=PINELAKE), after=page.next)
    with pytest.raises(ValueError, match="not given out"):
        await index.events(PINELAKES, Wanted(), after=page.next)


@pytest.mark.parametrize(
    ("by", "counted"),
    [
        ("agency", [(PINELAKE, 4), (MARLOW, 3)]),
        ("officer", [("u-reyes", 4), ("u-lane", 3)]),
        ("purpose", [("C", 3), ("J", 3)]),
        ("action", [("document.print", 2), ("search.disclose", 2), ("search.request", 2), ("session.login", 1)]),
        ("hour", [("20", 6), ("21", 1)]),
        ("day", [(f"2026-03-0{day}", 1) for day in (1, 2, 3, 4, 5, 6, 8)]),
    ],
)
async def test_events_are_counted_in_the_agencys_own_zone_summer_time_included(index, by, counted):
    ours = Scope(frozenset({PINELAKE, MARLOW}))

    assert await index.counts(ours, Wanted(), by, "America/New_York") == counted


async def test_a_zone_half_an_hour_off_counts_whole_hours_of_its_own(index):
    ours = Scope(frozenset({PINELAKE, MARLOW}))

    assert await index.counts(ours, Wanted(), "hour", "Asia/Kolkata") == [("07", 7)]


async def test_what_nobody_counts_by_is_a_defect(index):
    with pytest.raises(KeyError):
        await index.counts(STATEWIDE, Wanted(), "event", "UTC")


async def test_the_position_is_the_number_of_entries_and_the_time_of_the_last(empty, journalled):
    assert await empty.position() == Position(size=0, at=None)
    await empty.create(journalled[:2])

    await empty.create(journalled[2:4])

    assert await empty.position() == Position(size=4, at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC))


async def test_the_position_is_never_behind_a_gap(empty, journalled):
    await empty.create(journalled[:2])

    await empty.create(journalled[3:])

    assert (await empty.position()).size == 2


async def test_an_entry_given_twice_is_there_once(index, journalled):
    await index.create(journalled)

    assert len(await found(index)) == len(journalled)
