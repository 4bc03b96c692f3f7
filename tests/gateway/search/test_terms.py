"""Whoever was asked for or shown is found again, by name, alias, plate or number: at most six terms a record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.events import SensitiveTerm, TermType
from connectors.contract import DataClass, Field, Key, Kind, Record, Term
from gateway.search.terms import MOST_OF_A_RECORD, of_question, of_record, of_subject
from tests.gateway.sources import AT

NAMES = {
    "surname": "nc:PersonSurName",
    "given": "nc:PersonGivenName",
    "born": "nc:PersonBirthDate",
    "plate": "j:ConveyanceRegistrationPlateIdentification",
    "vin": "nc:VehicleIdentification",
    "docket": "nc:CaseDocketID",
    "registry": "j:RegisteredOffenderIdentification",
    "opus": "j:SubjectCorrectionsIdentification",
    "sid": "j:PersonStateFingerprintIdentification",
    "licence": "j:DriverLicenseCardIdentification",
    "fbi": "j:PersonFBIIdentification",
    "ssn": "nc:PersonSSNIdentification",
}
MERRICK = {"surname": "HOLLIS", "given": "Merrick", "born": "1980-02-11"}


def fields(group: str | None = None, **said: str) -> tuple[Field, ...]:
    return tuple(
        Field(name=NAMES[name], value=value, data_class=DataClass.PII, group=group) for name, value in said.items()
    )


def record(*aliases: dict[str, str], **said: str) -> Record:
    own = fields(**said)
    others = [field for number, alias in enumerate(aliases, 1) for field in fields(f"alias[{number}]", **alias)]
    return Record(source="dmv", kind=Kind.PERSON, id="7", version="1", as_of=AT, fields=(*own, *others))


def said(terms: tuple[SensitiveTerm, ...]) -> list[tuple[str, ...]]:
    return [(term.type.value, *term.parts) for term in terms]


# --- what was shown ------------------------------------------------------------------------------------------------


def test_a_record_is_found_by_itself() -> None:
    assert said(of_record(record())) == [("record", "dmv", "7")]


def test_a_person_is_found_by_name_with_and_without_the_birth_date() -> None:
    assert said(of_record(record(**MERRICK)))[1:] == [
        ("name_dob", "HOLLIS", "Merrick", "1980-02-11"),
        ("name", "HOLLIS", "Merrick"),
    ]


def test_without_a_birth_date_a_person_is_found_by_name() -> None:
    assert said(of_record(record(surname="HOLLIS", given="Merrick")))[1:] == [("name", "HOLLIS", "Merrick")]


def test_whose_car_it_is_is_found_by_name_when_only_the_plate_was_asked_for() -> None:
    found = said(of_record(record(**MERRICK, plate="ZKT-4471", vin="1FT", licence="0001")))

    assert ("name", "HOLLIS", "Merrick") in found
    assert ("plate", "ZKT-4471") in found
    assert ("vin", "1FT") in found


def test_someone_found_by_an_alias_is_found_by_every_name_on_file() -> None:
    found = said(of_record(record({"surname": "FALK", "given": "Jory"}, **MERRICK)))

    assert ("name", "HOLLIS", "Merrick") in found
    assert ("name_dob", "FALK", "Jory", "1980-02-11") in found
    assert ("name", "FALK", "Jory") in found


def test_the_given_name_of_one_name_is_never_put_to_the_surname_of_another() -> None:
    found = said(of_record(record({"surname": "FALK"}, **MERRICK)))

    assert ("name", "FALK", "") in found
    assert ("name", "FALK", "Merrick") not in found


# A record is found by its own number however many names are in it.
@pytest.mark.parametrize(
    ("number", "term"),
    [
        ({"plate": "ZKT-4471", "vin": "1FT"}, ("plate", "ZKT-4471")),
        ({"plate": "ZKT-4471", "vin": "1FT"}, ("vin", "1FT")),
        ({"docket": "26CR 001934"}, ("court_file", "26CR 001934")),
        ({"registry": "R047719"}, ("registry", "R047719")),
        ({"opus": "0417733"}, ("opus", "0417733")),
        ({"sid": "NC1", "docket": "26CR 001934"}, ("sid", "NC1")),
        ({"licence": "0001"}, ("dl", "0001")),
    ],
    ids=str,
)
def test_a_record_of_many_names_is_still_found_by_its_own_number(number, term) -> None:
    aliases = [{"surname": surname, "given": "Jory"} for surname in ("FALK", "KESTREL", "VANCE", "MADROW")]
    numbers = {"ssn": "1", "fbi": "F1"} | number

    found = said(of_record(record(*aliases, **MERRICK, **numbers)))

    assert term in found
    assert found[1:3] == [("name_dob", "HOLLIS", "Merrick", "1980-02-11"), ("name", "HOLLIS", "Merrick")]


@given(
    st.lists(st.fixed_dictionaries({"surname": st.text(min_size=1), "given": st.text()}), max_size=5),
    st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(min_size=1)),
)
def test_a_record_gives_at_most_six_terms_beside_its_own_and_none_twice(aliases, own) -> None:
    found = of_record(record(*aliases, **own))

    assert len(found) <= 1 + MOST_OF_A_RECORD == 7
    assert len(set(found)) == len(found)


# --- what was asked for --------------------------------------------------------------------------------------------

HOLLIS = (Term(Key.SURNAME, "HOLLIS"), Term(Key.GIVEN_NAME, "MERRICK"), Term(Key.BIRTH_DATE, "1980-02-11"))
TURNED = (Term(Key.SURNAME, "MERRICK"), Term(Key.GIVEN_NAME, "HOLLIS"), Term(Key.BIRTH_DATE, "1980-02-11"))
BY_NUMBER = {
    Key.LICENCE_NUMBER: "dl",
    Key.PLATE: "plate",
    Key.VIN: "vin",
    Key.SID: "sid",
    Key.FBI_NUMBER: "fbi",
    Key.COURT_FILE: "court_file",
    Key.OPUS_NUMBER: "opus",
    Key.REGISTRY_NUMBER: "registry",
}


@pytest.mark.parametrize("key", BY_NUMBER)
def test_a_number_that_was_asked_for_is_found_by_it(key: Key) -> None:
    assert said(of_question([(Term(key, "47"),)])) == [(BY_NUMBER[key], "47")]


def test_a_name_that_was_asked_for_is_found_with_and_without_the_birth_date() -> None:
    assert said(of_question([HOLLIS])) == [
        ("name_dob", "HOLLIS", "MERRICK", "1980-02-11"),
        ("name", "HOLLIS", "MERRICK"),
    ]


def test_a_name_read_both_ways_is_found_either_way() -> None:
    found = said(of_question([HOLLIS, TURNED]))

    assert ("name", "HOLLIS", "MERRICK") in found
    assert ("name", "MERRICK", "HOLLIS") in found


def test_what_both_readings_ask_for_is_one_term() -> None:
    assert said(of_question([(Term(Key.SID, "NC1"),)] * 2)) == [("sid", "NC1")]


@pytest.mark.parametrize("key", [Key.SEX, Key.COUNTY, Key.PLATE_STATE])
def test_what_narrows_a_question_identifies_nobody(key: Key) -> None:
    assert of_question([(Term(key, "M"),)]) == ()


# --- what an auditor asks about ------------------------------------------------------------------------------------


def test_with_a_birth_date_an_auditor_asks_about_people_born_that_day_not_namesakes() -> None:
    assert said(of_subject([HOLLIS])) == [("name_dob", "HOLLIS", "MERRICK", "1980-02-11")]


def test_without_one_about_everybody_of_that_name() -> None:
    assert said(of_subject([HOLLIS[:2]])) == [("name", "HOLLIS", "MERRICK")]


def test_a_number_asked_for_beside_a_name_is_asked_about_too() -> None:
    assert said(of_subject([(*HOLLIS, Term(Key.SID, "NC1"))])) == [
        ("sid", "NC1"),
        ("name_dob", "HOLLIS", "MERRICK", "1980-02-11"),
    ]


def test_every_number_that_can_be_asked_by_has_a_term() -> None:
    assert {kind.value for kind in TermType} >= set(BY_NUMBER.values())
