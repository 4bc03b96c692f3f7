"""Someone who proved who they are is stopped at the first closed gate, and told which; what is not known is closed."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from gateway.directory.gates import Gate, Stopped, first_closed, open_until
from gateway.directory.people import Agency, AgencyKind, Member, Office, Role

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
PINELAKE = Agency(
    ori="NC9010000",
    name="Pinelake County Sheriff",
    kind=AgencyKind.LAW_ENFORCEMENT,
    zone="America/New_York",
    agreement_until=TODAY + 400 * DAY,
)


def member(agreement_until: date | None = PINELAKE.agreement_until, **but: Any) -> Member:
    """A deputy for whom every gate is open, but for what is given."""
    deputy = Member(
        id="1",
        issuer="https://idp.example",
        subject="someone",
        agency=msgspec.structs.replace(PINELAKE, agreement_until=agreement_until),
        name="Dep. R. Ashgrove",
        badge=None,
        roles=frozenset({Role.OFFICER}),
        sworn=True,
        chri_until=None,
        training_until=TODAY + 200 * DAY,
        terminated_on=None,
        last_used_on=TODAY - DAY,
    )
    return msgspec.structs.replace(deputy, **but)


def at_the_gates(who: Member | None, *, multi_factor: bool = True) -> Stopped | None:
    return first_closed(who, multi_factor=multi_factor, today=TODAY, dormant_days=90)


def test_a_deputy_in_good_standing_is_let_in() -> None:
    assert at_the_gates(member()) is None


def test_someone_no_agency_lists_is_unknown() -> None:
    assert at_the_gates(None) == Stopped(Gate.UNKNOWN, None, Office.SITE_ADMINISTRATOR)


@pytest.mark.parametrize(
    ("but", "stopped"),
    [
        ({"agreement_until": TODAY}, None),
        ({"agreement_until": TODAY - DAY}, Stopped(Gate.AGREEMENT, TODAY - DAY, Office.HEAD)),
        ({"agreement_until": None}, Stopped(Gate.AGREEMENT, None, Office.HEAD)),
        ({"training_until": TODAY}, None),
        ({"training_until": TODAY - DAY}, Stopped(Gate.TRAINING, TODAY - DAY, Office.TRAINING_COORDINATOR)),
        ({"training_until": None}, Stopped(Gate.TRAINING, None, Office.TRAINING_COORDINATOR)),
        ({"terminated_on": TODAY + DAY}, None),
        ({"terminated_on": TODAY}, Stopped(Gate.TERMINATED, TODAY, Office.SITE_ADMINISTRATOR)),
        ({"terminated_on": TODAY - DAY}, Stopped(Gate.TERMINATED, TODAY - DAY, Office.SITE_ADMINISTRATOR)),
        ({"last_used_on": TODAY - 90 * DAY}, None),
        ({"last_used_on": TODAY - 91 * DAY}, Stopped(Gate.DORMANT, TODAY - 91 * DAY, Office.SITE_ADMINISTRATOR)),
    ],
    ids=str,
)
def test_a_gate_is_open_on_its_last_day_and_closed_on_the_next(but: dict[str, Any], stopped: Stopped | None) -> None:
    assert at_the_gates(member(**but)) == stopped


def test_a_password_alone_opens_nothing() -> None:
    assert at_the_gates(member(), multi_factor=False) == Stopped(Gate.NO_MFA, None, Office.SITE_ADMINISTRATOR)


def test_of_several_closed_gates_the_first_is_told() -> None:
    closed: dict[str, Any] = {
        "last_used_on": TODAY - 400 * DAY,
        "training_until": None,
        "terminated_on": TODAY - DAY,
        "agreement_until": None,
    }
    told = []
    while closed:
        stopped = at_the_gates(member(**closed), multi_factor=False)
        assert stopped is not None
        told.append(stopped.gate)
        closed.popitem()

    assert told == [Gate.AGREEMENT, Gate.TERMINATED, Gate.TRAINING, Gate.DORMANT]


@pytest.mark.parametrize(
    ("but", "last"),
    [
        ({}, TODAY + 200 * DAY),
        ({"agreement_until": TODAY + 3 * DAY}, TODAY + 3 * DAY),
        ({"training_until": TODAY + 2 * DAY}, TODAY + 2 * DAY),
        ({"terminated_on": TODAY + 5 * DAY}, TODAY + 4 * DAY),
        ({"terminated_on": TODAY + DAY, "training_until": TODAY}, TODAY),
    ],
    ids=str,
)
def test_the_gates_stay_open_until_the_first_of_them_closes_by_its_date(but: dict[str, Any], last: date) -> None:
    who = member(**but)

    assert open_until(who) == last
    assert first_closed(who, multi_factor=True, today=last, dormant_days=10_000) is None
    assert first_closed(who, multi_factor=True, today=last + DAY, dormant_days=10_000) is not None
