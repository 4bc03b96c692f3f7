"""Claims describe a person in whatever names and shapes a provider uses; what has no single meaning is refused."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.identity.claims import Claimed, ClaimNames, ClaimRefused, claimed_by
from gateway.identity.proof import Proof

TEXTS = ["given_name", "family_name", "email", "phone", "employer_name", "local_id"]
YES_OR_NO = ["sworn", "public_safety", "chri_privilege", "ncic_certified"]
GFIPM = ClaimNames()

DEPUTY = {
    "given_name": "Rowan",
    "family_name": "Ashgrove",
    "email": "r.ashgrove@agency.example",
    "phone_number": "+1-555-010-0117",
    "gfipm:2.0:user:EmployerORI": ["NC9010000"],
    "gfipm:2.0:user:EmployerName": ["Pinelake County Sheriff"],
    "gfipm:2.0:user:LocalId": "P-0117",
    "gfipm:2.0:user:SwornLawEnforcementOfficerIndicator": True,
    "gfipm:2.0:user:PublicSafetyOfficerIndicator": "true",
    "gfipm:2.0:user:CriminalHistoryDataSelfSearchHomePrivilegeIndicator": "1",
    "gfipm:2.0:user:NCICCertificationIndicator": ["false"],
}


def claimed(claims: dict[str, Any], names: ClaimNames = GFIPM) -> Claimed:
    proof = Proof(
        issuer="https://idp.example",
        subject="someone",
        claims=claims,
        acr=None,
        amr=(),
        multi_factor=False,
        auth_time=datetime(2026, 11, 22, tzinfo=UTC),
        sid=None,
        id_token="x.y.z",
    )
    return claimed_by(proof, names)


def only(attribute: str, value: Any) -> Any:
    return getattr(claimed({getattr(GFIPM, attribute): value}), attribute)


def test_a_deputy_is_described_in_the_names_of_the_field() -> None:
    assert claimed(DEPUTY) == Claimed(
        issuer="https://idp.example",
        subject="someone",
        given_name="Rowan",
        family_name="Ashgrove",
        email="r.ashgrove@agency.example",
        phone="+1-555-010-0117",
        employer_ori="NC9010000",
        employer_name="Pinelake County Sheriff",
        local_id="P-0117",
        sworn=True,
        public_safety=True,
        chri_privilege=True,
        ncic_certified=False,
    )


def test_someone_of_whom_nothing_is_said_is_somebody_without_rights() -> None:
    silent = claimed({})

    assert [getattr(silent, name) for name in [*TEXTS, "employer_ori"]] == [None] * (len(TEXTS) + 1)
    assert [getattr(silent, name) for name in YES_OR_NO] == [False] * len(YES_OR_NO)


def test_who_someone_is_comes_from_the_proof_and_no_claim() -> None:
    impostor = claimed({"sub": "somebody else", "iss": "https://evil.example"})

    assert (impostor.issuer, impostor.subject) == ("https://idp.example", "someone")


@pytest.mark.parametrize("attribute", TEXTS)
def test_the_name_of_a_claim_is_configuration(attribute: str) -> None:
    names = msgspec.convert({attribute: "ncid:other"}, ClaimNames)

    assert getattr(claimed({"ncid:other": "some text"}, names), attribute) == "some text"
    assert getattr(claimed(DEPUTY, names), attribute) is None


@pytest.mark.parametrize("attribute", YES_OR_NO)
def test_the_name_of_an_indicator_is_configuration(attribute: str) -> None:
    names = msgspec.convert({attribute: "ncid:other"}, ClaimNames)

    assert getattr(claimed({"ncid:other": True}, names), attribute)
    assert not getattr(claimed(DEPUTY, names), attribute)


def test_a_mapping_of_an_unknown_attribute_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"rank": "ncid:rank"}, ClaimNames)


@pytest.mark.parametrize("attribute", TEXTS)
@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("NC9010000", "NC9010000"),
        (["NC9010000"], "NC9010000"),
        (["NC9010000", "NC9010000"], "NC9010000"),
        ("  NC9010000 ", "NC9010000"),
        ("Zoë O'Hara-Łuczak", "Zoë O'Hara-Łuczak"),
        ("", None),
        ("   ", None),
        (None, None),
        ([], None),
        ([None], None),
        ("x" * 200, "x" * 200),
    ],
)
def test_text_is_read_alone_or_out_of_an_array(attribute: str, value: Any, read: str | None) -> None:
    assert only(attribute, value) == read


@pytest.mark.parametrize("value", ["NC9010000", ["NC9010000"], " NC990010Y "], ids=repr)
def test_an_agency_is_named_by_its_nine_letters_and_digits(value: Any) -> None:
    assert only("employer_ori", value) in {"NC9010000", "NC990010Y"}


@pytest.mark.parametrize("value", ["NC901000", "NC90100000", "NC-901000", "NC901 000", "ÑC9010000"], ids=repr)
def test_what_cannot_be_an_agency_is_refused(value: str) -> None:
    with pytest.raises(ClaimRefused) as caught:
        only("employer_ori", value)

    assert caught.value.attribute == "employer_ori"


@pytest.mark.parametrize("attribute", YES_OR_NO)
@pytest.mark.parametrize("value", [True, "true", "True", "1", [True], ["1"], ["true", "true"]], ids=repr)
def test_a_yes_is_a_boolean_or_a_word_for_one(attribute: str, value: Any) -> None:
    assert only(attribute, value) is True


@pytest.mark.parametrize("attribute", YES_OR_NO)
@pytest.mark.parametrize("value", [False, "false", "False", "0", "", None, [], [False], ["false"], [None]], ids=repr)
def test_everything_else_that_makes_sense_is_a_no(attribute: str, value: Any) -> None:
    assert only(attribute, value) is False


@pytest.mark.parametrize("attribute", TEXTS)
@pytest.mark.parametrize(
    "value",
    [
        17,
        True,
        {"en": "Rowan"},
        [["Rowan"]],
        ["Rowan", "Robin"],
        ["Rowan", None],
        "Rowan\nAshgrove",
        "Rowan\x00",
        "Rowan\u202eevorghsA",
        "x" * 201,
    ],
)
def test_text_of_no_single_meaning_is_refused_by_its_attribute(attribute: str, value: Any) -> None:
    with pytest.raises(ClaimRefused) as caught:
        only(attribute, value)

    assert caught.value.attribute == str(caught.value) == attribute


@pytest.mark.parametrize("attribute", YES_OR_NO)
@pytest.mark.parametrize(
    "value", ["yes", "TRUE ", 1, 0, 2.0, {}, [True, False], [True, 1], [[True]], ["true", True]], ids=repr
)
def test_a_yes_or_no_of_no_single_meaning_is_refused_by_its_attribute(attribute: str, value: Any) -> None:
    with pytest.raises(ClaimRefused) as caught:
        only(attribute, value)

    assert caught.value.attribute == str(caught.value) == attribute


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(msgspec.structs.astuple(GFIPM)), anything))
def test_whatever_is_claimed_is_read_or_refused(claims: dict[str, Any]) -> None:
    try:
        person = claimed(claims)
    except ClaimRefused:
        return

    assert all(isinstance(getattr(person, name), str | None) for name in TEXTS)
    assert all(isinstance(getattr(person, name), bool) for name in YES_OR_NO)
