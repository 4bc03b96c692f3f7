"""Four sources over one population: every record as declared, sealed ones apart, the same ids every time."""

import asyncio
import functools
import time
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from connectors.conformance import connector_tests
from connectors.conformance.declared import wrong_in_record, wrong_in_source
from connectors.contract import (
    Answer,
    DataClass,
    Deadline,
    Fault,
    HasAttachments,
    Key,
    Kind,
    Qualifier,
    Record,
    SourceFault,
    Term,
)
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.population import populate
from connectors.stubs.sex_offender import Registry
from connectors.stubs.truth import Population
from tests.connectors.asking import STARTS_WITH, by_name, deadline, fetch, given, query, search
from tests.connectors.conftest import NOW, TODAY, clock

LETTERS = "abcdefghijklmnopqrstuvwxyz"

test_dmv_keeps_the_rules = connector_tests(functools.cache(Dmv), Dmv.samples)
test_courts_keep_the_rules = connector_tests(functools.cache(Courts), Courts.samples)
test_registry_keeps_the_rules = connector_tests(functools.cache(Registry), Registry.samples)
test_corrections_keep_the_rules = connector_tests(functools.cache(Corrections), Corrections.samples)


@pytest.fixture(scope="module")
def records(sources) -> list[Record]:
    """Every record of every source, sealed or not."""

    async def ask() -> list[Answer]:
        starts = [Term(Key.SURNAME, letter, STARTS_WITH) for letter in LETTERS]
        return [await search(source, start, max_results=10_000) for source in sources for start in starts]

    answers = asyncio.run(ask())
    return list({record.id: record for each in answers for record in (*each.records, *each.sealed)}.values())


def test_the_sources_are_the_four_that_were_asked_for(sources) -> None:
    named = [(s.source.name, s.source.title, s.source.owner, [k.kind for k in s.source.kinds]) for s in sources]

    assert named == [
        ("dmv", "DMV", "Division of Motor Vehicles", [Kind.LICENCE, Kind.VEHICLE]),
        ("courts", "Courts", "Administrative Office of the Courts", [Kind.WARRANT, Kind.ORDER, Kind.CASE]),
        ("registry", "Registry", "Sex Offender Registry, State Bureau of Investigation", [Kind.REGISTRATION]),
        ("corrections", "Corrections", "Department of Adult Correction", [Kind.CUSTODY, Kind.SUPERVISION]),
    ]
    assert all(wrong_in_source(source.source) is None for source in sources)


def test_every_record_is_as_its_source_declared_it(sources, records: list[Record]) -> None:
    declared = {source.source.name: source.source for source in sources}

    assert len(records) > 10_000
    assert {wrong_in_record(declared[record.source], record) for record in records} == {None}


def test_every_declared_field_is_given_somewhere(sources, records: list[Record]) -> None:
    declared = {
        (source.source.name, spec.kind, field.name)
        for source in sources
        for spec in source.source.kinds
        for field in spec.fields
    }
    never = declared - {(record.source, record.kind, field.name) for record in records for field in record.fields}

    assert {name for *_, name in never} <= {"nc:PersonNameSuffixText"}  # so few have one that not every kind does


def test_every_data_class_occurs(records: list[Record]) -> None:
    assert {field.data_class for record in records for field in record.fields} == set(DataClass)


def test_every_code_has_its_meaning(sources, records: list[Record]) -> None:
    meanings = {
        (s.source.name, spec.kind, field.name): field.meanings
        for s in sources
        for spec in s.source.kinds
        for field in spec.fields
        if field.meanings
    }

    for record in records:
        for field in record.fields:
            if known := meanings.get((record.source, record.kind, field.name)):
                assert field.value in known


def test_in_a_sealed_record_every_field_has_a_class_that_is_sealed(records: list[Record]) -> None:
    sealed = [record for record in records if record.sealed_as]

    assert len(sealed) == 3
    assert all(field.data_class == record.sealed_as for record in sealed for field in record.fields)


def test_a_caution_has_a_class_that_whoever_sees_the_record_may_see(records: list[Record]) -> None:
    for record in records:
        for field in record.fields:
            if field.name == "j:PersonCautionInformationText":
                assert field.data_class in {other.data_class for other in record.fields if other is not field}


def test_process_not_returned_is_confidential_and_process_returned_is_not(records: list[Record]) -> None:
    for record in records:
        if record.kind is Kind.WARRANT:
            status = given(record, "j:CourtOrderStatus")
            assert (status.value == "unreturned") is (status.data_class is DataClass.WARRANT_UNRETURNED)


async def test_ids_and_versions_are_the_same_in_another_process(courts: Courts) -> None:
    def known(answer) -> list[tuple[str, str, datetime]]:
        return [(record.id, record.version, record.as_of) for record in answer.records]

    again = Courts(populate(TODAY), clock)

    assert known(await by_name(again, "Hollis")) == known(await by_name(courts, "Hollis"))


async def test_ids_stay_when_the_day_changes_and_versions_follow_what_changed(courts: Courts) -> None:
    later = Courts(populate(TODAY + timedelta(days=40)), clock)
    now, then = (await by_name(courts, "Hollis")).records, (await by_name(later, "Hollis")).records

    assert [record.id for record in now] == [record.id for record in then]
    assert all(one.version != other.version for one, other in zip(now, then, strict=True))


async def test_an_id_gives_nothing_of_the_person_away(courts: Courts, people: Population) -> None:
    for record in (await by_name(courts, "Hollis")).records:
        assert len(record.id) == 20
        assert not record.id.isdecimal()


async def test_an_answer_says_how_old_its_data_is(sources) -> None:
    ages = [NOW - (await by_name(source, "Hollis")).current_to for source in sources]

    assert ages == [timedelta(minutes=minutes) for minutes in (4, 11, 9, 37)]


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 60, 100])
async def test_an_answer_is_cut_at_the_limit_and_counts_beyond_it(courts: Courts, limit: int) -> None:
    answer = await search(courts, Term(Key.SURNAME, "Brackenridge"), max_results=limit)

    assert (len(answer.records), answer.total) == (min(limit, 60), 60)


async def test_a_cut_answer_begins_like_the_whole_one(courts: Courts) -> None:
    whole = await search(courts, Term(Key.SURNAME, "Brackenridge"), max_results=100)
    cut = await search(courts, Term(Key.SURNAME, "Brackenridge"), max_results=7)

    assert cut.records == whole.records[:7]


@pytest.mark.parametrize(
    ("name", "kind", "field", "first"),
    [
        ("dmv", Kind.VEHICLE, "j:ConveyanceRegistrationStatus", {"02"}),
        ("courts", Kind.WARRANT, "j:CourtOrderServiceDescriptionText", {"not served"}),
        ("courts", Kind.ORDER, "j:CourtOrderStatus", {"in force"}),
        ("courts", Kind.CASE, "j:CourtCaseStatusText", {"pending"}),
        ("registry", Kind.REGISTRATION, "j:RegisteredOffenderDescriptionText", {"absconded"}),
        ("corrections", Kind.CUSTODY, "nc:SupervisionCustodyStatus", {"in prison"}),
        ("corrections", Kind.SUPERVISION, "j:SupervisionStatus", {"active", "absconded"}),
    ],
)
async def test_what_is_urgent_comes_first_then_what_is_new(
    sources, name: str, kind: Kind, field: str, first: set[str]
) -> None:
    (source,) = (each for each in sources if each.source.name == name)
    seen = set()
    for letter in "hknopt":
        answer = await search(source, Term(Key.SURNAME, letter, STARTS_WITH), max_results=10_000)
        filed = [
            r for r in answer.records if r.kind is kind and given(r, "nc:PersonSurName").value[0] == letter.upper()
        ]
        order = [(given(record, field).value not in first, -record.as_of.toordinal()) for record in filed]
        assert order == sorted(order)
        seen |= {later for later, _ in order}

    assert seen == {True, False}


async def test_kinds_come_in_the_order_they_are_declared_in(courts: Courts) -> None:
    answer = await search(courts, Term(Key.SURNAME, "h", STARTS_WITH), max_results=10_000)
    declared = [spec.kind for spec in courts.source.kinds]

    assert list(dict.fromkeys(record.kind for record in answer.records)) == declared


async def test_what_is_sealed_leaves_no_shadow() -> None:
    everyone = populate(TODAY, size=300)
    others = tuple(person for person in everyone.people if person.part not in {"juvenile", "protected address"})
    full, bare = Courts(everyone, clock), Courts(replace(everyone, people=others), clock)

    for start in (Term(Key.SURNAME, letter, STARTS_WITH) for letter in LETTERS):
        one, other = await search(full, start, max_results=10_000), await search(bare, start, max_results=10_000)
        assert (one.records, one.total) == (other.records, other.total)


async def test_a_sealed_record_can_be_fetched_so_that_the_gateway_decides(courts: Courts) -> None:
    for record in (await by_name(courts, "Talloway")).sealed:
        assert await fetch(courts, record.id) == record


async def test_a_question_after_its_deadline_is_not_answered(sources) -> None:
    late = Deadline(0.0, time.monotonic)

    for source in sources:
        for asked in (source.search(query(Term(Key.SURNAME, "Hollis")), late), source.fetch("x", query(), late)):
            with pytest.raises(SourceFault) as caught:
                await asked
            assert caught.value.fault is Fault.TIMEOUT


async def test_purpose_r_belongs_to_the_fbi_and_is_denied(sources) -> None:
    for source in sources:
        with pytest.raises(SourceFault) as caught:
            await source.search(query(Term(Key.SURNAME, "Hollis"), purpose="R"), deadline())
        assert caught.value.fault is Fault.DENIED


async def test_the_photograph_of_a_driver_is_a_picture_of_that_driver(dmv: Dmv) -> None:
    father, son = (await by_name(dmv, "Hollis", "Merrick")).records
    pictures = [await dmv.attachment(r.id, "photograph", query(), deadline()) for r in (father, son, father)]

    assert {picture.media_type for picture in pictures if picture} == {"image/png"}
    assert pictures[0] == pictures[2] != pictures[1]


async def test_there_is_no_other_picture(dmv: Dmv) -> None:
    (driver, car) = (await by_name(dmv, "De Los Santos")).records

    assert await dmv.attachment(driver.id, "signature", query(), deadline()) is None
    assert await dmv.attachment(car.id, "photograph", query(), deadline()) is None
    assert await dmv.attachment("no such record", "photograph", query(), deadline()) is None


def test_the_courts_have_no_pictures(courts: Courts, dmv: Dmv) -> None:
    assert not isinstance(courts, HasAttachments)
    assert isinstance(dmv, HasAttachments)


def test_only_the_registry_does_not_go_by_sound(sources) -> None:
    by_sound = {s.source.name for s in sources if Qualifier.PHONETIC in s.source.keys[Key.SURNAME]}

    assert by_sound == {"dmv", "courts", "corrections"}


async def test_whom_a_record_is_really_about_is_known_to_tests_alone(courts: Courts, people: Population) -> None:
    (first, *_) = (await by_name(courts, "Hollis", "Merrick")).records

    assert courts.about(first.id) is people.who("father")
    assert courts.about("no such record") is None


async def test_a_stub_made_without_arguments_speaks_of_today() -> None:
    age = datetime.now(UTC) - (await by_name(Dmv(), "Hollis")).current_to

    assert timedelta(0) < age < timedelta(hours=1)
