"""Deny by default: who may ask, view, see a photograph, print or oversee stands in tables; every refusal has a rule."""

import ast
from collections.abc import Iterable
from itertools import product
from pathlib import Path

import pytest
from msgspec.structs import replace

import gateway.policy
from connectors.contract import DataClass, Kind
from connectors.stubs.courts import Courts
from connectors.stubs.dmv import Dmv
from connectors.stubs.inmate import Corrections
from connectors.stubs.sex_offender import Registry
from gateway.directory.gates import Gate
from gateway.directory.people import AgencyKind, Role
from gateway.policy.decide import RULES, Deny, Oversee, Permit, Photograph, Print, Search, View, decide
from gateway.policy.grounds import Purpose, purposes_of
from tests.gateway.people import dispatcher, officer, person, probation_officer

SOURCES = [made.source for made in (Dmv, Courts, Registry, Corrections)]
DMV, COURTS, REGISTRY, CORRECTIONS = SOURCES
RULES_PAGE = Path(__file__).parents[3] / "docs" / "rules.md"

# Who may ask for which purposes. Every pair of role and agency kind that does not stand here: for none.
MAY_ASK = {
    (Role.OFFICER, AgencyKind.LAW_ENFORCEMENT): "CJFHSX",
    (Role.DISPATCHER, AgencyKind.LAW_ENFORCEMENT): "CX",
    (Role.PROBATION, AgencyKind.CORRECTIONS): "CJ",
}


def rule(decision: Permit | Deny) -> str | None:
    return decision.rule if isinstance(decision, Deny) else None


@pytest.mark.parametrize(("role", "kind"), list(product(Role, AgencyKind)))
def test_a_role_at_an_agency_may_ask_for_its_own_purposes_and_no_other(role: Role, kind: AgencyKind) -> None:
    someone = person(role, kind=kind)

    granted = {code for code in Purpose if isinstance(decide(someone, Search(code, SOURCES)), Permit)}

    assert granted == set(MAY_ASK.get((role, kind), ""))


def test_roles_add_up() -> None:
    both = frozenset({Role.DISPATCHER, Role.PROBATION})

    assert "".join(purposes_of(both, AgencyKind.LAW_ENFORCEMENT)) == "CX"
    assert "".join(purposes_of(both, AgencyKind.CORRECTIONS)) == "CJ"


def test_criminal_justice_is_the_first_purpose_offered() -> None:
    assert purposes_of(frozenset({Role.OFFICER}), AgencyKind.LAW_ENFORCEMENT)[0] == "C"


@pytest.mark.parametrize("code", ["", "c", "Z", "CC", "C ", "\0"])
def test_a_purpose_nobody_knows_is_refused(code: str) -> None:
    assert rule(decide(officer(), Search(code, SOURCES))) == "purpose.known"
    assert rule(decide(officer(), View(code, DMV))) == "purpose.known"


def test_the_fbis_own_purpose_is_refused_to_everybody() -> None:
    for role, kind in product(Role, AgencyKind):
        assert rule(decide(person(role, kind=kind), Search("R", SOURCES))) in {"purpose.for_role", "role.may_search"}


def test_someone_without_a_role_may_do_nothing() -> None:
    nobody = person()
    acts = [
        Search("C", SOURCES),
        View("C", DMV),
        Photograph("C", DMV, Kind.LICENCE),
        Print("C", DMV, handheld=False, recipient_is_own_agency=True),
        Oversee(),
    ]

    assert {rule(decide(nobody, act)) for act in acts} == {"role.may_search", "role.may_audit"}


# Which sources may not be asked, and by which rule, for those who may ask at all.
@pytest.mark.parametrize(
    ("someone", "purpose", "refused"),
    [
        (officer(), "C", {}),
        (officer(), "S", {}),
        (officer(), "F", {}),
        (officer(), "J", {"dmv": "purpose.covers_source"}),
        (officer(), "X", {"dmv": "purpose.covers_source"}),
        (officer(), "H", {"dmv": "purpose.covers_source"}),
        (officer(chri_certified=False), "H", {"dmv": "purpose.covers_source", "courts": "purpose.covers_source"}),
        (dispatcher(), "C", {}),
        (dispatcher(), "X", {"dmv": "purpose.covers_source"}),
        (probation_officer(), "C", {}),
        (probation_officer(), "J", {"dmv": "purpose.covers_source"}),
    ],
)
def test_a_source_that_holds_nothing_for_a_purpose_may_not_be_asked(someone, purpose: str, refused) -> None:
    permit = decide(someone, Search(purpose, SOURCES))

    assert isinstance(permit, Permit)
    assert permit.refused == refused


@pytest.mark.parametrize("purpose", "CJFHSX")
def test_what_may_not_be_searched_may_not_be_opened_photographed_or_printed(purpose: str) -> None:
    """The four acts agree: a record is not reached by another door."""
    refused = decide(officer(), Search(purpose, SOURCES)).refused

    for source in SOURCES:
        for act in (
            View(purpose, source),
            Photograph(purpose, source, source.kinds[0].kind),
            Print(purpose, source, handheld=False, recipient_is_own_agency=True),
        ):
            if source.name in refused:
                assert rule(decide(officer(), act)) == refused[source.name]


def test_a_source_with_nothing_for_a_role_may_not_be_asked() -> None:
    secret = replaced(DMV, {DataClass.PII, DataClass.JUVENILE_COURT})

    assert decide(officer(), Search("C", [secret])).refused == {"dmv": "role.covers_source"}
    assert rule(decide(officer(), View("C", secret))) == "role.covers_source"


PHOTOGRAPH = "photograph.law_enforcement"


@pytest.mark.parametrize(
    ("someone", "purpose", "refusal"),
    [
        (officer(), "C", None),
        (officer(), "S", None),
        (officer(), "F", PHOTOGRAPH),
        (officer(), "J", "purpose.covers_source"),
        (officer(sworn=False), "C", PHOTOGRAPH),
        (dispatcher(), "C", PHOTOGRAPH),
        (dispatcher(sworn=True), "C", PHOTOGRAPH),
        (probation_officer(), "C", PHOTOGRAPH),
        (probation_officer(sworn=True), "C", PHOTOGRAPH),
    ],
)
def test_a_drivers_photograph_is_for_sworn_officers_and_law_enforcement_alone(someone, purpose, refusal) -> None:
    assert rule(decide(someone, Photograph(purpose, DMV, Kind.LICENCE))) == refusal


@pytest.mark.parametrize("someone", [officer(), dispatcher(), probation_officer()])
def test_a_prisoners_photograph_is_for_whoever_may_see_prisoners(someone) -> None:
    assert rule(decide(someone, Photograph("C", CORRECTIONS, Kind.CUSTODY))) is None


@pytest.mark.parametrize(
    ("someone", "refusal"),
    [(officer(), None), (probation_officer(), None), (dispatcher(), "print.for_role")],
)
def test_officers_and_probation_officers_print(someone, refusal) -> None:
    act = Print("C", COURTS, handheld=False, recipient_is_own_agency=True)

    assert rule(decide(someone, act)) == refusal


def test_nothing_is_printed_on_a_phone_or_tablet() -> None:
    act = Print("C", COURTS, handheld=True, recipient_is_own_agency=True)

    assert rule(decide(officer(), act)) == "print.no_handheld"


@pytest.mark.parametrize(("own", "given"), [(True, True), (False, False)])
def test_federal_values_are_printed_for_ones_own_agency_only(own: bool, given: bool) -> None:
    permit = decide(officer(), Print("C", CORRECTIONS, handheld=False, recipient_is_own_agency=own))

    assert (DataClass.FEDERAL in permit.classes) is given


def test_a_copy_for_others_lacks_federal_values_and_nothing_else() -> None:
    own, others = (
        decide(officer(), Print("C", CORRECTIONS, handheld=False, recipient_is_own_agency=own)).classes
        for own in (True, False)
    )

    assert own - others == {DataClass.FEDERAL}


@pytest.mark.parametrize("role", Role)
def test_only_auditors_oversee(role: Role) -> None:
    allowed = isinstance(decide(person(role), Oversee()), Permit)

    assert allowed is (role in {Role.AUDITOR, Role.STATEWIDE_AUDITOR})


def test_an_agencys_auditor_oversees_that_agency_alone() -> None:
    permit = decide(person(Role.AUDITOR), Oversee())

    assert (permit.agencies, permit.statewide) == ({"NC9010000"}, False)


def test_a_statewide_auditor_oversees_every_agency() -> None:
    assert decide(person(Role.STATEWIDE_AUDITOR), Oversee()).statewide


def test_overseeing_shows_no_record_and_searching_no_activity() -> None:
    assert decide(person(Role.STATEWIDE_AUDITOR), Oversee()).classes == frozenset()
    assert decide(officer(), Search("C", SOURCES)).agencies == frozenset()


def test_auditors_ask_no_source() -> None:
    for role in (Role.AUDITOR, Role.STATEWIDE_AUDITOR):
        assert rule(decide(person(role), Search("C", SOURCES))) == "role.may_search"


def test_a_permit_that_names_nothing_grants_nothing() -> None:
    empty = Permit()

    assert (empty.classes, empty.agencies, empty.statewide) == (frozenset(), frozenset(), False)


# --- the rules, and the page that lists them -----------------------------------------------------------------------


def listed() -> set[str]:
    """The rules of docs/rules.md: the first cell of each row of its tables."""
    rows = (line for line in RULES_PAGE.read_text().splitlines() if line.startswith("| `"))
    return {row.split("`")[1] for row in rows}


def test_every_rule_stands_on_the_page_of_rules() -> None:
    assert RULES.keys() - listed() == set()


def test_every_rule_on_the_page_exists() -> None:
    before_policy = {f"gate.{gate}" for gate in Gate} | {"notice.acknowledged", "audience.role", "request.prefetch"}

    assert listed() - RULES.keys() == before_policy


@pytest.mark.parametrize("name", RULES)
def test_the_page_says_what_the_officer_is_told(name: str) -> None:
    (row,) = (line for line in RULES_PAGE.read_text().splitlines() if line.startswith(f"| `{name}`"))

    assert RULES[name] in row


def test_every_refusal_carries_a_rule_that_has_words() -> None:
    everyone = [person(role, kind=kind, sworn=sworn) for role, kind, sworn in product(Role, AgencyKind, (True, False))]

    assert {found for someone in everyone for found in refusals(someone)} == RULES.keys()


def refusals(someone) -> Iterable[str]:
    secret = replaced(DMV, {DataClass.PII, DataClass.JUVENILE_COURT})
    for purpose, source in product([*Purpose, "?"], [*SOURCES, secret]):
        for act in (
            View(purpose, source),
            Photograph(purpose, source, source.kinds[0].kind),
            Print(purpose, source, handheld=False, recipient_is_own_agency=True),
            Print(purpose, source, handheld=True, recipient_is_own_agency=True),
            Oversee(),
        ):
            decision = decide(someone, act)
            if isinstance(decision, Deny):
                yield decision.rule


# --- purity --------------------------------------------------------------------------------------------------------


def test_a_decision_can_look_at_nothing_but_its_arguments() -> None:
    """No clock, disk, network or chance: policy imports values and words only."""
    harmless = {"collections.abc", "enum", "msgspec", "connectors.contract", "gateway.directory.people"}
    harmless |= {"gateway.identity.principal", "gateway.policy", "gateway.policy.grounds"}

    imported = set()
    for file in Path(gateway.policy.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                imported |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module)

    assert imported - harmless == set()


def replaced(source, classes):
    """`source` if every field of it were of these classes."""
    fields = [tuple(replace(field, classes=frozenset(classes)) for field in kind.fields) for kind in source.kinds]
    kinds = tuple(replace(kind, fields=held) for kind, held in zip(source.kinds, fields, strict=True))
    return replace(source, kinds=kinds)
