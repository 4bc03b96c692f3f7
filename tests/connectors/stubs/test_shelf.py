"""What is asked for is found however it is written, and what does not fit is not."""

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Key, Kind, Qualifier, Term
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.shelf import Paper, Shelf, filed
from connectors.stubs.spelling import court_file, plain
from connectors.stubs.truth import Name, Person, Seen
from tests.connectors.asking import EXACT, PHONETIC, STARTS_WITH, by_name, by_number, search

BODY = Person(
    number=0, name=Name("", ""), born=date(1980, 2, 11), sex="F", race="W", eyes="BRO", hair="BRO",
    height_in=65, weight_lb=140, address="", ssn="",
)  # fmt: skip


def shelf(*names: Name, born: date = date(1980, 2, 11), aliases: tuple[Name, ...] = ()) -> Shelf:
    return Shelf(
        filed(
            str(n),
            0,
            Paper(
                kind=Kind.LICENCE,
                person=BODY,
                seen=Seen(name=name, born=born, aliases=aliases, licence=f"000{n}"),
                changed=date(2026, 1, 1),
                says=tuple,
            ),
        )
        for n, name in enumerate(names)
    )


def finds(on: Shelf, **asked: str | Term) -> bool:
    return bool(on.find([term if isinstance(term, Term) else Term(Key(key), term) for key, term in asked.items()]))


HOLLIS = Name("Hollis", "Merrick", "Dane", "Jr")


@pytest.mark.parametrize(
    ("held", "asked"),
    [
        ("De Los Santos", "DELOSSANTOS"),
        ("O'Brannock", "obrannock"),
        ("O\u2019Brannock", "O'BRANNOCK"),
        ("Peñalva", "PENALVA"),
        ("Ashdown-Vray", "Ashdown Vray"),
        ("Łaskowy", "laskowy"),
        ("Strauß", "STRAUSS"),
        ("St. Maren", "st maren"),
    ],
)
def test_a_surname_is_found_however_it_is_written(held: str, asked: str) -> None:
    assert finds(shelf(Name(held, "Ada")), surname=asked)
    assert finds(shelf(Name(asked, "Ada")), surname=held)


@pytest.mark.parametrize(
    ("asked", "how", "found"),
    [
        ("hollis", EXACT, True),
        ("holli", EXACT, False),
        ("holli", STARTS_WITH, True),
        ("ollis", STARTS_WITH, False),
        ("holis", PHONETIC, True),
        ("holles", PHONETIC, True),
        ("hollman", PHONETIC, False),
    ],
)
def test_a_surname_is_compared_as_asked(asked: str, how: Qualifier, found: bool) -> None:
    assert finds(shelf(HOLLIS), surname=Term(Key.SURNAME, asked, how)) is found


@pytest.mark.parametrize("how", Qualifier)
@pytest.mark.parametrize("nothing", ["", " ", "-'.", "\x00"])
def test_a_surname_without_a_letter_finds_nobody(nothing: str, how: Qualifier) -> None:
    assert not finds(shelf(HOLLIS, Name("-", "Ada")), surname=Term(Key.SURNAME, nothing, how))


@pytest.mark.parametrize(
    ("middle", "found"), [("Dane", True), ("D", True), ("d.", True), ("Dean", False), ("X", False), ("-", False)]
)
def test_a_middle_name_may_be_an_initial(middle: str, found: bool) -> None:
    assert finds(shelf(HOLLIS), surname="Hollis", middle_name=middle) is found


def test_a_middle_name_or_suffix_that_is_not_on_file_speaks_against_nobody() -> None:
    assert finds(shelf(Name("Hollis", "Merrick")), surname="Hollis", middle_name="Dane", suffix="Jr")


@pytest.mark.parametrize(("suffix", "found"), [("JR.", True), ("Sr", False)])
def test_another_suffix_is_another_person(suffix: str, found: bool) -> None:
    assert finds(shelf(HOLLIS), surname="Hollis", suffix=suffix) is found


@pytest.mark.parametrize(
    ("asked", "how", "found"),
    [
        ("merrick", EXACT, True),
        ("merr", EXACT, False),
        ("merr", STARTS_WITH, True),
        ("-", STARTS_WITH, False),
        ("merik", PHONETIC, True),
        ("marrow", PHONETIC, False),
    ],
)
def test_a_given_name_is_compared_as_asked(asked: str, how: Qualifier, found: bool) -> None:
    assert finds(shelf(HOLLIS), surname="Hollis", given_name=Term(Key.GIVEN_NAME, asked, how)) is found


def test_a_given_name_that_is_not_on_file_does_not_match() -> None:
    assert not finds(shelf(Name("Hollis", "")), surname="Hollis", given_name="Merrick")


def test_an_alias_counts_as_a_name() -> None:
    assert finds(shelf(HOLLIS, aliases=(Name("Falk", "Jory"),)), surname="Falk", given_name="Jory")


def test_half_of_an_alias_and_half_of_a_name_do_not() -> None:
    assert not finds(shelf(HOLLIS, aliases=(Name("Falk", "Jory"),)), surname="Falk", given_name="Merrick")


def test_who_is_filed_under_the_name_comes_before_whom_it_is_an_alias_of() -> None:
    on = shelf(Name("Hollis", "Ada"), Name("Falk", "Ada"), aliases=(Name("Falk", "Ada"),))

    assert [row.id for row in on.find([Term(Key.SURNAME, "Falk")])] == ["1", "0"]


@pytest.mark.parametrize(
    ("typed", "tolerance", "found"),
    [
        ("1980-02-11", 0, True),
        ("1980-02-12", 0, False),
        ("1980-11-02", 0, False),
        ("1978-02-11", 2, True),
        ("1978-02-10", 2, False),
        ("1982-02-11", 2, True),
        ("1982-02-12", 2, False),
        ("1980-02-30", 5, False),
        ("about 1980", 5, False),
    ],
)
def test_a_birth_date_may_be_off_by_the_years_stated(typed: str, tolerance: int, found: bool) -> None:
    birth = Term(Key.BIRTH_DATE, typed, tolerance_years=tolerance)

    assert finds(shelf(HOLLIS), surname="Hollis", birth_date=birth) is found


def test_a_leap_day_may_be_off_by_years_too() -> None:
    birth = Term(Key.BIRTH_DATE, "1980-02-29", tolerance_years=1)

    assert finds(shelf(HOLLIS, born=date(1981, 2, 28)), surname="Hollis", birth_date=birth)


def test_every_term_must_fit() -> None:
    on = shelf(HOLLIS)

    assert finds(on, surname="Hollis", sex="F", licence_number="0000")
    assert not finds(on, surname="Hollis", sex="M", licence_number="0000")
    assert not finds(on, surname="Falk", sex="F", licence_number="0000")
    assert not finds(on, surname="Hollis", sex="F", licence_number="0001")
    assert not finds(on, surname="Hollis", plate="ABC-1234")


def test_neither_a_given_name_nor_a_birth_date_finds_anybody_alone() -> None:
    assert not finds(shelf(HOLLIS), given_name="Merrick", birth_date="1980-02-11", sex="F")


@pytest.mark.parametrize("written", ["NC0714433X", "nc 0714433 x", "NC-0714433-X"])
async def test_a_number_is_found_with_any_separators(courts: Courts, written: str) -> None:
    assert (await by_number(courts, Key.SID, written)).total == 4


@pytest.mark.parametrize("written", ["26CR001934", "26 cr 001934", "26CR1934", "26 CR 1934-910", "26CR001934-910"])
async def test_a_court_file_is_found_as_officers_write_it(courts: Courts, written: str) -> None:
    assert (await by_number(courts, Key.COURT_FILE, written)).total == 2


@pytest.mark.parametrize(("county", "found"), [("910", 2), ("Eastmere", 2), ("901", 0), ("East", 0)])
async def test_a_court_file_may_be_asked_for_in_one_county(courts: Courts, county: str, found: int) -> None:
    answer = await search(courts, Term(Key.COURT_FILE, "26CR001934"), Term(Key.COUNTY, county))

    assert answer.total == found


async def test_a_plate_is_asked_for_by_state(dmv: Dmv) -> None:
    for state, found in (("NC", 1), ("SC", 0)):
        assert (await search(dmv, Term(Key.PLATE, "ZKT4471"), Term(Key.PLATE_STATE, state))).total == found


async def test_sex_narrows_a_name(dmv: Dmv) -> None:
    both, women = await by_name(dmv, "Holman"), await by_name(dmv, "Holman", sex="F")

    assert 0 < women.total < both.total
    assert {record.values("j:PersonSexCode")[0] for record in women.records} == {"F"}


def test_text_that_is_no_court_file_is_compared_as_it_is() -> None:
    assert court_file("Hollis v. State") == "hollisvstate"


accents = st.sampled_from(["", "\u0301", "\u0308", "\u0303"])
between = st.sampled_from(["", " ", "-", "'", "\u2019", ". "])


@st.composite
def written_otherwise(draw: st.DrawFn, name: str) -> str:
    """A surname with other case, accents, spaces, hyphens and apostrophes."""
    letters = (letter.upper() if draw(st.booleans()) else letter.lower() for letter in name)
    spelt = "".join(letter + draw(accents) + draw(between) for letter in letters)
    return unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), spelt)


SPELT = "Hollis", "De Los Santos", "O'Brannock", "Ashdown-Vray", "Nunaz", "Brackenridge"


@given(st.data(), st.sampled_from(SPELT), st.sampled_from(sorted(Qualifier)))
def test_case_accents_and_spacing_never_change_a_result(data: st.DataObject, name: str, how: Qualifier) -> None:
    on = shelf(*(Name(each, "Ada") for each in SPELT))
    otherwise = data.draw(written_otherwise(name))

    def found(surname: str) -> list[str]:
        return [row.id for row in on.find([Term(Key.SURNAME, surname, how)])]

    assert found(otherwise) == found(name)
    assert found(name)


@given(st.text())
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    assert plain(plain(text)) == plain(text)


@given(st.text(), st.sampled_from([str.upper, str.lower, str.casefold, str.title]))
def test_case_never_changes_the_plain_form_of_anything(text: str, fold) -> None:
    assert plain(fold(text)) == plain(text)


@settings(max_examples=300)
@given(
    st.lists(
        st.builds(
            Term,
            st.sampled_from(sorted(Key)),
            st.text(max_size=40),
            st.sampled_from(sorted(Qualifier)),
            st.integers(0, 200),
        )
    )
)
def test_no_question_makes_the_shelf_fail(terms: list[Term]) -> None:
    assert shelf(HOLLIS).find(terms) is not None


@given(st.text(max_size=20))
def test_whoever_is_found_exactly_is_found_by_sound_and_by_start(surname: str) -> None:
    on = shelf(Name(surname, "Ada"))

    if finds(on, surname=surname):
        for how in (PHONETIC, STARTS_WITH):
            assert finds(on, surname=Term(Key.SURNAME, surname, how))
