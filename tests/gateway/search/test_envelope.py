"""For what a question is asked: a purpose, and a case, an event or a coded reason; free text alone is not enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.policy.grounds import REASONS
from gateway.search.envelope import Envelope, read_envelope

GROUNDS = {"purpose": "C", "case_number": "26-04417"}
FIELDS = ["purpose", "case_number", "event_number", "reason_code", "reason", "attention", "on_behalf_of"]


def problems(form: dict[str, str]) -> dict[str, str]:
    found = read_envelope(form)
    assert isinstance(found, list)
    return {problem.field: problem.message for problem in reversed(found)}


def test_a_purpose_and_a_case_are_enough() -> None:
    assert read_envelope(GROUNDS) == Envelope(purpose="C", case_number="26-04417")


@pytest.mark.parametrize(
    "grounds",
    [{"case_number": "26-04417"}, {"event_number": "CAD-2044"}, {"reason_code": "traffic_stop"}],
    ids=["case", "event", "reason"],
)
def test_a_case_an_event_or_a_coded_reason_will_do(grounds: dict[str, str]) -> None:
    assert isinstance(read_envelope({"purpose": "C", **grounds}), Envelope)


def test_without_a_purpose_nothing_is_asked() -> None:
    assert problems({"case_number": "26-04417"}) == {"purpose": "Choose a purpose."}


@pytest.mark.parametrize("more", [{}, {"reason": "investigation"}, {"case_number": "  "}], ids=str)
def test_a_purpose_and_free_text_are_not_enough(more: dict[str, str]) -> None:
    assert problems({"purpose": "C", **more}) == {"case_number": "Give a case, event or reason."}


def test_both_are_said_at_once() -> None:
    assert problems({}).keys() == {"purpose", "case_number"}


@pytest.mark.parametrize("code", [code for code, reason in REASONS.items() if reason.needs_words])
def test_some_reasons_want_words(code: str) -> None:
    form = {"purpose": "C", "reason_code": code}

    assert problems(form) == {"reason": "Say what for, in a few words."}
    assert isinstance(read_envelope(form | {"reason": "lost child"}), Envelope)


@pytest.mark.parametrize("code", [code for code, reason in REASONS.items() if not reason.needs_words])
def test_the_others_stand_alone(code: str) -> None:
    assert read_envelope({"purpose": "C", "reason_code": code}) == Envelope(purpose="C", reason_code=code)


def test_a_reason_nobody_knows_is_a_problem() -> None:
    assert problems({"purpose": "C", "reason_code": "curious"}) == {"reason_code": "Choose a reason from the list."}


@pytest.mark.parametrize("name", ["case_number", "event_number"])
@pytest.mark.parametrize("value", ["26", "-26-1", "<b>26-1</b>", "26_04417", "x" * 41, "٢٦-٠٤٤"])
def test_a_number_that_could_not_be_found_again_is_a_problem_at_its_field(name: str, value: str) -> None:
    assert problems({"purpose": "C", name: value}).keys() == {name}


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("value", ["x" * 10_000, "a\0b", "a\u202eb"], ids=["long", "nul", "rtl"])
def test_what_cannot_be_meant_is_a_problem_at_its_field(name: str, value: str) -> None:
    assert problems(GROUNDS | {name: value}).keys() == {name}


@pytest.mark.parametrize(("name", "most"), [("attention", 30), ("on_behalf_of", 60), ("reason", 200)])
def test_a_text_has_its_longest(name: str, most: int) -> None:
    assert isinstance(read_envelope(GROUNDS | {name: "x" * most}), Envelope)
    assert problems(GROUNDS | {name: "x" * (most + 1)}) == {name: f"Use at most {most} characters."}


def test_spaces_around_and_between_are_made_one() -> None:
    read = read_envelope(GROUNDS | {"attention": "  Dep.   Ashgrove "})

    assert isinstance(read, Envelope)
    assert read.attention == "Dep. Ashgrove"


def test_what_was_left_empty_is_absent() -> None:
    assert read_envelope(GROUNDS | {"attention": "", "reason_code": " "}) == read_envelope(GROUNDS)


@given(st.dictionaries(st.sampled_from(FIELDS), st.text()))
def test_whatever_is_typed_there_is_an_envelope_or_a_problem_at_a_field_of_the_form(form: dict[str, str]) -> None:
    read = read_envelope(form)

    if not isinstance(read, Envelope):
        assert read
        assert {problem.field for problem in read} <= set(FIELDS)
