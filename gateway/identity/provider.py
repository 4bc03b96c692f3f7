"""Sign-in and sign-out at any OpenID provider: ask, and believe only what was checked.

Authlib writes the request (PKCE) and exchanges the code; `tokens` judges what comes back. Nothing of an attempt is
kept here: the caller keeps it on the server. Endpoints and keys are fetched when a sign-in begins, and kept for a
while; keys again when a token names one we do not know, but not more often than `_KEYS_AGAIN_S`, whoever sends tokens.
"""

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import quote_plus

import httpx2
import msgspec
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client

from gateway.identity.proof import (
    ATTEMPT_LIVES_S,
    Attempt,
    EndSession,
    LoggedOut,
    Proof,
    ProviderSettings,
    Reason,
    SignInRefused,
    is_https,
    is_loopback,
)
from gateway.identity.tokens import Keys, logged_out_by, proof_by, readable_keys
from gateway.settings import Identity

_PATIENCE_S = 5.0  # for one answer of the provider, from the first byte sent to the last received
_FRESH_S = 600  # endpoints and keys
_KEYS_AGAIN_S = 30
_MAYBE_NEW_KEYS = frozenset({Reason.KEY_UNKNOWN, Reason.SIGNATURE_REFUSED})

_Judged = TypeVar("_Judged")
_Shape = TypeVar("_Shape")


class _Discovered(msgspec.Struct, frozen=True):
    """What a provider says of itself, as far as we ask (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    end_session_endpoint: str | None = None
    authorization_response_iss_parameter_supported: bool = False
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)

    def endpoints(self) -> list[str]:
        needed = [self.authorization_endpoint, self.token_endpoint, self.jwks_uri]
        return needed + [url for url in (self.userinfo_endpoint, self.end_session_endpoint) if url is not None]


class _Tokens(msgspec.Struct, frozen=True):
    """The answer to a code."""

    access_token: str
    id_token: str


def read_provider(identity: Identity, public_url: str) -> ProviderSettings:
    """The provider that settings describe, its secret from its file. Raises `ValueError` for what cannot be safe."""
    secret = identity.client_secret_file
    return ProviderSettings(
        issuer=identity.issuer,
        client_id=identity.client_id,
        client_secret=None if secret is None else secret.read_text("utf-8").strip(),
        redirect_uri=f"{public_url}/signin/callback",
        post_logout_redirect_uri=f"{public_url}/signed-out",
        scopes=identity.scopes,
        acr=identity.acr,
        amr=identity.amr,
        max_auth_age_s=identity.max_auth_age_s,
    )


def connections() -> httpx2.AsyncHTTPTransport:
    """The way out for `Provider`: a pool with one TLS context, which is slow to make. The caller closes it."""
    return httpx2.AsyncHTTPTransport(verify=ssl.create_default_context())


class Provider:
    """One OpenID provider, as the gateway sees it. Its methods raise `SignInRefused`, and nothing else."""

    def __init__(
        self, settings: ProviderSettings, clock: Callable[[], datetime], transport: httpx2.AsyncBaseTransport
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._transport = transport
        self._asks = asyncio.Lock()  # one fetch at a time: who waited finds the answer there
        self._discovered: _Discovered | None = None
        self._keys: Keys = ()
        self._discovered_at = self._keys_again_at = datetime.min.replace(tzinfo=UTC)

    async def begin(self) -> tuple[str, Attempt]:
        """Where to send the browser, and the attempt to keep on the server until it comes back."""
        discovered = await self._known()
        attempt = Attempt(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(32),
            created_at=self._clock(),
        )
        url, _ = self._client().create_authorization_url(
            discovered.authorization_endpoint,
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
            max_age=self._settings.max_auth_age_s,
            acr_values=" ".join(self._settings.acr) or None,
        )
        return url, attempt

    async def finish(self, params: Mapping[str, str], attempt: Attempt) -> Proof:
        """What the provider proved to the browser that came back with `params` in its query."""
        # 1. The browser brings the answer to this attempt, in time. One guess each: there is no timing to learn from.
        if params.get("state") != attempt.state:
            raise SignInRefused(Reason.STATE_MISMATCH)
        if self._clock() - attempt.created_at > timedelta(seconds=ATTEMPT_LIVES_S):
            raise SignInRefused(Reason.ATTEMPT_EXPIRED)
        # 2. It comes from this provider (RFC 9207), an error too. What an error says is not repeated to anyone.
        discovered = await self._known()
        named = "iss" in params or discovered.authorization_response_iss_parameter_supported
        if named and params.get("iss") != self._settings.issuer:
            raise SignInRefused(Reason.ISS_MISMATCH)
        if "error" in params or not params.get("code"):
            raise SignInRefused(Reason.PROVIDER_ERROR)
        # 3. The code, with the verifier only we know, buys tokens; the ID token is judged.
        tokens = await self._exchange(discovered, params["code"], attempt)
        proof = await self._judged(
            lambda keys: proof_by(
                tokens.id_token, keys, self._settings, self._clock(), attempt=attempt, access_token=tokens.access_token
            )
        )
        # 4. User-info is not signed: it must be about the same person, and adds only what the ID token left out.
        if discovered.userinfo_endpoint is None:
            return proof
        user = await self._get(discovered.userinfo_endpoint, dict[str, Any], tokens.access_token)
        if user.get("sub") != proof.subject:
            raise SignInRefused(Reason.SUB_MISMATCH)
        return msgspec.structs.replace(proof, claims={**user, **proof.claims})

    async def end_session(self, id_token: str) -> EndSession | None:
        """The form that ends the session at the provider too, or None where it offers none."""
        discovered = await self._known()
        if discovered.end_session_endpoint is None:
            return None
        return EndSession(
            discovered.end_session_endpoint,
            {
                "id_token_hint": id_token,
                "client_id": self._settings.client_id,
                "post_logout_redirect_uri": self._settings.post_logout_redirect_uri,
                "state": secrets.token_urlsafe(16),
            },
        )

    async def backchannel(self, logout_token: str) -> LoggedOut:
        """Whose session the provider ended, as it told us itself (OpenID Connect Back-Channel Logout 1.0)."""
        return await self._judged(lambda keys: logged_out_by(logout_token, keys, self._settings, self._clock()))

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._settings.client_id,
            self._settings.client_secret,
            token_endpoint_auth_method="client_secret_post" if self._settings.client_secret else "none",
            scope=" ".join(self._settings.scopes),
            redirect_uri=self._settings.redirect_uri,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=None,  # `_asking` has the deadline
        )

    async def _exchange(self, discovered: _Discovered, code: str, attempt: Attempt) -> _Tokens:
        client_auth = None
        if self._settings.client_secret and "client_secret_basic" in discovered.token_endpoint_auth_methods_supported:
            # RFC 6749, 2.3.1: both halves are form-encoded first, which Authlib leaves out.
            client_auth = httpx2.BasicAuth(
                quote_plus(self._settings.client_id), quote_plus(self._settings.client_secret)
            )
        async with _asking():
            answer = await self._client().fetch_token(
                discovered.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=attempt.verifier,
                auth=client_auth,
            )
            return msgspec.convert(answer, _Tokens)

    async def _judged(self, judge: Callable[[Keys], _Judged]) -> _Judged:
        """What `judge` says of a token; asked once more when the provider may have new keys."""
        discovered = await self._known()
        try:
            return judge(self._keys)
        except SignInRefused as refused:
            if refused.reason not in _MAYBE_NEW_KEYS:
                raise
        async with _asking(), self._asks:
            if self._age_s(self._keys_again_at) >= _KEYS_AGAIN_S:
                self._keys_again_at = self._clock()  # also should it fail: anyone can send us a token
                self._keys = await self._fetch_keys(discovered)
        return judge(self._keys)

    async def _known(self) -> _Discovered:
        """The provider's endpoints, its keys fetched with them."""
        async with _asking(), self._asks:
            if self._discovered is None or self._age_s(self._discovered_at) >= _FRESH_S:
                discovered = await self._discover()
                self._keys = await self._fetch_keys(discovered)
                self._discovered, self._discovered_at = discovered, self._clock()
            return self._discovered

    async def _discover(self) -> _Discovered:
        url = self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        discovered = await self._get(url, _Discovered)
        if discovered.issuer != self._settings.issuer:
            raise SignInRefused(Reason.ISS_MISMATCH)
        near = is_loopback(self._settings.issuer)
        if not all(is_https(url) or (near and is_loopback(url)) for url in discovered.endpoints()):
            raise SignInRefused(Reason.ENDPOINT_REFUSED)
        return discovered

    async def _fetch_keys(self, discovered: _Discovered) -> Keys:
        return readable_keys(await self._get(discovered.jwks_uri, dict[str, Any]))

    async def _get(self, url: str, shape: type[_Shape], access_token: str | None = None) -> _Shape:
        headers = {"Accept": "application/json"}
        if access_token is not None:
            headers["Authorization"] = f"Bearer {access_token}"
        # A client of its own each time: a shared one would carry cookies from one person's sign-in to the next.
        client = httpx2.AsyncClient(transport=self._transport, timeout=None)
        async with _asking():
            response = await client.get(url, headers=headers)
            response.raise_for_status()
            return msgspec.json.decode(response.content, type=shape)

    def _age_s(self, then: datetime) -> float:
        return abs((self._clock() - then).total_seconds())  # abs: a clock set back must not keep old keys for ever


@asynccontextmanager
async def _asking() -> AsyncIterator[None]:
    """Wait for the provider, but not for long. Foreign errors end here: their texts quote the provider."""
    try:
        async with asyncio.timeout(_PATIENCE_S):
            yield
    except (TimeoutError, httpx2.TransportError):
        raise SignInRefused(Reason.PROVIDER_DOWN) from None
    except httpx2.HTTPStatusError as error:
        status = error.response.status_code
        down = status == httpx2.codes.TOO_MANY_REQUESTS or status >= httpx2.codes.INTERNAL_SERVER_ERROR
        raise SignInRefused(Reason.PROVIDER_DOWN if down else Reason.PROVIDER_ERROR) from None
    except (OAuthError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, TypeError, RecursionError):
        raise SignInRefused(Reason.PROVIDER_ERROR) from None
