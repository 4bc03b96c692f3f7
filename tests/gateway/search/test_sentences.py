"""What became of a question is said in plain words: empty, silent and forbidden never read alike."""

import pytest

from connectors.contract import Fault, Key
from gateway.policy.decide import RULES
from gateway.search import sentences
from tests.gateway.sources import source

COURTS = source("courts", title="Courts", patience_s=2.0)
NOT_NONE = ' This is not "none".'


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("timeout", "No answer in 2.0 s."),
        ("unreachable", "Courts cannot be reached."),
        ("busy", "Too many are asking Courts. Try again."),
        ("open_circuit", "Courts kept failing. It is left alone for a moment."),
        ("garbled", "The answer could not be read safely; none of it is shown."),
        ("denied", "Courts refused your agency or purpose."),
        ("too_many", "Courts will not list so many. Add a birth date or number."),
    ],
)
def test_a_silent_source_says_why_and_that_silence_is_not_none(fault: str, words: str) -> None:
    assert sentences.fault(COURTS, fault) == words + NOT_NONE


def test_a_source_that_is_waited_for_says_so() -> None:
    assert sentences.waiting(COURTS) == "Courts had not answered yet." + NOT_NONE


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_has_words(fault: Fault) -> None:
    assert sentences.fault(COURTS, fault.value).endswith(NOT_NONE)


@pytest.mark.parametrize(
    ("shown", "total", "words"),
    [
        (0, 0, "Courts answered: no record matches."),
        (1, 1, "1 record."),
        (3, 3, "3 records."),
        (50, 312, "50 of 312 shown. Narrow the question."),
        (50, 1_312, "50 of 1,312 shown. Narrow the question."),
        (0, 1, "0 of 1 shown. Narrow the question."),
    ],
)
def test_what_was_found_says_whether_all_of_it_is_here(shown: int, total: int, words: str) -> None:
    assert sentences.found(COURTS, shown, total) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("role.covers_source", "Your role may not ask Courts."),
        ("purpose.covers_source", "Your role may not ask Courts for purpose H."),
    ],
)
def test_a_forbidden_source_says_who_forbids_it(rule: str, words: str) -> None:
    assert rule in RULES
    assert sentences.refused(COURTS, rule, "H") == words


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("not_chosen", "You left it out."),
        ("cannot_answer", "Courts cannot be searched by this."),
        ("switched_off", "Its owner switched it off."),
    ],
)
def test_a_source_that_was_not_asked_says_why(reason: str, words: str) -> None:
    assert sentences.not_asked(COURTS, reason) == words


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({Key.SURNAME, Key.GIVEN_NAME, Key.BIRTH_DATE}, ""),
        ({Key.SURNAME, Key.PLATE}, "Asked without plate: Courts does not search by it."),
        ({Key.SURNAME, Key.VIN, Key.PLATE}, "Asked without plate, VIN: Courts does not search by them."),
        ({Key.PLATE}, ""),
    ],
    ids=["it knows all of it", "one it does not know", "two", "it is not asked at all"],
)
def test_a_source_that_was_asked_for_less_than_was_typed_says_so(keys: set[Key], words: str) -> None:
    assert sentences.without(COURTS, keys) == words
