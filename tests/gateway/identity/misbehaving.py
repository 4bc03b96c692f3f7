"""An OpenID provider in memory. All is well with it until a test changes one thing."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx2
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

from gateway.identity.proof import Proof, ProviderSettings
from gateway.identity.provider import Provider

ISSUER = "https://idp.example/realm"
CLIENT = "sightline"
SECRET = "a/secret: 100% +odd"
ACCESS = "access-token-of-someone"
CODE = "code-for-someone"
GONE = ...  # a claim that is left out
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"

EC = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
STRANGER = ECKey.generate_key("P-256", {"kid": "ec", "use": "sig", "alg": "ES256"})

SETTINGS = ProviderSettings(
    issuer=ISSUER,
    client_id=CLIENT,
    client_secret=SECRET,
    redirect_uri="https://sightline.example/signin/callback",
    post_logout_redirect_uri="https://sightline.example/signin",
    acr=("aal2", "aal3"),
    amr=("otp", "hwk"),
    max_auth_age_s=3600,
)


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 6, 14, 7, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def in_s(self, seconds: float) -> int:
        return int(self.now.timestamp() + seconds)


class Misbehaving:
    """The provider, its answers as plain values to change, and what it was asked."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.signs_with: Key = EC
        self.header: dict[str, Any] = {"alg": "ES256", "kid": "ec", "typ": "JWT"}
        self.claims: dict[str, Any] = {}
        self.user: Any = {"sub": "someone", "given_name": "Rowan", "family_name": "Ashgrove"}
        self.keys: list[Any] = [EC.as_dict(private=False), RSA.as_dict(private=False)]
        self.discovery: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            "end_session_endpoint": f"{ISSUER}/logout",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
        }
        self.instead: dict[str, httpx2.Response | Exception] = {}  # by last part of the path
        self.asked: list[httpx2.Request] = []
        self._nonce = self._challenge = ""

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def asked_for(self, last: str) -> list[httpx2.Request]:
        return [request for request in self.asked if request.url.path.endswith(last)]

    def sends_back(self, url: str) -> dict[str, str]:
        """What the browser brings back from the authorization page at `url`."""
        query = dict(parse_qsl(urlsplit(url).query))
        self._nonce, self._challenge = query["nonce"], query["code_challenge"]
        return {"code": CODE, "state": query["state"], "iss": ISSUER}

    def id_token(self) -> str:
        claims = {
            "iss": ISSUER,
            "sub": "someone",
            "aud": CLIENT,
            "iat": self.clock.in_s(0),
            "exp": self.clock.in_s(300),
            "auth_time": self.clock.in_s(-5),
            "nonce": self._nonce,
            "acr": "aal2",
            "amr": ["pwd", "otp"],
            "sid": "session-1",
            "at_hash": create_half_hash(ACCESS, "ES256").decode(),
        }
        return self.sign({**claims, **self.claims})

    def logout_token(self) -> str:
        claims = {
            "iss": ISSUER,
            "sub": "someone",
            "aud": CLIENT,
            "iat": self.clock.in_s(0),
            "exp": self.clock.in_s(120),
            "jti": "logout-1",
            "sid": "session-1",
            "events": {LOGOUT: {}},
        }
        return self.sign({**claims, **self.claims})

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token of these claims, however wrong: a library would refuse to make some."""
        unsigned = f"{part(self.header)}.{part(claims)}"
        signature = JWSRegistry.algorithms[self.header["alg"]].sign(unsigned.encode(), self.signs_with)
        return f"{unsigned}.{urlsafe_b64encode(signature).decode()}"

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        last = request.url.path.rsplit("/", 1)[-1]
        instead = self.instead.get(last)
        if isinstance(instead, Exception):
            raise instead
        if instead is not None:
            return httpx2.Response(instead.status_code, headers=instead.headers, content=instead.content)
        match last:
            case "openid-configuration":
                return httpx2.Response(200, json=self.discovery)
            case "jwks":
                return httpx2.Response(200, json={"keys": self.keys})
            case "token":
                sent = parse_qs(request.content.decode())
                assert sent["code"] == [CODE]
                assert create_s256_code_challenge(sent["code_verifier"][0]) == self._challenge
                answer = {"access_token": ACCESS, "token_type": "Bearer", "id_token": self.id_token()}
                return httpx2.Response(200, json=answer)
            case "userinfo":
                assert request.headers["authorization"] == f"Bearer {ACCESS}"
                return httpx2.Response(200, json=self.user)
        raise AssertionError(request.url)


async def sign_in(provider: Provider, idp: Misbehaving) -> Proof:
    url, attempt = await provider.begin()
    return await provider.finish(idp.sends_back(url), attempt)


def secret_key(secret: str) -> OctKey:
    return OctKey(secret.encode(), secret.encode())  # importing would refuse a public key in disguise


def part(value: Mapping[str, Any]) -> str:
    shown = {name: inner for name, inner in value.items() if inner is not GONE}
    return urlsafe_b64encode(json.dumps(shown).encode()).decode()
