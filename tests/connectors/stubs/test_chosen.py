"""Each thing that goes wrong between agencies happens to somebody in the demo, and shows as it would in life."""

from datetime import date, timedelta

from connectors.contract import DataClass, Key, Kind
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from connectors.stubs.spelling import plain, sound
from connectors.stubs.truth import Population
from tests.connectors.asking import by_name, by_number, given, title, titles

LICENCE, SID, ADDRESS = (
    "j:DriverLicenseCardIdentification",
    "j:PersonStateFingerprintIdentification",
    "nc:AddressFullText",
)


async def test_father_and_son_share_a_name_and_an_address(dmv: Dmv, people: Population) -> None:
    answer = await by_name(dmv, "Hollis", "Merrick")

    assert sorted(titles(dmv, answer)) == ["Driver HOLLIS, Merrick Dane", "Driver HOLLIS, Merrick Dane Jr"]
    assert people.who("father").address == people.who("son").address
    assert people.who("son").born == date(2003, 9, 30)


async def test_three_sources_give_the_father_three_addresses(
    dmv: Dmv, courts: Courts, corrections: Corrections
) -> None:
    found = [
        await by_name(source, "Hollis", "Merrick", birth_date="1980-02-11") for source in (dmv, courts, corrections)
    ]

    addresses = {given(record, ADDRESS).value for answer in found for record in answer.records}
    assert addresses == {"118 Alder Rd, Pinelake, NC", "9 Quarry Ln, Marlow, NC", "Box 12, Tamber, NC"}


async def test_the_order_for_the_fathers_arrest_is_found_although_its_birth_date_is_turned(courts: Courts) -> None:
    answer = await by_name(courts, "Hollis", "Merrick", birth_date="1980-02-11")

    assert titles(courts, answer) == [
        "26CR 001934, order for arrest, not served",
        "26CR 001934, pending",
        "25CR 000712, closed",
        "19CR 004410, closed",
    ]
    assert [given(record, "nc:PersonBirthDate").value for record in answer.records] == [
        "1980-11-02",
        "1980-11-02",
        "1980-02-11",
        "1980-02-11",
    ]


async def test_the_father_is_heard_in_two_days_may_not_drive_and_is_armed(
    dmv: Dmv, courts: Courts, corrections: Corrections, people: Population
) -> None:
    (licence,) = (await by_number(dmv, Key.LICENCE_NUMBER, "000093311407")).records
    (prison,) = (await by_number(corrections, Key.OPUS_NUMBER, "0417733")).records
    case = next(r for r in (await by_number(courts, Key.SID, "NC0714433X")).records if r.kind is Kind.CASE)

    assert given(licence, "j:DriverLicenseNonCommercialStatusCode").value == "NOT"
    assert given(prison, "j:PersonCautionInformationText").value == "Armed"
    assert given(prison, SID).value == given(case, SID).value
    assert given(case, "j:CourtAppearanceDate").value == str(people.today + timedelta(days=2))


async def test_twins_share_a_surname_a_birth_date_and_an_address_and_only_one_may_not_drive(dmv: Dmv) -> None:
    one, other = (await by_name(dmv, "Callowhill", birth_date="1996-05-17")).records

    assert given(one, ADDRESS) == given(other, ADDRESS)
    assert given(one, LICENCE) != given(other, LICENCE)
    statuses = {given(record, "j:DriverLicenseNonCommercialStatusCode").value for record in (one, other)}
    assert statuses == {"LIC", "ELG"}


async def test_an_alias_finds_who_is_filed_under_another_name(registry: Registry, corrections: Corrections) -> None:
    for source in (registry, corrections):
        (record,) = (await by_name(source, "Falk", "Jory")).records
        assert given(record, "nc:PersonSurName").value == "KESTREL"


async def test_an_order_for_arrest_carries_its_own_caution(courts: Courts) -> None:
    (order,) = (await by_name(courts, "Falk", "Jory")).records

    assert given(order, "j:CourtOrderServiceDescriptionText").value == "not served"
    assert given(order, "j:PersonCautionInformationText").value == "Fought officers at his last arrest"


async def test_a_double_name_at_the_dmv_is_a_maiden_name_in_court(dmv: Dmv, courts: Courts) -> None:
    (licence,) = (await by_name(dmv, "ashdown vray", "delphine")).records
    (case,) = (await by_name(courts, "Ashdown", "Delphine")).records

    assert given(licence, "nc:PersonSurName").value == "ASHDOWN-VRAY"
    assert given(licence, LICENCE).value == given(case, LICENCE).value
    assert (await by_name(courts, "Ashdown-Vray", "Delphine")).total == 0


async def test_a_name_of_three_words_is_found_however_it_is_written(dmv: Dmv) -> None:
    for written in ("De Los Santos", "DELOSSANTOS", "de-los-santos", "de  los santos"):
        assert (await by_name(dmv, written, "ramiro")).total == 2


async def test_a_stolen_vehicle_and_a_stolen_plate_are_told_apart(dmv: Dmv) -> None:
    (vehicle,) = (await by_number(dmv, Key.PLATE, "zkt 4471")).records
    (plate,) = (await by_number(dmv, Key.PLATE, "ZPL-2093")).records

    for record in (vehicle, plate):
        assert given(record, "j:ConveyanceRegistrationStatus").value == "02"
    assert given(vehicle, "j:ConveyanceRegistrationStatusDetail").value == "Vehicle reported stolen"
    assert given(plate, "j:ConveyanceRegistrationStatusDetail").value == "Plate reported stolen, not the vehicle"


async def test_a_served_warrant_can_still_be_unreturned(courts: Courts) -> None:
    warrant = (await by_name(courts, "OBrannock", "Fintan")).records[0]

    assert given(warrant, "j:CourtOrderServiceDescriptionText").value == "served"
    assert given(warrant, "j:CourtOrderStatus").value == "unreturned"
    assert given(warrant, "j:CourtOrderStatus").data_class is DataClass.WARRANT_UNRETURNED


async def test_someone_is_released_tomorrow_whose_licence_has_no_accents(
    dmv: Dmv, corrections: Corrections, people: Population
) -> None:
    (inside,) = (await by_name(corrections, "penalva", "zoe")).records
    (licence,) = (await by_name(dmv, "Peñalva", "Zoë")).records

    assert given(inside, "j:SentenceComputationProjectedSatisfactionDate").value == str(
        people.today + timedelta(days=1)
    )
    assert given(inside, "nc:PersonSurName").value == "PEÑALVA"
    assert given(licence, "nc:PersonSurName").value == "PENALVA"


async def test_the_victim_of_identity_theft_is_wanted_under_another_persons_sid(
    dmv: Dmv, courts: Courts, corrections: Corrections, people: Population
) -> None:
    (licence,) = (await by_name(dmv, "Wrexhall", "Odette", birth_date="1988-07-22")).records
    in_court = (await by_name(courts, "Wrexhall", "Odette", birth_date="1988-07-22")).records
    (probation,) = (await by_name(corrections, "Madrow", "Sable")).records

    assert {record.kind for record in in_court} == {Kind.WARRANT, Kind.CASE}
    for record in in_court:
        assert given(record, LICENCE).value == given(licence, LICENCE).value
        assert given(record, SID).value == given(probation, SID).value
        assert "Compare fingerprints" in (given(record, "nc:PersonSurName").caveat or "")
        assert courts.about(record.id) is people.who("identity thief")
    assert not licence.values(SID)
    assert people.who("stolen identity").sid == ""


async def test_a_juvenile_has_a_sealed_case_and_a_sealed_order_and_an_open_permit(dmv: Dmv, courts: Courts) -> None:
    permit = await by_name(dmv, "Talloway", "Perrin")
    in_court = await by_name(courts, "Talloway", "Perrin")

    assert permit.total == 1
    assert (in_court.total, in_court.records) == (0, ())
    assert {record.sealed_as for record in in_court.sealed} == {DataClass.JUVENILE_COURT, DataClass.JUVENILE_POLICE}


async def test_a_protected_address_is_marked_wherever_it_stands(dmv: Dmv) -> None:
    (licence,) = (await by_name(dmv, "Larkmoor", "Isaura")).records

    assert [field.name for field in licence.fields if field.protected] == [ADDRESS]


async def test_a_wholly_protected_person_is_sealed_in_court(courts: Courts) -> None:
    answer = await by_name(courts, "Larkmoor", "Isaura")

    assert answer.total == 0
    assert [record.sealed_as for record in answer.sealed] == [DataClass.COURT_WITNESS]


async def test_a_protective_order_is_filed_under_whom_it_restrains(courts: Courts) -> None:
    (order,) = (await by_name(courts, "Cuthridge", "Dorn")).records

    assert title(courts, order) == "26CVD 000412, domestic violence protective order, in force"
    protected = given(order, "nc:PersonFullName")
    assert (protected.value, protected.data_class) == ("Isaura Larkmoor", DataClass.COURT_WITNESS)


async def test_someone_has_sixty_court_cases_the_open_one_first(courts: Courts) -> None:
    answer = await by_name(courts, "Brackenridge", "Tobias")

    assert (answer.total, len(answer.records)) == (60, 50)
    assert titles(courts, answer)[0] == "26CR 006059, pending"


async def test_someone_is_unknown_to_every_source(sources, people: Population) -> None:
    assert people.who("unknown").name.surname == "Nettlefold"
    for source in sources:
        assert (await by_name(source, "Nettlefold")).total == 0


async def test_every_source_keeps_a_decoy(sources, people: Population) -> None:
    decoys = [person for person in people.people if person.part == "decoy"]

    for source in sources:
        found = [(await by_name(source, decoy.name.surname, decoy.name.given)).total for decoy in decoys]
        assert sum(found) == 1


async def test_no_honest_question_finds_a_decoy(people: Population) -> None:
    honest = {plain(p.name.surname) for p in people.people if p.part != "decoy"}
    starts, sounds = {name[:2] for name in honest}, {sound(name) for name in honest}

    for decoy in (plain(p.name.surname) for p in people.people if p.part == "decoy"):
        assert decoy[:2] not in starts
        assert sound(decoy) not in sounds
