"""A handle opens one record of one answer, in the session it was given to, and in no other spelling."""

from base64 import urlsafe_b64encode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Kind
from gateway.release.context import Context, Handle, handle_text, keep, read_handle, recall
from tests.gateway.release.doors import ENVELOPE, NOW, door, visit

HANDLE = Handle("q" * 32, "courts", Kind.CASE, "000093311407")
OFFICER = visit()


def test_a_handle_is_read_back_in_its_session() -> None:
    assert read_handle(OFFICER, handle_text(OFFICER, HANDLE)) == HANDLE


def test_a_handle_says_nothing_of_the_record_it_names() -> None:
    text = handle_text(OFFICER, HANDLE)

    assert "000093311407" not in text
    assert handle_text(OFFICER, HANDLE) != text  # nor that two links lead to one record


def test_a_handle_is_nothing_in_another_session() -> None:
    assert read_handle(visit(), handle_text(OFFICER, HANDLE)) is None


@given(st.text())
def test_no_text_that_was_not_given_out_is_a_handle(text: str) -> None:
    assert read_handle(OFFICER, text) is None


GIVEN_OUT = handle_text(OFFICER, HANDLE)


@given(st.integers(0, len(GIVEN_OUT) - 1), st.characters())
def test_a_handle_altered_anywhere_is_none(place: int, letter: str) -> None:
    altered = GIVEN_OUT[:place] + letter + GIVEN_OUT[place + 1 :]

    assert read_handle(OFFICER, altered) == (HANDLE if altered == GIVEN_OUT else None)


@given(st.integers(0, len(GIVEN_OUT)), st.text(min_size=1))
def test_a_handle_with_something_added_is_none(place: int, more: str) -> None:
    assert read_handle(OFFICER, GIVEN_OUT[:place] + more + GIVEN_OUT[place:]) is None


@pytest.mark.parametrize("length", range(0, len(GIVEN_OUT), 7))
def test_a_handle_cut_short_is_none(length: int) -> None:
    assert read_handle(OFFICER, GIVEN_OUT[:length]) is None


def test_what_was_sealed_for_another_use_is_no_handle() -> None:
    answer = OFFICER.key.seal(msgspec.json.encode(HANDLE), b"answer:q")

    assert read_handle(OFFICER, urlsafe_b64encode(answer).decode().rstrip("=")) is None


CONTEXT = Context(query_id="q" * 32, asked_at=NOW, envelope=ENVELOPE, entry=41)


async def test_an_answer_is_remembered_for_its_session() -> None:
    at = door()

    await keep(at, OFFICER, CONTEXT)

    assert await recall(at, OFFICER, "q" * 32) == CONTEXT


async def test_another_session_cannot_recall_it() -> None:
    at = door()
    await keep(at, OFFICER, CONTEXT)

    assert await recall(at, visit(), "q" * 32) is None


async def test_what_is_remembered_is_unreadable_in_the_store() -> None:
    at = door()
    await keep(at, OFFICER, CONTEXT)

    redis = at.sessions._redis
    stored = [key + (await redis.get(key)) for key in await redis.keys("*")]

    assert stored
    assert not any(b"26-04417" in each for each in stored)


async def test_each_use_keeps_it_for_another_half_hour() -> None:
    at = door(context_s=1800)
    await keep(at, OFFICER, CONTEXT)
    redis = at.sessions._redis
    (key,) = await redis.keys("*")
    await redis.expire(key, 5)

    await recall(at, OFFICER, "q" * 32)

    assert await redis.ttl(key) > 1790
