"""Deny by default: what nobody granted is refused, a gate is open to the last day of its date and not a day longer, and
a session ends at its time whatever is done with it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from connectors.contract import DataClass
from connectors.stubs.dmv import Dmv
from gateway.demo.agencies import ZONE
from gateway.demo.people import PEOPLE
from gateway.directory.people import Agency, AgencyKind, Role
from gateway.directory.tables import AGENCIES
from gateway.identity.principal import Principal
from gateway.policy.classes import RESTRICTED, classes_for
from gateway.policy.decide import Oversee, Permit, Search, decide
from gateway.policy.grounds import PURPOSES, Purpose
from tests.world import HOLLIS, World

SUBJECT = {person.account: person.subject for person in PEOPLE}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with World(tmp_path_factory.mktemp("gates")).running() as made:
        yield made


@pytest.fixture
def gates(shared: World) -> Iterator[World]:
    """A world whose dates a test may change."""
    yield shared
    later = today(shared) + timedelta(days=200)
    shared.change(SUBJECT["officer"], training_until=later, terminated_on=None, last_used_on=today(shared))
    agreement_until(shared, later)


def agreement_until(world: World, until: date | None) -> None:
    engine = sa.create_engine(world.settings.directory.url.replace("+aiosqlite", ""))
    with engine.begin() as connection:
        connection.execute(sa.update(AGENCIES).where(AGENCIES.c.ori == "NC9010000").values(agreement_until=until))
    engine.dispose()


def today(world: World) -> date:
    return world.clock.at.astimezone(ZoneInfo(ZONE)).date()


def gate(world: World) -> str | None:
    """The gate that stops the deputy, if any does."""
    browser = world.browser()
    browser.sign_in("officer")
    browser.post("/banner", {"accept": "yes"})
    answer = browser.get("/search", "application/json")
    return None if answer.status_code == 200 else answer.json()["rule"].removeprefix("gate.")


@pytest.mark.parametrize(
    ("column", "days_ago", "closed"),
    [
        ("training_until", 1, "training"),
        ("training_until", 0, None),
        ("training_until", None, "training"),
        ("terminated_on", 1, "terminated"),
        ("terminated_on", 0, "terminated"),
        ("terminated_on", -1, None),
        ("last_used_on", 91, "dormant"),
        ("last_used_on", 90, None),
    ],
)
def test_a_gate_closes_on_its_day(gates: World, column: str, days_ago: int | None, closed: str | None) -> None:
    day = None if days_ago is None else today(gates) - timedelta(days=days_ago)
    gates.change(SUBJECT["officer"], **{column: day})

    assert gate(gates) == closed


@pytest.mark.parametrize(("days_ago", "closed"), [(1, "agreement"), (0, None), (None, "agreement")])
def test_an_agreement_holds_to_its_last_day(gates: World, days_ago: int | None, closed: str | None) -> None:
    agreement_until(gates, None if days_ago is None else today(gates) - timedelta(days=days_ago))

    assert gate(gates) == closed


def test_a_session_ends_at_its_absolute_end_however_busy_it_was(world: World) -> None:
    deputy = world.signed_in()
    for _ in range(11):
        world.clock.on(hours=1)
        assert deputy.get("/search").status_code == 200

    world.clock.on(minutes=59, seconds=59)
    last = deputy.get("/search").status_code
    world.clock.on(seconds=1)

    assert (last, deputy.post("/search", HOLLIS).status_code) == (200, 401)


def test_a_session_ends_with_the_day_on_which_a_gate_closes(world: World) -> None:
    world.change(SUBJECT["officer"], training_until=today(world))
    deputy = world.signed_in()

    world.clock.on(days=1)

    assert deputy.post("/search", HOLLIS).status_code == 401


def test_a_session_that_was_signed_out_is_over(world: World) -> None:
    deputy = world.signed_in()
    cookie = dict(deputy.cookies)
    deputy.post("/signout")
    deputy.cookies = cookie

    assert deputy.post("/search", HOLLIS).status_code == 401


def someone(role: Role, kind: AgencyKind) -> Principal:
    """Sworn, certified, and whatever else can be said in someone's favour."""
    agency = Agency(ori="NC9010000", name="An agency", kind=kind, zone=ZONE)
    return Principal(
        id="someone",
        name="Someone",
        agency=agency,
        roles=frozenset({role}),
        sworn=True,
        chri_certified=True,
        acr="aal2",
        amr=("otp",),
        proved_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


EVERYONE = [someone(role, kind) for role in Role for kind in AgencyKind]


@pytest.mark.parametrize("purpose", [*Purpose, "", "c", "Q", "CC", "0"])
def test_a_question_is_permitted_only_for_what_the_tables_grant(purpose: str) -> None:
    permitted = {
        (role, principal.agency.kind)
        for principal in EVERYONE
        for role in principal.roles
        if isinstance(decide(principal, Search(purpose, [Dmv.source])), Permit)
    }
    assert permitted == {who for who, purposes in PURPOSES.items() if purpose in purposes}


def test_a_restricted_class_is_granted_to_nobody_for_nothing() -> None:
    granted = {found for principal in EVERYONE for code in Purpose for found in classes_for(principal, code)}

    assert granted.isdisjoint(RESTRICTED)
    assert {DataClass.JUVENILE_COURT, DataClass.JUVENILE_POLICE, DataClass.COURT_WITNESS} <= RESTRICTED


def test_nobody_but_auditors_reads_the_activity_record() -> None:
    readers = {
        role for principal in EVERYONE for role in principal.roles if isinstance(decide(principal, Oversee()), Permit)
    }

    assert readers == {Role.AUDITOR, Role.STATEWIDE_AUDITOR}
