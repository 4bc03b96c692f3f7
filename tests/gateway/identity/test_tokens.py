"""Whatever bytes arrive as a token or as keys, the answer is a proof or a reason, never an accident."""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.util import urlsafe_b64encode

from gateway.identity.proof import Attempt, Proof, SignInRefused
from gateway.identity.tokens import Keys, logged_out_by, proof_by, readable_keys
from tests.gateway.identity.misbehaving import ACCESS, EC, RSA, SETTINGS, Clock, Misbehaving, part

CLOCK = Clock()
KEYS: Keys = [EC, RSA]
ATTEMPT = Attempt(state="s", nonce="", verifier="v", created_at=CLOCK.now)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
claim = st.sampled_from(
    [
        "iss",
        "sub",
        "aud",
        "azp",
        "exp",
        "iat",
        "nbf",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "sid",
        "at_hash",
        "jti",
        "events",
    ]
)
header = st.sampled_from(["kid", "typ", "crit", "jwk", "b64", "x5c", "cty", "zip"])


def judged(token: str) -> Proof | None:
    with contextlib.suppress(SignInRefused):
        logged_out_by(token, KEYS, SETTINGS, CLOCK.now)
    try:
        return proof_by(token, KEYS, SETTINGS, CLOCK.now, attempt=ATTEMPT, access_token=ACCESS)
    except SignInRefused:
        return None


@given(st.text())
def test_no_text_is_a_token_by_accident(text: str) -> None:
    assert judged(text) is None


@given(st.binary(), st.binary(), st.binary())
def test_no_three_parts_are_a_token_by_accident(first: bytes, second: bytes, third: bytes) -> None:
    assert judged(".".join(urlsafe_b64encode(part).decode() for part in (first, second, third))) is None


@given(st.dictionaries(claim, anything, max_size=3), st.dictionaries(header, anything, max_size=2))
def test_a_signed_token_with_odd_contents_is_judged_all_the_same(
    claims: dict[str, Any], headers: dict[str, Any]
) -> None:
    idp = Misbehaving(CLOCK)
    idp.claims = claims
    idp.header |= headers

    judged(idp.id_token())
    judged(idp.logout_token())


@given(anything)
def test_no_algorithm_but_ours_is_taken(algorithm: Any) -> None:
    _, rest = Misbehaving(CLOCK).id_token().split(".", 1)

    assert judged(f"{part({'alg': algorithm})}.{rest}") is None


@given(st.dictionaries(st.just("keys") | st.text(max_size=3), anything | st.lists(anything)))
def test_keys_of_any_shape_are_read_or_left_out(document: dict[str, Any]) -> None:
    assert not readable_keys(document)


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(("kid", "use", "alg", "key_ops", "crv", "x", "y", "kty"), anything)
    )
)
@pytest.mark.filterwarnings("ignore:Key size should be")
def test_a_key_with_odd_members_is_read_or_left_out(odd: dict[str, Any]) -> None:
    readable_keys({"keys": [EC.as_dict(private=False) | odd, RSA.as_dict(private=False) | odd]})
