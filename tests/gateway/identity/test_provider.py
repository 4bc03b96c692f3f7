"""Only a token made by our provider, for us, for this sign-in and just now proves who someone is."""

import asyncio
import base64
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
import msgspec
import pytest
from joserfc.jwk import ECKey, RSAKey

from gateway.identity import provider as provider_module
from gateway.identity.proof import REMEMBER_JTI_S, Attempt, LoggedOut, ProviderSettings, Reason, SignInRefused
from gateway.identity.provider import Provider, connections
from tests.gateway.identity.misbehaving import (
    ACCESS,
    CLIENT,
    EC,
    GONE,
    ISSUER,
    LOGOUT,
    RSA,
    SECRET,
    SETTINGS,
    STRANGER,
    Clock,
    Misbehaving,
    secret_key,
    sign_in,
)

DAY_S = 86_400


async def refusal_of(work: Any) -> Reason:
    """The reason why `work` is refused; it must be."""
    with pytest.raises(SignInRefused) as caught:
        await work
    return caught.value.reason


# The request


async def test_the_browser_is_sent_with_a_challenge_a_nonce_a_state_and_what_must_be_proved(provider: Provider) -> None:
    url, attempt = await provider.begin()

    query = dict(parse_qsl(urlsplit(url).query))
    assert url.startswith(f"{ISSUER}/authorize?")
    assert query.pop("code_challenge") != attempt.verifier
    assert query == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": SETTINGS.redirect_uri,
        "scope": "openid profile email phone",
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge_method": "S256",
        "max_age": "3600",
        "acr_values": "aal2 aal3",
    }


async def test_the_verifier_and_the_secret_are_in_no_address(provider: Provider, idp: Misbehaving) -> None:
    url, attempt = await provider.begin()
    await provider.finish(idp.sends_back(url), attempt)

    for address in [url, *(str(request.url) for request in idp.asked)]:
        assert attempt.verifier not in address
        assert SECRET not in address


async def test_no_two_attempts_share_anything(provider: Provider) -> None:
    _, one = await provider.begin()
    _, two = await provider.begin()

    assert {one.state, one.nonce, one.verifier}.isdisjoint({two.state, two.nonce, two.verifier})


async def test_an_attempt_can_be_kept_on_the_server_and_read_back(provider: Provider, idp: Misbehaving) -> None:
    url, attempt = await provider.begin()
    kept = msgspec.json.encode(attempt)

    proof = await provider.finish(idp.sends_back(url), msgspec.json.decode(kept, type=Attempt))

    assert proof.subject == "someone"


async def test_two_tabs_can_sign_in_at_once(provider: Provider, idp: Misbehaving) -> None:
    first_url, first = await provider.begin()
    second_url, second = await provider.begin()

    assert (await provider.finish(idp.sends_back(first_url), first)).subject == "someone"
    assert (await provider.finish(idp.sends_back(second_url), second)).subject == "someone"


# What is proved


async def test_a_sign_in_proves_who_how_and_when(provider: Provider, idp: Misbehaving, clock: Clock) -> None:
    proof = await sign_in(provider, idp)

    assert (proof.issuer, proof.subject, proof.sid) == (ISSUER, "someone", "session-1")
    assert (proof.acr, proof.amr, proof.multi_factor) == ("aal2", ("pwd", "otp"), True)
    assert proof.auth_time.timestamp() == clock.in_s(-5)
    assert proof.id_token.count(".") == 2
    assert proof.claims["family_name"] == "Ashgrove"


@pytest.mark.parametrize(
    ("claims", "multi_factor"),
    [
        pytest.param({"acr": "aal2", "amr": GONE}, True, id="a level we take"),
        pytest.param({"acr": "aal1", "amr": ["pwd", "hwk"]}, True, id="a method we take"),
        pytest.param({"acr": "aal1", "amr": ["pwd"]}, False, id="too low a level"),
        pytest.param({"acr": GONE, "amr": GONE}, False, id="silence"),
        pytest.param({"acr": "AAL2", "amr": ["OTP"]}, False, id="words we do not know"),
        pytest.param({"acr": None, "amr": []}, False, id="nothing"),
    ],
)
async def test_one_factor_proves_who_someone_is_but_not_more(
    provider: Provider, idp: Misbehaving, claims: dict[str, Any], multi_factor: bool
) -> None:
    idp.claims = claims

    proof = await sign_in(provider, idp)

    assert (proof.subject, proof.multi_factor) == ("someone", multi_factor)


async def test_where_no_level_and_no_method_is_configured_nobody_has_more_than_one_factor(
    idp: Misbehaving, clock: Clock
) -> None:
    idp.claims = {"acr": None}
    provider = Provider(msgspec.structs.replace(SETTINGS, acr=(), amr=()), clock, idp.transport())

    assert not (await sign_in(provider, idp)).multi_factor


async def test_user_info_adds_claims_but_changes_none(provider: Provider, idp: Misbehaving) -> None:
    idp.claims = {"acr": "aal1", "amr": ["pwd"], "given_name": "Rowan"}
    idp.user = {"sub": "someone", "acr": "aal2", "amr": ["otp"], "given_name": "Robin", "email": "r@agency.example"}

    proof = await sign_in(provider, idp)

    assert (proof.acr, proof.amr, proof.multi_factor) == ("aal1", ("pwd",), False)
    assert (proof.claims["given_name"], proof.claims["email"]) == ("Rowan", "r@agency.example")


async def test_a_level_that_only_user_info_names_does_not_count(provider: Provider, idp: Misbehaving) -> None:
    idp.claims = {"acr": GONE, "amr": GONE}
    idp.user = {"sub": "someone", "acr": "aal2", "amr": ["otp"]}

    assert not (await sign_in(provider, idp)).multi_factor


async def test_a_provider_without_user_info_will_do(provider: Provider, idp: Misbehaving) -> None:
    del idp.discovery["userinfo_endpoint"]

    assert (await sign_in(provider, idp)).subject == "someone"


# What comes back with the browser


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"state": "another"}, Reason.STATE_MISMATCH, id="another state"),
        pytest.param({"state": None}, Reason.STATE_MISMATCH, id="no state"),
        pytest.param({"iss": "https://evil.example"}, Reason.ISS_MISMATCH, id="another issuer"),
        pytest.param({"iss": ISSUER + "/"}, Reason.ISS_MISMATCH, id="nearly the issuer"),
        pytest.param({"iss": None}, Reason.ISS_MISMATCH, id="no issuer, though promised"),
        pytest.param({"code": None}, Reason.PROVIDER_ERROR, id="no code"),
        pytest.param({"code": None, "error": "access_denied"}, Reason.PROVIDER_ERROR, id="an error"),
        pytest.param({"error": "access_denied"}, Reason.PROVIDER_ERROR, id="an error beside a code"),
        pytest.param({"error": "x", "state": None}, Reason.STATE_MISMATCH, id="an error nobody asked for"),
    ],
)
async def test_an_answer_that_is_not_to_this_attempt_is_refused(
    provider: Provider, idp: Misbehaving, changed: dict[str, str | None], reason: Reason
) -> None:
    url, attempt = await provider.begin()
    params = {name: text for name, text in {**idp.sends_back(url), **changed}.items() if text is not None}

    assert await refusal_of(provider.finish(params, attempt)) == reason
    assert not idp.asked_for("token")


async def test_a_provider_that_never_promised_to_name_itself_need_not(provider: Provider, idp: Misbehaving) -> None:
    del idp.discovery["authorization_response_iss_parameter_supported"]
    url, attempt = await provider.begin()
    params = idp.sends_back(url)
    del params["iss"]

    assert (await provider.finish(params, attempt)).subject == "someone"


@pytest.mark.parametrize("named", ["https://evil.example", ""])
async def test_a_provider_that_never_promised_to_name_itself_may_not_name_another(
    provider: Provider, idp: Misbehaving, named: str
) -> None:
    del idp.discovery["authorization_response_iss_parameter_supported"]
    url, attempt = await provider.begin()

    refused = provider.finish({**idp.sends_back(url), "iss": named}, attempt)

    assert await refusal_of(refused) == Reason.ISS_MISMATCH


async def test_an_answer_to_another_attempt_is_refused(provider: Provider, idp: Misbehaving) -> None:
    theirs, _ = await provider.begin()
    _, ours = await provider.begin()

    assert await refusal_of(provider.finish(idp.sends_back(theirs), ours)) == Reason.STATE_MISMATCH


async def test_an_attempt_left_open_too_long_is_refused(provider: Provider, idp: Misbehaving, clock: Clock) -> None:
    url, attempt = await provider.begin()
    clock.pass_s(601)

    assert await refusal_of(provider.finish(idp.sends_back(url), attempt)) == Reason.ATTEMPT_EXPIRED


# The ID token. Each row is signed with the right key; `at` is seconds from now.


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        pytest.param({"iss": "https://other.example"}, Reason.ISS_MISMATCH, id="another issuer"),
        pytest.param({"iss": ISSUER + "/"}, Reason.ISS_MISMATCH, id="nearly the issuer"),
        pytest.param({"aud": "other", "azp": CLIENT}, Reason.AUD_MISMATCH, id="for another, authorised to us"),
        pytest.param({"aud": ["other", "other2"], "azp": CLIENT}, Reason.AUD_MISMATCH, id="for two others"),
        pytest.param({"aud": [CLIENT, "other"], "azp": CLIENT}, Reason.AUD_MISMATCH, id="for us and another"),
        pytest.param({"azp": "other"}, Reason.AUD_MISMATCH, id="authorised to another"),
        pytest.param({"aud": []}, Reason.AUD_MISMATCH, id="for nobody"),
        pytest.param({"aud": GONE}, Reason.TOKEN_MALFORMED, id="no audience"),
        pytest.param({"nonce": "another"}, Reason.NONCE_MISMATCH, id="another nonce"),
        pytest.param({"nonce": GONE}, Reason.TOKEN_MALFORMED, id="no nonce"),
        pytest.param({"sub": ""}, Reason.TOKEN_MALFORMED, id="empty subject"),
        pytest.param({"sub": GONE}, Reason.TOKEN_MALFORMED, id="no subject"),
        pytest.param({"sub": 17}, Reason.TOKEN_MALFORMED, id="a number as subject"),
        pytest.param({"sub": "x" * 256}, Reason.TOKEN_MALFORMED, id="endless subject"),
        pytest.param({"exp": GONE}, Reason.TOKEN_MALFORMED, id="no end"),
        pytest.param({"iat": GONE}, Reason.TOKEN_MALFORMED, id="no beginning"),
        pytest.param({"exp": float("nan")}, Reason.TOKEN_MALFORMED, id="an end that is no number"),
        pytest.param({"auth_time": GONE}, Reason.TOKEN_MALFORMED, id="no time of proof, though asked for"),
        pytest.param({"auth_time": float("nan")}, Reason.TOKEN_MALFORMED, id="a time of proof that is no number"),
        pytest.param({"amr": "otp"}, Reason.TOKEN_MALFORMED, id="methods that are no list"),
        pytest.param({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, Reason.TOKEN_MALFORMED, id="made for another access token"),
    ],
)
async def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
    provider: Provider, idp: Misbehaving, claims: dict[str, Any], reason: Reason
) -> None:
    idp.claims = claims

    assert await refusal_of(sign_in(provider, idp)) == reason


@pytest.mark.parametrize(
    ("claim", "at", "reason"),
    [
        pytest.param("exp", -30, Reason.EXPIRED, id="ended half a minute ago"),
        pytest.param("exp", -100, Reason.EXPIRED, id="ended 100 s ago"),
        pytest.param("iat", 60, Reason.NOT_YET_VALID, id="the provider's clock is 60 s ahead"),
        pytest.param("nbf", 60, Reason.NOT_YET_VALID, id="not before the next minute"),
        pytest.param("auth_time", 60, Reason.NOT_YET_VALID, id="proved in the future"),
        pytest.param("iat", -60, Reason.STALE, id="the provider's clock is 60 s behind"),
        pytest.param("iat", -100 * DAY_S, Reason.STALE, id="made 100 days ago"),
        pytest.param("auth_time", -3631, Reason.STALE, id="proved longer ago than asked for"),
        pytest.param("auth_time", -10 * 3600, Reason.STALE, id="proved 10 h ago"),
    ],
)
async def test_an_id_token_of_another_time_is_refused(
    provider: Provider, idp: Misbehaving, clock: Clock, claim: str, at: int, reason: Reason
) -> None:
    idp.claims = {claim: clock.in_s(at)}

    assert await refusal_of(sign_in(provider, idp)) == reason


@pytest.mark.parametrize(
    ("claim", "at"), [("exp", -29), ("iat", 30), ("iat", -30), ("nbf", 30), ("auth_time", 30), ("auth_time", -3630)]
)
async def test_clocks_may_be_half_a_minute_apart(
    provider: Provider, idp: Misbehaving, clock: Clock, claim: str, at: int
) -> None:
    idp.claims = {claim: clock.in_s(at)}

    assert (await sign_in(provider, idp)).subject == "someone"


def unsigned(idp: Misbehaving) -> None:
    idp.header["alg"] = "none"


def with_our_secret(idp: Misbehaving) -> None:
    idp.signs_with, idp.header = secret_key(SECRET), {"alg": "HS256", "typ": "JWT"}


def with_the_public_key_as_a_secret(idp: Misbehaving) -> None:
    idp.signs_with, idp.header = secret_key(EC.as_pem(private=False).decode()), {"alg": "HS256", "kid": "ec"}


def with_an_algorithm_we_did_not_pin(idp: Misbehaving) -> None:
    idp.signs_with, idp.header = RSA, {"alg": "RS512", "kid": "rsa"}


def by_a_stranger(idp: Misbehaving) -> None:
    idp.signs_with = STRANGER


def by_a_stranger_who_brings_a_key(idp: Misbehaving) -> None:
    idp.signs_with = STRANGER
    idp.header["jwk"] = STRANGER.as_dict(private=False)


def with_a_key_id_nobody_knows(idp: Misbehaving) -> None:
    idp.header["kid"] = "other"


def with_a_key_of_another_kind(idp: Misbehaving) -> None:
    idp.header["kid"] = "rsa"


def without_a_key_id_where_two_fit(idp: Misbehaving) -> None:
    del idp.header["kid"]
    idp.keys.append(STRANGER.as_dict(private=False) | {"kid": "ec2"})


def with_two_keys_of_one_id(idp: Misbehaving) -> None:
    idp.keys.append(STRANGER.as_dict(private=False))


def with_a_key_for_encryption(idp: Misbehaving) -> None:
    idp.keys = [EC.as_dict(private=False) | {"use": "enc"}]


def with_a_key_for_another_algorithm(idp: Misbehaving) -> None:
    idp.keys = [EC.as_dict(private=False) | {"alg": "ES384"}]


def with_a_provider_that_shows_no_key(idp: Misbehaving) -> None:
    idp.keys = []


def as_a_logout_token(idp: Misbehaving) -> None:
    idp.header["typ"] = "logout+jwt"


def as_an_access_token(idp: Misbehaving) -> None:
    idp.header["typ"] = "application/at+jwt"


def with_a_demand_we_cannot_meet(idp: Misbehaving) -> None:
    idp.header |= {"crit": ["exp"], "exp": 1}


def that_is_none(idp: Misbehaving) -> None:
    idp.sign = lambda claims: "not a token"  # type: ignore[method-assign] # a broken provider


@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (unsigned, Reason.ALG_REFUSED),
        (with_our_secret, Reason.ALG_REFUSED),
        (with_the_public_key_as_a_secret, Reason.ALG_REFUSED),
        (with_an_algorithm_we_did_not_pin, Reason.ALG_REFUSED),
        (by_a_stranger, Reason.SIGNATURE_REFUSED),
        (by_a_stranger_who_brings_a_key, Reason.SIGNATURE_REFUSED),
        (with_a_key_id_nobody_knows, Reason.KEY_UNKNOWN),
        (with_a_key_of_another_kind, Reason.KEY_UNKNOWN),
        (without_a_key_id_where_two_fit, Reason.KEY_UNKNOWN),
        (with_two_keys_of_one_id, Reason.KEY_UNKNOWN),
        (with_a_key_for_encryption, Reason.KEY_UNKNOWN),
        (with_a_key_for_another_algorithm, Reason.KEY_UNKNOWN),
        (with_a_provider_that_shows_no_key, Reason.KEY_UNKNOWN),
        (as_a_logout_token, Reason.TYP_REFUSED),
        (as_an_access_token, Reason.TYP_REFUSED),
        (with_a_demand_we_cannot_meet, Reason.TOKEN_MALFORMED),
        (that_is_none, Reason.TOKEN_MALFORMED),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
async def test_a_forged_token_is_refused(
    provider: Provider, idp: Misbehaving, forged: Callable[[Misbehaving], None], reason: Reason
) -> None:
    forged(idp)

    assert await refusal_of(sign_in(provider, idp)) == reason


@pytest.mark.filterwarnings("ignore:Key size should be")  # joserfc says so too
async def test_a_key_too_short_to_trust_signs_nothing(provider: Provider, idp: Misbehaving) -> None:
    idp.signs_with = RSAKey.generate_key(1024, {"kid": "short"})
    idp.header = {"alg": "RS256", "kid": "short"}
    idp.keys.append(idp.signs_with.as_dict(private=False))

    assert await refusal_of(sign_in(provider, idp)) == Reason.KEY_UNKNOWN


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_a_provider_with_an_rsa_key_is_understood(provider: Provider, idp: Misbehaving, algorithm: str) -> None:
    idp.signs_with, idp.header = RSA, {"alg": algorithm, "kid": "rsa"}
    idp.claims = {"at_hash": GONE}

    assert (await sign_in(provider, idp)).subject == "someone"


async def test_without_a_key_id_the_only_key_that_fits_is_used(provider: Provider, idp: Misbehaving) -> None:
    del idp.header["kid"]

    assert (await sign_in(provider, idp)).subject == "someone"


async def test_a_key_of_a_kind_we_cannot_read_does_no_harm(provider: Provider, idp: Misbehaving) -> None:
    idp.keys = [{"kty": "AKP", "kid": "new"}, {"kty": "EC", "crv": "P-256"}, "?", None, *idp.keys]

    assert (await sign_in(provider, idp)).subject == "someone"


# User-info


@pytest.mark.parametrize("user", [{"sub": "someone else"}, {"given_name": "Rowan"}, {"sub": None}])
async def test_user_info_about_somebody_else_is_refused(provider: Provider, idp: Misbehaving, user: Any) -> None:
    idp.user = user

    assert await refusal_of(sign_in(provider, idp)) == Reason.SUB_MISMATCH


# The provider's own failures


HTML = httpx2.Response(200, html="<p>Welcome</p>")


@pytest.mark.parametrize("last", ["openid-configuration", "jwks", "token", "userinfo"])
@pytest.mark.parametrize(
    ("instead", "reason"),
    [
        pytest.param(httpx2.ConnectError("no route"), Reason.PROVIDER_DOWN, id="unreachable"),
        pytest.param(httpx2.RemoteProtocolError("hung up"), Reason.PROVIDER_DOWN, id="hangs up"),
        pytest.param(httpx2.Response(503, text="maintenance"), Reason.PROVIDER_DOWN, id="503"),
        pytest.param(httpx2.Response(429), Reason.PROVIDER_DOWN, id="429"),
        pytest.param(httpx2.Response(404), Reason.PROVIDER_ERROR, id="404"),
        pytest.param(
            httpx2.Response(302, headers={"Location": "https://evil.example"}), Reason.PROVIDER_ERROR, id="302"
        ),
        pytest.param(HTML, Reason.PROVIDER_ERROR, id="a web page"),
        pytest.param(httpx2.Response(200, json=["a", "list"]), Reason.PROVIDER_ERROR, id="a list"),
        pytest.param(httpx2.Response(200, content=b"\xff\xfe{"), Reason.PROVIDER_ERROR, id="bytes"),
        pytest.param(httpx2.Response(200, content=b'{"a":' + b"[" * 99_999), Reason.PROVIDER_ERROR, id="an abyss"),
        pytest.param(httpx2.DecodingError("not gzip"), Reason.PROVIDER_ERROR, id="not what it says it is"),
    ],
)
async def test_a_provider_that_fails_is_told_from_one_that_answers_wrongly(
    provider: Provider, idp: Misbehaving, last: str, instead: Any, reason: Reason
) -> None:
    idp.instead[last] = instead

    assert await refusal_of(sign_in(provider, idp)) == reason
    assert not idp.asked_for("evil.example")


async def test_a_provider_that_never_answers_is_not_waited_for(
    idp: Misbehaving, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: httpx2.Request) -> httpx2.Response:
        await asyncio.Event().wait()
        raise AssertionError

    monkeypatch.setattr(provider_module, "_PATIENCE_S", 0.01)
    provider = Provider(SETTINGS, clock, httpx2.MockTransport(never))

    refused = await asyncio.gather(*(refusal_of(provider.begin()) for _ in range(20)))

    assert set(refused) == {Reason.PROVIDER_DOWN}


@pytest.mark.parametrize(
    "answer",
    [
        {"error": "invalid_grant", "error_description": "<script>"},
        {"access_token": ACCESS, "token_type": "Bearer"},
        {"id_token": "x", "token_type": "Bearer"},
        {"access_token": 7, "id_token": {}},
        {"access_token": ACCESS, "id_token": "x", "expires_at": [1]},
    ],
)
async def test_a_code_that_buys_no_tokens_proves_nothing(provider: Provider, idp: Misbehaving, answer: Any) -> None:
    idp.instead["token"] = httpx2.Response(400 if "error" in answer else 200, json=answer)

    assert await refusal_of(sign_in(provider, idp)) == Reason.PROVIDER_ERROR


async def test_a_refusal_quotes_nothing_the_provider_said(provider: Provider, idp: Misbehaving) -> None:
    idp.instead["token"] = httpx2.Response(400, json={"error": "Merrick Hollis", "error_description": "b. 1980"})

    with pytest.raises(SignInRefused) as caught:
        await sign_in(provider, idp)

    told = "".join(traceback.format_exception(caught.value))
    assert "Merrick" not in told
    assert "1980" not in told


# What a provider says of itself


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param({"issuer": ISSUER + "/"}, Reason.ISS_MISMATCH, id="nearly the issuer"),
        pytest.param({"issuer": "https://evil.example"}, Reason.ISS_MISMATCH, id="another issuer"),
        pytest.param({"token_endpoint": "http://idp.example/t"}, Reason.ENDPOINT_REFUSED, id="tokens in the clear"),
        pytest.param({"jwks_uri": "http://127.0.0.1/jwks"}, Reason.ENDPOINT_REFUSED, id="keys of this machine"),
        pytest.param({"userinfo_endpoint": "ftp://idp.example"}, Reason.ENDPOINT_REFUSED, id="another protocol"),
        pytest.param({"end_session_endpoint": "javascript:x"}, Reason.ENDPOINT_REFUSED, id="a script"),
        pytest.param({"jwks_uri": "https://["}, Reason.PROVIDER_ERROR, id="no address"),
        pytest.param({"authorization_endpoint": None}, Reason.PROVIDER_ERROR, id="nothing to send the browser to"),
    ],
)
async def test_nobody_is_sent_to_a_provider_that_is_not_the_configured_one(
    provider: Provider, idp: Misbehaving, said: dict[str, Any], reason: Reason
) -> None:
    idp.discovery |= said

    assert await refusal_of(provider.begin()) == reason


async def test_endpoints_and_keys_are_fetched_once_for_many_sign_ins(provider: Provider, idp: Misbehaving) -> None:
    await asyncio.gather(*(provider.begin() for _ in range(10)))

    assert len(idp.asked_for("openid-configuration")) == 1
    assert len(idp.asked_for("jwks")) == 1


async def test_another_worker_can_finish_what_one_began(provider: Provider, idp: Misbehaving, clock: Clock) -> None:
    other = Provider(SETTINGS, clock, idp.transport())
    url, attempt = await provider.begin()

    assert (await other.finish(idp.sends_back(url), attempt)).subject == "someone"


async def test_a_provider_that_moves_is_followed(provider: Provider, idp: Misbehaving, clock: Clock) -> None:
    await provider.begin()
    idp.discovery["authorization_endpoint"] = f"{ISSUER}/v2/authorize"
    clock.pass_s(600)

    url, _ = await provider.begin()

    assert url.startswith(f"{ISSUER}/v2/authorize?")


async def test_a_provider_that_becomes_another_is_not_followed(
    provider: Provider, idp: Misbehaving, clock: Clock
) -> None:
    await provider.begin()
    idp.discovery["issuer"] = "https://evil.example"
    clock.pass_s(600)

    assert await refusal_of(provider.begin()) == Reason.ISS_MISMATCH


async def test_a_clock_set_back_does_not_keep_old_endpoints_for_ever(
    provider: Provider, idp: Misbehaving, clock: Clock
) -> None:
    await provider.begin()
    clock.pass_s(-DAY_S)

    await provider.begin()

    assert len(idp.asked_for("openid-configuration")) == 2


async def test_a_provider_that_comes_back_with_new_keys_is_believed_at_once(
    provider: Provider, idp: Misbehaving
) -> None:
    await provider.begin()
    idp.signs_with = ECKey.generate_key("P-256", {"kid": "new"})
    idp.header["kid"] = "new"
    idp.keys = [idp.signs_with.as_dict(private=False)]

    assert (await sign_in(provider, idp)).subject == "someone"


async def test_a_new_key_under_an_old_name_is_believed_too(provider: Provider, idp: Misbehaving) -> None:
    await provider.begin()
    idp.signs_with, idp.keys = STRANGER, [STRANGER.as_dict(private=False)]

    assert (await sign_in(provider, idp)).subject == "someone"


async def test_a_storm_of_unknown_keys_asks_the_provider_once(provider: Provider, idp: Misbehaving) -> None:
    for number in range(50):
        idp.header["kid"] = f"made-up-{number}"
        assert await refusal_of(provider.backchannel(idp.logout_token())) == Reason.KEY_UNKNOWN

    assert len(idp.asked_for("jwks")) == 2  # with the endpoints, and once more


async def test_in_a_storm_a_new_key_is_found_half_a_minute_later(
    provider: Provider, idp: Misbehaving, clock: Clock
) -> None:
    idp.header["kid"] = "made-up"
    await refusal_of(provider.backchannel(idp.logout_token()))
    idp.signs_with = ECKey.generate_key("P-256", {"kid": "new"})
    idp.header["kid"] = "new"
    idp.keys = [idp.signs_with.as_dict(private=False)]

    assert await refusal_of(sign_in(provider, idp)) == Reason.KEY_UNKNOWN
    clock.pass_s(30)
    assert (await sign_in(provider, idp)).subject == "someone"


async def test_keys_that_cannot_be_had_are_not_asked_for_again_at_once(provider: Provider, idp: Misbehaving) -> None:
    await provider.begin()
    idp.instead["jwks"] = httpx2.ConnectError("gone")
    idp.header["kid"] = "made-up"

    assert await refusal_of(provider.backchannel(idp.logout_token())) == Reason.PROVIDER_DOWN
    assert await refusal_of(provider.backchannel(idp.logout_token())) == Reason.KEY_UNKNOWN


# How the gateway proves itself to the provider


async def test_name_and_secret_are_encoded_before_they_are_sent(provider: Provider, idp: Misbehaving) -> None:
    await sign_in(provider, idp)

    request = idp.asked_for("token")[0]
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == (
        b"sightline:a%2Fsecret%3A+100%25+%2Bodd"
    )
    assert SECRET.encode() not in request.content


async def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(provider: Provider, idp: Misbehaving) -> None:
    idp.discovery["token_endpoint_auth_methods_supported"] = ["client_secret_post"]

    await sign_in(provider, idp)

    request = idp.asked_for("token")[0]
    sent = dict(parse_qsl(request.content.decode()))
    assert (sent["client_id"], sent["client_secret"]) == (CLIENT, SECRET)
    assert "authorization" not in request.headers


async def test_a_public_client_names_itself_and_sends_no_secret(idp: Misbehaving, clock: Clock) -> None:
    provider = Provider(msgspec.structs.replace(SETTINGS, client_secret=None), clock, idp.transport())

    await sign_in(provider, idp)

    request = idp.asked_for("token")[0]
    sent = dict(parse_qsl(request.content.decode()))
    assert sent["client_id"] == CLIENT
    assert "client_secret" not in sent
    assert "authorization" not in request.headers


async def test_no_cookie_goes_from_one_sign_in_to_the_next(provider: Provider, idp: Misbehaving) -> None:
    idp.instead["userinfo"] = httpx2.Response(200, headers={"Set-Cookie": "who=someone"}, json=idp.user)
    await sign_in(provider, idp)

    await sign_in(provider, idp)

    assert not any("cookie" in request.headers for request in idp.asked)


# Signing out


async def test_the_id_token_goes_back_in_a_form_and_never_in_an_address(provider: Provider, idp: Misbehaving) -> None:
    proof = await sign_in(provider, idp)

    form = await provider.end_session(proof.id_token)

    assert form is not None
    assert form.action == f"{ISSUER}/logout"
    state = form.fields["state"]
    assert form.fields == {
        "id_token_hint": proof.id_token,
        "client_id": CLIENT,
        "post_logout_redirect_uri": SETTINGS.post_logout_redirect_uri,
        "state": state,
    }
    assert len(state) > 20


async def test_a_provider_that_ends_no_sessions_gives_no_form(provider: Provider, idp: Misbehaving) -> None:
    del idp.discovery["end_session_endpoint"]

    assert await provider.end_session("a token") is None


async def test_signing_out_of_a_provider_that_is_down_says_so(provider: Provider, idp: Misbehaving) -> None:
    idp.instead["openid-configuration"] = httpx2.ConnectError("gone")

    assert await refusal_of(provider.end_session("a token")) == Reason.PROVIDER_DOWN


@pytest.mark.parametrize(
    ("claims", "subject", "sid"),
    [
        pytest.param({}, "someone", "session-1", id="both"),
        pytest.param({"sid": GONE}, "someone", None, id="subject alone"),
        pytest.param({"sub": GONE}, None, "session-1", id="session alone"),
    ],
)
async def test_a_logout_token_says_whose_session_is_over(
    provider: Provider, idp: Misbehaving, claims: dict[str, Any], subject: str | None, sid: str | None
) -> None:
    idp.claims = claims
    idp.header["typ"] = "logout+jwt"

    logged_out = await provider.backchannel(idp.logout_token())

    assert logged_out == LoggedOut(issuer=ISSUER, subject=subject, sid=sid, jti="logout-1")


@pytest.mark.parametrize("typ", ["logout+jwt", "Logout+JWT", "application/logout+jwt", "JWT", GONE])
async def test_a_logout_token_may_name_its_kind_or_not(provider: Provider, idp: Misbehaving, typ: Any) -> None:
    idp.header["typ"] = typ

    assert (await provider.backchannel(idp.logout_token())).sid == "session-1"


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        pytest.param({"sub": GONE, "sid": GONE}, Reason.NOT_A_LOGOUT, id="of nobody"),
        pytest.param({"nonce": "n"}, Reason.NOT_A_LOGOUT, id="with a nonce"),
        pytest.param({"nonce": None}, Reason.NOT_A_LOGOUT, id="with an empty nonce"),
        pytest.param({"events": GONE}, Reason.NOT_A_LOGOUT, id="without an event"),
        pytest.param({"events": {"other": {}}}, Reason.NOT_A_LOGOUT, id="with another event"),
        pytest.param({"events": {LOGOUT: "yes"}}, Reason.NOT_A_LOGOUT, id="with an event that is no object"),
        pytest.param({"events": LOGOUT}, Reason.TOKEN_MALFORMED, id="with events that are no object"),
        pytest.param({"jti": GONE}, Reason.TOKEN_MALFORMED, id="without a number"),
        pytest.param({"jti": ""}, Reason.TOKEN_MALFORMED, id="with an empty number"),
        pytest.param({"iat": GONE}, Reason.TOKEN_MALFORMED, id="without a beginning"),
        pytest.param({"exp": GONE}, Reason.TOKEN_MALFORMED, id="without an end"),
        pytest.param({"iss": "https://other.example"}, Reason.ISS_MISMATCH, id="from another issuer"),
        pytest.param({"aud": "other"}, Reason.AUD_MISMATCH, id="for another"),
        pytest.param({"aud": [CLIENT, "other"]}, Reason.AUD_MISMATCH, id="for us and another"),
        pytest.param({"aud": GONE}, Reason.TOKEN_MALFORMED, id="for nobody"),
    ],
)
async def test_a_token_that_ends_nobodys_session_is_refused(
    provider: Provider, idp: Misbehaving, claims: dict[str, Any], reason: Reason
) -> None:
    idp.claims = claims

    assert await refusal_of(provider.backchannel(idp.logout_token())) == reason


@pytest.mark.parametrize(
    ("claim", "at", "reason"),
    [
        pytest.param("exp", -31, Reason.EXPIRED, id="ended"),
        pytest.param("iat", 60, Reason.NOT_YET_VALID, id="of the future"),
        pytest.param("iat", -301, Reason.STALE, id="of five minutes ago"),
    ],
)
async def test_a_logout_token_of_another_time_is_refused(
    provider: Provider, idp: Misbehaving, clock: Clock, claim: str, at: int, reason: Reason
) -> None:
    idp.claims = {claim: clock.in_s(at)}

    assert await refusal_of(provider.backchannel(idp.logout_token())) == reason


@pytest.mark.parametrize("forged", [unsigned, by_a_stranger, with_our_secret, as_an_access_token, that_is_none])
async def test_a_forged_logout_token_is_refused(
    provider: Provider, idp: Misbehaving, forged: Callable[[Misbehaving], None]
) -> None:
    forged(idp)

    await refusal_of(provider.backchannel(idp.logout_token()))


async def test_an_id_token_ends_no_session(provider: Provider, idp: Misbehaving) -> None:
    proof = await sign_in(provider, idp)

    assert await refusal_of(provider.backchannel(proof.id_token)) == Reason.NOT_A_LOGOUT


async def test_a_logout_token_is_dead_before_its_number_is_forgotten(
    provider: Provider, idp: Misbehaving, clock: Clock
) -> None:
    idp.claims = {"iat": clock.in_s(SETTINGS.leeway_s), "exp": clock.in_s(DAY_S)}
    token = idp.logout_token()
    await provider.backchannel(token)
    clock.pass_s(REMEMBER_JTI_S)

    assert await refusal_of(provider.backchannel(token)) == Reason.STALE


# Secrets


async def test_no_value_of_a_sign_in_prints_what_it_holds(provider: Provider, idp: Misbehaving) -> None:
    url, attempt = await provider.begin()
    proof = await provider.finish(idp.sends_back(url), attempt)
    form = await provider.end_session(proof.id_token)

    printed = f"{SETTINGS} {attempt} {proof} {form} {[attempt, proof, form, SETTINGS]!r}"

    for secret in (SECRET, attempt.state, attempt.nonce, attempt.verifier, proof.id_token, "Ashgrove", "someone"):
        assert secret not in printed


# Settings


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "http://idp.example"},
        {"issuer": "https://idp.example?realm=1"},
        {"issuer": "https://idp.example#realm"},
        {"issuer": "http://localhost.evil.example"},
        {"issuer": "http://192.0.2.7"},
        {"issuer": ""},
        {"redirect_uri": "http://sightline.example/signin/callback"},
        {"post_logout_redirect_uri": "/signin"},
        {"algorithms": frozenset({"RS256", "none"})},
        {"algorithms": frozenset({"HS256"})},
        {"algorithms": frozenset()},
        {"scopes": ("profile",)},
    ],
)
def test_a_provider_that_could_not_be_safe_is_no_setting(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"https|algorithms|query|scope"):
        ProviderSettings(**{**msgspec.structs.asdict(SETTINGS), **changed})


@pytest.mark.parametrize("issuer", ["http://localhost:8081", "http://127.0.0.1:8081", "http://[::1]:8081"])
def test_plain_http_will_do_where_it_never_leaves_the_machine(issuer: str) -> None:
    assert ProviderSettings(**{**msgspec.structs.asdict(SETTINGS), "issuer": issuer}).issuer == issuer


async def test_the_way_out_checks_certificates() -> None:
    async with connections() as way_out:
        tls = way_out._pool._ssl_context
        assert tls is not None
        assert tls.check_hostname
