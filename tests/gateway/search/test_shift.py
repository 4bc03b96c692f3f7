"""A shift remembers its purpose, its last cases and its questions, with the session that asked them and no other."""

from datetime import UTC, datetime, timedelta

import fakeredis
import pytest

from gateway.identity.sessions import Key, Sessions, new_id
from gateway.search.envelope import Envelope
from gateway.search.shift import Past, Shift, recall, remember

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)


def past(case: str | None = "26-04417", minutes: int = 0, **envelope: str) -> Past:
    return Past(
        at=AT + timedelta(minutes=minutes),
        typed={"q": "hollis, merrick"},
        understood="HOLLIS, MERRICK",
        envelope=Envelope(purpose="C", case_number=case, **envelope),
    )


def after(*questions: Past) -> Shift:
    shift = Shift()
    for each in questions:
        shift = shift.after(each)
    return shift


def test_a_new_shift_remembers_nothing() -> None:
    assert (Shift().envelope, Shift().cases, Shift().questions, Shift().asked) == (None, (), (), 0)


def test_the_next_question_starts_from_the_purpose_and_case_of_the_last() -> None:
    assert after(past("26-1"), past("26-2")).envelope == Envelope(purpose="C", case_number="26-2")


def test_the_last_five_cases_are_kept_newest_first_each_once() -> None:
    asked = [past(f"26-{number}") for number in (1, 2, 3, 4, 5, 6, 2)]

    assert after(*asked).cases == ("26-2", "26-6", "26-5", "26-4", "26-3")


def test_a_question_without_a_case_adds_none() -> None:
    assert after(past("26-1"), past(None, reason_code="traffic_stop")).cases == ("26-1",)


def test_questions_are_listed_newest_first() -> None:
    assert [each.at.minute for each in after(past(minutes=1), past(minutes=2)).questions] == [2, 1]


def test_only_so_many_questions_are_kept_but_all_are_counted() -> None:
    shift = after(*(past(minutes=minutes) for minutes in range(60)))

    assert (len(shift.questions), shift.asked) == (50, 60)


def test_the_questions_under_the_case_in_use_are_counted() -> None:
    assert after(past("26-1"), past("26-2"), past("26-2")).under_this_case() == 2


@pytest.mark.parametrize("shift", [Shift(), after(past(None))], ids=["new", "no case"])
def test_without_a_case_there_is_nothing_to_count(shift: Shift) -> None:
    assert shift.under_this_case() == 0


@pytest.fixture
def sessions() -> Sessions:
    return Sessions(fakeredis.FakeAsyncRedis(), bytes(32), lambda: AT)


async def test_a_shift_is_recalled_by_its_own_session(sessions: Sessions) -> None:
    key, shift = Key.of(new_id()), after(past())

    await remember(sessions, key, shift, 60)

    assert await recall(sessions, key) == shift


async def test_another_session_recalls_nothing_of_it(sessions: Sessions) -> None:
    await remember(sessions, Key.of(new_id()), after(past()), 60)

    assert await recall(sessions, Key.of(new_id())) == Shift()
