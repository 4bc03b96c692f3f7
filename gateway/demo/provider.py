"""The stand-in for the state's identity service: a small OpenID provider with a button for each invented person.

Real in everything a relying party can see: authorization code, PKCE S256, nonce, `iss` on the way back (RFC 9207),
keys made at start, user-info, RP-initiated and back-channel logout. It takes nobody's password and remembers nobody's
browser: each sign-in asks who it is. So it serves loopback, and refuses any other issuer.
"""

import contextlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import jinja2
import msgspec
from authlib.common.urls import add_params_to_uri
from authlib.oidc.core.util import create_half_hash
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.demo.asked import Asked, Client
from gateway.demo.people import PEOPLE, Person
from gateway.demo.tickets import Tickets
from gateway.identity.proof import is_loopback

_HERE = Path(__file__).parent
_PAGES = jinja2.Environment(loader=jinja2.FileSystemLoader(_HERE / "templates"), autoescape=True)
_STYLE = (_HERE / "templates" / "standin.css").read_text("utf-8")
_BY_ACCOUNT = {person.account: person for person in PEOPLE}
_NOT_KEPT = {"Cache-Control": "no-store"}
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class _Grant(msgspec.Struct, frozen=True):
    """What a code stands for."""

    asked: Asked
    person: Person
    at: int
    sid: str


class StandIn:
    """The provider at `issuer` for one `client`; `transport` leads to the client's back channel."""

    def __init__(
        self, issuer: str, client: Client, clock: Callable[[], datetime], transport: httpx2.AsyncBaseTransport
    ) -> None:
        if not is_loopback(issuer):
            raise ValueError("the stand-in signs anyone in: its issuer can only be on loopback")
        self._issuer = issuer
        self._client = client
        self._clock = clock
        self._transport = transport
        self._key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
        self._codes: Tickets[_Grant] = Tickets(60, clock)
        self._access: Tickets[Person] = Tickets(300, clock)
        self._sessions: Tickets[Person] = Tickets(12 * 3600, clock)

    def app(self) -> Starlette:
        """The provider as an application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._describe),
                Route("/jwks", self._show_keys),
                Route("/authorize", self._ask_who),
                Route("/authorize", self._send_back, methods=["POST"]),
                Route("/token", self._exchange, methods=["POST"]),
                Route("/userinfo", self._tell, methods=["GET", "POST"]),
                Route("/end-session", self._end, methods=["GET", "POST"]),
                Route("/standin.css", _style),
            ],
            middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=[urlsplit(self._issuer).hostname or ""])],
            max_body_size=16 * 1024,
        )

    async def _describe(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self._issuer,
                "authorization_endpoint": f"{self._issuer}/authorize",
                "token_endpoint": f"{self._issuer}/token",
                "userinfo_endpoint": f"{self._issuer}/userinfo",
                "jwks_uri": f"{self._issuer}/jwks",
                "end_session_endpoint": f"{self._issuer}/end-session",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "token_endpoint_auth_methods_supported": ["none"],
                "code_challenge_methods_supported": ["S256"],
                "scopes_supported": ["openid", "profile", "email", "phone"],
                "acr_values_supported": ["aal1", "aal2"],
                "authorization_response_iss_parameter_supported": True,
                "backchannel_logout_supported": True,
                "backchannel_logout_session_supported": True,
            }
        )

    async def _show_keys(self, _: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def _ask_who(self, request: Request) -> Response:
        asked = msgspec.convert(_texts(request.query_params), Asked)
        return self._refused(asked) or self._page(
            "signin.html", title="Sign in as", people=PEOPLE, asked=msgspec.structs.asdict(asked)
        )

    async def _send_back(self, request: Request) -> Response:
        sent = _texts(await request.form())
        asked, person = msgspec.convert(sent, Asked), _BY_ACCOUNT.get(sent.get("account", ""))
        refused = self._refused(asked)
        if refused is not None:
            return refused
        if person is None:
            return self._page("message.html", 400, title="Nobody was chosen", text="Go back and choose a person.")
        grant = _Grant(asked, person, self._now(), self._sessions.issue(person))
        return self._answer(asked, code=self._codes.issue(grant))

    async def _exchange(self, request: Request) -> Response:
        sent = _texts(await request.form())
        grant = self._codes.take(sent.get("code", ""))
        if sent.get("grant_type") != "authorization_code":
            return JSONResponse({"error": "unsupported_grant_type"}, 400, headers=_NOT_KEPT)
        if grant is None or not grant.asked.is_redeemed_by(sent):
            return JSONResponse({"error": "invalid_grant"}, 400, headers=_NOT_KEPT)
        access_token = self._access.issue(grant.person)
        id_token = self._signed(
            "JWT",
            sub=grant.person.subject,
            exp=self._now() + 300,
            auth_time=grant.at,
            nonce=grant.asked.nonce,
            acr=grant.person.acr,
            amr=list(grant.person.amr),
            sid=grant.sid,
            at_hash=create_half_hash(access_token, "ES256").decode(),
        )
        answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": 300, "id_token": id_token}
        return JSONResponse(answer, headers=_NOT_KEPT)

    async def _tell(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        person = self._access.look(token) if scheme.lower() == "bearer" else None
        if person is None:
            return Response(status_code=401, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
        return JSONResponse(person.claims(), headers=_NOT_KEPT)

    async def _end(self, request: Request) -> Response:
        sent = _texts(await request.form() if request.method == "POST" else request.query_params)
        hint = self._hinted(sent.get("id_token_hint", ""))
        person = self._sessions.take(hint.get("sid", ""))
        if person is not None:
            await self._tell_client(hint["sid"], person)
        back = sent.get("post_logout_redirect_uri")
        if hint and back in self._client.post_logout_redirect_uris:
            state = {name: text for name, text in sent.items() if name == "state"}
            return RedirectResponse(add_params_to_uri(back, state), 303, headers=_NOT_KEPT)
        return self._page("message.html", title="Signed out", text="Nobody is signed in here any more.")

    async def _tell_client(self, sid: str, person: Person) -> None:
        token = self._signed(
            "logout+jwt",
            sub=person.subject,
            exp=self._now() + 120,
            jti=secrets.token_urlsafe(16),
            sid=sid,
            events={_LOGOUT_EVENT: {}},
        )
        client = httpx2.AsyncClient(transport=self._transport, timeout=2)  # seconds
        # Someone who signs out is signed out here, whether or not their applications answer.
        with contextlib.suppress(httpx2.HTTPError):
            await client.post(
                self._client.backchannel_logout_uri, data={"logout_token": token}, headers={"Connection": "close"}
            )

    def _refused(self, asked: Asked) -> Response | None:
        if not asked.is_from(self._client):
            # Never to an address we do not know: it would make this an open redirector.
            return self._page("message.html", 400, title="Unknown application", text="It is not registered here.")
        error = asked.error()
        return None if error is None else self._answer(asked, error=error)

    def _answer(self, asked: Asked, **said: str) -> Response:
        said |= {"state": asked.state, "iss": self._issuer}
        return RedirectResponse(add_params_to_uri(asked.redirect_uri, said), 303, headers=_NOT_KEPT)

    def _page(self, template: str, status: int = 200, **shown: Any) -> Response:
        back = " ".join(sorted({_origin(url) for url in self._client.redirect_uris}))
        policy = (
            f"default-src 'none'; style-src 'self'; form-action 'self' {back}; base-uri 'none'; frame-ancestors 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            **_NOT_KEPT,
        }
        return HTMLResponse(_PAGES.get_template(template).render(shown), status, headers=headers)

    def _signed(self, kind: str, **claims: Any) -> str:
        ours = {"iss": self._issuer, "aud": self._client.client_id, "iat": self._now()}
        return jwt.encode({"alg": "ES256", "typ": kind, "kid": self._key.kid}, {**ours, **claims}, self._key)

    def _hinted(self, id_token: str) -> Mapping[str, Any]:
        """The claims of an ID token we made, expired or not; none of anything else."""
        try:
            return jwt.decode(id_token, self._key, algorithms=["ES256"]).claims
        except (JoseError, ValueError, TypeError, LookupError):  # joserfc leaves odd values to Python
            return {}

    def _now(self) -> int:
        return int(self._clock().timestamp())


async def _style(_: Request) -> Response:
    return Response(_STYLE, media_type="text/css")


def _texts(sent: Mapping[str, Any]) -> dict[str, str]:
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
