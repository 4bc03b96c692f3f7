"""A copy's number survives being read aloud and typed, and one slip of the hand never leads to another copy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.prints import copy_id

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

numbers = st.integers(0, 2**55 - 1).map(lambda drawn: copy_id.new(lambda bits: drawn))


def test_the_number_of_a_known_draw_never_changes():
    assert copy_id.new(lambda bits: 0x5A5A5A5A5A5A5A) == "TJPM5D9BTJPW"
    assert copy_id.new(lambda bits: 0) == "000000000000"


def test_fifty_five_bits_are_drawn_once():
    asked = []
    copy_id.new(lambda bits: asked.append(bits) or 1)
    assert asked == [55]


def test_two_copies_have_two_numbers():
    assert copy_id.new() != copy_id.new()


@given(numbers)
def test_a_number_is_twelve_characters_that_read_back_as_themselves(number):
    assert len(number) == 12
    assert set(number) <= set(ALPHABET)
    assert copy_id.parse(number) == number


@given(numbers)
def test_a_number_is_shown_in_three_groups_of_four(number):
    assert copy_id.grouped(number) == f"{number[:4]}-{number[4:8]}-{number[8:]}"
    assert copy_id.parse(copy_id.grouped(number)) == number


@given(numbers, st.data())
def test_case_dashes_spaces_and_look_alikes_are_forgiven(number, data):
    def typed(letter: str) -> str:
        looks = {"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())
        return data.draw(st.sampled_from(looks)) + data.draw(
            st.sampled_from(["", "-", " ", " \u2013 ", "\u00a0", "\t"])
        )

    assert copy_id.parse("".join(map(typed, number))) == number


@given(numbers)
def test_no_wrong_character_passes(number):
    for place in range(12):
        for wrong in set(ALPHABET) - {number[place]}:
            assert copy_id.parse(number[:place] + wrong + number[place + 1 :]) is None


@given(numbers)
def test_no_swap_of_two_characters_passes(number):
    for first in range(12):
        for second in range(first + 1, 12):
            swapped = list(number)
            swapped[first], swapped[second] = swapped[second], swapped[first]
            if number[first] != number[second]:
                assert copy_id.parse("".join(swapped)) is None


@given(numbers, st.integers(0, 11))
def test_a_character_too_many_or_too_few_does_not_pass(number, place):
    assert copy_id.parse(number[:place] + number[place + 1 :]) is None
    assert copy_id.parse(number + number[place]) is None


@pytest.mark.parametrize(
    "typed", ["", "-", "0000-0000-000U", "0000-0000-000\u0660", "0000_0000_0000", "\U0001f600" * 12]
)
def test_what_is_no_number_is_none(typed):
    assert copy_id.parse(typed) is None


@given(st.text())
def test_anything_typed_is_a_number_or_none(typed):
    number = copy_id.parse(typed)
    assert number is None or copy_id.parse(number) == number
