"""From a form to a question a source understands, or to what is wrong with it, at the field it was typed in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import IDENTIFIERS, Key, Qualifier, Term
from gateway.search.question import LABELS, Question, read_question

TODAY = date(2026, 11, 22)
NAME = {"surname": "Hollis", "given_name": "Merrick"}
EXACT, STARTS_WITH, PHONETIC = Qualifier.EXACT, Qualifier.STARTS_WITH, Qualifier.PHONETIC

# A good value for every field that is asked by.
GOOD = {
    "surname": "Hollis",
    "given_name": "Merrick",
    "middle_name": "Dane",
    "suffix": "jr",
    "birth_date": "2/11/1980",
    "sex": "M",
    "licence_number": "000093311407",
    "licence_state": "NC",
    "plate": "ZKT-4471",
    "plate_state": "nc",
    "vin": "1FTFW1ET5DFC10312",
    "sid": "NC0660925M",
    "fbi_number": "966092SM1",
    "court_file": "26CR001934",
    "county": "Pinelake",
    "opus_number": "0417733",
    "registry_number": "R047719",
}
LONG = "A" * 10_000


def asked(**form: str) -> Question:
    question = read_question(form, TODAY)
    assert isinstance(question, Question), question
    return question


def terms(**form: str) -> tuple[Term, ...]:
    (reading,) = asked(**form).readings
    return reading


def problems(**form: str) -> dict[str, str]:
    found = read_question(form, TODAY)
    assert isinstance(found, list)
    return {problem.field: problem.message for problem in reversed(found)}


def test_there_is_a_field_for_every_key() -> None:
    assert GOOD.keys() == {key.value for key in Key} == {key.value for key in LABELS}


@pytest.mark.parametrize("name", GOOD)
def test_each_field_is_asked_by(name: str) -> None:
    alone = {name: GOOD[name]} if Key(name) in IDENTIFIERS else {"surname": "Hollis", name: GOOD[name]}

    value = "1980-02-11" if name == "birth_date" else GOOD[name].upper()
    assert value in {term.value for term in terms(**alone) if term.key == name}


# --- what is wrong, and where --------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [{}, {"q": ""}, {"q": " \t "}, {"surname": " "}, {"match": "exact"}], ids=str)
def test_nothing_typed_asks_for_something(form) -> None:
    assert problems(**form) == {"q": "Type a name, plate, license or file number."}


@pytest.mark.parametrize("name", [name for name in GOOD if name != "surname" and Key(name) not in IDENTIFIERS])
def test_what_narrows_a_question_is_no_question_alone(name: str) -> None:
    assert problems(**{name: GOOD[name]}) == {"surname": "Add a surname, or a plate, license or file number."}


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "value",
    [LONG, "a\0b", "a\x1b[31m", "a\u202eb", "a\u200bb", "<b>", "a; DROP", "a\ufdd0"],
    ids=["long", "nul", "escape", "rtl", "zero-width", "markup", "semicolon", "noncharacter"],
)
def test_a_value_that_cannot_be_meant_is_a_problem_at_its_field(name: str, value: str) -> None:
    assert name in problems(**(NAME | {name: value}))


@pytest.mark.parametrize("name", GOOD)
def test_a_problem_with_one_field_is_a_problem_with_that_field_alone(name: str) -> None:
    assert problems(**(GOOD | {name: LONG})).keys() == {name}


def test_a_text_too_long_says_how_long_it_is() -> None:
    assert problems(q=LONG) == {"q": "This is too long: 10,000 characters."}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("surname", "4711", "A name has no digits. For a birth date: Write 2/11/1980."),
        ("given_name", "--", "A name needs letters."),
        ("middle_name", "D@ne", "A name has letters, hyphens, apostrophes and dots only."),
        ("suffix", "Esq", "Choose from the list."),
        ("sex", "F or M", "Choose from the list."),
        ("birth_date", "2/30/1980", "There is no February 30. Write 2/11/1980."),
        ("birth_date", "spring", "This is not a date. Write 2/11/1980."),
        ("plate", "Z", "This is not a plate: letters, digits, hyphens only."),
        ("licence_number", "<b>", "This is not a license number: letters, digits, hyphens only."),
        ("sid", "\u0662\u0662\u0662", "This is not a SID: letters, digits, hyphens only."),
        ("plate_state", "Carolina", "Give the state as two letters, like NC."),
        ("county", "%", "Give the county's name, or its number."),
        ("birth_date_tolerance_years", "9", "Give 0 to 5 years."),
        ("match", "guess", "Choose how names are compared."),
    ],
)
def test_a_problem_stands_at_its_own_field(name: str, value: str, message: str) -> None:
    assert problems(**(NAME | {name: value})) == {name: message}


def test_every_problem_is_said_at_once() -> None:
    assert problems(surname="4711", birth_date_tolerance_years="9", sex="?").keys() == {
        "surname",
        "sex",
        "birth_date_tolerance_years",
    }


@pytest.mark.parametrize(
    "name", ["حسن", "Müller-Lüdenscheidt", "O\u2019Brannock", "Sa'id", "\u02bbAkamu", "St. John", "李"]
)
def test_names_of_every_script_are_names(name: str) -> None:
    assert terms(surname=name)[0].value == name.upper()


def test_the_two_ways_to_write_an_accent_are_one() -> None:
    assert terms(surname="Pen\u0303alva") == terms(surname="Pe\u00f1alva")


@given(st.dictionaries(st.sampled_from([*GOOD, "q", "match", "birth_date_tolerance_years"]), st.text()))
def test_whatever_is_typed_there_is_a_question_or_a_problem_at_a_field_of_the_form(form) -> None:
    found = read_question(form, TODAY)

    if not isinstance(found, Question):
        assert found
        assert {problem.field for problem in found} <= {*GOOD, "q", "match", "birth_date_tolerance_years"}


# --- what was typed is kept ----------------------------------------------------------------------------------------


def test_what_was_typed_is_kept_as_it_was_typed() -> None:
    assert asked(q=" hollis,  merrick ", purpose="C").typed == {"q": " hollis,  merrick "}


# --- how it is compared --------------------------------------------------------------------------------------------


def qualifiers(**form: str) -> dict[str, Qualifier]:
    return {term.key.value: term.qualifier for term in terms(**form)}


def test_a_short_given_name_finds_the_long_one_and_a_surname_is_as_typed() -> None:
    assert qualifiers(**NAME, middle_name="D") == {
        "surname": EXACT,
        "given_name": STARTS_WITH,
        "middle_name": STARTS_WITH,
    }


@pytest.mark.parametrize(("match", "how"), [("exact", EXACT), ("phonetic", PHONETIC)])
def test_names_are_compared_as_chosen(match: str, how: Qualifier) -> None:
    assert set(qualifiers(**NAME, match=match).values()) == {how}


@pytest.mark.parametrize("match", ["starts_with", "exact", "phonetic"])
def test_a_number_is_matched_exactly_whatever_is_chosen_for_names(match: str) -> None:
    numbers = {name: value for name, value in GOOD.items() if Key(name) in IDENTIFIERS}

    assert set(qualifiers(**numbers, match=match).values()) == {EXACT}


def test_a_tolerance_is_for_the_birth_date_alone() -> None:
    tolerances = {term.key: term.tolerance_years for term in terms(**GOOD, birth_date_tolerance_years="2")}

    assert tolerances.pop(Key.BIRTH_DATE) == 2
    assert set(tolerances.values()) == {0}


# --- the box and the fields together -------------------------------------------------------------------------------


def test_fields_narrow_what_the_box_says() -> None:
    assert {term.key: term.value for term in terms(q="hollis, merrick", sex="M", birth_date="2/11/1980")} == {
        Key.SURNAME: "HOLLIS",
        Key.GIVEN_NAME: "MERRICK",
        Key.SEX: "M",
        Key.BIRTH_DATE: "1980-02-11",
    }


def test_fields_narrow_both_readings_of_the_box() -> None:
    first, second = asked(q="hollis merrick", sex="M").readings

    assert Term(Key.SEX, "M") in first
    assert Term(Key.SEX, "M") in second


def test_what_the_box_and_a_field_both_say_is_asked_about() -> None:
    assert problems(q="hollis, merrick", surname="Vance") == {
        "surname": "The box says this already. Take one of them away."
    }


# --- court files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["q", "court_file"])
@pytest.mark.parametrize("typed", ["26CR001934", "26 cr 001934", "26CR1934", "26 CR 1934"])
def test_a_court_file_is_asked_for_in_the_form_of_the_courts(name: str, typed: str) -> None:
    assert terms(**{name: typed}) == (Term(Key.COURT_FILE, "26CR001934"),)


def test_the_county_behind_a_court_file_is_asked_for_as_a_county() -> None:
    assert terms(q="26CR001934-910") == (Term(Key.COURT_FILE, "26CR001934"), Term(Key.COUNTY, "910"))


def test_a_county_typed_beside_the_file_is_the_one_meant() -> None:
    assert Term(Key.COUNTY, "PINELAKE") in terms(court_file="26CR001934-910", county="Pinelake")


def test_a_file_in_another_form_is_asked_for_as_typed() -> None:
    assert terms(court_file="A-1934") == (Term(Key.COURT_FILE, "A-1934"),)


# --- what was understood, read back --------------------------------------------------------------------------------


def test_what_was_understood_is_said_by_key() -> None:
    assert asked(q="hollis, merrick dane 2/11/1980").understood() == {
        "surname": "HOLLIS",
        "given_name": "MERRICK",
        "middle_name": "DANE",
        "birth_date": "1980-02-11",
    }


def test_a_name_tried_both_ways_says_so() -> None:
    understood = asked(q="merrick dane hollis").understood()

    assert understood["surname"] == "MERRICK"
    assert understood["also"] == "HOLLIS, MERRICK DANE"


def test_a_second_reading_that_is_a_surname_alone_is_said_too() -> None:
    assert asked(q="jr hollis").understood()["also"] == "HOLLIS"


def test_a_name_with_a_comma_says_nothing_of_another_way() -> None:
    assert "also" not in asked(q="hollis, merrick").understood()


def test_a_tolerance_is_said() -> None:
    understood = asked(**NAME, birth_date="2/11/1980", birth_date_tolerance_years="2").understood()

    assert understood["birth_date_tolerance_years"] == "2"


def test_a_birth_date_is_read_back_in_words_with_the_age() -> None:
    words = asked(**NAME, birth_date="2/11/1980", birth_date_tolerance_years="2").words(TODAY)

    assert words == [("HOLLIS", "surname"), ("MERRICK", "given"), ("Feb 11, 1980 (46), give or take 2 years", "born")]


def test_one_year_is_a_year() -> None:
    words = asked(**NAME, birth_date="2/11/1980", birth_date_tolerance_years="1").words(TODAY)

    assert words[-1] == ("Feb 11, 1980 (46), give or take 1 year", "born")
