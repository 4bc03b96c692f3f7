"""One box understands what officers type; it may read simply, but it never drops a word of a name and never fails."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Key
from gateway.search.box import _SAID, read
from gateway.search.dates import MONTHS, NotADate

TODAY = date(2026, 11, 22)

S, G, M, X, B = Key.SURNAME, Key.GIVEN_NAME, Key.MIDDLE_NAME, Key.SUFFIX, Key.BIRTH_DATE
HOLLIS = {S: "HOLLIS", G: "MERRICK"}


def ways(text: str) -> list[dict[Key, str]]:
    return [dict(way) for way in read(text, TODAY).ways]


# A comma says which word is the surname.
@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("hollis, merrick", HOLLIS),
        ("hollis,merrick", HOLLIS),
        ("hollis , merrick", HOLLIS),
        ("  hollis,\tmerrick ", HOLLIS),
        ("hollis, merrick dane", {**HOLLIS, M: "DANE"}),
        ("hollis, merrick dane otis", {**HOLLIS, M: "DANE OTIS"}),
        ("hollis,", {S: "HOLLIS"}),
        ("hollis, merrick jr", {**HOLLIS, X: "JR"}),
        ("hollis, merrick dane, Jr.", {**HOLLIS, M: "DANE", X: "JR"}),
        ("hollis jr, merrick", {**HOLLIS, X: "JR"}),
        ("hollis, iii", {S: "HOLLIS", X: "III"}),
        ("hollis, merrick 2/11/1980", {**HOLLIS, B: "1980-02-11"}),
        ("hollis, merrick, 1980-02-11", {**HOLLIS, B: "1980-02-11"}),
        ("hollis, merrick feb 11, 1980", {**HOLLIS, B: "1980-02-11"}),
        ("2/11/1980 hollis, merrick", {**HOLLIS, B: "1980-02-11"}),
        ("hollis, merrick dob 2/11/1980", {**HOLLIS, B: "1980-02-11"}),
        ("hollis, merrick, D.O.B.: 2/11/1980", {**HOLLIS, B: "1980-02-11"}),
        ("hollis, merrick born feb 11, 1980", {**HOLLIS, B: "1980-02-11"}),
        ("born, merrick 2/11/1980", {S: "BORN", G: "MERRICK", B: "1980-02-11"}),
        ("de los santos, ramiro", {S: "DE LOS SANTOS", G: "RAMIRO"}),
        ("ashdown-vray, delphine", {S: "ASHDOWN-VRAY", G: "DELPHINE"}),
        ("o'brannock, fintan", {S: "O'BRANNOCK", G: "FINTAN"}),
        ("peñalva, zoë", {S: "PEÑALVA", G: "ZOË"}),
        ("case, john", {S: "CASE", G: "JOHN"}),
    ],
)
def test_a_name_with_a_comma_is_read_one_way(text: str, understood) -> None:
    assert ways(text) == [understood]


# Without one, nothing says which, and both are tried.
@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("hollis merrick", HOLLIS, {S: "MERRICK", G: "HOLLIS"}),
        ("merrick dane hollis", {S: "MERRICK", G: "DANE", M: "HOLLIS"}, {**HOLLIS, M: "DANE"}),
        ("merrick hollis jr", {S: "MERRICK", G: "HOLLIS", X: "JR"}, {**HOLLIS, X: "JR"}),
        ("hollis jr merrick", {**HOLLIS, X: "JR"}, {S: "MERRICK", G: "HOLLIS", X: "JR"}),
        ("merrick hollis 2/11/80", {S: "MERRICK", G: "HOLLIS", B: "1980-02-11"}, {**HOLLIS, B: "1980-02-11"}),
        ("merrick hollis, 2/11/80", {S: "MERRICK", G: "HOLLIS", B: "1980-02-11"}, {**HOLLIS, B: "1980-02-11"}),
        ("case file", {S: "CASE", G: "FILE"}, {S: "FILE", G: "CASE"}),
        # A particle begins a surname, or is a name of its own.
        ("ramiro de los santos", {S: "DE LOS SANTOS", G: "RAMIRO"}, {S: "RAMIRO", G: "DE", M: "LOS SANTOS"}),
        ("de los santos ramiro", {S: "DE LOS SANTOS", G: "RAMIRO"}, {S: "RAMIRO", G: "DE", M: "LOS SANTOS"}),
        ("nguyen van an", {S: "VAN AN", G: "NGUYEN"}, {S: "NGUYEN", G: "VAN", M: "AN"}),
        ("di wang", {S: "DI WANG"}, {S: "WANG", G: "DI"}),
        ("de la", {S: "DE LA"}, {S: "LA", G: "DE"}),
    ],
)
def test_a_name_without_a_comma_is_read_both_ways(text: str, first, second) -> None:
    assert ways(text) == [first, second]


@pytest.mark.parametrize("text", ["hollis", "hollis hollis", "hollis jr", "hollis 2/11/1980", "la"])
def test_one_name_alone_is_a_surname(text: str) -> None:
    assert len(ways(text)) == 1


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("ZKT-4471", Key.PLATE, "ZKT-4471"),
        ("zkt 4471", Key.PLATE, "ZKT 4471"),
        ("zkt4471", Key.PLATE, "ZKT4471"),
        ("AB123C", Key.PLATE, "AB123C"),
        ("123 abc", Key.PLATE, "123 ABC"),
        ("tag: iluvnc", Key.PLATE, "ILUVNC"),
        ("plate 1234567", Key.PLATE, "1234567"),
        ("000093311407", Key.LICENCE_NUMBER, "000093311407"),
        ("dl 9331140", Key.LICENCE_NUMBER, "9331140"),
        ("OLN#9331140", Key.LICENCE_NUMBER, "9331140"),
        ("license: A12-44", Key.LICENCE_NUMBER, "A12-44"),
        ("1FTFW1ET5DFC10312", Key.VIN, "1FTFW1ET5DFC10312"),
        ("vin 1ftfw1", Key.VIN, "1FTFW1"),
        ("NC0660925M", Key.SID, "NC0660925M"),
        ("sid:0660925", Key.SID, "0660925"),
        ("966092SM1", Key.FBI_NUMBER, "966092SM1"),
        ("fbi 12345", Key.FBI_NUMBER, "12345"),
        ("0417733", Key.OPUS_NUMBER, "0417733"),
        ("prison 417", Key.OPUS_NUMBER, "417"),
        ("R047719", Key.REGISTRY_NUMBER, "R047719"),
        ("registry 47719", Key.REGISTRY_NUMBER, "47719"),
        ("26CR001934", Key.COURT_FILE, "26CR001934"),
        ("26 cr 001934", Key.COURT_FILE, "26 CR 001934"),
        ("26 cr 1934", Key.COURT_FILE, "26 CR 1934"),
        ("26CVD000412-910", Key.COURT_FILE, "26CVD000412-910"),
        ("case 1934", Key.COURT_FILE, "1934"),
    ],
)
def test_a_number_is_known_by_its_shape_or_by_the_word_before_it(text: str, key: Key, value: str) -> None:
    assert ways(text) == [{key: value}]


def test_born_without_a_comma_may_be_a_surname() -> None:
    assert {S: "BORN", G: "MERRICK", B: "1980-02-11"} in ways("merrick born 2/11/1980")


def test_a_date_alone_is_no_name() -> None:
    assert ways("2/11/1980") == [{B: "1980-02-11"}]


@pytest.mark.parametrize("text", ["", " ", ",", " , "])
def test_nothing_typed_is_nothing_understood(text: str) -> None:
    assert ways(text) == [{}]


def test_an_impossible_date_is_said_not_searched_without() -> None:
    with pytest.raises(NotADate, match=r"There is no February 30\."):
        read("hollis, merrick 2/30/1980", TODAY)


LABELS = {word.casefold() for word in _SAID}
WORD = st.text(st.characters(categories=["L"], include_characters="'-."), min_size=1).filter(
    lambda word: word.casefold() not in LABELS
)


def letters(*texts: str) -> Counter[str]:
    return Counter(letter for text in texts for letter in text.upper() if letter.isalpha())


@given(st.lists(WORD, min_size=1, max_size=6), st.sampled_from([" ", ", ", "  ", ","]))
def test_no_word_of_a_name_is_dropped_in_any_reading(words: list[str], between: str) -> None:
    text = words[0] + between + " ".join(words[1:])

    for way in ways(text):
        assert letters(*way.values()) == letters(text)


@given(st.text() | st.text(alphabet="ABCDE 0123456789/-,.#", max_size=20))
def test_whatever_is_typed_is_understood_or_is_an_impossible_date(text: str) -> None:
    try:
        found = ways(text)
    except NotADate:
        return
    assert 1 <= len(found) <= 2


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["{0:%Y-%m-%d}", "{0.month}/{0.day}/{0.year}", "words"]))
def test_a_birth_date_behind_a_name_never_becomes_a_part_of_it(day: date, written: str) -> None:
    typed = f"{MONTHS[day.month - 1]} {day.day}, {day.year}" if written == "words" else written.format(day)

    assert ways(f"hollis, merrick {typed}") == [{**HOLLIS, B: day.isoformat()}]
