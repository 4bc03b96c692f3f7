"""The values of a sign-in: what we ask of a provider, one attempt, what it proved, and why it proved nothing.

Pure. Nothing here prints what it holds: a traceback or a log line must not carry a token.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

ALGORITHMS = frozenset({"RS256", "PS256", "ES256"})  # a provider's own list is never asked: it may hold `none`


class Reason(StrEnum):
    """Why a sign-in or a logout token was refused: one word for the record, the log and the page."""

    PROVIDER_DOWN = "provider_down"  # no answer in time, no connection, 5xx, 429
    PROVIDER_ERROR = "provider_error"  # it answered, but with an error or with nonsense
    ENDPOINT_REFUSED = "endpoint_refused"  # neither https nor, beside an issuer on loopback, loopback
    STATE_MISMATCH = "state_mismatch"
    ATTEMPT_EXPIRED = "attempt_expired"
    ISS_MISMATCH = "iss_mismatch"
    TOKEN_MALFORMED = "token_malformed"  # noqa: S105 - a word, not a token
    TYP_REFUSED = "typ_refused"
    ALG_REFUSED = "alg_refused"
    KEY_UNKNOWN = "key_unknown"  # no key fits, or more than one
    SIGNATURE_REFUSED = "signature_refused"
    AUD_MISMATCH = "aud_mismatch"
    NONCE_MISMATCH = "nonce_mismatch"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"  # the two clocks disagree
    STALE = "stale"  # issued before it was asked for, or the person proved themselves too long ago
    SUB_MISMATCH = "sub_mismatch"
    NOT_A_LOGOUT = "not_a_logout"


class SignInRefused(Exception):
    """Nothing was proved. Says why in one word, and quotes neither a token nor the provider."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One provider and what is asked of it. Raises `ValueError` for what could not be safe.

    Any of `acr` or any of `amr` proves more than one factor; where both are empty nobody does.
    `client_secret` None makes a public client.
    """

    issuer: str
    client_id: str
    redirect_uri: str
    post_logout_redirect_uri: str
    client_secret: str | None = None
    scopes: tuple[str, ...] = ("openid", "profile", "email", "phone")
    algorithms: frozenset[str] = ALGORITHMS
    acr: tuple[str, ...] = ()  # asked for in this order
    amr: tuple[str, ...] = ()
    max_auth_age_s: int = 12 * 3600  # CJIS IA-11
    leeway_s: int = 30  # how far two clocks may be apart

    def __post_init__(self) -> None:
        for url in (self.issuer, self.redirect_uri, self.post_logout_redirect_uri):
            if not (is_https(url) or is_loopback(url)):
                raise ValueError("an issuer or return address is neither https nor on loopback")
        if urlsplit(self.issuer).query or urlsplit(self.issuer).fragment:
            raise ValueError("an issuer has no query and no fragment (OpenID Connect Discovery 1.0, 3)")
        if not self.algorithms or self.algorithms - ALGORITHMS:
            raise ValueError(f"algorithms are some of {', '.join(sorted(ALGORITHMS))}")
        if "openid" not in self.scopes:
            raise ValueError("the scope openid is missing: without it nobody is identified")

    def __repr__(self) -> str:
        return f"<provider {self.issuer}>"


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One sign-in under way. The caller keeps it on the server, for `ATTEMPT_LIVES_S`, and gives it back once.

    It must be found again by something only this browser holds (a cookie). Found by the `state` in the URL alone, an
    attacker's own sign-in could be finished in the browser of an officer.
    """

    state: str
    nonce: str
    verifier: str
    created_at: datetime

    def __repr__(self) -> str:
        return "<attempt>"


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider vouched for: who (issuer and subject, never an e-mail address), and how it knows.

    `multi_factor` is a fact, not a decision: someone with one factor has proved who they are. `claims` holds the ID
    token's claims and, where it is silent, user-info's; all else comes from the signed ID token alone.
    """

    issuer: str
    subject: str
    claims: Mapping[str, Any]
    acr: str | None
    amr: tuple[str, ...]
    multi_factor: bool
    auth_time: datetime
    sid: str | None
    id_token: str

    def __repr__(self) -> str:
        return "<proof>"


class EndSession(msgspec.Struct, frozen=True):
    """A form for the browser to POST, so that the ID token with its names is in no URL."""

    action: str
    fields: Mapping[str, str]

    def __repr__(self) -> str:
        return "<end session>"


class LoggedOut(msgspec.Struct, frozen=True, kw_only=True):
    """The provider says someone's session is over: end those of `sid`, or without one all of `subject`.

    The caller takes each `jti` once and remembers it for `REMEMBER_JTI_S`.
    """

    issuer: str
    subject: str | None
    sid: str | None
    jti: str


ATTEMPT_LIVES_S = 600  # time to find a phone and type its code
REMEMBER_JTI_S = 600  # longer than a logout token is accepted


def is_https(url: str) -> bool:
    """Whether `url` is read and changed by nobody on the way."""
    parts = urlsplit(url)
    return parts.scheme == "https" and bool(parts.hostname)


def is_loopback(url: str) -> bool:
    """Whether `url` is plain HTTP that never leaves this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        return False
    try:
        return parts.hostname == "localhost" or ip_address(parts.hostname).is_loopback
    except ValueError:
        return False
