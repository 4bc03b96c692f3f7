"""Which data class someone sees: a row a class; what no row grants is shown to nobody, and nobody learns of it."""

from datetime import UTC, datetime
from itertools import product

import pytest

from connectors.contract import DataClass, Field, Kind, Record
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.directory.people import Role
from gateway.policy.classes import NEVER_WORDS, classes_for, classes_of, never_seen, of_source, permitted
from gateway.policy.grounds import Purpose
from tests.gateway.people import dispatcher, officer, person, probation_officer

O, D, P = Role.OFFICER, Role.DISPATCHER, Role.PROBATION  # noqa: E741 - three letters keep the table on a screen
ANY = {O, D, P}

# Class: the roles, the purposes, and what the person must be besides.
SEEN = {
    DataClass.PII: (ANY, "CSFJXH", None),
    DataClass.PUBLIC: (ANY, "CSFJXH", None),
    DataClass.DMV: (ANY, "CSF", None),
    DataClass.DMV_PHOTO: ({O}, "CS", "sworn"),
    DataClass.COURT: (ANY, "CSFJX", None),
    DataClass.WARRANT_UNRETURNED: (ANY, "CSF", None),
    DataClass.SOR: (ANY, "CSFJXH", None),
    DataClass.INMATE: (ANY, "CSFJXH", None),
    DataClass.SUPERVISION: (ANY, "CSFJXH", None),
    DataClass.CHRI: ({O, P}, "CSFJH", "chri_certified"),
    DataClass.SBI: ({O}, "CSF", "sworn"),
    DataClass.FEDERAL: ({O}, "CSF", "sworn"),
    DataClass.JUVENILE_POLICE: (set(), "", None),
    DataClass.JUVENILE_COURT: (set(), "", None),
    DataClass.COURT_WITNESS: (set(), "", None),
}


def test_the_table_has_a_row_for_every_class() -> None:
    assert SEEN.keys() == set(DataClass)


@pytest.mark.parametrize("data_class", DataClass)
def test_a_class_is_seen_as_its_row_says(data_class: DataClass) -> None:
    roles, purposes, needs = SEEN[data_class]
    for role, purpose, sworn, certified in product(Role, Purpose, (True, False), (True, False)):
        someone = person(role, sworn=sworn, chri_certified=certified)
        expected = role in roles and purpose in purposes and (needs is None or getattr(someone, needs))

        assert (data_class in classes_for(someone, purpose)) is expected, (role, purpose, sworn, certified)


def test_a_second_role_takes_nothing_away() -> None:
    assert classes_of(person(O, D)) == classes_of(person(O)) | classes_of(person(D))


# --- one record, held to what is granted ---------------------------------------------------------------------------


def record(*fields: Field, sealed_as: DataClass | None = None) -> Record:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Record(source="s", kind=Kind.PERSON, id="1", version="1", as_of=at, fields=fields, sealed_as=sealed_as)


def field(data_class: DataClass, *, protected: bool = False) -> Field:
    return Field(name="x:Value", value=data_class.value, data_class=data_class, protected=protected)


@pytest.mark.parametrize("data_class", DataClass)
def test_of_a_record_only_granted_classes_are_left(data_class: DataClass) -> None:
    given = record(*(field(each) for each in DataClass))

    assert permitted(given, {data_class}).values("x:Value") == [data_class]


@pytest.mark.parametrize("data_class", DataClass)
def test_a_protected_value_is_released_to_nobody(data_class: DataClass) -> None:
    assert permitted(record(field(data_class, protected=True)), DataClass).fields == ()


@pytest.mark.parametrize("seal", DataClass)
def test_a_sealed_record_does_not_exist_for_someone_without_the_class_of_its_seal(seal: DataClass) -> None:
    given = record(field(DataClass.PII), sealed_as=seal)

    assert permitted(given, set(DataClass) - {seal}) is None
    assert permitted(given, {seal, DataClass.PII}) is not None


@pytest.mark.parametrize("seal", [DataClass.JUVENILE_COURT, DataClass.JUVENILE_POLICE, DataClass.COURT_WITNESS])
def test_no_seal_of_the_field_opens_for_any_role(seal: DataClass) -> None:
    for role, purpose in product(Role, Purpose):
        assert permitted(record(sealed_as=seal), classes_for(person(role), purpose)) is None


def test_a_record_without_a_value_to_show_is_still_there() -> None:
    """That someone is on file is not sealed: only the values are withheld."""
    assert permitted(record(field(DataClass.CHRI)), {DataClass.PII}).fields == ()


# --- what someone never sees, in words -----------------------------------------------------------------------------

COURT_NEVER = ("witnesses", "juvenile cases", "juvenile police records")


@pytest.mark.parametrize(
    ("someone", "source", "words"),
    [
        (officer(), Dmv, ()),
        (officer(), Courts, COURT_NEVER),
        (officer(), Registry, ()),
        (officer(), Corrections, ()),
        (officer(sworn=False), Dmv, ("photographs of drivers",)),
        (officer(chri_certified=False), Courts, (*COURT_NEVER, "criminal history")),
        (dispatcher(), Dmv, ("photographs of drivers",)),
        (dispatcher(), Courts, (*COURT_NEVER, "criminal history", "federal notes")),
        (dispatcher(), Registry, ("criminal history", "State Bureau notes", "federal notes")),
        (dispatcher(), Corrections, ("criminal history", "federal notes")),
        (probation_officer(), Registry, ("State Bureau notes", "federal notes")),
        (probation_officer(), Dmv, ("photographs of drivers",)),
    ],
)
def test_what_a_role_never_sees_of_a_source_is_said_in_words(someone, source, words) -> None:
    assert never_seen(someone, source.source) == words


@pytest.mark.parametrize("someone", [officer(), officer(sworn=False, chri_certified=False), dispatcher()])
def test_whatever_someone_never_sees_there_is_a_word_for_it(someone) -> None:
    for made in (Dmv, Courts, Registry, Corrections):
        withheld = of_source(made.source) - classes_of(someone)

        assert len(never_seen(someone, made.source)) == len(withheld)
        assert withheld <= NEVER_WORDS.keys()
