"""Whether a token is this provider's, for us, and of now. Pure: keys and the time are handed in.

OpenID Connect Core 3.1.3.7 and Back-Channel Logout 2.6, in numbered steps. joserfc checks signatures and Authlib the
registered claims; what they let through (tested against both) is refused here. Shapes are read first, so that a claim
of a wrong type is never compared with anything.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from authlib.oauth2.claims import JWTClaims
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, ClaimError, JoseError, UnsupportedAlgorithmError
from joserfc.jwk import GuestProtocol, JWKRegistry, Key, KeyCallable, RSAKey
from joserfc.jws import JWSRegistry
from msgspec import Meta

from gateway.identity.proof import Attempt, LoggedOut, Proof, ProviderSettings, Reason, SignInRefused

Keys = Sequence[Key]
_Shape = TypeVar("_Shape", "_IdToken", "_LogoutToken")

_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TOKEN_LIVES_S = 300  # two minutes are recommended; a provider's queue may take longer
_SMALLEST_RSA_BITS = 2048  # NIST SP 800-131A

_Text = Annotated[str, Meta(min_length=1, max_length=255)]  # OpenID Connect Core, 2
_Time = Annotated[float, Meta(ge=0, le=253_402_300_799)]  # seconds since 1970, to the year 9999; never NaN


class _IdToken(msgspec.Struct):
    iss: str
    sub: _Text
    aud: str | list[str]
    exp: _Time
    iat: _Time
    auth_time: _Time
    nonce: str
    acr: str | None = None
    amr: tuple[str, ...] = ()
    sid: _Text | None = None
    azp: str | None = None
    at_hash: str | None = None


class _LogoutToken(msgspec.Struct):
    iss: str
    aud: str | list[str]
    exp: _Time
    iat: _Time
    jti: _Text
    events: dict[str, Any] = {}
    sub: _Text | None = None
    sid: _Text | None = None


_REASONS = {
    "iss": Reason.ISS_MISMATCH,
    "aud": Reason.AUD_MISMATCH,
    "azp": Reason.AUD_MISMATCH,
    "nonce": Reason.NONCE_MISMATCH,
    "exp": Reason.EXPIRED,
    "iat": Reason.NOT_YET_VALID,
    "nbf": Reason.NOT_YET_VALID,
}


def readable_keys(document: Mapping[str, Any]) -> Keys:
    """The keys of a JWKS document. One that cannot be read, or is too short to trust, is left out (RFC 7517, 5)."""
    listed = document.get("keys")
    keys = []
    for entry in listed if isinstance(listed, list) else ():
        try:
            key = JWKRegistry.import_key(entry)
        except (JoseError, ValueError, TypeError, LookupError):  # joserfc leaves odd values to Python
            continue
        if not (isinstance(key, RSAKey) and key.raw_value.key_size < _SMALLEST_RSA_BITS):
            keys.append(key)
    return keys


def proof_by(
    id_token: str, keys: Keys, settings: ProviderSettings, now: datetime, *, attempt: Attempt, access_token: str
) -> Proof:
    """What `id_token` proves as the answer to `attempt`. Raises `SignInRefused`."""
    # 1. Signed by a key of the provider with an algorithm of ours, and not a token of another kind.
    token = _signed(id_token, keys, settings, types=frozenset({"jwt"}))
    # 2. Every claim has its type; `sub` is not empty; `auth_time` is there, for its age was asked for.
    read = _shaped(token.claims, _IdToken)
    # 3. From the issuer, for us, in reply to this attempt's nonce, with this access token, neither past nor future.
    told = {"nonce": attempt.nonce, "client_id": settings.client_id, "access_token": access_token}
    _check(CodeIDToken(token.claims, token.header, _expected(settings), told), settings, now)
    # 4. For us alone: an audience that nobody named to us is not trusted.
    _check_audience(read.aud, settings)
    # 5. Made after it was asked for, and the person proved themselves lately.
    earliest = attempt.created_at.timestamp() - settings.leeway_s
    oldest = now.timestamp() - settings.max_auth_age_s - settings.leeway_s
    if read.iat < earliest or read.auth_time < oldest:
        raise SignInRefused(Reason.STALE)
    if read.auth_time > now.timestamp() + settings.leeway_s:
        raise SignInRefused(Reason.NOT_YET_VALID)
    return Proof(
        issuer=read.iss,
        subject=read.sub,
        claims=token.claims,
        acr=read.acr,
        amr=read.amr,
        multi_factor=read.acr in settings.acr or not set(settings.amr).isdisjoint(read.amr),
        auth_time=datetime.fromtimestamp(read.auth_time, UTC),
        sid=read.sid,
        id_token=id_token,
    )


def logged_out_by(logout_token: str, keys: Keys, settings: ProviderSettings, now: datetime) -> LoggedOut:
    """Whose session `logout_token` ends. Raises `SignInRefused`. That its `jti` is new, the caller checks."""
    # 1. Signed as an ID token is; its own type is recommended, and not every provider writes it.
    token = _signed(logout_token, keys, settings, types=frozenset({"logout+jwt", "jwt"}))
    # 2. It is a logout, of someone, and not an ID token: those have a nonce.
    if "nonce" in token.claims:
        raise SignInRefused(Reason.NOT_A_LOGOUT)
    read = _shaped(token.claims, _LogoutToken)
    if not isinstance(read.events.get(_LOGOUT_EVENT), dict) or not (read.sub or read.sid):
        raise SignInRefused(Reason.NOT_A_LOGOUT)
    # 3. From the issuer, for us and nobody else, of now.
    _check(JWTClaims(token.claims, token.header, _expected(settings)), settings, now)
    _check_audience(read.aud, settings)
    if read.iat < now.timestamp() - _LOGOUT_TOKEN_LIVES_S:
        raise SignInRefused(Reason.STALE)
    return LoggedOut(issuer=read.iss, subject=read.sub, sid=read.sid, jti=read.jti)


def _signed(token: str, keys: Keys, settings: ProviderSettings, types: frozenset[str]) -> jwt.Token:
    registry = JWSRegistry(algorithms=settings.algorithms, strict_check_header=False)  # other headers are harmless
    try:
        read = jwt.decode(token, _the_one_key(keys), registry=registry)
    except UnsupportedAlgorithmError:
        raise SignInRefused(Reason.ALG_REFUSED) from None
    except BadSignatureError:
        raise SignInRefused(Reason.SIGNATURE_REFUSED) from None
    except (JoseError, ValueError, TypeError, LookupError):  # joserfc leaves odd values to Python
        raise SignInRefused(Reason.TOKEN_MALFORMED) from None
    kind = str(read.header.get("typ", "jwt")).lower().removeprefix("application/")  # RFC 7515, 4.1.9
    if kind not in types:
        raise SignInRefused(Reason.TYP_REFUSED)
    return read


def _the_one_key(keys: Keys) -> KeyCallable:
    """Choose the key that fits a token's header. None, or more than one, is no choice (Core, 10.1)."""

    def choose(signature: GuestProtocol) -> Key:
        header = signature.headers()
        fitting = [key for key in keys if _fits(key, header)]
        if len(fitting) != 1:
            raise SignInRefused(Reason.KEY_UNKNOWN)
        return fitting[0]

    return choose


def _fits(key: Key, header: Mapping[str, Any]) -> bool:
    """Whether `key` is meant, and may be used: its purpose, its type, its curve and its own algorithm."""
    return key.kid == header.get("kid", key.kid) and bool(JWSRegistry.filter_algorithms(key, [header["alg"]]))


def _shaped(claims: Mapping[str, Any], shape: type[_Shape]) -> _Shape:
    try:
        return msgspec.convert(claims, shape)
    except msgspec.ValidationError:
        raise SignInRefused(Reason.TOKEN_MALFORMED) from None


def _expected(settings: ProviderSettings) -> dict[str, Any]:
    return {
        "iss": {"essential": True, "value": settings.issuer},
        "aud": {"essential": True, "value": settings.client_id},
    }


def _check(claims: JWTClaims, settings: ProviderSettings, now: datetime) -> None:
    try:
        claims.validate(now=now.timestamp(), leeway=settings.leeway_s)
    except ClaimError as error:
        raise SignInRefused(_REASONS.get(error.claim, Reason.TOKEN_MALFORMED)) from None


def _check_audience(audience: str | list[str], settings: ProviderSettings) -> None:
    named = [audience] if isinstance(audience, str) else audience
    if any(other != settings.client_id for other in named):
        raise SignInRefused(Reason.AUD_MISMATCH)
