"""Two spellings of one name, date, plate or number give one term; two names give two."""

import unicodedata

import hypothesis.strategies as st
import pytest
from hypothesis import given

from audit.events import TermType
from audit.terms import spelling

parts_of = {TermType.RECORD: 2, TermType.NAME: 2, TermType.NAME_DOB: 3}


@pytest.mark.parametrize(
    ("kind", "typed", "spelled"),
    [
        ("name", ("Smith", "John"), ("smith", "john")),
        ("name", ("SMITH", "john"), ("smith", "john")),
        ("name", ("De Los Santos", "María José"), ("delossantos", "maria")),
        ("name", ("DELOSSANTOS", "MARIA"), ("delossantos", "maria")),
        ("name", ("de-los santos", " Maria "), ("delossantos", "maria")),
        ("name", ("O'Brien", "Seán"), ("obrien", "sean")),
        ("name", ("O\N{RIGHT SINGLE QUOTATION MARK}BRIEN", "SEAN"), ("obrien", "sean")),
        ("name", ("Garcia-Lopez", "Jean-Luc"), ("garcialopez", "jeanluc")),
        ("name", ("St. John", "A."), ("stjohn", "a")),
        ("name", ("Müller", "Zoë"), ("muller", "zoe")),
        ("name", ("Mu\N{COMBINING DIAERESIS}ller", "Zoe"), ("muller", "zoe")),
        ("name", ("Strauß", "Søren"), ("strauss", "soren")),
        ("name", ("Łukasz", "Đorđe"), ("lukasz", "dorde")),
        ("name", ("\N{FULLWIDTH LATIN CAPITAL LETTER S}mith", "John"), ("smith", "john")),
        ("name", ("Smith Jr.", "John"), ("smith", "john")),
        ("name", ("Smith, III", "John"), ("smith", "john")),
        ("name", ("Sr", "John"), ("sr", "john")),
        ("name", ("Smith", "John Paul"), ("smith", "john")),
        ("name", ("Smith", ""), ("smith", "-")),
        ("name", ("Иванов", "Пётр"), ("иванов", "петр")),
        ("name", ("-", "John"), None),
        ("name_dob", ("Smith", "John", "1980-02-11"), ("smith", "john", "19800211")),
        ("name_dob", ("Smith", "John", ""), None),
        ("dl", ("000012345678",), ("000012345678",)),
        ("dl", ("0000 1234-5678",), ("000012345678",)),
        ("plate", ("abc-1234",), ("ABC1234",)),
        ("plate", (" ABC 1234 ",), ("ABC1234",)),
        ("plate", ("--",), None),
        ("vin", ("1hgcm82633a004352",), ("1HGCM82633A004352",)),
        ("sid", ("nc 1234567a",), ("NC1234567A",)),
        ("fbi", ("123 456 aa1",), ("123456AA1",)),
        ("ssn", ("000-12-3456",), ("000123456",)),
        ("court_file", ("26 CR 004211",), ("26CR004211",)),
        ("court_file", ("26cr004211",), ("26CR004211",)),
        ("opus", ("0123456",), ("0123456",)),
        ("registry", ("00-4711 b",), ("004711B",)),
        ("record", ("dmv", "Ab-1 "), ("dmv", "Ab-1 ")),
        ("reason", ("Welfare  check,\nMain St",), ("welfare check, main st",)),
    ],
)
def test_a_term_has_one_spelling(kind, typed, spelled):
    assert spelling(kind, typed) == (spelled and list(spelled))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("name", ("Smith", "John")), ("name", ("John", "Smith"))),
        (("name", ("Smith", "John")), ("name", ("Smithe", "John"))),
        (("name_dob", ("Smith", "John", "1980-02-11")), ("name_dob", ("Smith", "John", "1980-11-02"))),
        (("dl", ("0012",)), ("dl", ("12",))),
        (("record", ("dmv", "a")), ("record", ("dmv", "A"))),
    ],
)
def test_different_terms_stay_different(one, other):
    assert spelling(*one) != spelling(*other)


@given(st.sampled_from(list(TermType)), st.data())
def test_spelling_a_spelled_term_changes_nothing(kind, data):
    typed = data.draw(st.tuples(*[st.text()] * parts_of.get(kind, 1)))

    spelled = spelling(kind, typed)

    assert spelled is None or spelling(kind, spelled) == spelled


@given(st.text(), st.text())
def test_how_accents_are_encoded_makes_no_difference(surname, given_name):
    composed = [unicodedata.normalize("NFC", part) for part in (surname, given_name)]
    taken_apart = [unicodedata.normalize("NFD", part) for part in (surname, given_name)]

    assert spelling("name", composed) == spelling("name", taken_apart)


@given(st.sampled_from(["name", "dl", "reason"]), st.text(), st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_case_makes_no_difference_to_plain_letters(kind, text, changed):
    typed = "".join(letter for letter in text if letter.isascii())
    parts = (typed, "x")[: parts_of.get(kind, 1)]

    assert spelling(kind, parts) == spelling(kind, [changed(part) for part in parts])


@pytest.mark.parametrize("kind", list(TermType))
def test_every_kind_of_term_has_its_rule_and_no_other_number_of_parts(kind):
    with pytest.raises(ValueError, match="zip"):
        spelling(kind, ("x",) * (parts_of.get(kind, 1) + 1))
