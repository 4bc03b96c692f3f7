"""Whoever acts has the rights that their agency and the provider both give them; what one alone says is not enough."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from gateway.directory.people import Agency, AgencyKind, Member, Role
from gateway.identity.claims import Claimed
from gateway.identity.principal import Principal, principal_of
from gateway.identity.proof import Proof

TODAY = date(2026, 11, 22)
AGENCY = Agency(
    ori="NC9010000", name="Pinelake County Sheriff", kind=AgencyKind.LAW_ENFORCEMENT, zone="America/New_York"
)


def principal(*, member: dict[str, object] | None = None, claimed: dict[str, object] | None = None) -> Principal:
    """A deputy of whom everybody says everything, but for what is given."""
    listed = {
        "id": "d-1",
        "issuer": "https://idp.example",
        "subject": "someone",
        "agency": AGENCY,
        "name": "Dep. R. Ashgrove",
        "badge": None,
        "roles": frozenset({Role.OFFICER}),
        "sworn": True,
        "chri_until": TODAY,
        "training_until": TODAY,
        "terminated_on": None,
        "last_used_on": TODAY,
    }
    said = dict.fromkeys(Claimed.__struct_fields__) | {
        "issuer": "https://idp.example",
        "subject": "someone",
        "given_name": "Somebody",
        "family_name": "Else",
        "employer_ori": "NC9020100",
        "sworn": True,
        "public_safety": True,
        "chri_privilege": True,
        "ncic_certified": True,
    }
    proof = Proof(
        issuer="https://idp.example",
        subject="someone",
        claims={},
        acr="aal2",
        amr=("otp",),
        multi_factor=True,
        auth_time=datetime(2026, 11, 22, 6, tzinfo=UTC),
        sid=None,
        id_token="x.y.z",
    )
    return principal_of(Member(**listed | (member or {})), proof, Claimed(**said | (claimed or {})), TODAY)


@pytest.mark.parametrize(("listed", "said"), list(product([True, False], repeat=2)))
def test_only_who_is_sworn_by_both_accounts_is_sworn(listed: bool, said: bool) -> None:
    assert principal(member={"sworn": listed}, claimed={"sworn": said}).sworn is (listed and said)


@pytest.mark.parametrize(
    ("until", "said", "certified"),
    [
        (TODAY, True, True),
        (TODAY, False, False),
        (date(2026, 11, 21), True, False),
        (None, True, False),
    ],
)
def test_only_who_is_certified_by_both_accounts_today_is_certified(
    until: date | None, said: bool, certified: bool
) -> None:
    found = principal(member={"chri_until": until}, claimed={"chri_privilege": said})

    assert found.chri_certified is certified


def test_name_agency_and_roles_are_the_agencys_to_say() -> None:
    found = principal()

    assert (found.id, found.name, found.agency, found.roles) == (
        "d-1",
        "Dep. R. Ashgrove",
        AGENCY,
        frozenset({Role.OFFICER}),
    )
